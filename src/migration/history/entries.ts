/** Steps in bounded memory: long transfers are summed up, and of too many steps the middle is left out. */
import { TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { History, HistorySegment, HistoryStep, HistoryTransfer, TransferDirection } from "./types.ts";

type Entry = History["entries"][number];

/** So many passing segments in a row are told one by one. */
const TOLD = 4;

const UNUSUAL = TcpFlags.syn | TcpFlags.fin | TcpFlags.rst;

/** The segment of a step in which nothing happened but that it passed. */
function passing({ cause, deeds, before, after }: HistoryStep): HistorySegment | undefined {
  if (cause.type !== "segment" || deeds.length > 0 || before !== after) return undefined;
  if (cause.fate !== "passed" && cause.fate !== "table") return undefined;
  return (cause.segment.flags & UNUSUAL) === 0 ? cause.segment : undefined;
}

function directionOf(segment: HistorySegment): TransferDirection {
  const { from, to, length, sent, received } = segment;
  return {
    from,
    to,
    segments: 1,
    bytes: length,
    first: { sent, received },
    next: {
      sent: { seq: seqAdd(sent.seq, length), ack: sent.ack },
      received: { seq: seqAdd(received.seq, length), ack: received.ack },
    },
  };
}

function added({ directions, at }: HistoryTransfer, segment: HistorySegment, until: number): HistoryTransfer {
  const one = directionOf(segment);
  const known = directions.some(({ from, to }) => from === one.from && to === one.to);
  const sum = (other: TransferDirection): TransferDirection =>
    other.from === one.from && other.to === one.to
      ? { ...one, segments: other.segments + 1, bytes: other.bytes + one.bytes, first: other.first }
      : other;
  return { type: "transfer", at, until, directions: known ? directions.map(sum) : [...directions, one] };
}

/** Takes steps, and keeps at most about `limit` entries. */
export interface EntryList {
  readonly add: (step: HistoryStep) => void;
  readonly all: () => readonly Entry[];
}

export function createEntries(limit: number): EntryList {
  const half = Math.max(1, Math.floor(limit / 2));
  const first: Entry[] = [];
  let last: Entry[] = [];
  let run = 0;
  let gap: { at: number; until: number; steps: number } | undefined;

  /** The newest entry is replaced, or one more comes behind it. */
  function put(entry: Entry, replace: boolean): void {
    const list = last.length > 0 || (first.length >= half && !replace) ? last : first;
    if (replace) list.pop();
    list.push(entry);
    if (last.length < 2 * half) return;
    // Half of them at once: the cost of a step stays the same however many there were.
    const dropped = last.slice(0, half);
    last = last.slice(half);
    const [begin] = dropped;
    const end = dropped.at(-1);
    if (!begin || !end) return;
    const until = end.type === "step" ? end.at : end.until;
    gap = {
      at: gap?.at ?? begin.at,
      until,
      steps: (gap?.steps ?? 0) + dropped.reduce((sum, one) => sum + stepsOf(one), 0),
    };
  }

  return {
    add(step) {
      const segment = passing(step);
      run = segment ? run + 1 : 0;
      const newest = last.at(-1) ?? first.at(-1);
      if (!segment || run <= TOLD) put(step, false);
      else if (newest?.type === "transfer") put(added(newest, segment, step.at), true);
      else put({ type: "transfer", at: step.at, until: step.at, directions: [directionOf(segment)] }, false);
    },
    all: () => [...first, ...(gap ? [{ type: "gap" as const, ...gap }] : []), ...last],
  };
}

function stepsOf(entry: Entry): number {
  switch (entry.type) {
    case "step":
      return 1;
    case "transfer":
      return entry.directions.reduce((sum, { segments }) => sum + segments, 0);
    case "gap":
      return entry.steps;
  }
}
