/** What is checked while a run goes on: every frame that leaves the switch, and everything that the planner asks for. */
import { seqAdd, seqDiff, seqInWindow, seqOffset, TcpFlags } from "../../../src/tcp/index.ts";
import type { Attempt } from "./clients.ts";
import { describe, isIntact, type Peek, peek } from "./peek.ts";
import { clientPort } from "./places.ts";
import type { Link, Scenario } from "./scenario.ts";
import { Broken } from "./world.ts";

export function checkFrame(scenario: Scenario, link: Link, frame: Uint8Array, attempts: readonly Attempt[]): void {
  const segment = peek(frame);
  if (!segment) return;
  if (!isIntact(frame)) throw new Broken(`a damaged segment went to ${link}: ${describe(segment)}`);
  if (link === "client" || link === "other") checkClientSpace(scenario, segment, attempts);
}

/** No segment may say anything to the client outside of what the client has offered and sent. */
function checkClientSpace(scenario: Scenario, segment: Peek, attempts: readonly Attempt[]): void {
  const ours = attempts.filter(({ index }) => clientPort(index) === segment.dstPort);
  if (ours.length === 0) throw new Broken(`nobody asked for this: ${describe(segment)}`);
  // What a server says of another connection of these addresses finds its way by the flows of this one.
  const isOld = Object.values(scenario.servers).some(({ habit }) => habit === "oldConnection");
  if (isOld && segment.length === 0) return;
  // A straggler of an earlier connection, which the flows of the next one cannot tell: the client does, by what it acknowledges.
  const earlier = ours.slice(0, -1).map(({ connection }) => connection);
  if (earlier.some(({ iss, sndNxt }) => seqInWindow(segment.ack, iss, seqOffset(sndNxt, iss) + 1))) return;
  if (!ours.some((attempt) => isWithin(segment, attempt))) {
    const { irs, rcvNxt, rcvWnd, sndNxt, iss } = ours.at(-1)?.connection ?? {};
    const state = JSON.stringify({ irs, rcvNxt, rcvWnd, sndNxt, iss });
    throw new Broken(`a segment outside of the client's window: ${describe(segment)}; ${state}`);
  }
}

function isWithin({ seq, ack, flags, length }: Peek, { connection }: Attempt): boolean {
  const { irs, rcvNxt, rcvWnd, iss, sndNxt, state } = connection;
  // Nothing has come of it, and the client may have forgotten it since.
  if (state === "synSent" || (state === "closed" && irs === 0 && rcvNxt === 0)) return true;
  if ((flags & TcpFlags.ack) !== 0) {
    // An answer to something of this connection's.
    if (seqDiff(ack, iss) < 0 || seqDiff(ack, sndNxt) > 0) return false;
  }
  // Server 1's answer to a SYN that was repeated on its way and comes when the connection is over.
  if ((flags & TcpFlags.syn) !== 0 && ack === seqAdd(iss, 1)) return true;
  if ((flags & TcpFlags.rst) !== 0 && (flags & TcpFlags.ack) === 0) return true;
  return seqDiff(seq, irs) >= 0 && seqDiff(seqAdd(seq, length), seqAdd(rcvNxt, rcvWnd)) <= 1;
}
