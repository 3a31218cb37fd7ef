/** What a dashboard can see. */
import { afterEach, describe, expect, it } from "vitest";
import { type Message, open } from "./support.ts";

let world: Awaited<ReturnType<typeof open>> | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

async function watched(limits = {}) {
  const here = await open({ limits });
  world = here;
  const dashboard = await here.connectClient();
  await dashboard.ask({ type: "subscribe", id: 0, topics: ["events"] });
  return { ...here, dashboard };
}

/** Everything that was sent until now. */
async function all(dashboard: Awaited<ReturnType<typeof watched>>["dashboard"]): Promise<readonly Message[]> {
  await dashboard.ask({ type: "unsubscribe", id: "end", topics: ["events"] });
  return dashboard.messages.filter(({ type }) => type !== "stats");
}

const key = (srcPort: unknown) => ({ src: "10.0.0.3", srcPort, dst: "10.0.0.1", dstPort: 80 });

describe("events", () => {
  it("tell of a connection: the phases that it goes through, the flows, and the reports", async () => {
    const { dashboard, ask } = await watched();
    await ask("migrate me");
    const events = await all(dashboard);
    const phases = events.filter(({ type }) => type === "connection").map(({ phase }) => phase);
    expect(phases).toEqual(["syn", "synAck", "ready", "hold", "dial", "arm", "migrated"]);
    const reports = events.filter(({ type }) => type === "report").map(({ code }) => code);
    expect(reports).toContain("MIGRATED");
    const flows = events.filter(({ type, role }) => type === "flow" && role === "forward");
    expect(flows).toHaveLength(1);
    expect(flows[0]?.flow).toMatch(/^cookie=0x544d.*tcp,in_port=3,.*actions=.*output:2$/);
    expect(flows[0]).toMatchObject({ service: "web", dpid: "0000000000000007" });
  });

  it("are told to those who want them only, and the counters every now and then", async () => {
    const { dashboard, connectClient, ask } = await watched({ statsMs: 20 });
    const other = await connectClient();
    await ask("plain");
    expect(await dashboard.next("stats")).toMatchObject({ stats: { phases: {} } });
    await other.ask({ type: "stats", id: 1 });
    expect(other.messages).toEqual([]);
  });
});

describe("questions", () => {
  it("about the connections are answered in pages, the oldest first", async () => {
    const { dashboard, ask } = await watched();
    for (const words of ["migrate me", "plain", "other"]) await ask(words);
    const whole = await dashboard.ask({ type: "connections", id: 1 });
    expect(whole).toMatchObject({ type: "connections", total: 3, skip: 0 });
    const { connections } = whole as unknown as { connections: readonly Message[] };
    expect(connections.map(({ phase, target }) => [phase, target])).toEqual([
      ["migrated", "twin"],
      ["forwarded", undefined],
      ["forwarded", undefined],
    ]);
    const page = await dashboard.ask({ type: "connections", id: 2, skip: 1, limit: 1, service: "web" });
    expect(page).toMatchObject({ total: 3, skip: 1, connections: [{ connection: connections[1]?.connection }] });
    expect(await dashboard.ask({ type: "connections", id: 3, service: "mail" })).toMatchObject({ total: 0 });
    const newest = await dashboard.ask({ type: "connections", id: 4, newest: true, limit: 2 });
    expect(newest).toMatchObject({
      total: 3,
      connections: [connections[2], connections[1]].map((each) => ({ connection: each?.connection })),
    });
  });

  it("about the counters are answered with all of them", async () => {
    const { dashboard, ask } = await watched();
    await ask("migrate me");
    const answer = await dashboard.ask({ type: "stats", id: 1 });
    expect(answer).toMatchObject({ stats: { connections: 1, targets: { web: { twin: 1 } } } });
  });

  it("about what happened are answered as text, Mermaid or a drawing", async () => {
    const { dashboard, ask, controller } = await watched();
    await ask("migrate me");
    const [connection] = [...controller.connections()];
    const about = { type: "history", key: key(connection?.key.srcPort) };
    const told = String((await dashboard.ask({ ...about, id: 1, relative: true })).text);
    // The whole story, from the client's SYN on; relative numbers begin at 0.
    expect(told).toMatch(/Client → Server 1\s+SYN seq=0 /);
    expect(told).toContain("migrate (rule 1:1:0, move)");
    expect(told).toContain("MIGRATED");
    expect((await dashboard.ask({ ...about, id: 2, format: "mermaid" })).text).toMatch(/^sequenceDiagram\n/);
    expect((await dashboard.ask({ ...about, id: 3, format: "svg" })).text).toMatch(/^<svg /);
    const nobody = await dashboard.ask({ type: "history", id: 4, key: key(9) });
    expect(nobody).toMatchObject({ type: "error", code: "unknownConnection" });
  });

  it("about what happened have no answer for connections of long ago", async () => {
    const { dashboard, ask, controller, northbound } = await watched({ histories: 2 });
    for (const words of ["migrate me", "one", "two"]) await ask(words);
    expect(northbound.stats().histories).toBe(2);
    const answers = [];
    for (const connection of controller.connections()) {
      const { srcPort } = connection.key;
      answers.push((await dashboard.ask({ type: "history", id: srcPort, key: key(srcPort) })).type);
    }
    expect(answers).toEqual(["error", "history", "history"]);
  });
});

it("drains a target, whose connections then stay with server 1", async () => {
  const { dashboard, ask } = await watched();
  const drain = { type: "drain", service: "web", target: "twin", draining: true };
  expect(await dashboard.ask({ ...drain, id: 1 })).toMatchObject({ type: "ack", reports: [{ code: "DRAINING" }] });
  expect(await ask("migrate me")).toBe("one: migrate me");
  expect(await dashboard.ask({ ...drain, id: 2, target: "toString" })).toMatchObject({ code: "unknownTarget" });
  expect(await dashboard.ask({ ...drain, id: 3, service: "mail" })).toMatchObject({ code: "unknownService" });
});
