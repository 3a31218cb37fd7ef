/** One connection under test: what happens to it, and what the machine asks for. */
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  step,
} from "../../../src/migration/machine/index.ts";
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type FlowKey,
  type Frame,
  flowKey,
  type MigrateVerdict,
  type SegmentFields,
  segmentFrame,
  type Tcp,
  TcpFlags,
  type Verdict,
  type VlanTag,
} from "../../../src/tcp/index.ts";
import { add, client, framesOf, mssAndScale, ports, server } from "../scene.ts";

export const { ack: ACK, fin: FIN, rst: RST, syn: SYN, psh: PSH } = TcpFlags;
export const DPID = 7n;

/** x, y, z: the initial sequence numbers of the client, server 1 and the new server. */
export interface Numbers {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const plainConfig: ConnectionConfig = {
  service: {
    origin: { switchPort: ports.origin },
    targets: { second: { switchPort: ports.target }, third: { switchPort: 4 } },
  },
};

/** Servers that greet, with the same twenty bytes. */
export const greetingConfig: ConnectionConfig = {
  ...plainConfig,
  service: { ...plainConfig.service, profile: { speaksFirst: { maxBannerBytes: 100 } } },
};

type Fields = Partial<Omit<SegmentFields, "from" | "to">>;

const key = flowKey(framesOf().syn);

type VerdictFields = Omit<MigrateVerdict, "key" | "action"> & Pick<Verdict, "action"> & { readonly key?: FlowKey };

/** A packet that the machine sent, and where. */
export interface Sent {
  readonly port: number;
  readonly inPort: number;
  readonly frame: Frame;
  readonly tcp: Tcp;
}

/** Who takes part. */
export interface Ends {
  readonly client: Endpoint;
  /** The service. */
  readonly server: Endpoint;
  /** Where server 1 says it is. */
  readonly origin: Endpoint;
  /** The client's tags. */
  readonly vlans: readonly VlanTag[];
  /** The servers'. */
  readonly originVlans: readonly VlanTag[];
}

/** The flows that come before a new server may speak, and the barrier behind them. */
export const armingStory = [
  "targetRstTrap",
  "guardWatch",
  "guard",
  "clientSynTrap",
  "targetSynTrap",
  "reverse",
  "barrier",
];

export class Run {
  state: ConnectionState | undefined;
  at = 0;
  effects: readonly ConnectionEffect[] = [];
  readonly events: ConnectionEvent[] = [];
  readonly numbers: Numbers;
  readonly config: ConnectionConfig;
  /** Where the new server says it is. */
  readonly targetEnd: Endpoint;
  readonly ends: Ends;

  constructor(
    numbers: Partial<Numbers> = {},
    config: ConnectionConfig = plainConfig,
    targetEnd?: Endpoint,
    ends: Partial<Ends> = {},
  ) {
    this.numbers = { x: 1000, y: 5000, z: 3000, ...numbers };
    this.config = config;
    this.ends = { client, server, origin: ends.server ?? server, vlans: [], originVlans: ends.vlans ?? [], ...ends };
    this.targetEnd = targetEnd ?? this.ends.server;
  }

  get phase(): string | undefined {
    return this.state?.phase;
  }

  event(event: ConnectionEvent): this {
    this.events.push(event);
    const result = step(this.state, event, this.config);
    this.state = result.state;
    this.effects = result.effects;
    return this;
  }

  packet(inPort: number, frame: Frame | Uint8Array, cookie?: bigint): this {
    const bytes = frame instanceof Uint8Array ? frame : encodeFrame(frame);
    return this.event({
      type: "packetIn",
      at: this.at,
      dpid: DPID,
      inPort,
      frame: bytes,
      ...(cookie !== undefined && { cookie }),
    });
  }

  /** A segment of the client's, in its own numbers; absent ones are those of its first data. */
  client(fields: Fields, cookie?: bigint): this {
    return this.packet(ports.client, this.clientFrame(fields), cookie);
  }

  clientFrame(fields: Fields): Frame {
    const { x, y } = this.numbers;
    return segmentFrame({
      from: this.ends.client,
      to: this.ends.server,
      vlans: this.ends.vlans,
      seq: add(x, 1),
      ack: add(y, 1),
      flags: ACK,
      window: 502,
      ...fields,
    });
  }

  /** A segment of server 1's. */
  origin(fields: Fields, cookie?: bigint): this {
    const { x, y } = this.numbers;
    const path = { from: this.ends.origin, to: this.ends.client, vlans: this.ends.originVlans };
    const from = { ...path, seq: add(y, 1), ack: add(x, 1), flags: ACK, window: 509 };
    return this.packet(ports.origin, segmentFrame({ ...from, ...fields }), cookie);
  }

  /** A segment of the new server's, in its own numbers. */
  target(fields: Fields, cookie?: bigint): this {
    const { x, z } = this.numbers;
    const path = { from: this.targetEnd, to: this.ends.client, vlans: this.ends.originVlans };
    const from = { ...path, seq: add(z, 1), ack: add(x, 1), flags: ACK, window: 509 };
    return this.packet(ports.target, segmentFrame({ ...from, ...fields }), cookie);
  }

  verdict(verdict: VerdictFields = { action: "migrate" }): this {
    return this.event({
      type: "verdict",
      at: this.at,
      verdict: { key: this.state?.connection.key ?? key, ...verdict } as Verdict,
    });
  }

  /** Answers the barrier that was sent last, or the one with this id. */
  barrier(id = this.barriers.at(-1)): this {
    if (id === undefined) throw new Error("no barrier was sent");
    return this.event({ type: "barrierReply", at: this.at, dpid: DPID, id });
  }

  error(id: number, errorType = 5, code = 1): this {
    return this.event({ type: "error", at: this.at, dpid: DPID, id, errorType, code });
  }

  /** Time passes; the timer goes off when it is due. */
  wait(ms: number): this {
    this.at += ms;
    return this.event({ type: "timer", at: this.at });
  }

  get deadline(): number | undefined {
    return this.state && deadline(this.state, this.config);
  }

  // What the last event led to.

  get sent(): readonly Sent[] {
    return this.sentFrames.map(({ port, inPort, frame }) => {
      if (!frame.tcp) throw new Error("not a segment");
      return { port, inPort, frame, tcp: frame.tcp };
    });
  }

  /** Packets of any kind. */
  get sentFrames(): readonly Omit<Sent, "tcp">[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== "packetOut") return [];
      const [action] = effect.message.actions;
      if (action?.type !== "output") throw new Error("not out of one port");
      return [{ port: action.port, inPort: effect.message.inPort, frame: decodeFrame(effect.message.data) }];
    });
  }

  get flows(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.role] : []));
  }

  flowId(role: string): number {
    const effect = this.effects.find((candidate) => candidate.type === "flowMod" && candidate.role === role);
    if (!effect) throw new Error(`no ${role} flow was sent`);
    return effect.id;
  }

  get barriers(): readonly number[] {
    return this.effects.flatMap((effect) => (effect.type === "barrier" ? [effect.id] : []));
  }

  get reports(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === "report" ? [effect.code] : []));
  }

  /** What was asked for, in order: packets as `port:flags seq,ack+length`, flows by role. */
  get story(): readonly string[] {
    return this.effects.flatMap((effect) => {
      switch (effect.type) {
        case "packetOut": {
          const { tcp, payload } = decodeFrame(effect.message.data);
          const [action] = effect.message.actions;
          if (!tcp || action?.type !== "output") throw new Error("not one segment out of one port");
          return [`${portName(action.port)}:${flagNames(tcp)} ${tcp.seq},${tcp.ack}+${payload.length}`];
        }
        case "flowMod":
          return [effect.message.command === 3 ? "delete" : effect.role];
        case "report":
        case "inspect":
          return [];
        default:
          return [effect.type];
      }
    });
  }

  // How a connection gets where a test wants it.

  syn(fields: Fields = {}): this {
    return this.client({ seq: this.numbers.x, ack: 0, flags: SYN, window: 64240, options: mssAndScale, ...fields });
  }

  synAck(fields: Fields = {}): this {
    const { y } = this.numbers;
    return this.origin({ seq: y, flags: SYN | ACK, window: 65160, options: mssAndScale, ...fields });
  }

  targetSynAck(fields: Fields = {}): this {
    const { z } = this.numbers;
    return this.target({ seq: z, flags: SYN | ACK, window: 65160, options: mssAndScale, ...fields });
  }

  data(length = 18, fields: Fields = {}): this {
    return this.client({ flags: PSH | ACK, payload: letters(length), ...fields });
  }

  toReady(): this {
    return this.syn().synAck().client({});
  }

  toHold(): this {
    return this.toReady().data();
  }

  toDial(): this {
    return this.toHold().verdict();
  }

  /** Server 1 has said this, and the client has it and asks. */
  toGreeted(greeting = letters(20)): this {
    const ack = add(this.numbers.y, 1 + greeting.length);
    return this.toReady().origin({ payload: greeting }).client({ ack }).data(18, { ack });
  }

  /** The new server has accepted, and has not greeted. */
  toGreet(greeting = letters(20)): this {
    return this.toGreeted(greeting).verdict().targetSynAck();
  }

  toArm(): this {
    return this.toDial().targetSynAck();
  }

  /** The forward flow is sent, its barrier not answered. */
  toCommitted(): this {
    return this.toArm().barrier();
  }

  toMigrated(): this {
    this.toArm().barrier();
    return this.config.dataPlane === "software" ? this : this.barrier();
  }

  toFwdArm(): this {
    return this.toHold().verdict({ action: "forward" });
  }

  toForwarded(): this {
    return this.toFwdArm().barrier();
  }

  toNonMig(): this {
    return this.toReady().client({ flags: FIN | ACK });
  }
}

export function letters(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 97 + ((from + index) % 26));
}

function portName(port: number): string {
  const names: Record<number, string> = { 1: "s1", 2: "s2", 3: "client", 4294967289: "table" };
  return names[port] ?? `${port}`;
}

function flagNames({ flags }: Tcp): string {
  const names: readonly [string, number][] = [
    ["S", SYN],
    ["F", FIN],
    ["R", RST],
    ["P", PSH],
    ["A", ACK],
  ];
  return names.map(([name, flag]) => ((flags & flag) === 0 ? "" : name)).join("");
}
