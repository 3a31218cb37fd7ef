/** A tracker on a real, unmodified Open vSwitch: what it finds out, what it installs, and what it finds again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromHex, type Message } from "../../src/index.ts";
import {
  createEventReader,
  createTracker,
  encodeEffect,
  type Tracker,
  type TrackerConfig,
  type TrackerEffect,
  type TrackerEvent,
} from "../../src/migration/index.ts";
import { decodeFrame, encodeFrame, type SegmentFields, segmentFrame, TcpFlags } from "../../src/tcp/index.ts";
import { startVswitchd, type Vswitchd } from "./vswitchd.ts";

const { ack: ACK, syn: SYN, psh: PSH } = TcpFlags;
const DPID = 7n;
const client = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33_333 };
const server = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
const PORTS = { origin: 1, target: 2, client: 3 };
const config: TrackerConfig = {
  secret: new Uint8Array(32).fill(7),
  services: {
    web: {
      vip: { ip: server.ip, port: server.port },
      origin: { switchPort: PORTS.origin },
      targets: { second: { switchPort: PORTS.target } },
    },
  },
};

let real: Vswitchd;
beforeAll(async () => {
  real = await startVswitchd([1, 2, 3]);
});
afterAll(async () => {
  await real.stop();
});

/** A tracker whose switch is the real one. */
class Controller {
  readonly tracker: Tracker;
  readonly reports: TrackerEffect[] = [];
  readonly refused: Message[] = [];
  private readonly reader = createEventReader(DPID);
  private at = 0;

  constructor(changes: Partial<TrackerConfig> = {}) {
    this.tracker = createTracker({ ...config, ...changes });
  }

  async handle(event: TrackerEvent): Promise<void> {
    const effects = this.tracker.handle(event);
    this.reports.push(...effects.filter(({ type }) => type === "report"));
    const messages = effects.map((effect) => encodeEffect(effect)).filter(({ length }) => length > 0);
    if (messages.length > 0) await this.hear(await real.exchange(messages));
    for (const effect of effects) {
      if (effect.type !== "inspect") continue;
      const { key, generation, seq } = effect;
      await this.handle({ type: "verdict", at: this.at, verdict: { action: "migrate", key, generation, seq } });
    }
  }

  async hear(messages: readonly Message[]): Promise<void> {
    this.at += 1;
    for (const message of messages) {
      if (message.type === "error") this.refused.push(message);
      const event = this.reader.read(message, this.at);
      if (event) await this.handle(event);
    }
  }

  /** A frame comes in; gives what leaves the switch by each port in the end. */
  async inject(port: number, fields: Partial<SegmentFields>): Promise<Map<number, string[]>> {
    const path = port === PORTS.client ? { from: client, to: server } : { from: server, to: client };
    const frame = segmentFrame({ ...path, seq: 0, ack: 0, flags: ACK, window: 500, ...fields });
    const { out, messages } = await real.inject(port, encodeFrame(frame));
    await this.hear(messages);
    // What the controller sent has left by now.
    const late = await real.inject(PORTS.client, new Uint8Array(60));
    for (const [number, frames] of late.out) out.set(number, [...(out.get(number) ?? []), ...frames]);
    return out;
  }
}

function segments(frames: readonly string[] | undefined): readonly (readonly [number, number, string])[] {
  return (frames ?? []).map((hex) => {
    const { tcp, payload } = decodeFrame(fromHex(hex));
    return [tcp?.seq ?? -1, tcp?.ack ?? -1, Buffer.from(payload).toString()];
  });
}

describe("a tracker on an unmodified Open vSwitch", () => {
  it("finds out what it is, moves a connection through it, and finds it again by its flows", async () => {
    const first = new Controller();
    await first.handle({ type: "switchBack", at: 0, dpid: DPID });
    expect(first.reports).toMatchObject([
      { code: "DATA_PLANE", numbers: { answered: 1, actions: 0, bundles: 1, tcpFlags: 1 } },
    ]);
    // The four actions, and nothing else: OFPET_BAD_ACTION.
    expect(first.refused).toMatchObject([{ errorType: 2 }]);

    // x = 1000, y = 5000, z = 3000: D = 2000.
    await first.inject(PORTS.client, { seq: 1000, flags: SYN });
    await first.inject(PORTS.origin, { seq: 5000, ack: 1001, flags: SYN | ACK });
    await first.inject(PORTS.client, { seq: 1001, ack: 5001 });
    const dial = await first.inject(PORTS.client, {
      seq: 1001,
      ack: 5001,
      flags: ACK | PSH,
      payload: Buffer.from("hi"),
    });
    expect(segments(dial.get(PORTS.target))).toEqual([[1000, 0, ""]]);
    const release = await first.inject(PORTS.target, { seq: 3000, ack: 1001, flags: SYN | ACK });
    expect(segments(release.get(PORTS.target))).toEqual([
      [1001, 3001, ""],
      [1001, 3001, "hi"],
    ]);
    expect(segments(release.get(PORTS.origin))).toEqual([[1001, 5001, ""]]);
    const answer = await first.inject(PORTS.target, {
      seq: 3001,
      ack: 1003,
      flags: ACK | PSH,
      payload: Buffer.from("ho"),
    });
    expect(segments(answer.get(PORTS.client))).toEqual([[5001, 1003, "ho"]]);

    // The controller dies, and the next one knows nothing.
    const second = new Controller({ cookie: { epoch: 1 } });
    await second.handle({ type: "switchBack", at: 0, dpid: DPID });
    expect([...second.tracker.connections()]).toMatchObject([{ phase: "migrated", target: "second", clientPort: 3 }]);
    const more = await second.inject(PORTS.client, {
      seq: 1003,
      ack: 5003,
      flags: ACK | PSH,
      payload: Buffer.from("ha"),
    });
    expect(segments(more.get(PORTS.target))).toEqual([[1003, 3003, "ha"]]);
    const last = await second.inject(PORTS.target, { seq: 3003, ack: 1005 });
    expect(segments(last.get(PORTS.client))).toEqual([[5003, 1005, ""]]);
    expect(second.refused).toMatchObject([{ errorType: 2 }]);

    // Every flow that is left is the second one's.
    const third = new Controller({ cookie: { epoch: 2 }, traps: false });
    await third.handle({ type: "switchBack", at: 0, dpid: DPID });
    const recovered = third.reports.filter((effect) => effect.type === "report" && effect.code === "RECOVERED");
    expect(recovered).toMatchObject([{ numbers: { epoch: 1, e: 0, d: 2000 } }]);
  }, 60_000);

  it("is shown what concerns a service of IPv6, neighbour discovery and all", async () => {
    const target = { switchPort: PORTS.target, ip: "2001:db8::2", port: 8080 };
    const six = new Controller({
      services: {
        web: {
          vip: { ip: "2001:db8::1", port: 80 },
          origin: { switchPort: PORTS.origin },
          targets: { second: target },
        },
      },
    });
    await six.handle({ type: "switchBack", at: 0, dpid: DPID });
    expect(six.refused).toMatchObject([{ errorType: 2 }]);
  }, 60_000);
});
