/** Finds the segments that a plan needs in what was captured. */
import { type FlowKey, flowKeyText, seqAdd } from "../../src/tcp/index.ts";
import { UserError } from "./errors.ts";
import type { Capture } from "./load.ts";
import { formatFlow, isSyn, isSynAck, type Segment } from "./segments.ts";

/** The captures of one run: one for each link, or a single one that holds everything. */
export interface Captures {
  readonly client: Capture;
  readonly origin?: Capture;
  readonly target?: Capture;
}

export interface Handshake {
  /** As server 1 got it: the last one before its answer. */
  readonly syn: Segment;
  readonly synAck: Segment;
  /** The client's first data. */
  readonly request: Segment;
  /** All that the client sent, the request first, before anything came back. */
  readonly held: readonly Segment[];
  /** Absent: server 2 was not asked yet. */
  readonly targetSynAck?: Segment;
}

/** The first handshake that is complete, among those of `only` if given. Throws UserError that says what is there instead. */
export function findHandshake(captures: Captures, only?: FlowKey): Handshake {
  const wanted = only && flowKeyText(only);
  const missing = new Map<string, string>();
  for (const [index, conversation] of conversations(captures.client.segments)) {
    const [syn] = conversation;
    if (!syn || (wanted !== undefined && syn.flow !== wanted)) continue;
    const found = follow(conversation, captures, index);
    if (typeof found !== "string") return whole(found);
    missing.set(syn.flow, found);
  }
  throw new UserError(nothingFound(captures, wanted, missing));
}

/** What passed between two ends from each new SYN on, with the index of that SYN; a port that is used again begins anew. */
function conversations(segments: readonly Segment[]): Map<number, Segment[]> {
  const all = new Map<number, Segment[]>();
  const open = new Map<string, Segment[]>();
  for (const [index, segment] of segments.entries()) {
    const current = open.get(segment.flow);
    const [syn] = current ?? [];
    if (isSyn(segment) && !(syn && repeats(segment, syn))) {
      const begun = [segment];
      all.set(index, begun);
      open.set(segment.flow, begun);
      open.set(segment.reverseFlow, begun);
    } else {
      current?.push(segment);
    }
  }
  return all;
}

/** The handshake that a conversation begins with, or what is missing of it. */
function follow(conversation: readonly Segment[], captures: Captures, index: number): Handshake | string {
  const [first] = conversation;
  if (!first) return "no SYN";
  const next = seqAdd(first.tcp.seq, 1);
  const answeredAt = conversation.findIndex((segment) => {
    return isSynAck(segment) && segment.flow === first.reverseFlow && segment.tcp.ack === next;
  });
  const synAck = conversation[answeredAt];
  if (!synAck) return "a SYN, but no SYN-ACK";
  const after = conversation.slice(answeredAt + 1);
  const isRequest = (segment: Segment) => segment.flow === first.flow && carriesData(segment);
  const request = after.find((segment) => isRequest(segment) && segment.tcp.seq === next);
  if (!request) return "a handshake, but no data from the client";
  const { target, client } = captures;
  const targetSynAck = target
    ? target.segments.find((segment) => answers(segment, request))
    : client.segments.slice(index).find((segment) => answers(segment, request) && !repeats(segment, synAck));
  if (target && !targetSynAck) return `no SYN-ACK in ${target.path} that acknowledges ${request.tcp.seq}`;
  const held = after.slice(after.indexOf(request));
  const answered = held.findIndex((segment) => segment.flow === request.reverseFlow);
  // Server 1's link shows the SYN that it got; on one link it is the last before the answer.
  const same = (segment: Segment) => isSyn(segment) && repeats(segment, first);
  const syn = captures.origin?.segments.findLast(same) ?? conversation.slice(0, answeredAt).findLast(same) ?? first;
  return {
    ...{ syn, synAck, request },
    held: held.slice(0, answered < 0 ? undefined : answered).filter(isRequest),
    ...(targetSynAck && { targetSynAck }),
  };
}

function carriesData(segment: Segment): boolean {
  return segment.frame.payload.length > 0 && !isSyn(segment);
}

/** A SYN-ACK of server 2's for a synthetic SYN that stands just before the request. */
function answers(segment: Segment, request: Segment): boolean {
  return (
    isSynAck(segment) &&
    segment.key.dst === request.key.src &&
    segment.key.dstPort === request.key.srcPort &&
    segment.tcp.ack === request.tcp.seq
  );
}

function repeats(segment: Segment, earlier: Segment): boolean {
  return segment.flow === earlier.flow && segment.tcp.seq === earlier.tcp.seq;
}

function whole(handshake: Handshake): Handshake {
  const { syn, synAck, held, targetSynAck } = handshake;
  const cut = [syn, synAck, ...held, targetSynAck].find((segment) => segment?.cut);
  if (!cut) return handshake;
  throw new UserError(`${cut.where} was cut to ${cut.bytes.length} bytes: capture whole frames (tcpdump -s 0)`);
}

function nothingFound(captures: Captures, wanted: string | undefined, missing: ReadonlyMap<string, string>): string {
  const { path, frames, segments } = captures.client;
  const [why] = wanted === undefined ? [] : missing.values();
  const what = wanted === undefined ? "no handshake to plan from" : `no handshake of ${formatFlow(wanted)}`;
  const counted = `${frames} ${frames === 1 ? "frame" : "frames"}, ${segments.length} of them TCP`;
  return `${path}: ${what} (${why ?? `${counted}${list(segments, missing, wanted)}`})`;
}

/** What there is instead, three connections at most. */
function list(segments: readonly Segment[], missing: ReadonlyMap<string, string>, wanted: string | undefined): string {
  const found = new Map<string, string>();
  for (const { flow, reverseFlow } of segments) {
    if (found.has(flow) || found.has(reverseFlow)) continue;
    const why = missing.get(flow) ?? missing.get(reverseFlow) ?? "no SYN";
    found.set(flow, wanted === undefined ? `${formatFlow(flow)}: ${why}` : formatFlow(flow));
  }
  const lines = [...found.values()];
  const more = lines.length > 3 ? `; and ${lines.length - 3} more` : "";
  return lines.length === 0 ? "" : `; ${lines.slice(0, 3).join("; ")}${more}`;
}
