/** A replay for people. */

import { decode, summary } from "../../src/index.ts";
import {
  type EventLog,
  encodeEffect,
  explainHistory,
  type History,
  historyOf,
  type ReplayedRecord,
  type ReplayResult,
  type TrackerEffect,
} from "../../src/migration/index.ts";
import { type FlowKey, flowKeyText } from "../../src/tcp/index.ts";
import { type Paint, table, wrap } from "../first-light/terminal.ts";

/** So many connections are told without being asked for. */
export const TOLD = 3;

/** What is known of a connection when its log ends. */
export interface Followed {
  readonly key: FlowKey;
  readonly begin: number;
  readonly events: number;
  readonly phase: string | undefined;
}

export function sourceLines({ name, of, records, complete, hasSecret }: EventLog, paint: Paint): string[] {
  const kind = of === "tracker" ? "a tracker" : "one connection";
  return [
    `${paint("bold", name)}: a log of ${kind}, ${count(records.length, "record")}`,
    ...(complete ? [] : ["Its last line was cut off, and is left out."]),
    ...(of === "tracker" && !hasSecret ? ["It holds no secret: what is drawn by one comes out different."] : []),
  ];
}

export function overviewLines(connections: readonly Followed[], paint: Paint): string[] {
  const start = connections[0]?.begin ?? 0;
  const columns = [
    { title: "connection" },
    { title: "begins at", align: "right" },
    { title: "events", align: "right" },
    { title: "phase in the end" },
  ] as const;
  const rows = connections.map(({ key, begin, events, phase }) => [
    { text: flowKeyText(key) },
    { text: seconds(begin - start) },
    { text: String(events) },
    { text: phase ?? "forgotten" },
  ]);
  return table(columns, rows, paint);
}

export function historyLines(log: EventLog, key: FlowKey, relative: boolean): string[] {
  return explainHistory(historyOf(log, key), "text", { relative }).trimEnd().split("\n");
}

export function drawing(history: History, format: "mermaid" | "svg", relative: boolean): string {
  return explainHistory(history, format, { relative });
}

/** One record and its effects. */
export function effectLines({ record, index, effects }: ReplayedRecord, start: number, paint: Paint): string[] {
  const title =
    record.type === "event" ? `${seconds(record.event.at - start)}  ${record.event.type}` : "a snapshot is restored";
  return [paint("bold", `#${index}  ${title}`), ...effects.flatMap((effect) => oneEffect(effect, paint))];
}

function oneEffect(effect: TrackerEffect, paint: Paint): string[] {
  const about = effect.about ? `${flowKeyText(effect.about.key)}  ` : "";
  const messages = messagesOf(encodeEffect(effect)).map((message) => `    ${summary(decode(message))}`);
  const what = effect.type === "report" ? `report ${effect.code}` : effect.type;
  return [`  ${about}${what}`, ...wrap(`    ${paint("dim", effect.why)}`, 4), ...messages];
}

/** A bundle is several messages. */
function messagesOf(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = view.getUint16(at + 2);
    messages.push(bytes.subarray(at, at + length));
    at += Math.max(8, length);
  }
  return messages;
}

/** What the replay amounts to. */
export function resultLines({ records, events, compared, first }: ReplayResult, paint: Paint): string[] {
  if (first) return [paint("red", "DIFFERENT"), ...differenceLines(first)];
  if (compared === 0)
    return [paint("green", `Replayed ${count(records, "record")}; the log holds no effects to compare.`)];
  return [paint("green", `THE SAME: ${count(compared, "event")} of ${events} had the recorded effects.`)];
}

function differenceLines({ index, record, difference, unanswered }: ReplayedRecord): string[] {
  const what = record.type === "event" ? `${record.event.type} at ${record.event.at} ms` : "restore";
  return [
    `The first difference is in record ${index}, ${what}:`,
    ...(unanswered === undefined ? [] : wrap(`  the machine asks ${unanswered}, which the log does not answer`, 4)),
    ...(difference
      ? [
          `  ${difference.path}`,
          `    recorded ${shown(difference.recorded)}`,
          `    replayed ${shown(difference.replayed)}`,
        ]
      : []),
  ];
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
