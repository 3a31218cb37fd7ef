/** Whole connections through a switch to servers with addresses and VLANs of their own, in both data planes. */
import { describe, expect, it } from "vitest";
import type { ServerAddress } from "../../../src/migration/index.ts";
import type { Endpoint, VlanTag } from "../../../src/tcp/index.ts";
import { type Ends, type SimulationOptions, simulate } from "./simulation.ts";

const tag = (vid: number, tpid = 0x8100): VlanTag => ({ tpid, pcp: 3, dei: false, vid });

interface Setup {
  readonly title: string;
  readonly version: 4 | 6;
  /** Whether each server has addresses of its own. */
  readonly own: { readonly first: boolean; readonly second: boolean; readonly third: boolean };
  readonly gatewayMac?: string;
  readonly clientVlans?: readonly VlanTag[];
  readonly serverVlans?: readonly VlanTag[];
  readonly vlan?: number;
  readonly stackedVlans?: "match";
}

const nobody = { first: false, second: false, third: false };
const everybody = { first: true, second: true, third: true };

const kinds: readonly Omit<Setup, "version">[] = [
  { title: "the service's own", own: nobody },
  { title: "new servers' own", own: { ...everybody, first: false } },
  { title: "server 1's own", own: { ...nobody, first: true } },
  { title: "everybody's own", own: everybody },
  { title: "everybody's own, behind a router", own: everybody, gatewayMac: "00:00:00:00:00:aa" },
  { title: "the service's own in one VLAN", own: nobody, clientVlans: [tag(7)], serverVlans: [tag(7)] },
  { title: "everybody's own in another VLAN", own: everybody, clientVlans: [tag(7)], serverVlans: [tag(20)], vlan: 20 },
  { title: "everybody's own in a VLAN", own: everybody, serverVlans: [tag(20)], vlan: 20 },
  { title: "everybody's own in no VLAN", own: everybody, clientVlans: [tag(7)], vlan: 0 },
  {
    title: "the service's own inside two tags",
    own: nobody,
    clientVlans: [tag(100, 0x88a8), tag(7)],
    serverVlans: [tag(100, 0x88a8), tag(7)],
    stackedVlans: "match",
  },
  {
    title: "everybody's own inside two tags, the outer one another",
    own: everybody,
    clientVlans: [tag(100, 0x88a8), tag(7)],
    serverVlans: [tag(200, 0x88a8), tag(7)],
    vlan: 200,
    stackedVlans: "match",
  },
];

const setups: readonly Setup[] = kinds.flatMap((kind) => [
  { ...kind, version: 4 as const },
  { ...kind, version: 6 as const },
]);

function ip(version: 4 | 6, host: number): string {
  return version === 4 ? `10.0.0.${host}` : `2001:db8::${host}`;
}

function endsOf({ version, own, clientVlans = [], serverVlans = [] }: Setup): Ends {
  const service = { mac: "00:00:00:00:00:01", ip: ip(version, 1), port: 11111 };
  const end = (name: "first" | "second" | "third", host: number): Endpoint =>
    own[name] ? { mac: `00:00:00:00:01:0${host}`, ip: ip(version, 10 + host), port: 2000 + host } : service;
  return {
    client: { mac: "00:00:00:00:00:03", ip: ip(version, 3), port: 33333, vlans: clientVlans },
    service,
    first: { ...end("first", 1), vlans: serverVlans },
    second: { ...end("second", 2), vlans: serverVlans },
    third: { ...end("third", 4), vlans: serverVlans },
  };
}

function optionsOf(setup: Setup, software: boolean, rest: Partial<SimulationOptions>): SimulationOptions {
  const ends = endsOf(setup);
  const { gatewayMac, vlan, own, stackedVlans } = setup;
  const place = (name: "first" | "second" | "third", switchPort: number): ServerAddress & { switchPort: number } => {
    const { mac, ip: address, port } = ends[name];
    return {
      switchPort,
      ...(own[name] && { mac, ip: address, port, ...(gatewayMac !== undefined && { gatewayMac }) }),
      ...(vlan !== undefined && { vlan }),
    };
  };
  return {
    seed: 1,
    loss: 0,
    duplicates: 0,
    delay: 3,
    isns: [4294967290, 4294967040, 128, 5],
    config: {
      service: {
        origin: place("first", 1),
        targets: { second: place("second", 2), third: place("third", 4) },
        ...(stackedVlans && { policy: { stackedVlans } }),
      },
      dataPlane: software ? "software" : "actions",
      lateMoves: rest.lateAt !== undefined,
    },
    stock: software,
    requests: [100, 3000, 50].map((length, seed) => Uint8Array.from({ length }, (_, index) => (index + seed) & 0xff)),
    pause: 10,
    verdict: "migrate",
    verdictAfter: 20,
    ends,
    ...rest,
  };
}

function serversThatAnswered(options: SimulationOptions): { answered: readonly number[]; reports: readonly string[] } {
  const result = simulate(options);
  const told = JSON.stringify({ reports: result.reports, errors: result.errors, phase: result.state?.phase });
  const sent = options.requests.flatMap((bytes) => [...bytes]);
  const seen = ["first", "second", "third"].flatMap((name) => [...(result.requestsSeen[name] ?? [])]);
  expect(result.error, told).toBeUndefined();
  expect(seen.join(), told).toBe(sent.join());
  expect(result.received.length, told).toBe(sent.length);
  expect(result.errors, told).toBe(0);
  expect(result.state?.phase, told).toBe("dead");
  expect(result.flows, told).toBe(1);
  return { answered: [...new Set(result.received)], reports: result.reports };
}

describe.each(setups)("a connection whose servers have addresses: $title, IPv$version", (setup) => {
  describe.each([false, true])("with software shifting: %s", (software) => {
    it("moves with its first request, and closes", () => {
      const { answered, reports } = serversThatAnswered(optionsOf(setup, software, {}));
      expect(answered).toEqual([2]);
      expect(reports).toContain("MIGRATED");
    });

    it("stays with server 1 by verdict", () => {
      expect(serversThatAnswered(optionsOf(setup, software, { verdict: "forward" })).answered).toEqual([1]);
    });

    it("goes back to server 1 when the new server does not listen", () => {
      const { answered, reports } = serversThatAnswered(optionsOf(setup, software, { listens: false }));
      expect(answered).toEqual([1]);
      expect(reports).toContain("TARGET_REFUSED");
    });

    it("moves on to a third server", () => {
      const late = { lateAt: 2000, pause: 1500, requests: Array.from({ length: 6 }, () => new Uint8Array(40)) };
      const { answered } = serversThatAnswered(optionsOf(setup, software, late));
      expect(answered).toEqual([2, 3]);
    });

    it("survives a network that loses and doubles frames", () => {
      for (let seed = 1; seed <= 3; seed++) {
        serversThatAnswered(optionsOf(setup, software, { seed, loss: 0.1, duplicates: 0.1, delay: 60 }));
      }
    });
  });
});
