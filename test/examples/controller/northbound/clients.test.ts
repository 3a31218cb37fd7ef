/** What clients may say and leave unread, and that nothing of it upsets the controller. */
import { createRequire } from "node:module";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SNORT_ALERT_LENGTH } from "../../../../src/analyzer/index.ts";
import { type OpenOptions, open } from "./support.ts";

let world: Awaited<ReturnType<typeof open>> | undefined;
afterEach(() => {
  world?.close();
  world = undefined;
});

async function opened(options: OpenOptions = {}) {
  world = await open(options);
  return { world, client: await world.connectClient() };
}

const key = { src: "10.0.0.3", srcPort: 50_000, dst: "10.0.0.1", dstPort: 80 };

describe("a message", () => {
  it.each([
    ["that is no JSON", "hello", { code: "notJson" }],
    ["that is half of one", '{"type":"stats"', { code: "notJson" }],
    ["that is no object", "[1]", { code: "badMessage", text: "the message must be object" }],
    ["without a type", '{"id":7}', { id: 7, code: "badMessage" }],
    ["of a type that there is not", '{"type":"move","id":"a"}', { id: "a", code: "badMessage" }],
    ["without an id", '{"type":"stats"}', { code: "badMessage", text: "the message must have required property 'id'" }],
    ["with an id that is too long", JSON.stringify({ type: "stats", id: "x".repeat(65) }), { code: "badMessage" }],
    ["with a name that nothing reads", '{"type":"stats","id":1,"more":1}', { id: 1, code: "badMessage" }],
    ["with a prototype", '{"type":"stats","id":1,"__proto__":{"a":1}}', { id: 1, code: "badMessage" }],
    [
      "with an address that is none",
      JSON.stringify({ type: "history", id: 2, key: { ...key, src: "10.0.0.300" } }),
      { id: 2, code: "badMessage", text: 'key.src must be an IPv4 or IPv6 address, not "10.0.0.300"' },
    ],
    [
      "that stays and names a target",
      JSON.stringify({ type: "verdict", id: 3, key, action: "forward", target: "twin" }),
      { id: 3, code: "badMessage", text: "target does not belong here" },
    ],
    ["of another topic", '{"type":"subscribe","id":4,"topics":["secrets"]}', { id: 4, code: "badMessage" }],
  ])("%s is answered with what is wrong, and the next one as well", async (_, text, answer) => {
    const { client } = await opened();
    client.socket.send(text);
    expect(await client.next("error")).toMatchObject(answer);
    expect(await client.ask({ type: "stats", id: "next" })).toMatchObject({ type: "stats" });
  });

  it.each([
    ["nothing", 0, "truncated"],
    ["garbage", 1000, "truncated"],
    ["a record's length of garbage", SNORT_ALERT_LENGTH, "badLength"],
    ["two records at once", 2 * SNORT_ALERT_LENGTH, "trailing"],
  ])("of bytes that are %s is no record, and counts as one", async (_, length, code) => {
    const { client } = await opened();
    const answer = { type: "error", code: "badRecord", record: 1 };
    const told = await client.tell(new Uint8Array(length).fill(0xff), 1);
    expect(told).toMatchObject(answer);
    expect(told.text).toMatch(new RegExp(`^${code}: `));
    expect(await client.tell(new Uint8Array(1), 2)).toMatchObject({ code: "badRecord", record: 2 });
  });

  it("that is too long ends the WebSocket, and no other", async () => {
    const { world: here, client } = await opened();
    const other = await here.connectClient();
    client.socket.send(" ".repeat(256 * 1024 + 1));
    // RFC 6455 §7.4.1: 1009 for a message that is too big.
    expect(await client.closed).toBe(1009);
    expect(await other.ask({ type: "stats", id: 1 })).toMatchObject({ type: "stats" });
  });

  it("that is no UTF-8 ends the WebSocket", async () => {
    const { client } = await opened();
    client.socket.send(Buffer.of(0xc0, 0x80), { binary: false });
    // 1007 for data that is not of its type.
    expect(await client.closed).toBe(1007);
  });

  it("that brings a mistake of the controller's to light is answered, and logged", async () => {
    const { world: here, client } = await opened();
    vi.spyOn(here.controller, "stats").mockImplementation(() => {
      throw new Error("a mistake");
    });
    client.socket.send('{"type":"stats","id":1}');
    expect(await client.next("error")).toMatchObject({ code: "internal" });
    expect(here.lines.some((line) => line.includes("a northbound message has failed"))).toBe(true);
  });
});

describe("a client", () => {
  it("that does not read misses events, hears how many, and holds up nobody", async () => {
    const waiting = 64 * 1024;
    const { world: here, client: slow } = await opened({ limits: { waiting } });
    const quick = await here.connectClient();
    await slow.ask({ type: "subscribe", id: 1, topics: ["inspect"] });
    await quick.ask({ type: "subscribe", id: 1, topics: ["inspect"] });
    slow.socket.pause();
    const payload = new Uint8Array(48 * 1024);
    const dropped = () => here.northbound.stats().dropped.get("inspect") ?? 0;
    let asked = 0;
    // Whatever the system itself holds for a socket comes first.
    while (dropped() < 3) {
      here.northbound.inspect({
        ...{ type: "inspect", id: 0, dpid: 7n, why: "", key: { ...key, vlans: [] }, generation: asked, seq: 1 },
        ...{ payload, complete: false },
      });
      asked += 1;
      await quick.next("inspect");
    }
    // 48 KiB are 64 KiB of base64: at most the limit and one message more than it.
    expect(here.northbound.stats().waiting).toBeLessThan(waiting + 66 * 1024);
    slow.socket.resume();
    expect((await slow.take(({ generation }) => generation === asked - 4)).type).toBe("inspect");
    while (here.northbound.stats().waiting > waiting) await turn();
    here.northbound.inspect({
      ...{ type: "inspect", id: 0, dpid: 7n, why: "", key: { ...key, vlans: [] }, generation: asked, seq: 1 },
      ...{ payload: new Uint8Array(1), complete: false },
    });
    expect(await slow.next("dropped")).toEqual({ type: "dropped", topic: "inspect", count: 3 });
    expect(await slow.take(({ generation }) => generation === asked)).toMatchObject({ payload: "AA==" });
  });

  it("that asks on and does not read is told to read, and not read any more itself", async () => {
    const { world: here, client } = await opened({ limits: { waiting: 1024 } });
    client.socket.pause();
    const count = 20_000;
    for (let id = 0; id < count; id += 1) client.socket.send(`{"type":"stats","id":${id}}`);
    const errors = () => here.northbound.stats().errors.get("busy") ?? 0;
    while (errors() === 0) await turn();
    // What was read in one piece is answered still: 64 KiB of questions with at least 30 bytes, and 80 bytes for each.
    expect(here.northbound.stats().waiting).toBeLessThan(1024 * 1024);
    client.socket.resume();
    // None is lost: each has its answer.
    await client.take(({ id }) => id === count - 1);
    expect(client.messages).toHaveLength(count - 1);
  });

  it("that does not answer a ping is given up", async () => {
    const { world: here } = await opened({ limits: { pingMs: 50 } });
    const mute = await here.connectClient({ autoPong: false });
    expect(await mute.closed).toBe(1006);
    expect(here.northbound.stats().givenUp.get("it does not answer")).toBeGreaterThan(0);
  });

  it("hears that the controller stops", async () => {
    const { world: here, client } = await opened();
    here.close();
    expect(await client.closed).toBe(1001);
  });
});

it("masks long messages of clients by bufferutil", async () => {
  const { mask } = createRequire(import.meta.url)("bufferutil") as {
    mask: (source: Buffer, mask: Buffer, output: Buffer, offset: number, length: number) => void;
  };
  const output = Buffer.alloc(5);
  mask(Buffer.of(0, 1, 2, 3, 4), Buffer.of(0xf0, 0x0f, 0xff, 0x00), output, 0, 5);
  // RFC 6455 §5.3: each byte is combined with the byte of the mask that is at its place modulo 4.
  expect([...output]).toEqual([0xf0, 0x0e, 0xfd, 0x03, 0xf4]);
  const module = createRequire(import.meta.url)("bufferutil") as Record<"mask" | "unmask", () => void>;
  const masked = vi.spyOn(module, "mask");
  const unmasked = vi.spyOn(module, "unmask");
  const { client } = await opened();
  expect(await client.tell(new Uint8Array(SNORT_ALERT_LENGTH), 1)).toMatchObject({ code: "badRecord" });
  expect(masked).toHaveBeenCalled();
  expect(unmasked).toHaveBeenCalled();
});
