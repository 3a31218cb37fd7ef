/** A tracker under test: what happens around it, and what it asks for. */
import type { ErrorEvent, ReportedFlow } from "../../../src/migration/index.ts";
import {
  createTracker,
  type Tracker,
  type TrackerConfig,
  type TrackerEffect,
  type TrackerEvent,
} from "../../../src/migration/index.ts";
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type FlowKey,
  type Frame,
  type MigrateVerdict,
  type SegmentFields,
  segmentFrame,
  TcpFlags,
  type Verdict,
} from "../../../src/tcp/index.ts";
import { seqAdd } from "../../../src/tcp/seq.ts";
import { ports } from "../scene.ts";

export const { ack: ACK, fin: FIN, rst: RST, syn: SYN, psh: PSH } = TcpFlags;
export const DPID = 7n;
export { ports };

export const secret = Uint8Array.from({ length: 32 }, (_, index) => index);

export const vip = { ip: "10.0.0.1", port: 80 };
export const service = {
  vip,
  origin: { switchPort: ports.origin },
  targets: { second: { switchPort: ports.target } },
};

/** Everything is known of the switch, and nothing is asked. */
export const told = { dataPlane: "actions", bundles: false, traps: false } as const;

export const plainConfig: TrackerConfig = { secret, services: { web: service }, ...told };

/** A client at this address; its Ethernet address ends with the last part of its IP address. */
export function clientAt(ip: string, port: number): Endpoint {
  const last = Number(ip.split(/[.:]/).at(-1)).toString(16).padStart(2, "0");
  return { mac: `00:00:00:00:03:${last.slice(-2)}`, ip, port };
}

export const server: Endpoint = { mac: "00:00:00:00:00:01", ...vip };

type Fields = Partial<Omit<SegmentFields, "from" | "to">>;

/** A packet that was sent, and where. */
export interface Sent {
  readonly port: number;
  readonly inPort: number;
  readonly frame: Frame;
}

/** One client's connection: x, y and z as in the guide. */
export interface Talk {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly inPort: number;
  readonly dpid: bigint;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export class TrackerRun {
  at = 0;
  effects: readonly TrackerEffect[] = [];
  tracker: Tracker;
  readonly events: TrackerEvent[] = [];
  private readonly probes: number[] = [];
  private question: number | undefined;

  constructor(config: TrackerConfig = plainConfig) {
    this.tracker = createTracker(config);
  }

  event(event: TrackerEvent): this {
    this.events.push(event);
    this.effects = this.tracker.handle(event);
    const probe = this.effects.findIndex((effect) => effect.type === "flowMod" && effect.role === "probe");
    const barrier = this.effects.slice(probe).find(({ type }) => type === "barrier");
    if (probe !== -1 && barrier) this.probes.push(barrier.id);
    this.question = this.effects.findLast(({ type }) => type === "flowStats")?.id ?? this.question;
    return this;
  }

  packet(inPort: number, frame: Frame | Uint8Array, options: { dpid?: bigint; cookie?: bigint } = {}): this {
    const bytes = frame instanceof Uint8Array ? frame : encodeFrame(frame);
    const { dpid = DPID, cookie } = options;
    return this.event({
      type: "packetIn",
      at: this.at,
      dpid,
      inPort,
      frame: bytes,
      ...(cookie !== undefined && { cookie }),
    });
  }

  client(talk: Talk, fields: Fields = {}, cookie?: bigint): this {
    const { from, to, x, y, inPort, dpid } = talk;
    const frame = segmentFrame({ from, to, seq: seqAdd(x, 1), ack: seqAdd(y, 1), flags: ACK, window: 502, ...fields });
    return this.packet(inPort, frame, { dpid, ...(cookie !== undefined && { cookie }) });
  }

  origin(talk: Talk, fields: Fields = {}, cookie?: bigint): this {
    const { from, to, x, y, dpid } = talk;
    const numbers = { seq: seqAdd(y, 1), ack: seqAdd(x, 1), flags: ACK, window: 509 };
    const frame = segmentFrame({ from: to, to: from, ...numbers, ...fields });
    return this.packet(ports.origin, frame, { dpid, ...(cookie !== undefined && { cookie }) });
  }

  target(talk: Talk, fields: Fields = {}, cookie?: bigint): this {
    const { from, to, x, z, dpid } = talk;
    const numbers = { seq: seqAdd(z, 1), ack: seqAdd(x, 1), flags: ACK, window: 509 };
    const frame = segmentFrame({ from: to, to: from, ...numbers, ...fields });
    return this.packet(ports.target, frame, { dpid, ...(cookie !== undefined && { cookie }) });
  }

  /** The handshake of client and server 1. */
  handshake(talk: Talk): this {
    this.client(talk, { seq: talk.x, ack: 0, flags: SYN });
    this.origin(talk, { seq: talk.y, flags: SYN | ACK });
    return this.client(talk);
  }

  request(talk: Talk, text = "GET / HTTP/1.1\r\n\r\n"): this {
    return this.client(talk, { flags: ACK | PSH, payload: new TextEncoder().encode(text) });
  }

  verdict(
    talk: Talk,
    verdict: Pick<Verdict, "action"> & Partial<Omit<MigrateVerdict, "action">> = { action: "migrate" },
  ): this {
    return this.event({ type: "verdict", at: this.at, verdict: { key: keyOf(talk), ...verdict } as Verdict });
  }

  barrier(dpid = DPID): this {
    const id = this.effects.findLast(({ type }) => type === "barrier")?.id;
    if (id === undefined) throw new Error("no barrier was sent");
    return this.event({ type: "barrierReply", at: this.at, dpid, id });
  }

  error(id: number, fields: Partial<ErrorEvent> = {}): this {
    return this.event({ type: "error", at: this.at, dpid: DPID, id, errorType: 5, code: 1, ...fields });
  }

  /** The whole of a hand-over, from the SYN to the switch's last confirmation. */
  migrate(talk: Talk): this {
    this.handshake(talk).request(talk).verdict(talk);
    this.target(talk, { seq: talk.z, flags: SYN | ACK });
    this.barrier(talk.dpid);
    // With software shifting there is nothing to wait for any more.
    return this.types.includes("barrier") ? this.barrier(talk.dpid) : this;
  }

  wait(ms: number): this {
    this.at += ms;
    return this.event({ type: "timer", at: this.at });
  }

  back(dpid = DPID): this {
    return this.event({ type: "switchBack", at: this.at, dpid });
  }

  lost(dpid = DPID): this {
    return this.event({ type: "switchLost", at: this.at, dpid });
  }

  /** Answers the last question for flows. */
  flows(flows: readonly ReportedFlow[], id = this.question): this {
    if (id === undefined) throw new Error("no flows were asked for");
    return this.event({ type: "flowStats", at: this.at, dpid: DPID, id, flows });
  }

  /** Whatever is due happens, until nothing is for so long. */
  settle(ms: number): this {
    const end = this.at + ms;
    for (let rounds = 0; rounds < 10_000; rounds += 1) {
      const due = this.tracker.deadline();
      if (due === undefined || due > end) break;
      this.at = Math.max(this.at, due);
      this.event({ type: "timer", at: this.at });
    }
    this.at = end;
    return this.event({ type: "timer", at: end });
  }

  /** The barriers behind the probes that were begun. */
  probeBarrier(): readonly number[] {
    return this.probes;
  }

  /** Goes on where another one is. */
  follow(other: TrackerRun): this {
    this.at = other.at;
    this.question = other.question;
    return this;
  }

  /** The id of the last question for all flows. */
  flowsId(): number {
    if (this.question === undefined) throw new Error("no flows were asked for");
    return this.question;
  }

  // What the last event led to.

  get sent(): readonly Sent[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== "packetOut") return [];
      const [action] = effect.message.actions;
      if (action?.type !== "output") throw new Error("not out of one port");
      return [{ port: action.port, inPort: effect.message.inPort, frame: decodeFrame(effect.message.data) }];
    });
  }

  get types(): readonly string[] {
    return this.effects.map(({ type }) => type);
  }

  get codes(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === "report" ? [effect.code] : []));
  }

  get roles(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.role] : []));
  }

  phase(talk: Talk): string | undefined {
    const key = keyOf(talk);
    for (const view of this.tracker.connections()) {
      if (view.key.src === key.src && view.key.srcPort === key.srcPort && view.key.dst === key.dst) return view.phase;
    }
    return undefined;
  }
}

export function keyOf({ from, to }: Talk): FlowKey {
  return { vlans: [], src: from.ip, dst: to.ip, srcPort: from.port, dstPort: to.port };
}

export function talk(fields: Partial<Talk> = {}): Talk {
  return {
    from: clientAt("10.0.0.3", 33_333),
    to: server,
    inPort: ports.client,
    dpid: DPID,
    x: 1000,
    y: 5000,
    z: 3000,
    ...fields,
  };
}
