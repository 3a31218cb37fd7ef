/** The lines of a log. */
import { type JsonValue, toJSON } from "../../ofp/json.ts";
import { part } from "../../ofp/part.ts";
import { requireObject } from "../../wire/require.ts";
import { derivedSecret } from "../secret.ts";
import type { TrackerEffect } from "../tracker/index.ts";
import { eventToJSON } from "./event-json.ts";
import { asking, mapFunctions } from "./hooks.ts";
import type { EventLog, LoggedAnswer, LoggedEvent } from "./types.ts";

/** What a recorder is told. */
export interface RecorderOptions {
  /** A name that no other log of the same secret has: the moment of the start, say. */
  readonly name: string;
  /** Takes each line as it comes, its line feed at the end; a file that lines are appended to is a log at every moment. */
  readonly write: (line: string) => void;
  /** Whether the effects are written, so that a replay can be compared: default true. */
  readonly effects?: boolean;
  /**
   * `derived`, the default: the machine works with a secret that is made of the configuration's and the log's name, and the log
   * holds that one. It tells nothing about the other, nor about the secret of any other log; but whoever has it can tell what this
   * machine draws by it for as long as it runs. `omitted`: the log holds none, and what is drawn comes out different in a replay.
   */
  readonly secret?: "derived" | "omitted";
}

/** A configuration that answers into a log. */
export interface Tapped<C> {
  /** With functions that record what they answer, and the derived secret. */
  readonly config: C;
  readonly header: string;
  /** What was answered since the last call. */
  readonly answers: () => readonly LoggedAnswer[];
}

const PURPOSE = "event log";

/** Throws RangeError or TypeError for options that are none, WireError for a configuration that JSON cannot hold. */
export function tapped<C extends object>(of: EventLog["of"], given: C, options: RecorderOptions): Tapped<C> {
  const { name, write, secret = "derived" } = requireObject("options", options);
  if (typeof name !== "string" || name === "") throw new TypeError("options.name must be a text that is not empty");
  if (typeof write !== "function") throw new TypeError("options.write must be a function");
  if (!["derived", "omitted"].includes(secret)) throw new RangeError("options.secret must be derived or omitted");
  const own = withDerivedSecret(given, name);
  const hooks: (readonly string[])[] = [];
  let answered: LoggedAnswer[] = [];
  const config = mapFunctions(own, (hook, path) => {
    hooks.push(path);
    return asking((asked, given) => {
      const answer = hook(...given);
      answered.push({ hook: path, asked: toJSON(asked), ...(answer !== undefined && { answer: toJSON(answer) }) });
      return answer;
    });
  }) as C;
  const bare = mapFunctions(own, () => undefined);
  const written = secret === "omitted" ? without(bare, "secret") : bare;
  const header = { log: "tcp-migration", version: 1, of, name, hooks, config: part("config", () => toJSON(written)) };
  return {
    config,
    header: line(header),
    answers() {
      const all = answered;
      answered = [];
      return all;
    },
  };
}

function withDerivedSecret<C extends object>(config: C, name: string): C {
  const secret: unknown = "secret" in config ? config.secret : undefined;
  return secret instanceof Uint8Array ? { ...config, secret: derivedSecret(secret, PURPOSE, name) } : config;
}

function without(value: unknown, name: string): unknown {
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => key !== name));
}

function line(value: JsonValue): string {
  return `${JSON.stringify(value)}\n`;
}

export function eventLine(
  event: LoggedEvent,
  answers: readonly LoggedAnswer[],
  effects: readonly TrackerEffect[] | undefined,
): string {
  return line({
    event: eventToJSON(event),
    ...(answers.length > 0 && { answers: answers.map((answer) => ({ ...answer })) }),
    ...(effects && { effects: effectsToJSON(effects) }),
  });
}

export function restoreLine(snapshot: JsonValue): string {
  return line({ restore: snapshot });
}

export function effectsToJSON(effects: readonly TrackerEffect[]): readonly JsonValue[] {
  return effects.map((effect) => toJSON(effect));
}
