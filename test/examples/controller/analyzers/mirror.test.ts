/** What an analyzer's port gets to see of connections. */
import { afterEach, describe, expect, it } from "vitest";
import { createMirror } from "../../../../examples/controller/analyzers/mirror.ts";
import type { Channel } from "../../../../examples/controller/channel.ts";
import { createLog } from "../../../../examples/controller/log.ts";
import { createSwitches } from "../../../../examples/controller/switches.ts";
import { decode, type Message } from "../../../../src/index.ts";
import { decodeFrame, encodeFrame, type Frame, TcpFlags } from "../../../../src/tcp/index.ts";
import { text, web } from "../scene.ts";
import { type OpenOptions, open, type World } from "./support.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function opened(options: Partial<OpenOptions> = {}): Promise<World> {
  world = await open({ analyzer: "eve", ...options });
  return world;
}

const letters: readonly (readonly [number, string])[] = [
  [TcpFlags.syn, "S"],
  [TcpFlags.fin, "F"],
  [TcpFlags.rst, "R"],
  [TcpFlags.ack, "A"],
];

/** `3>1 SA 5 6 words`: from and to, flags, numbers and data. */
function told({ ipv4, tcp, payload }: Frame): string {
  const flags = letters.map(([flag, letter]) => (((tcp?.flags ?? 0) & flag) === 0 ? "" : letter)).join("");
  const end = (ip = "") => ip.split(".").at(-1) ?? "";
  return `${end(ipv4?.src)}>${end(ipv4?.dst)} ${flags} ${tcp?.seq ?? 0} ${tcp?.ack ?? 0} ${text(payload)}`.trim();
}

const seen = ({ overheard }: World) =>
  overheard
    .map((frame) => decodeFrame(frame))
    .filter(({ tcp }) => tcp)
    .map(told);

// The client's first number is 4294967290, that of server 1 5000.
const handshake = ["3>1 S 4294967290 0", "1>3 SA 5000 4294967291", "3>1 A 4294967291 5001"];

describe("an analyzer's port", () => {
  it.each(["custom", "stock"] as const)(
    "gets the handshake, the request that is held, and an ACK of it that nobody else gets; actions are %s",
    async (actions) => {
      const here = await opened({ actions });
      await here.held();
      // Ten bytes from 4294967291 end at 5, modulo 2^32.
      expect(seen(here)).toEqual([...handshake, "3>1 A 4294967291 5001 migrate me", "1>3 A 5001 5"]);
      expect(here.mirror.stats()).toEqual({ sent: 5, dropped: 0 });
      // All are what a capture would show: no checksum is wrong.
      expect(here.overheard.every((frame) => decodeFrame(frame).tcp?.checksumValid !== false)).toBe(true);
    },
  );

  it("gets more of a request as it comes, each segment once", async () => {
    const here = await opened();
    const { connection } = await here.held("one ");
    connection.send(new TextEncoder().encode("two"));
    // Long enough for the client to say it all again, which nobody has acknowledged.
    await here.run(900);
    expect(seen(here).slice(3)).toEqual([
      "3>1 A 4294967291 5001 one",
      "1>3 A 5001 4294967295",
      "3>1 A 4294967295 5001 two",
      "1>3 A 5001 2",
    ]);
  });

  it("gets nothing of what flows carry once it is decided", async () => {
    const here = await opened();
    const { connection, key, answer } = await here.held();
    const before = seen(here).length;
    here.controller.tell({ type: "verdict", at: here.network.now(), verdict: { key, action: "migrate" } });
    await here.run(40);
    connection.send(new TextEncoder().encode("and more"));
    await here.run(40);
    expect(answer()).toBe("two: migrate metwo: and more");
    expect(seen(here)).toHaveLength(before);
  });

  it("gets no connection to something else", async () => {
    const here = await opened();
    expect(await here.ask("anything", 22)).toBe("one: anything");
    expect(here.mirror.stats()).toEqual({ sent: 0, dropped: 0 });
  });

  it("gets the request in shadow mode, too", async () => {
    const services = {
      web: {
        vip: { ip: web.ip, port: 80, mac: web.mac },
        ...{ origin: { switchPort: 1 }, targets: { twin: { switchPort: 2 } }, shadow: true },
      },
    };
    const here = await opened({ tracker: { services } });
    expect(await here.ask("migrate me")).toBe("one: migrate me");
    expect(seen(here).slice(0, 4)).toEqual([...handshake, "3>1 A 4294967291 5001 migrate me"]);
  });
});

describe("what the tracker does not take", () => {
  /** The client's request as somebody else would have sent it. */
  async function forged(change: (frame: Frame) => Frame) {
    const here = await opened();
    const frames: Uint8Array[] = [];
    here.network.tap(({ from, frame }) => {
      if ("connect" in from) frames.push(frame);
    });
    await here.held();
    const request = frames.map((frame) => decodeFrame(frame)).find(({ payload }) => payload.length > 0);
    if (!request) throw new Error("no request was sent");
    const before = seen(here);
    here.controller.tell({
      ...{ type: "packetIn", at: here.network.now(), dpid: 7n, inPort: 3 },
      frame: encodeFrame(change(request), { checksums: "compute" }),
    });
    await here.run(5);
    return { here, isUnseen: seen(here).join() === before.join() };
  }

  it("because it contradicts what is held is not shown either: the analyzer judges what will be released", async () => {
    const { here, isUnseen } = await forged((frame) => ({ ...frame, payload: new TextEncoder().encode("harmless !") }));
    expect(here.reports()).toContain("HELD_CONFLICT");
    expect(isUnseen).toBe(true);
  });

  it.each([
    ["a number far away", { seq: 1_000_000_000 }],
    ["a SYN among the data", { flags: TcpFlags.syn | TcpFlags.ack }],
    ["another SYN", { flags: TcpFlags.syn, seq: 77 }],
    ["a reset beside the mark", { flags: TcpFlags.rst, seq: 100 }],
  ])("such as %s is not shown either", async (_, change) => {
    const { isUnseen } = await forged((frame) => (frame.tcp ? { ...frame, tcp: { ...frame.tcp, ...change } } : frame));
    expect(isUnseen).toBe(true);
  });
});

describe("copies", () => {
  const frame = new Uint8Array(60);
  function switchThatWaits(waiting: number) {
    const sent: Message[] = [];
    const channel: Channel = {
      ...{ peer: "a test", dpid: 7n, waiting },
      send: (message) => sent.push(decode(message)),
      flush: () => undefined,
      close: () => undefined,
    };
    const switches = createSwitches({
      log: createLog(
        "error",
        () => undefined,
        () => 0,
      ),
      now: () => 0,
      placement: () => ({ known: new Map(), twins: new Set() }),
      tell: () => undefined,
    });
    const features = { ...{ datapathId: 7n, nBuffers: 0, nTables: 1, auxiliaryId: 0, capabilities: 0 } };
    switches.up(channel, { type: "featuresReply", xid: 0, reserved: 0, ...features });
    return {
      copy: () => switches.copy(7n, 4, frame),
      packetOuts: () => sent.filter(({ type }) => type === "packetOut"),
    };
  }

  it("go to a switch that takes what it is sent", () => {
    const { copy, packetOuts } = switchThatWaits(2 ** 20);
    expect(copy()).toBe(true);
    expect(packetOuts()).toMatchObject([{ data: frame, actions: [{ type: "output", port: 4 }] }]);
  });

  it("are left out as soon as more than a mebibyte waits for it, though other messages are not", () => {
    const { copy, packetOuts } = switchThatWaits(2 ** 20 + 1);
    expect(copy()).toBe(false);
    expect(packetOuts()).toEqual([]);
  });

  it("that are left out are counted", async () => {
    const here = await opened();
    const mirror = createMirror({
      services: () => ({}),
      ports: () => new Map([["web", 4]]),
      connection: here.controller.connection,
      send: () => false,
    });
    await here.held();
    const request = here.overheard.find((each) => decodeFrame(each).payload.length > 0);
    if (!request) throw new Error("no request was seen");
    mirror.watch({ type: "packetIn", at: here.network.now(), dpid: 7n, inPort: 3, frame: request }, []);
    expect(mirror.stats()).toEqual({ sent: 0, dropped: 1 });
  });
});
