import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check, checkFamily } from "./check.ts";
import { families } from "./families.ts";
import { run } from "./run.ts";
import { calmTcp, type Scenario, scenarioOf, type TcpPlan } from "./scenario.ts";

describe("a connection in shadow mode", () => {
  checkFamily(families.shadowed, ["first"]);
});

describe("what shadow mode says", () => {
  const dialled: readonly string[] = ["MIGRATED", "TARGET_SILENT", "TARGET_REFUSED", "TARGET_UNFIT", "TARGET_STALE"];
  const calmly = ({ connections, ...scenario }: Scenario): Scenario => {
    const [first] = connections;
    const weather = { seed: 1, loss: 0, duplication: 0, jitter: 0, marks: 0 };
    return {
      ...scenario,
      weather,
      faults: [],
      troubles: [],
      latency: 1,
      connections: first ? [{ ...first, client: 0 }] : [],
    };
  };
  /** Both sides of the first handshake offer more than a hand-over can continue. */
  const offering = (scenario: Scenario, offer: Partial<TcpPlan>): Scenario => ({
    ...scenario,
    connections: scenario.connections.map((plan) => ({ ...plan, tcp: { ...plan.tcp, ...offer } })),
    servers: {
      ...scenario.servers,
      first: { ...scenario.servers.first, tcp: { ...scenario.servers.first.tcp, ...offer } },
    },
  });
  const offers = fc.record({ timestamps: fc.boolean(), sackPermitted: fc.boolean() });

  it("is what is done without it, as far as the target need not be asked", () => {
    let moves = 0;
    let stays = 0;
    const property = fc.property(families.plain, offers, (any, offer) => {
      const scenario = offering(calmly(any), offer);
      const real = run(scenario);
      const { reports } = check({ ...scenario, shadow: true });
      const would = reports.includes("WOULD_MIGRATE");
      expect(would, `${reports.join()}; ${real.reports.join()}`).toBe(
        real.reports.some((code) => dialled.includes(code)),
      );
      if (would) moves++;
      else stays++;
    });
    fc.assert(property, { numRuns: 150, seed: 7 });
    expect(Math.min(moves, stays)).toBeGreaterThan(20);
  });

  it("leaves a client with timestamps, SACK and ECN what it has agreed on, and names what a move would meet", () => {
    const tcp = { ...calmTcp, timestamps: true, sackPermitted: true, ecn: true };
    const changes = { shadow: true, servers: { first: { tcp } }, connections: [{ tcp }] };
    const { reports, attempts } = check(scenarioOf(changes));
    expect(reports).toContain("WOULD_MIGRATE");
    expect(attempts[0]?.connection).toMatchObject({ timestamps: true, sackPermitted: true, ecn: true });
    const lazy = check(scenarioOf({ ...changes, regime: "lazy" }));
    expect(lazy.reports).toContain("WOULD_REFUSE");
  });
});
