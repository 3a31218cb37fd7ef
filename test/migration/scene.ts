/** Frames of one connection, for tests to change what they are about. */
import type { MigrationInput } from "../../src/migration/index.ts";
import {
  dataFrame,
  type Endpoint,
  type Frame,
  synAckFrame,
  synFrame,
  TcpFlags,
  type TcpOption,
  type VlanTag,
} from "../../src/tcp/index.ts";

export const client: Endpoint = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };
export const server: Endpoint = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 };
export const ports = { client: 3, origin: 1, target: 2 };
/** Left out of comparisons that are not about it. */
export const mssAndScale: readonly TcpOption[] = [
  { type: "mss", value: 1460 },
  { type: "nop" },
  { type: "windowScale", shift: 7 },
];
export const text = new TextEncoder();

/** What differs from a fresh connection with ISNs 1000, 5000 and 3000. */
export interface Scene {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  /** Bytes that client and server 1 have exchanged before. */
  readonly k?: number;
  readonly m?: number;
  readonly client?: Endpoint;
  readonly server?: Endpoint;
  /** The new server's own end, when it differs. */
  readonly target?: Endpoint;
  readonly vlans?: readonly VlanTag[];
  readonly synOptions?: readonly TcpOption[];
  readonly synAckOptions?: readonly TcpOption[];
  readonly targetOptions?: readonly TcpOption[];
  readonly synFlags?: number;
  readonly synAckFlags?: number;
  readonly targetFlags?: number;
  readonly targetWindow?: number;
  /** Lengths of the held segments. */
  readonly lengths?: readonly number[];
}

export interface Frames {
  readonly syn: Frame;
  readonly synAck: Frame;
  readonly request: readonly Frame[];
  readonly targetSynAck: Frame;
}

/** Number arithmetic of the tests' own: a + n modulo 2³². */
export function add(a: number, n: number): number {
  return Number((((BigInt(a) + BigInt(n)) % 2n ** 32n) + 2n ** 32n) % 2n ** 32n);
}

export function framesOf(scene: Scene = {}): Frames {
  const { x = 1000, y = 5000, z = 3000, k = 0, m = 0, vlans = [], lengths = [18] } = scene;
  const c = scene.client ?? client;
  const s = scene.server ?? server;
  const t = scene.target ?? s;
  let seq = add(x, 1 + k);
  const request = lengths.map((length) => {
    const payload = Uint8Array.from({ length }, (_, index) => 97 + (index % 26));
    const frame = dataFrame({ from: c, to: s, vlans, seq, ack: add(y, 1 + m), window: 502, payload });
    seq = add(seq, length);
    return frame;
  });
  return {
    syn: synFrame({
      from: c,
      to: s,
      vlans,
      seq: x,
      window: 64240,
      options: scene.synOptions ?? mssAndScale,
      flags: scene.synFlags ?? 0,
    }),
    synAck: synAckFrame({
      from: s,
      to: c,
      vlans,
      seq: y,
      ack: add(x, 1),
      window: 65160,
      options: scene.synAckOptions ?? mssAndScale,
      flags: scene.synAckFlags ?? 0,
    }),
    request,
    targetSynAck: synAckFrame({
      from: t,
      to: c,
      vlans,
      seq: z,
      ack: add(x, 1 + k),
      window: scene.targetWindow ?? 65160,
      options: scene.targetOptions ?? mssAndScale,
      flags: scene.targetFlags ?? 0,
    }),
  };
}

export function inputOf(scene: Scene = {}): MigrationInput {
  return { ...framesOf(scene), ports };
}

/** The same without the new server's answer. */
export function dialInputOf(scene: Scene = {}): MigrationInput {
  const { syn, synAck, request } = framesOf(scene);
  return { syn, synAck, request, ports };
}

/** The frame with some of its TCP header changed. */
export function withTcp(frame: Frame, change: Partial<NonNullable<Frame["tcp"]>>): Frame {
  if (!frame.tcp) throw new Error("no TCP");
  return { ...frame, tcp: { ...frame.tcp, ...change } };
}

export const SYN_ACK = TcpFlags.syn | TcpFlags.ack;
