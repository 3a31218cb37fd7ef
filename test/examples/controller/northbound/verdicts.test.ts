/** Analyzers that are somewhere else decide about connections, which then move in a network in memory. */
import { afterEach, describe, expect, it } from "vitest";
import type { FlowKey } from "../../../../src/tcp/index.ts";
import { client, line, record } from "../alerts.ts";
import { text, web } from "../scene.ts";
import { type OpenOptions, open } from "./support.ts";

let world: Awaited<ReturnType<typeof open>> | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

/** A connection whose request is held, and an analyzer. */
async function held(options: OpenOptions = {}) {
  const here = await open({ analyzer: "northbound", ...options });
  world = here;
  const analyzer = await here.connectClient();
  await analyzer.ask({ type: "subscribe", id: "first", topics: ["inspect"] });
  const connection = here.say("migrate me");
  await here.run(10);
  const asked = await analyzer.next("inspect");
  return { ...here, analyzer, connection, asked, key: asked.key as FlowKey };
}

describe("an analyzer that is asked", () => {
  it.each(["custom", "stock"] as const)(
    "gets the request and moves it, with a switch whose actions are %s",
    async (actions) => {
      const { analyzer, connection, asked, key, run, controller } = await held({ actions });
      expect(asked).toMatchObject({ dpid: "0000000000000007", complete: false, key: { src: client.ip, dst: web.ip } });
      // The client's SYN has 4294967290: its first byte is the next one.
      expect(asked.seq).toBe(4_294_967_291);
      expect(Buffer.from(String(asked.payload), "base64").toString()).toBe("migrate me");
      const { generation, seq } = asked;
      const answer = await analyzer.ask({
        type: "verdict",
        id: 1,
        service: "web",
        key,
        generation,
        seq,
        action: "migrate",
      });
      expect(answer).toEqual({ type: "ack", id: 1 });
      await run(40);
      expect(text(connection.received)).toBe("two: migrate me");
      expect(controller.connection(key)).toMatchObject({ phase: "migrated", target: "twin", moved: true });
    },
  );

  it("leaves it with server 1, which is told with the answer", async () => {
    const { analyzer, connection, key, run } = await held();
    const answer = await analyzer.ask({ type: "verdict", id: 1, key, action: "forward" });
    expect(answer).toMatchObject({ type: "ack", id: 1 });
    await run(40);
    expect(text(connection.received)).toBe("one: migrate me");
  });

  it("is not asked where rules alone decide, nor about what a rule decides", async () => {
    for (const [analyzer, words, count] of [
      ["rules", "anything", 0],
      ["both", "migrate me", 0],
      ["both", "anything", 1],
    ] as const) {
      const here = await open({ analyzer });
      const listener = await here.connectClient();
      await listener.ask({ type: "subscribe", id: 1, topics: ["inspect"] });
      const answer = await here.ask(words);
      await listener.ask({ type: "stats", id: 2 });
      expect(listener.messages.filter(({ type }) => type === "inspect")).toHaveLength(count);
      expect(answer).toBe(count === 0 ? `${words === "migrate me" ? "two" : "one"}: ${words}` : "");
      here.close();
    }
  });

  it("hears no more after it has unsubscribed", async () => {
    const { analyzer, say, run } = await held();
    await analyzer.ask({ type: "unsubscribe", id: 2, topics: ["inspect"] });
    say("and again");
    await run(10);
    await analyzer.ask({ type: "stats", id: 3 });
    expect(analyzer.messages).toEqual([]);
  });

  it("gets what is held already when it comes late, once, and nothing that has been decided", async () => {
    const { analyzer, asked, key, say, run, connectClient } = await held();
    const other = say("another one");
    await run(10);
    const second = await analyzer.next("inspect");
    await analyzer.ask({ type: "verdict", id: 1, key, action: "forward" });
    other.send(new TextEncoder().encode(" goes on"));
    await run(10);
    const late = await connectClient();
    for (const id of [2, 3]) await late.ask({ type: "subscribe", id, topics: ["inspect"] });
    await late.ask({ type: "stats", id: 4 });
    const told = late.messages.filter(({ type }) => type === "inspect");
    expect(told).toMatchObject([{ key: second.key, generation: second.generation, seq: second.seq, complete: false }]);
    expect(Buffer.from(String(told[0]?.payload), "base64").toString()).toBe("another one goes on");
    expect(told[0]?.key).not.toEqual(asked.key);
  });

  it("that says nothing in time leaves the connection with server 1", async () => {
    const { connection, controller, network, run } = await held({ tracker: { timing: { verdictMs: 100 } } });
    await run(100);
    // The controller's timer is a real one, and the network's clock is not.
    controller.tell({ type: "timer", at: network.now() });
    await run(40);
    expect(text(connection.received)).toBe("one: migrate me");
  });
});

describe("a verdict is refused", () => {
  it.each([
    ["about a connection that nobody knows", { key: { srcPort: 9 } }, "VERDICT_STALE"],
    ["about another generation", { generation: 999 }, "VERDICT_STALE"],
    ["to a server that there is not", { target: "nobody" }, "TARGET_UNKNOWN"],
    ["about a connection to no service", { key: { dstPort: 22 } }, "notAService"],
    ["about another service", { service: "mail" }, "unknownService"],
    ["about a service of JavaScript's own", { service: "constructor" }, "unknownService"],
  ])("%s", async (_, part, code) => {
    const { analyzer, key } = await held();
    const full = { ...part, key: { ...key, ...("key" in part ? part.key : {}) } };
    const answer = await analyzer.ask({ type: "verdict", id: "v", action: "migrate", ...full });
    expect(answer).toMatchObject({ type: "error", id: "v", code });
  });

  it("when it is the second one", async () => {
    const { analyzer, key, run } = await held();
    await analyzer.ask({ type: "verdict", id: 1, key, action: "migrate" });
    await run(40);
    const answer = await analyzer.ask({ type: "verdict", id: 2, key, action: "migrate" });
    expect(answer).toMatchObject({ type: "error", id: 2, code: "VERDICT_IGNORED" });
  });
});

describe("an alert", () => {
  it.each([
    [
      "of Snort on the client's segment",
      "two",
      (port: number) => record("scan", { ...client, port }, { ...web, port: 80 }),
    ],
    [
      "of Snort on the server's segment",
      "two",
      (port: number) => record("scan", { ...web, port: 80 }, { ...client, port }),
    ],
    [
      "of Snort that says FORWARD",
      "one",
      (port: number) => record("FORWARD", { ...client, port }, { ...web, port: 80 }),
    ],
    [
      "of Suricata",
      "two",
      (port: number) => line("scan", { vlans: [], src: client.ip, srcPort: port, dst: web.ip, dstPort: 80 }),
    ],
    [
      "of Suricata on the server's segment",
      "two",
      (port: number) => line("scan", { vlans: [], dst: client.ip, dstPort: port, src: web.ip, srcPort: 80 }),
    ],
  ])("%s decides: server %s has the connection", async (_, server, written) => {
    const { analyzer, connection, key, run } = await held();
    const answer = await analyzer.tell(written(key.srcPort), 1);
    expect(answer).toMatchObject({ type: "ack", record: 1 });
    await run(40);
    expect(text(connection.received)).toBe(`${server}: migrate me`);
  });

  it("about other bytes than are held is stale", async () => {
    const { analyzer, key } = await held();
    const old = record("scan", { ...client, port: key.srcPort }, { ...web, port: 80 }, 5_000);
    expect(await analyzer.tell(old, 1)).toMatchObject({ type: "error", record: 1, code: "VERDICT_STALE" });
  });

  it("that the log has among others is found", async () => {
    const { analyzer, key } = await held();
    expect(await analyzer.tell('{"event_type":"stats"}', 1)).toEqual({ type: "ack", record: 1, ignored: true });
    expect(await analyzer.tell('{"event_type":"alert"}', 2)).toMatchObject({ code: "badRecord" });
    expect(await analyzer.tell('{"event_type":7}', 3)).toMatchObject({ code: "badRecord" });
    const udp = line("scan", key, { proto: "UDP" });
    expect(await analyzer.tell(udp, 4)).toMatchObject({ code: "badRecord" });
    const elsewhere = line("scan", { ...key, dst: "10.9.9.9" });
    expect(await analyzer.tell(elsewhere, 5)).toMatchObject({ code: "notAService" });
    expect(await analyzer.tell(line("scan", key), 6)).toMatchObject({ type: "ack", record: 6 });
  });
});
