/** Segments, flows and reports of a history in words. */
import { errorName } from "../../ofp/index.ts";
import { TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { segmentText, shiftText } from "../explain/describe.ts";
import type {
  History,
  HistoryCause,
  HistoryDeed,
  HistorySegment,
  PartyId,
  SegmentNumbers,
  TransferDirection,
} from "./types.ts";

/** How the numbers of a history are written. */
export interface Wording {
  readonly nameOf: (party: PartyId) => string;
  /** Moments are counted from the first one. */
  readonly timeOf: (at: number) => string;
  /** `seq=… ack=…` as one side has them; the side is a party's, and the switch is told which numbers it sees. */
  readonly numbers: (segment: HistorySegment, side: "sent" | "received") => SegmentNumbers;
  /** A number of the client's bytes, in the client's space. */
  readonly clientSeq: (seq: number) => number;
}

export function wordingOf({ parties, bases, entries }: History, relative: boolean): Wording {
  const names = new Map<string, string>(parties.map(({ id, name }) => [id, name]));
  const start = entries[0]?.at ?? 0;
  const less = (value: number, base: number | undefined): number =>
    relative && base !== undefined ? seqAdd(value, -base) : value;
  return {
    nameOf: (party) => names.get(party) ?? party,
    timeOf: (at) => ((at - start) / 1000).toFixed(3),
    numbers(segment, side) {
      const { from, to } = segment;
      const numbers = segment[side];
      const space = spaceOf(segment, side);
      const base = bases[space];
      const fromServer = from === "origin" || from.startsWith("target:") || to === "client";
      return {
        seq: less(numbers.seq, fromServer ? base?.server : base?.client),
        ack: less(numbers.ack, fromServer ? base?.client : base?.server),
      };
    },
    clientSeq: (seq) => less(seq, bases.client?.client),
  };
}

/** Whose numbers a segment has: what the planner sends itself is in those of its receiver, or of whom it speaks for. */
function spaceOf({ from, to, sent, received }: HistorySegment, side: "sent" | "received"): string {
  const shifted = sent.seq !== received.seq || sent.ack !== received.ack;
  const here = side === "sent" ? from : to;
  // The client's data, held and released: its own numbers until the flows have shifted it.
  const party = here !== "switch" ? here : side === "received" ? from : shifted ? "client" : to;
  return party === "origin" ? "client" : party;
}

/** `PSH|ACK seq=1001 ack=5001 len=18`, on one side. */
export function segmentWords(segment: HistorySegment, side: "sent" | "received", wording: Wording): string {
  const { flags, length } = segment;
  return segmentText({ ...wording.numbers(segment, side), flags, length });
}

/** Empty when both sides have the same numbers. */
export function otherSideWords(segment: HistorySegment, wording: Wording): string {
  const sent = wording.numbers(segment, "sent");
  const received = wording.numbers(segment, "received");
  const acknowledges = (segment.flags & TcpFlags.ack) !== 0;
  if (sent.seq === received.seq && (!acknowledges || sent.ack === received.ack)) return "";
  return `seq=${received.seq}${acknowledges ? ` ack=${received.ack}` : ""}`;
}

/** What became of a segment; empty for what is ordinary. */
export const fateWords: Readonly<Record<Extract<HistoryCause, { type: "segment" }>["fate"], string>> = {
  passed: "",
  table: "sent through the flows again",
  held: "held",
  taken: "",
  dropped: "dropped",
};

const phaseMeanings: Readonly<Record<string, string>> = {
  syn: "the client has asked",
  synAck: "server 1 has answered",
  ready: "established with server 1",
  hold: "the client's data waits for a verdict",
  dial: "the new server is asked",
  arm: "the switch is prepared",
  migrated: "the new server has the connection",
  forwarded: "server 1 has the connection, and keeps it",
  nonMig: "server 1 has the connection, and it will not move",
  fwdArm: "it goes back to server 1",
  closing: "both sides have said FIN",
  linger: "over; late segments are still translated",
  dead: "forgotten",
};

/** `hold: the client's data waits for a verdict` */
export function phaseWords(phase: string): string {
  const meaning = phaseMeanings[phase];
  return meaning === undefined ? phase : `${phase}: ${meaning}`;
}

export function flowWords(deed: Extract<HistoryDeed, { type: "flow" }>): string {
  const { role, deleted, bundled, priority, shift } = deed;
  if (deleted) return role === "all" ? "delete its flows" : `delete flow ${role}`;
  const shifts = shift.seq === 0 && shift.ack === 0 ? "" : `, ${shiftText(shift)}`;
  return `flow ${role}, priority ${priority}${shifts}${bundled ? ", in a bundle" : ""}`;
}

/** `MIGRATED (e 0, d 2000)` */
export function reportWords({ code, numbers }: Extract<HistoryDeed, { type: "report" }>): string {
  const parts = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? code : `${code} (${parts.join(", ")})`;
}

export function inspectWords(
  { seq, length, complete }: Extract<HistoryDeed, { type: "inspect" }>,
  wording: Wording,
): string {
  const end = complete ? ", and no more will come" : "";
  return `a verdict is wanted on ${count(length, "byte")} from ${wording.clientSeq(seq)} on${end}`;
}

/** `seq 3301 to 6101; Client sees seq 5301 to 8101` */
export function rangeWords({ from, to, first, next }: TransferDirection, wording: Wording): string {
  const words = { from, to, flags: 0, length: 0, window: 0, options: [] };
  const range = (side: "sent" | "received"): string =>
    `seq ${wording.numbers({ ...words, ...first }, side).seq} to ${wording.numbers({ ...words, ...next }, side).seq}`;
  const [sent, received] = [range("sent"), range("received")];
  return sent === received ? sent : `${sent}; ${wording.nameOf(to)} sees ${received}`;
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

const removedReasons: readonly string[] = ["idle", "its time was over", "deleted", "its group was deleted"];

/** What came, when it was no segment. */
export function causeWords(cause: Exclude<HistoryCause, { type: "segment" }>, wording: Wording): string {
  switch (cause.type) {
    case "frame":
      return cause.from === "switch" ? cause.what : `from ${wording.nameOf(cause.from)}: ${cause.what}`;
    case "verdict": {
      const { verdict } = cause;
      const target = verdict.action === "migrate" && verdict.target !== undefined ? ` to ${verdict.target}` : "";
      const why = [verdict.rule === undefined ? "" : `rule ${verdict.rule}`, verdict.reason ?? ""].filter(
        (w) => w !== "",
      );
      const park = verdict.action === "migrate" && verdict.park === true ? ", and park the server that has it" : "";
      return `verdict: ${verdict.action}${target}${park}${why.length === 0 ? "" : ` (${why.join(", ")})`}`;
    }
    case "error":
      return `the switch refuses ${cause.about === "" ? `message ${cause.id}` : cause.about}: ${errorText(cause)}`;
    case "barrierReply":
      return "the switch has done it: barrier reply";
    case "flowRemoved":
      return `flow ${cause.role} has ended: ${removedReasons[cause.reason] ?? `reason ${cause.reason}`}`;
    case "flowStats":
      return cause.roles.length === 0 ? "the switch has none of its flows" : `the switch has ${cause.roles.join(", ")}`;
    case "timer":
      return "time has passed";
    case "switchLost":
      return "the switch is gone";
    case "switchBack":
      return "the switch is back";
    case "other":
      return cause.what;
  }
}

function errorText({ errorType, code }: { readonly errorType: number; readonly code: number }): string {
  return errorName(errorType, code);
}
