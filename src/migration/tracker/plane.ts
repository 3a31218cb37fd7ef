/** What a switch does and what is left to the planner, and the configuration of connections that follows from it. */
import { type DataPlane, dataPlaneConfig } from "../data-plane/index.ts";
import type { ConnectionConfig } from "../machine/index.ts";
import type { ServiceSetup, TrackerSetup } from "./config.ts";

/** What is believed of a switch before it has answered: it carries flows, and shifts nothing. */
export const unansweredPlane: DataPlane = {
  answered: false,
  actions: false,
  bundles: false,
  tcpFlags: false,
  meter: false,
};

/** What the caller has said about every switch, where there is nothing to ask. */
export function toldPlane({ dataPlane, bundles }: TrackerSetup): DataPlane | undefined {
  if (dataPlane === "probe" || (dataPlane === "actions" && bundles === "probe")) return undefined;
  return { answered: true, actions: dataPlane === "actions", bundles: bundles === true, tcpFlags: true, meter: true };
}

/** What the switch has answered, as far as the caller has not decided it. */
export function decidedPlane(found: DataPlane, { dataPlane, bundles }: TrackerSetup, metersAsked: boolean): DataPlane {
  return {
    ...found,
    actions: dataPlane === "probe" ? found.actions : dataPlane === "actions",
    bundles: bundles === "probe" ? found.bundles : bundles,
    // Several meters are not asked for: one that is missing is noticed when its guard is refused.
    meter: metersAsked ? found.meter : found.answered,
  };
}

function nameOf({ answered, actions, bundles, tcpFlags, meter }: DataPlane): string {
  return [answered, actions, bundles, tcpFlags, meter].map(Number).join("");
}

/** Whether connections are treated alike. */
export function samePlane(a: DataPlane, b: DataPlane): boolean {
  return nameOf(a) === nameOf(b);
}

/** The configurations of a service's connections; the same one each time, because each is checked when it is first seen. */
export type Configurations = Map<string, ConnectionConfig>;

export function configFor(made: Configurations, service: ServiceSetup, plane: DataPlane): ConnectionConfig {
  const name = `${nameOf(plane)} ${service.name}`;
  let config = made.get(name);
  if (!config) {
    // What the caller says of bundles is in the plane already.
    config = dataPlaneConfig({ ...service.config, bundles: true }, plane);
    made.set(name, config);
  }
  return config;
}
