/** Where everything is, the flows, and what was refused. */
import { afterEach, describe, expect, it } from "vitest";
import { createFlowTable } from "../../../../examples/controller/northbound/flow-table.ts";
import { createRefusals } from "../../../../examples/controller/northbound/refusals.ts";
import type { BundledFlow, TrackerEffect } from "../../../../src/migration/index.ts";
import { FlowModCommand, flowMod, multipartRequest } from "../../../../src/ofp/index.ts";
import { type Message, open } from "./support.ts";

let world: Awaited<ReturnType<typeof open>> | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

async function watched() {
  const here = await open();
  world = here;
  return { ...here, dashboard: await here.connectClient() };
}

type Flows = readonly { readonly role?: string; readonly flow: string; readonly connection?: string }[];

describe("the topology", () => {
  it("tells the ports of the switches, and behind which of them the servers are", async () => {
    const { dashboard, cut, run } = await watched();
    const ports = [1, 2, 3].map((number) => ({ number, name: expect.any(String) as string, isUp: true }));
    expect(await dashboard.ask({ type: "topology", id: 1 })).toEqual({
      ...{ type: "topology", id: 1 },
      switches: [{ dpid: "0000000000000007", peer: "the model", role: "equal", ports }],
      services: [
        {
          ...{ name: "web", ip: "10.0.0.1", tcpPort: 80, shadow: false },
          origin: { name: "server 1", port: 1 },
          targets: [{ name: "twin", port: 2 }],
        },
      ],
    });
    cut();
    await run(1);
    expect(await dashboard.ask({ type: "topology", id: 2 })).toMatchObject({ switches: [] });
  });
});

describe("the flows", () => {
  it("are those that the switch has, in the words of ovs-ofctl", async () => {
    const { dashboard, ask, model, run } = await watched();
    await ask("migrate me");
    const answer = await dashboard.ask({ type: "flows", id: 1 });
    const { flows, total } = answer as unknown as { readonly flows: Flows; readonly total: number };
    // All but the one that the learning switch has.
    expect(total).toBe(model.flows().length - 1);
    expect(flows).toHaveLength(total);
    expect(flows.find(({ role }) => role === "forward")?.flow).toMatch(/priority=200,.*tcp,in_port=3,.*output:2$/);

    const key = { src: "10.0.0.3", srcPort: 49_152, dst: "10.0.0.1", dstPort: 80 };
    const own = await dashboard.ask({ type: "flows", id: 2, key });
    const { flows: ofOne } = own as unknown as { readonly flows: Flows };
    expect(new Set(ofOne.map(({ connection }) => connection))).toEqual(new Set(["10.0.0.3:49152>10.0.0.1:80"]));
    const last = await dashboard.ask({ type: "flows", id: 3, key, skip: ofOne.length - 1, limit: 5 });
    expect(last).toMatchObject({ total: ofOne.length, flows: [ofOne.at(-1)] });

    // What watches for a while only goes by itself.
    await run(5_000);
    expect(await dashboard.ask({ type: "flows", id: 4 })).toMatchObject({ total: model.flows().length - 1 });
  });

  it("are told by a switch that comes back, whoever gave them to it", async () => {
    const { dashboard, ask, model, cut, connect, run } = await watched();
    await ask("migrate me");
    cut();
    await run(5);
    connect();
    await run(50);
    const answer = await dashboard.ask({ type: "flows", id: 1 });
    expect(answer).toMatchObject({ total: model.flows().length - 1 });
    const { flows } = answer as unknown as { readonly flows: Flows };
    expect(flows.filter(({ role }) => role === "forward")).toHaveLength(1);
  });
});

describe("a table of flows", () => {
  const dpid = 7n;
  function sent(id: number, of: Partial<BundledFlow["message"]>): TrackerEffect {
    const message: BundledFlow["message"] = { ...flowMod(), ...of };
    return { type: "flowMod", id, dpid, why: "", role: "forward", message };
  }
  const timer = { type: "timer", at: 0 } as const;
  const port = (inPort: number) => ({ match: { inPort } });
  const texts = (table: ReturnType<typeof createFlowTable>) =>
    table
      .tell({ skip: 0, limit: 10, now: 0 })
      .flows.map((flow) =>
        (flow as { readonly flow: string }).flow.split(/[, ]/).find((word) => word.startsWith("in_port")),
      );

  it("puts a flow in the place of one with the same match and priority, and forgets the oldest", () => {
    const table = createFlowTable(2, () => []);
    table.record(timer, [sent(1, port(1)), sent(2, port(2)), sent(3, port(1))]);
    expect(texts(table)).toEqual(["in_port=1", "in_port=2"]);
    table.record(timer, [sent(4, { ...port(1), priority: 9 })]);
    expect(texts(table)).toEqual(["in_port=1", "in_port=1"]);
  });

  it("loses what is deleted by its cookie, what the switch refuses, and what it says has gone", () => {
    const table = createFlowTable(9, () => []);
    const [one, two] = [0x544d_0001_0000_0001n, 0x544d_0002_0000_0002n];
    table.record(timer, [
      sent(1, { ...port(1), cookie: one }),
      sent(2, { ...port(2), cookie: two }),
      sent(3, { ...port(3), cookie: two, idleTimeout: 5 }),
      sent(4, { ...port(4), cookie: two }),
    ]);
    table.record(timer, [sent(5, { command: FlowModCommand.delete, cookie: one, cookieMask: 0xffff_ff00_ffff_ffffn })]);
    expect(texts(table)).toEqual(["in_port=4", "in_port=3", "in_port=2"]);
    table.record({ type: "error", at: 1, dpid, id: 4, errorType: 5, code: 1 }, []);
    expect(texts(table)).toEqual(["in_port=3", "in_port=2"]);
    // Only what has a timeout goes by itself.
    table.record({ type: "flowRemoved", at: 2, dpid, cookie: two, reason: 0 }, []);
    expect(texts(table)).toEqual(["in_port=2"]);
    table.record(timer, [
      sent(6, { command: FlowModCommand.delete, cookie: 0x544dn << 48n, cookieMask: 0xffffn << 48n }),
    ]);
    expect(table.size).toBe(0);
  });
});

it("knows whose the flows are that a run before this one has left in the switch", async () => {
  const { ask, controller, model } = await watched();
  await ask("migrate me");
  const table = createFlowTable(99, controller.connections);
  // As a tracker asks that has just begun, and as the switch answers.
  const [tag, mask] = [0x544dn << 48n, 0xffffn << 48n];
  const message = multipartRequest({ body: { type: "flow", cookie: tag, cookieMask: mask } });
  table.record({ type: "switchBack", at: 0, dpid: 7n }, [{ type: "flowStats", id: 9, dpid: 7n, why: "", message }]);
  const flows = model.flows().filter(({ cookie }) => cookie >> 48n === 0x544dn);
  table.record({ type: "flowStats", at: 1, dpid: 7n, id: 9, flows }, []);
  const told = table.tell({ skip: 0, limit: 99, now: 1 });
  expect(told.total).toBe(flows.length);
  const connection = "10.0.0.3:49152>10.0.0.1:80";
  expect(told.flows).toContainEqual(expect.objectContaining({ role: "forward", service: "web", connection }));
});

describe("refusals", () => {
  it("are told with their reasons, the newest first, and marked among the events", async () => {
    const { dashboard, ask } = await watched();
    await dashboard.ask({ type: "subscribe", id: 0, topics: ["events"] });
    await ask("migrate me");
    const key = { src: "10.0.0.3", srcPort: 49_152, dst: "10.0.0.1", dstPort: 80 };
    await dashboard.ask({ type: "verdict", id: 1, key, action: "migrate", target: "nobody" });
    const answer = await dashboard.ask({ type: "refusals", id: 2 });
    expect(answer).toMatchObject({ total: 1, refusals: [{ type: "report", refusal: true, service: "web" }] });
    const reports = dashboard.messages.filter(({ type }) => type === "report");
    const { refusals } = answer as unknown as { readonly refusals: readonly Message[] };
    expect(reports.filter(({ refusal }) => refusal === true)).toEqual(refusals);
    expect(reports.find(({ code }) => code === "MIGRATED")).not.toHaveProperty("refusal");
  });

  it("are so many, and the oldest are forgotten", () => {
    const refusals = createRefusals(2);
    const report = (id: number): TrackerEffect => ({
      ...{ type: "report", id, dpid: 7n, why: "", code: "UNTRACKED", numbers: {}, reasons: [] },
    });
    refusals.record({ type: "timer", at: 5 }, [report(1), report(2), report(3)]);
    const { total, refusals: last } = refusals.tell();
    expect([total, last.map(({ report: { id } }) => id)]).toEqual([3, [3, 2]]);
  });
});
