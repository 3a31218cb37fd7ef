/** Handlers that let a segment through, or keep it away. */
import { segmentLength, TcpFlags } from "../../tcp/index.ts";
import { seqAdd, seqAfter, seqBefore, seqInWindow, seqMax, seqOffset } from "../../tcp/seq.ts";
import type { Segment } from "../segment.ts";
import type { Arrival } from "./arrival.ts";
import { finishedSeconds } from "./flows.ts";
import { currentServer, isTakenOver, oldServer } from "./handover.ts";
import { hear, nothingHeard } from "./heard.ts";
import { serverWindow } from "./judge.ts";
import { enterLinger } from "./linger.ts";
import { isAbout } from "./reach.ts";
import { carryingFlows, reviveFlow } from "./restore.ts";
import type { ConnectionState, Progress } from "./state.ts";
import { sendBack } from "./stray.ts";
import { towardsClient, towardsServer } from "./translate.ts";
import { enter, sendFlow, sendOn, type Turn, update } from "./turn.ts";
import { unknownMac } from "./unknown.ts";

/** Nothing happens: nobody acknowledged it, so its sender will say it again if it matters. */
export function absorb(): void {
  // I1 and I3 of the hand-off: dropping is safe.
}

/** Lets a segment of server 1's or for it through. */
export function relay(turn: Turn, arrival: Arrival): void {
  observe(turn, arrival);
  carry(turn, arrival);
}

/** What the data plane would do with this segment. Notices when the connection closes. */
export function pass(turn: Turn, arrival: Arrival): void {
  if (isUnaddressed(turn, arrival)) return;
  observe(turn, arrival);
  carry(turn, arrival);
  reviveFlow(turn, arrival.side === "client" ? "client" : "server");
  watchClose(turn, arrival);
}

/** For what server 1 says: passes while it has the connection, and ends here when it has not. */
export function passOrigin(turn: Turn, arrival: Arrival): void {
  if (!isTakenOver(turn.state)) pass(turn, arrival);
}

/** A reset that its receiver obeys: the connection is over. */
export function passReset(turn: Turn, arrival: Arrival): void {
  if (arrival.side === "origin" && isTakenOver(turn.state)) return;
  if (arrival.side === "target" && !isTakenOver(turn.state)) return;
  carry(turn, arrival);
  enterLinger(turn, "reset");
}

/**
 * A reset of the new server's, which may be exact or not: the switch has carried what would tell. The flow that it does not pass any more
 * is given the time that it would have left it (`fin_timeout`).
 */
export function passTargetReset(turn: Turn, arrival: Arrival): void {
  pass(turn, arrival);
  const { inSwitch, late, serverFin } = turn.state;
  if (!inSwitch || late || serverFin !== undefined || turn.settings.dataPlane === "software") return;
  // It says no more.
  const { offsets } = currentServer(turn).side;
  update(turn, { serverFin: seqAdd(arrival.segment.tcp.seq, offsets.serverToClient.seq) });
  const reverse = carryingFlows(turn).find(({ role }) => role === "reverse");
  if (!reverse) return;
  const flow = { ...reverse.flow, idleTimeout: finishedSeconds(turn.settings.policy) };
  sendFlow(
    turn,
    "reverse",
    flow,
    "The server may have ended the connection: its flow stays no longer than after a FIN.",
  );
}

/** Sends a segment to the other side. */
export function carry(turn: Turn, arrival: Arrival): void {
  if (isUnaddressed(turn, arrival)) return;
  const { side, segment, inPort } = arrival;
  const { connection, clientPort } = turn.state;
  const { place, side: server } = currentServer(turn);
  if (!arrival.trapped && sendBack(turn, arrival)) return;
  if (side === "client") {
    const bytes = towardsServer(connection, segment, server);
    sendOn(turn, bytes, clientPort, place.switchPort, "From the client to the server that has the connection.");
  } else {
    const bytes = towardsClient(connection, segment, side === "origin" ? oldServer(turn).side : server);
    sendOn(turn, bytes, inPort, clientPort, "From the server to its client.");
  }
}

/** The flows that a connection was found by did not tell where its client is: what must be addressed to it is sent again later. */
function isUnaddressed(turn: Turn, { side }: Arrival): boolean {
  const { client, server } = turn.state.connection;
  if (side === "client" || (client.mac !== unknownMac && server.mac !== unknownMac)) return false;
  const { mac, ip, gatewayMac } = currentServer(turn).place;
  return (mac ?? ip ?? gatewayMac) !== undefined;
}

/** Keeps the client's acknowledgment and window. */
export function keepAck(turn: Turn, { segment }: Arrival): void {
  update(turn, { progress: afterAck(turn.state.progress, segment.tcp.ack, segment.tcp.window) });
}

function afterAck(progress: Progress, ack: number, window: number): Progress {
  if (seqBefore(ack, progress.clientAck)) return progress;
  return { ...progress, clientAck: ack, window };
}

/**
 * Whether a segment may be the client's: it acknowledges what it may have got, and lies about where the server is. What the switch carries
 * is not seen, and what comes besides may be forged: what was known before is better than numbers of nowhere.
 */
function isPlausible({ clientAck, serverNext, serverAck }: Progress, end: number, ack: number): boolean {
  const acks = seqInWindow(ack, clientAck, seqOffset(serverNext, clientAck) + 1);
  return acks && isAbout(end, serverAck);
}

function observe(turn: Turn, { side, segment }: Arrival): void {
  const { progress, serverIsn, phase, recovered } = turn.state;
  if (serverIsn === undefined && !recovered) return;
  // What went by in the switch was not seen: the first thing that is seen again counts as it is.
  const watching = turn.state.late?.watchedAt === undefined ? undefined : turn.state.late;
  const { tcp, frame } = segment;
  if ((tcp.flags & (TcpFlags.ack | TcpFlags.rst)) !== TcpFlags.ack) return;
  const length = segmentLength(frame);
  if (side === "client") {
    const end = seqAdd(tcp.seq, length);
    const fresh = (watching ?? recovered)?.clientSeen === false;
    if (!fresh && !isPlausible(progress, end, tcp.ack)) return;
    const after = { ...progress, clientAck: fresh ? tcp.ack : progress.clientAck };
    const clientNext = fresh ? end : seqMax(progress.clientNext, end);
    update(turn, {
      progress: { ...afterAck(after, tcp.ack, tcp.window), ...((length > 0 || recovered) && { clientNext }) },
      ...(recovered && { recovered: { ...recovered, clientSeen: true } }),
      ...(watching && length > 0 && { late: { ...watching, clientSeen: true } }),
    });
    return;
  }
  const { serverToClient } = (side === "origin" ? oldServer(turn) : currentServer(turn)).side.offsets;
  const end = seqAdd(tcp.seq, serverToClient.seq + length);
  const ack = seqAdd(tcp.ack, serverToClient.ack);
  const first = (watching ?? recovered)?.serverSeen === false;
  if (side === "origin" && (phase === "synAck" || phase === "ready")) hearOrigin(turn, segment);
  update(turn, {
    ...(recovered && { recovered: { ...recovered, serverSeen: true } }),
    ...(watching && { late: { ...watching, serverSeen: true } }),
    progress: {
      ...progress,
      // While everything is watched, an ACK that has overtaken data tells that the data is under way.
      serverNext: first ? end : length > 0 || watching ? seqMax(progress.serverNext, end) : progress.serverNext,
      serverAck: first ? ack : seqMax(progress.serverAck, ack),
      // Only as long as the client's data is still judged by it.
      ...((phase === "synAck" || phase === "ready" || watching) &&
        (tcp.flags & TcpFlags.syn) === 0 && { serverWindow: serverWindow(turn, segment) }),
    },
  });
}

/** What server 1 says before it is asked. Without a profile it only matters that it has said something. */
function hearOrigin(turn: Turn, { tcp, payload }: Segment): void {
  const { serverIsn, spoken = nothingHeard } = turn.state;
  const { speaksFirst } = turn.settings;
  if (serverIsn === undefined || (tcp.flags & TcpFlags.syn) !== 0 || (!speaksFirst && payload.length === 0)) return;
  const room = speaksFirst?.maxBannerBytes ?? 0;
  update(turn, { spoken: hear(spoken, seqAdd(serverIsn, 1), tcp.seq, payload, room) });
}

function watchClose(turn: Turn, { side, segment }: Arrival): void {
  const { tcp, frame } = segment;
  if ((tcp.flags & TcpFlags.fin) !== 0) {
    const shift = side === "target" ? currentServer(turn).side.offsets.serverToClient.seq : 0;
    const end = seqAdd(tcp.seq, segmentLength(frame) + shift);
    // What closes does not move any more; that its other FIN is still shown does no harm.
    update(turn, { ...(side === "client" ? { clientFin: end } : { serverFin: end }), late: undefined });
  }
  const { phase } = turn.state;
  if (phase === "linger" || phase === "dead" || phase === "nonMig") return;
  if (bothAcknowledged(turn.state)) enterLinger(turn, "closed");
  else if (phase !== "closing" && turn.state.clientFin !== undefined && turn.state.serverFin !== undefined) {
    enter(turn, "closing");
  }
}

function bothAcknowledged({ clientFin, serverFin, progress }: ConnectionState): boolean {
  return (
    clientFin !== undefined &&
    serverFin !== undefined &&
    !seqAfter(clientFin, progress.serverAck) &&
    !seqAfter(serverFin, progress.clientAck)
  );
}
