/** Whole connections through a switch to servers with addresses and VLANs of their own, in both data planes. */
import { describe, expect, it } from "vitest";
import { check } from "./check.ts";
import type { Outcome } from "./run.ts";
import { type Scenario, type ScenarioChanges, type ServerPlan, scenarioOf } from "./scenario.ts";

interface Setup {
  readonly title: string;
  /** Who has addresses of its own. */
  readonly own: readonly (keyof Scenario["servers"])[];
  /** Every server's. */
  readonly server?: Partial<ServerPlan>;
  readonly clients?: Pick<Scenario, "vlan" | "outerVlan">;
}

const everybody = ["first", "second", "third"] as const;

const setups: readonly Setup[] = [
  { title: "the service's own", own: [] },
  { title: "new servers' own", own: ["second", "third"] },
  { title: "server 1's own", own: ["first"] },
  { title: "everybody's own", own: everybody },
  { title: "everybody's own, behind a router", own: everybody, server: { routed: true } },
  { title: "the service's own in one VLAN", own: [], clients: { vlan: 7 } },
  { title: "everybody's own in another VLAN", own: everybody, clients: { vlan: 7 }, server: { vlan: 20 } },
  { title: "everybody's own in a VLAN", own: everybody, server: { vlan: 20 } },
  { title: "everybody's own in no VLAN", own: everybody, clients: { vlan: 7 }, server: { vlan: 0 } },
  { title: "the service's own inside two tags", own: [], clients: { outerVlan: 100, vlan: 7 } },
  {
    title: "everybody's own inside two tags, the outer one another",
    own: everybody,
    clients: { outerVlan: 100, vlan: 7 },
    server: { vlan: 200 },
  },
];

const planes = ["actions", "software"] as const;
const cases = setups.flatMap((setup) =>
  ([4, 6] as const).flatMap((version) => planes.map((plane) => ({ ...setup, version, plane }))),
);

describe.each(cases)(
  "servers with addresses: $title, IPv$version, $plane",
  ({ own, server, clients, version, plane }) => {
    function moved(changes: ScenarioChanges, second: Partial<ServerPlan> = {}): Outcome {
      const plan = (name: keyof Scenario["servers"], isn: number) => ({
        ...{ isn, ownAddress: own.includes(name) },
        ...server,
        ...(name === "second" && second),
      });
      const servers = { first: plan("first", 4294967040), second: plan("second", 128), third: plan("third", 5) };
      return check(scenarioOf({ ipVersion: version, dataPlane: plane, ...clients, servers, ...changes }));
    }

    const requests = [100, 3000, 50];
    const isn = 4294967290;
    const pathOf = ({ attempts: [attempt] }: Outcome) => attempt?.ledger.path;

    it("moves with its first request, and closes", () => {
      expect(pathOf(moved({ connections: [{ isn, requests }] }))).toEqual(["second"]);
    });

    it("stays with server 1 by verdict", () => {
      const verdicts = [{ action: "forward", from: "question", after: 20 }] as const;
      expect(pathOf(moved({ connections: [{ isn, requests, verdicts }] }))).toEqual(["first"]);
    });

    it("goes back to server 1 when the new server does not listen", () => {
      const outcome = moved({ connections: [{ isn, requests }] }, { habit: "refuses" });
      expect(pathOf(outcome)).toEqual(["first"]);
      expect(outcome.reports).toContain("TARGET_REFUSED");
    });

    it("moves on to a third server", () => {
      const verdicts = [
        { action: "migrate", from: "question", after: 20 },
        { action: "migrate", target: "third", from: "start", after: 2000 },
      ] as const;
      const connections = [{ isn, requests: [40, 40, 40, 40, 40, 40], pause: 1500, verdicts }];
      expect(pathOf(moved({ lateMoves: true, connections }))).toEqual(["second", "third"]);
    });

    it("survives a network that loses and doubles frames", () => {
      for (let seed = 1; seed <= 3; seed++) {
        moved({ weather: { seed, loss: 10, duplication: 10, jitter: 60 }, connections: [{ isn, requests }] });
      }
    });
  },
);
