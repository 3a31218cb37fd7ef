/** What the segments of a connection tell, before anybody asks another server. */
import { type FlowKey, reverseFlowKey, segmentLength, TcpFlags } from "../tcp/index.ts";
import { seqAdd, seqAfter, seqBefore, seqInWindow, seqMax, seqOffset } from "../tcp/seq.ts";
import { isObject, quote } from "../wire/index.ts";
import { type Connection, connectionOf, keyTowards, type ServerAddress, sameKey } from "./connection.ts";
import { highestAck, lowestSeq, takesSequence } from "./held.ts";
import { acceptedSynData } from "./options/fast-open.ts";
import type { MigrationInput } from "./plan-types.ts";
import type { ResolvedPolicy } from "./policy.ts";
import { type Finding, finding, Reason } from "./reason.ts";
import { isFrameList, readSegment, type Segment } from "./segment.ts";

/** The frames of an input, decoded. */
export interface Segments {
  readonly syn: Segment | undefined;
  readonly synAck: Segment | undefined;
  readonly request: readonly Segment[];
  readonly findings: readonly Finding[];
  readonly target: Segment | undefined;
  readonly targetFindings: readonly Finding[];
}

/** Throws TypeError and WireError like `readSegment`, and TypeError when there is no request. */
export function readSegments({ syn, synAck, request, targetSynAck }: MigrationInput): Segments {
  const findings: Finding[] = [];
  const read = (...args: Parameters<typeof readSegment>): Segment | undefined => {
    const result = readSegment(...args);
    findings.push(...result.findings);
    return result.segment;
  };
  if (!isObject(request)) throw new TypeError(`request must be a frame or a list of frames, not ${quote(request)}`);
  if (isFrameList(request) && request.length === 0) throw new TypeError("request must not be empty");
  const held = isFrameList(request)
    ? request.map((frame, index) => read(frame, `request[${index}]`, `Held segment ${index + 1}`))
    : [read(request, "request", "The request")];
  const answer =
    targetSynAck === undefined ? undefined : readSegment(targetSynAck, "targetSynAck", "The new server's answer");
  return {
    request: held.filter((segment) => segment !== undefined),
    syn: syn === undefined ? undefined : read(syn, "syn", "The client's SYN"),
    synAck: synAck === undefined ? undefined : read(synAck, "synAck", "Server 1's SYN-ACK"),
    findings,
    target: answer?.segment,
    targetFindings: answer?.findings ?? [],
  };
}

/** Where the connection stands. */
export interface Standing {
  readonly clientNext: number;
  readonly serverNext: number;
  readonly clientDelivered: number | undefined;
  readonly serverDelivered: number | undefined;
}

/** What is known of a connection. */
export interface Facts {
  readonly connection: Connection | undefined;
  /** Undefined when the segments do not tell. */
  readonly standing: Standing | undefined;
  /** Held segments that belong to it. */
  readonly held: readonly Segment[];
  readonly findings: readonly Finding[];
}

const { ack: ACK, fin: FIN, rst: RST, syn: SYN } = TcpFlags;

/** RFC 7323 §2.3: no window is larger. */
const MAX_WINDOW = 0xffff * 2 ** 14;

export function establishFacts(
  segments: Segments,
  given: Pick<MigrationInput, "clientNext" | "serverNext" | "skip">,
  policy: ResolvedPolicy,
  origin: ServerAddress,
): Facts {
  const { syn, synAck, request } = segments;
  const first = request[0] ?? syn;
  if (!first) return { connection: undefined, standing: undefined, held: [], findings: segments.findings };
  const connection = connectionOf(first);
  const findings = [
    ...segments.findings,
    ...judgeHandshake(connection, origin, syn, synAck),
    ...judgeRequest(connection, request),
  ];
  const usable = request.filter((segment) => isData(segment) && sameKey(segment.key, connection.key));
  const { held, standing, findings: more } = findStanding(usable, syn, synAck, given);
  findings.push(...more);
  if (held.length > 0 && held.every(({ payload }) => payload.length === 0)) {
    // Nothing was asked, so there is nothing that another server could answer.
    findings.push(...refuse(Reason.noData, "The held segments only end the connection."));
  }
  if (standing) findings.push(...judgeStanding(standing, policy, given.skip ?? 0));
  return { connection, standing, held, findings };
}

function refuse(code: Reason, text: string, numbers: Readonly<Record<string, number>> = {}): Finding[] {
  return [finding("refused", code, text, numbers)];
}

/** Whether a key is the connection's, as the client or as server 1 sees it. */
function isOfConnection(key: FlowKey, connection: Connection, origin: ServerAddress): boolean {
  return sameKey(key, connection.key) || sameKey(key, keyTowards(connection, origin));
}

function judgeHandshake(
  connection: Connection,
  origin: ServerAddress,
  syn: Segment | undefined,
  synAck: Segment | undefined,
): Finding[] {
  const findings: Finding[] = [];
  if (syn) {
    if ((syn.tcp.flags & (SYN | ACK | RST | FIN)) !== SYN) {
      findings.push(...refuse(Reason.notSyn, "The frame given as the client's SYN is none."));
    }
    if (!isOfConnection(syn.key, connection, origin)) {
      findings.push(...refuse(Reason.differentConnection, "The SYN and the request belong to different connections."));
    }
  }
  if (synAck) {
    if ((synAck.tcp.flags & (SYN | ACK | RST | FIN)) !== (SYN | ACK)) {
      findings.push(...refuse(Reason.notSynAck, "The frame given as server 1's SYN-ACK is none."));
    }
    if (!isOfConnection(reverseFlowKey(synAck.key), connection, origin)) {
      findings.push(...refuse(Reason.differentConnection, "The SYN-ACK belongs to another connection."));
    }
  }
  if (!syn || !synAck || findings.length > 0) return findings;
  const expected = seqAdd(syn.tcp.seq, 1);
  const synData = syn.payload.length;
  // A fast open is judged with the options.
  if (synAck.tcp.ack === expected || acceptedSynData({ syn: syn.tcp, synData, synAck: synAck.tcp }) > 0) return [];
  const text = `Server 1's SYN-ACK acknowledges ${synAck.tcp.ack} instead of ${expected}.`;
  return refuse(Reason.synAckMismatch, text, { ack: synAck.tcp.ack, expected });
}

function isData({ tcp }: Segment): boolean {
  return (tcp.flags & (SYN | RST | ACK)) === ACK;
}

function judgeRequest(connection: Connection, request: readonly Segment[]): Finding[] {
  return request.flatMap((segment, index) => {
    if (!sameKey(segment.key, connection.key)) {
      return refuse(Reason.differentConnection, `Held segment ${index + 1} belongs to another connection.`);
    }
    return isData(segment) ? [] : refuse(Reason.notData, `Held segment ${index + 1} is no data of the client's.`);
  });
}

function findStanding(
  request: readonly Segment[],
  syn: Segment | undefined,
  synAck: Segment | undefined,
  given: Pick<MigrationInput, "clientNext" | "serverNext">,
): Omit<Facts, "connection"> {
  const clientFirst = syn && seqAdd(syn.tcp.seq, 1);
  const serverFirst = synAck && seqAdd(synAck.tcp.seq, 1);
  const lower = given.clientNext ?? clientFirst;
  const fresh = request.filter(
    (segment) =>
      (lower === undefined || !takesSequence(segment) || seqAfter(endOf(segment), lower)) &&
      (serverFirst === undefined || !seqBefore(segment.tcp.ack, serverFirst)),
  );
  const lowest = lowestSeq(fresh);
  const clientNext = given.clientNext ?? (lowest === undefined ? undefined : seqMax(lowest, lower ?? lowest));
  if (clientNext === undefined || lowest === undefined)
    return { standing: undefined, held: [], findings: noStanding(request) };
  const within = (window: number): readonly Segment[] =>
    fresh.filter((segment) => isWithin(segment, clientNext, window));
  const clientDelivered = clientFirst === undefined ? undefined : seqOffset(clientNext, clientFirst);
  // The window of the SYN-ACK holds until server 1 sends its first segment after it. What lies outside says nothing: it is
  // how somebody who does not see the connection would speak for the client.
  const first = synAck && clientDelivered === 0 ? within(synAck.tcp.window) : undefined;
  const untouched = first && (given.serverNext ?? highestAck(first) ?? serverFirst) === serverFirst;
  const held = untouched ? first : within(MAX_WINDOW);
  const serverNext = given.serverNext ?? highestAck(held);
  if (serverNext === undefined || !held.some(takesSequence)) {
    return { standing: undefined, held: [], findings: noStanding(request) };
  }
  const serverDelivered = serverFirst === undefined ? undefined : seqOffset(serverNext, serverFirst);
  const findings: Finding[] = [];
  const left = request.length - held.length;
  if (left > 0) {
    const text = `${left} held segments lie outside server 1's window and are left out.`;
    findings.push(finding("ok", Reason.outOfWindow, text, { left }));
  }
  findings.push(...judgeAcks(serverNext, highestAck(held) ?? serverNext));
  return { standing: { clientNext, serverNext, clientDelivered, serverDelivered }, held, findings };
}

function noStanding(request: readonly Segment[]): Finding[] {
  return request.some(takesSequence)
    ? refuse(Reason.outOfWindow, "No held segment lies where server 1 expects the client's next byte.")
    : refuse(Reason.noData, "No held segment carries data.");
}

/** Whether server 1 would take a segment: data that reaches into its window, or at least a keep-alive just before it. */
function isWithin(segment: Segment, clientNext: number, window: number): boolean {
  const { seq } = segment.tcp;
  if (seqInWindow(seq, clientNext, window)) return true;
  return takesSequence(segment) ? !seqAfter(seq, clientNext) : seq === clientNext || seqAdd(seq, 1) === clientNext;
}

function endOf({ frame, tcp }: Segment): number {
  return seqAdd(tcp.seq, segmentLength(frame));
}

function judgeAcks(serverNext: number, ack: number): Finding[] {
  if (seqBefore(ack, serverNext)) {
    const bytes = seqOffset(serverNext, ack);
    const text = `The client has not acknowledged the last ${bytes} bytes of server 1: nobody else could repeat them.`;
    return refuse(Reason.serverDataUnacknowledged, text, { ack, serverNext });
  }
  if (seqAfter(ack, serverNext)) {
    const text = `The client acknowledges ${ack}, but server 1 has sent up to ${serverNext}.`;
    return refuse(Reason.ackOutOfRange, text, { ack, serverNext });
  }
  return [];
}

function judgeStanding(
  { clientDelivered, serverDelivered }: Standing,
  policy: ResolvedPolicy,
  skip: number,
): Finding[] {
  const findings: Finding[] = [];
  const client = clientDelivered ?? 0;
  const server = serverDelivered ?? 0;
  if (clientDelivered === 0 && server > 0) {
    const greeting =
      skip > 0 ? `${skip} bytes of the new server are kept from it` : "the new server must not greet again";
    const text = `Server 1 sent ${server} bytes before the client asked; ${greeting}.`;
    const level = skip > 0 ? "ok" : policy.serverSpokeFirst === "accept" ? "degraded" : "refused";
    findings.push(finding(level, Reason.serverSpokeFirst, text, { server, ...(skip > 0 && { skip }) }));
  }
  if (client > 0 || server > 0) {
    const text = `Server 1 has taken ${client} bytes and given ${server}; the numbers hold when nothing else is under way.`;
    findings.push(finding("ok", Reason.midStream, text, { client, server }));
  }
  return findings;
}
