/** Who is where: addresses and ports of the switch. */
import type { Service } from "../../../src/migration/machine/index.ts";
import type { Endpoint } from "../../../src/tcp/index.ts";
import type { Link, Scenario, ServerName } from "./scenario.ts";

export const serverNames: readonly ServerName[] = ["first", "second", "third"];
export const switchPorts: Readonly<Record<Link, number>> = { first: 1, second: 2, client: 3, third: 4, other: 5 };
export const DPID = 7n;

function ip(version: 4 | 6, last: number): string {
  return version === 4 ? `10.0.0.${last}` : `fd00::${last}`;
}

/** The service as its clients know it. */
export function serviceEnd({ ipVersion }: Scenario): Endpoint {
  return { mac: "00:00:00:00:00:01", ip: ip(ipVersion, 1), port: 11_111 };
}

export function serverEnd(scenario: Scenario, name: ServerName): Endpoint {
  if (!scenario.servers[name].ownAddress) return serviceEnd(scenario);
  const number = serverNames.indexOf(name) + 11;
  return { mac: `00:00:00:00:00:${number}`, ip: ip(scenario.ipVersion, number), port: 22_000 + number };
}

/** Of the client with this number. */
export function clientEnd({ ipVersion }: Scenario, client: number): Omit<Endpoint, "port"> {
  return { mac: `00:00:00:00:00:3${client}`, ip: ip(ipVersion, 31 + client) };
}

/** Client port of the connection with this index. */
export function clientPort(index: number): number {
  return 33_330 + index;
}

export function serviceOf(scenario: Scenario): Service {
  const placeOf = (name: ServerName) => ({
    switchPort: switchPorts[name],
    ...(scenario.servers[name].ownAddress && serverEnd(scenario, name)),
  });
  return {
    origin: placeOf("first"),
    targets: { second: placeOf("second"), third: placeOf("third") },
    policy: { idleSeconds: scenario.idleSeconds, finIdleSeconds: Math.min(10, scenario.idleSeconds) },
  };
}
