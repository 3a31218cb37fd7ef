/** The handshake of the client and server 1. */
import { type Tcp, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { connectionOf } from "../connection.ts";
import { isSigned } from "../options/extensions.ts";
import { findOption } from "../options/handshake.ts";
import type { Segment } from "../segment.ts";
import type { Arrival } from "./arrival.ts";
import { relay } from "./carry.ts";
import { acknowledgesSyn } from "./classify.ts";
import { editSyn } from "./edit.ts";
import type { ConnectionRole } from "./effect.ts";
import { finishedSeconds, plainFlows } from "./flows.ts";
import { bury, dropFlows } from "./linger.ts";
import { ReportCode } from "./report.ts";
import { setTraps } from "./restore.ts";
import { plainSide, towardsServer } from "./translate.ts";
import { enter, report, sendFlow, sendOn, type Turn, takeSerial, update } from "./turn.ts";
import { justBegun, unknownConnection } from "./unknown.ts";
import { watchCandidates } from "./watch.ts";

/** RFC 8684 §3.2 */
const MP_JOIN = 1;

/** SYNs that must reach server 1 as they are, and whose connections can therefore never move. */
export function isUntouchable(tcp: Tcp): boolean {
  return (
    isSigned(tcp) || findOption(tcp, "malformed") !== undefined || findOption(tcp, "multipath")?.subtype === MP_JOIN
  );
}

/** The client's SYN as server 1 gets it. */
export function editedSyn({ state, settings }: Turn, segment: Segment): Segment {
  return state.shadow ? segment : editSyn(segment, settings);
}

/** Sends a SYN of the client's to server 1. */
export function sendSyn(turn: Turn, syn: Segment, inPort: number): void {
  const { origin } = turn.settings;
  const bytes = towardsServer(turn.state.connection, syn, plainSide(origin));
  sendOn(
    turn,
    bytes,
    inPort,
    origin.switchPort,
    "The client's SYN to server 1, without what no hand-over could continue.",
  );
}

/** A SYN of the client's, once more. */
export function relaySyn(turn: Turn, { segment, inPort }: Arrival): void {
  sendSyn(turn, editedSyn(turn, segment), inPort);
}

/** A connection begins. */
export function start(turn: Turn, arrival: Arrival): void {
  const { segment, inPort } = arrival;
  const syn = editedSyn(turn, segment);
  const { seq, window } = syn.tcp;
  const clientNext = seqAdd(seq, 1);
  const serial = takeSerial(turn);
  const shadow = turn.settings.shadow ? justBegun : undefined;
  turn.state = unknownConnection(
    {
      ...turn.state,
      generation: turn.state.generation + 1,
      serial,
      connection: connectionOf(segment),
      clientPort: inPort,
      dialed: undefined,
    },
    turn.at,
  );
  enter(turn, "syn", {
    clientIsn: seq,
    syn: syn.bytes,
    shadow,
    progress: { clientNext, clientAck: 0, serverNext: 0, serverAck: clientNext, window, serverWindow: 0 },
  });
  sendSyn(turn, syn, inPort);
  if (isUntouchable(segment.tcp))
    leaveAlone(turn, "The SYN is signed, joins a multipath connection or does not parse.");
}

/** Server 1 answers. */
export function answered(turn: Turn, arrival: Arrival): void {
  const { tcp, bytes, vlans } = arrival.segment;
  const serverNext = seqAdd(tcp.seq, 1);
  enter(turn, "synAck", {
    serverIsn: tcp.seq,
    synAck: bytes,
    originVlans: vlans,
    progress: {
      ...turn.state.progress,
      clientAck: serverNext,
      serverNext,
      serverAck: tcp.ack,
      serverWindow: tcp.window,
    },
  });
  relay(turn, arrival);
}

/** The client's ACK completes the handshake. */
export function establish(turn: Turn, arrival: Arrival): void {
  enter(turn, "ready");
  relay(turn, arrival);
}

/** The switch carries the connection to server 1 from now on, and nobody looks at it again. */
export function leaveAlone(turn: Turn, why: string, finished?: ConnectionRole): void {
  report(turn, ReportCode.untracked, why);
  carryPlainly(turn, finished);
  enter(turn, "nonMig", { syn: undefined, synAck: undefined, spoken: undefined });
}

/**
 * The switch is to carry the connection to server 1. Nothing is held that would have to wait for it. `finished` is the direction whose
 * FIN has gone before its flow came, and cannot lower that flow's timeout any more.
 */
export function carryPlainly(turn: Turn, finished?: ConnectionRole): void {
  const lowered = finishedSeconds(turn.settings.policy);
  setTraps(turn);
  const ids = plainFlows(turn.state, turn.settings).map(({ role, flow }) => {
    const own = role === finished ? { ...flow, idleTimeout: lowered } : flow;
    return sendFlow(turn, role, own, "Server 1 keeps this connection: the switch carries it as it is.");
  });
  update(turn, {
    inSwitch: true,
    pending: { barrier: undefined, flows: ids, forward: undefined, sentAt: turn.at, again: false, bundle: undefined },
  });
  watchCandidates(turn);
}

/** Lets a segment through after which the connection cannot move any more. */
export function relayAway(turn: Turn, arrival: Arrival): void {
  relay(turn, arrival);
  const finishes = (arrival.segment.tcp.flags & TcpFlags.fin) !== 0;
  const finished = arrival.side === "client" ? "plainToServer" : "plainToClient";
  const why = "The connection took a turn after which it cannot be moved: it stays with server 1.";
  leaveAlone(turn, why, finishes ? finished : undefined);
}

/**
 * A SYN of server 1's that answers no SYN of this client's. What acknowledges data of the SYN began a fast open; any other SYN-ACK is
 * about a connection of these addresses that server 1 still has: its client, or whoever has sent the SYN, resets that.
 */
export function relayOddSyn(turn: Turn, arrival: Arrival): void {
  const { flags, ack } = arrival.segment.tcp;
  const isAnswer = (flags & TcpFlags.ack) !== 0 && (flags & TcpFlags.fin) === 0;
  if (isAnswer && turn.state.syn && !acknowledgesSyn(turn.state, ack)) relay(turn, arrival);
  else relayAway(turn, arrival);
}

/** Lets a reset through that ends the connection before anything was held. */
export function relayEnd(turn: Turn, arrival: Arrival): void {
  relay(turn, arrival);
  dropFlows(turn);
  report(turn, ReportCode.ended, "The connection was reset before it carried data.");
  bury(turn);
}

/** A new connection takes the place of one that only lingers. */
export function restart(turn: Turn, arrival: Arrival): void {
  dropFlows(turn);
  report(turn, ReportCode.promoted, "The old connection is over: its client uses the port again.");
  start(turn, arrival);
}
