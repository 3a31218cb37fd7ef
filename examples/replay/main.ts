/** `npm run replay`: a log of events in, the same effects out. See `--help`. */
import {
  createFinder,
  type EventLog,
  encodeEffect,
  historyOf,
  type ReplayedRecord,
  type ReplayResult,
  startReplay,
} from "../../src/migration/index.ts";
import { type FlowKey, flowKeyText } from "../../src/tcp/index.ts";
import { toHex, WireError } from "../../src/wire/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";
import { painter } from "../first-light/terminal.ts";
import { type Options, readOptions, USAGE } from "./args.ts";
import { loadLog } from "./load.ts";
import {
  count,
  drawing,
  effectLines,
  type Followed,
  historyLines,
  overviewLines,
  resultLines,
  sourceLines,
  TOLD,
} from "./tell.ts";

const SAME = 0;
const DIFFERENT = 1;
const INPUT = 2;

const paint = painter(process.stdout, process.env);

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

interface Run {
  readonly result: ReplayResult;
  readonly connections: readonly Followed[];
}

/** Replays once; `each` sees every record that is about the wanted connection. */
function run(
  log: EventLog,
  wanted: FlowKey | undefined,
  each: (replayed: ReplayedRecord, phase?: string) => void,
): Run {
  const { machine, records } = startReplay(log);
  const finder = createFinder(machine);
  const followed = new Map<string, Followed>();
  let events = 0;
  let compared = 0;
  let first: ReplayedRecord | undefined;
  let number = 0;
  for (const replayed of records) {
    number++;
    const { record } = replayed;
    if (record.type === "event") {
      events++;
      if (record.effects) compared++;
    }
    if (!first && (replayed.difference ?? replayed.unanswered) !== undefined) first = replayed;
    const about = finder.about(replayed);
    for (const key of about) {
      const text = flowKeyText(key);
      const known = followed.get(text);
      const begin = known?.begin ?? (record.type === "event" ? record.event.at : 0);
      followed.set(text, { key, begin, events: (known?.events ?? 0) + 1, phase: machine.phaseOf(key) });
    }
    const subject = wanted ?? about[0];
    if (!wanted || about.some((key) => flowKeyText(key) === flowKeyText(wanted))) {
      each(replayed, subject && machine.phaseOf(subject));
    }
  }
  const ends = [...followed.values()].map((one) => ({ ...one, phase: machine.phaseOf(one.key) }));
  return { result: { records: number, events, compared, first }, connections: ends };
}

function jsonLine({ index, record, effects, difference, unanswered }: ReplayedRecord, phase?: string): string {
  return JSON.stringify({
    record: index,
    ...(record.type === "event" ? { at: record.event.at, event: record.event.type } : { event: "restore" }),
    ...(phase !== undefined && { phase }),
    effects: effects.map((effect) => ({
      id: effect.id,
      dpid: `0x${effect.dpid.toString(16)}`,
      type: effect.type,
      ...(effect.type === "report" && { code: effect.code }),
      ...(effect.about && { connection: flowKeyText(effect.about.key) }),
      why: effect.why,
      message: toHex(encodeEffect(effect)),
    })),
    same: difference === undefined && unanswered === undefined,
  });
}

function tell(log: EventLog, options: Options): ReplayResult {
  const { connection, format, effects, relative, quiet } = options;
  if (format === "mermaid" || format === "svg") {
    const { result } = run(log, connection, () => undefined);
    process.stdout.write(drawing(historyOf(log, connection), format, relative));
    // Standard output is for the drawing alone.
    if (result.first) console.error(resultLines(result, (_, text) => text).join("\n"));
    return result;
  }
  if (format === "json") {
    return run(log, connection, (replayed, phase) => {
      print([jsonLine(replayed, phase)]);
    }).result;
  }
  if (!quiet) print([...sourceLines(log, paint), ""]);
  let start: number | undefined;
  const { result, connections } = run(log, connection, (replayed) => {
    if (replayed.record.type === "event") start ??= replayed.record.event.at;
    if (effects && !quiet) print(effectLines(replayed, start ?? 0, paint));
  });
  if (!quiet && !effects) tellConnections(log, options, connections);
  print([...(effects && !quiet ? [""] : []), ...resultLines(result, paint)]);
  return result;
}

function tellConnections(log: EventLog, { connection, relative }: Options, connections: readonly Followed[]): void {
  if (connection) {
    print([...historyLines(log, connection, relative), ""]);
    return;
  }
  if (connections.length !== 1) print([...overviewLines(connections, paint), ""]);
  for (const { key } of connections.slice(0, TOLD)) print([...historyLines(log, key, relative), ""]);
  const more = connections.length - TOLD;
  if (more > 0) print([`${count(more, "more connection")}: name one with --connection to read about it.`, ""]);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    print([USAGE]);
    return SAME;
  }
  const log = await loadLog(options.file);
  try {
    return tell(log, options).first ? DIFFERENT : SAME;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new UserError(`${options.file}: ${error.path === "" ? "" : `${error.path}: `}${error.detail}`);
  }
}

// Nobody reads any further: `npm run replay | head`.
process.stdout.on("error", (error) => {
  if (systemCode(error) !== "EPIPE") throw error;
  process.exit();
});

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`replay: ${error.message}`);
  process.exitCode = INPUT;
}
