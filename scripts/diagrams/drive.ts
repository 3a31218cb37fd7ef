/** A connection that the machine is taken through, and its history. */
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  createHistory,
  type History,
  step,
} from "../../src/migration/index.ts";
import { type Endpoint, encodeFrame, flowKey, segmentFrame, TcpFlags, type TcpOption } from "../../src/tcp/index.ts";

export const { ack: ACK, psh: PSH, rst: RST, syn: SYN } = TcpFlags;
export const client: Endpoint = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };
export const service: Endpoint = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
const CLIENT_PORT = 3;
const DPID = 1n;
const options: readonly TcpOption[] = [
  { type: "mss", value: 1460 },
  { type: "nop" },
  { type: "windowScale", shift: 7 },
];

interface Fields {
  readonly seq: number;
  readonly ack: number;
  readonly flags?: number;
  readonly length?: number;
}

/** Says what happens, in milliseconds from the client's SYN on. */
export interface Drive {
  readonly client: (at: number, fields: Fields) => void;
  /** A segment of the server behind this port. */
  readonly server: (at: number, port: number, fields: Fields) => void;
  readonly migrate: (at: number, target: string, park?: boolean) => void;
  /** The switch answers the barrier that was sent last. */
  readonly barrier: (at: number) => void;
  /** The switch refuses the flow of this role that was sent last: its table is full. */
  readonly refuse: (at: number, role: string) => void;
  readonly timer: (at: number) => void;
}

/** Takes a connection through what `story` says. */
export function historyOfDrive(config: ConnectionConfig, story: (drive: Drive) => void): History {
  const recorder = createHistory({ service: config.service });
  const sent: ConnectionEffect[] = [];
  let state: ConnectionState | undefined;
  const handle = (event: ConnectionEvent): void => {
    const result = step(state, event, config);
    state = result.state;
    sent.push(...result.effects);
    recorder.record(event, result.effects, state?.phase);
  };
  const last = (wanted: (effect: ConnectionEffect) => boolean): number => {
    const effect = sent.findLast(wanted);
    if (!effect) throw new Error("the machine has not asked for that");
    return effect.id;
  };
  const segment = (at: number, inPort: number, from: Endpoint, to: Endpoint, fields: Fields): void => {
    const { seq, ack, flags = ACK, length = 0 } = fields;
    const isSyn = (flags & SYN) !== 0;
    const frame = segmentFrame({
      from,
      to,
      seq,
      ack,
      flags,
      window: isSyn ? 64240 : 502,
      ...(isSyn && { options }),
      payload: new Uint8Array(length),
    });
    handle({ type: "packetIn", at, dpid: DPID, inPort, frame: encodeFrame(frame) });
  };
  story({
    client: (at, fields) => {
      segment(at, CLIENT_PORT, client, service, fields);
    },
    server: (at, port, fields) => {
      const place = Object.values(config.service.targets).find(({ switchPort }) => switchPort === port);
      const { mac = service.mac, ip = service.ip, port: tcpPort = service.port } = place ?? {};
      segment(at, port, { mac, ip, port: tcpPort }, client, fields);
    },
    migrate: (at, target, park = false) => {
      const key = flowKey(segmentFrame({ from: client, to: service, seq: 0, ack: 0, flags: ACK, window: 0 }));
      handle({ type: "verdict", at, verdict: { key, action: "migrate", target, park } });
    },
    barrier: (at) => {
      handle({ type: "barrierReply", at, dpid: DPID, id: last(({ type }) => type === "barrier") });
    },
    refuse: (at, role) => {
      const id = last((effect) => effect.type === "flowMod" && effect.role === role);
      handle({ type: "error", at, dpid: DPID, id, errorType: 5, code: 1 });
    },
    timer: (at) => {
      handle({ type: "timer", at });
    },
  });
  return recorder.history();
}
