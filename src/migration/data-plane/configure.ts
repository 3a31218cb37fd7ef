/** From what a switch understands to the configuration of the connections that go through it. */
import type { ConnectionConfig } from "../machine/index.ts";
import type { DataPlane } from "./probe.ts";

/**
 * The configuration for a switch that was probed: the switch shifts the numbers where it has the actions, else the planner does;
 * bundles where both the configuration and the switch have them; no trap for SYNs where the switch does not see flags; no meter
 * that it does not have. What the configuration asks for in plain words (`dataPlane`, `bundles`) is only ever reduced.
 *
 * Keep the result: a configuration is checked when it is first seen.
 */
export function dataPlaneConfig(config: ConnectionConfig, dataPlane: DataPlane): ConnectionConfig {
  const { service, bundles = false, dataPlane: wanted = "actions" } = config;
  const { policy } = service;
  const bySwitch = wanted === "actions" && dataPlane.actions;
  const { guardMeter, ...unmetered } = policy ?? {};
  const seesFlags = dataPlane.tcpFlags ? {} : { synTrap: false };
  const metered = dataPlane.meter && guardMeter !== undefined ? { guardMeter } : {};
  return {
    ...config,
    dataPlane: bySwitch ? "actions" : "software",
    bundles: bySwitch && bundles && dataPlane.bundles,
    service: { ...service, policy: { ...unmetered, ...metered, ...seesFlags } },
  };
}
