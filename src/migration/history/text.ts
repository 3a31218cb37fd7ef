/** A history to read in a terminal. */
import { flowKeyText } from "../../tcp/index.ts";
import { endpointText, optionsText } from "../explain/describe.ts";
import type { History, HistoryDeed, HistorySegment, HistoryStep, HistoryTransfer, Party } from "./types.ts";
import {
  causeWords,
  count,
  fateWords,
  flowWords,
  inspectWords,
  otherSideWords,
  phaseWords,
  rangeWords,
  reportWords,
  segmentWords,
  type Wording,
} from "./words.ts";

const TIME_WIDTH = 9;
const WIDTH = 100;

/** Lines of one entry: the first has the time, the others stand below. */
type Lines = readonly string[];

export function historyText(history: History, wording: Wording): string {
  const { entries } = history;
  const arrow = Math.max(0, ...entries.flatMap(arrowsOf).map(([from, to]) => arrowText(from, to, wording).length));
  const body = entries.flatMap((entry) => entryLines(entry, wording, arrow));
  return `${[...heading(history), "", ...body].join("\n")}\n`;
}

function entryLines(entry: History["entries"][number], wording: Wording, arrow: number): Lines {
  switch (entry.type) {
    case "step":
      return stepLines(entry, wording, arrow);
    case "transfer":
      return timed(entry.at, transferWords(entry, wording), wording);
    case "gap": {
      const words = `… ${count(entry.steps, "step")} left out, until ${wording.timeOf(entry.until)} …`;
      return timed(entry.at, [words], wording);
    }
  }
}

function heading({ key, dpid, parties }: History): Lines {
  if (!key) return ["No connection was seen."];
  const title = `${flowKeyText(key)}${dpid === undefined ? "" : `, switch 0x${dpid.toString(16)}`}`;
  const rows = parties.filter(({ kind }) => kind !== "switch").map(partyCells);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    title,
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    ),
  ];
}

function partyCells({ name, switchPort, mac, ip, port }: Party): string[] {
  const end = ip === undefined || port === undefined ? "" : endpointText({ ip, port });
  return [name, switchPort === undefined ? "" : `port ${switchPort}`, mac ?? "", end];
}

function arrowsOf(
  entry: History["entries"][number],
): readonly (readonly [HistorySegment["from"], HistorySegment["to"]])[] {
  if (entry.type !== "step") return [];
  const { cause, deeds } = entry;
  const segments = deeds.flatMap((deed) => (deed.type === "segment" ? [deed.segment] : []));
  return [...(cause.type === "segment" ? [cause.segment] : []), ...segments].map(({ from, to }) => [from, to]);
}

function arrowText(from: HistorySegment["from"], to: HistorySegment["to"], { nameOf }: Wording): string {
  return `${nameOf(from)} → ${nameOf(to)}`;
}

function timed(at: number, lines: Lines, { timeOf }: Wording): Lines {
  return lines.map((line, index) =>
    `${index === 0 ? timeOf(at).padStart(TIME_WIDTH) : " ".repeat(TIME_WIDTH)}  ${line}`.trimEnd(),
  );
}

function phaseLine(phase: string): string {
  return `── ${phaseWords(phase)} ──`;
}

function stepLines(step: HistoryStep, wording: Wording, arrow: number): Lines {
  const { at, cause, deeds, before, after } = step;
  const came = causeLines(step, wording, arrow);
  const phase = after !== undefined && before !== after ? [phaseLine(after)] : [];
  const did = deeds.flatMap((deed) => deedLines(deed, wording, arrow));
  // What begins a connection belongs under the first heading.
  const begins = before === undefined && cause.type === "segment";
  const lines = begins ? timed(at, came, wording) : timed(at, [...came, ...phase, ...did], wording);
  return begins ? [...timed(at, phase, { ...wording, timeOf: () => "" }), ...lines, ...below(did)] : lines;
}

function below(lines: Lines): Lines {
  return lines.map((line) => `${" ".repeat(TIME_WIDTH + 2)}${line}`);
}

function causeLines({ cause }: HistoryStep, wording: Wording, arrow: number): Lines {
  if (cause.type !== "segment") return [causeWords(cause, wording)];
  return segmentLines(cause.segment, fateWords[cause.fate], wording, arrow);
}

/** One line where it fits; what the receiver gets and the options may need another. */
function segmentLines(segment: HistorySegment, more: string, wording: Wording, arrow: number): Lines {
  const { from, to, options } = segment;
  const first = `${arrowText(from, to, wording).padEnd(arrow)}  ${segmentWords(segment, "sent", wording)}`;
  const other = otherSideWords(segment, wording);
  const notes = [other === "" ? "" : `${wording.nameOf(to)} sees ${other}`, optionsText(options), more].filter(
    (note) => note !== "",
  );
  const lines = [first];
  for (const note of notes) {
    const last = lines.at(-1) ?? "";
    if (TIME_WIDTH + 2 + last.length + 2 + note.length <= WIDTH) lines[lines.length - 1] = `${last}  ${note}`;
    else lines.push(`${" ".repeat(arrow)}  ${note}`);
  }
  return lines;
}

function deedLines(deed: HistoryDeed, wording: Wording, arrow: number): Lines {
  const because = (words: string): Lines => [words, ...wrapped(deed.type === "inspect" ? "" : deed.why)];
  switch (deed.type) {
    case "segment":
      return [
        ...segmentLines(deed.segment, deed.throughTable ? "through the flows" : "", wording, arrow),
        ...wrapped(deed.why),
      ];
    case "flow":
      return because(flowWords(deed));
    case "barrier":
      return because("barrier");
    case "flowStats":
      return because("ask the switch for its flows");
    case "report":
      return [...because(reportWords(deed)), ...deed.reasons.flatMap(wrapped)];
    case "inspect":
      return [inspectWords(deed, wording)];
    case "other":
      return because(deed.what);
  }
}

/** Why, under what it is about. */
function wrapped(text: string): Lines {
  const room = WIDTH - TIME_WIDTH - 6;
  const lines: string[] = [];
  for (const word of text.split(" ").filter((one) => one !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `    ${line}`);
}

function transferWords({ directions, at, until }: HistoryTransfer, wording: Wording): Lines {
  return directions.map((direction, index) => {
    const { from, to, segments, bytes } = direction;
    const sum = `${count(segments, "segment")}, ${count(bytes, "byte")}, ${rangeWords(direction, wording)}`;
    return `${arrowText(from, to, wording)}: ${sum}${index === 0 ? `, in ${Math.round(until - at)} ms` : ""}`;
  });
}
