/** Lines for programs and people: one JSON object each, on standard error. */

export const levels = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof levels)[number];

/** What a line says besides its text. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  readonly debug: (text: string, fields?: Fields) => void;
  readonly info: (text: string, fields?: Fields) => void;
  readonly warn: (text: string, fields?: Fields) => void;
  readonly error: (text: string, fields?: Fields) => void;
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `0x${value.toString(16).padStart(16, "0")}`;
  return value;
}

/** Lines below `level`, which may change, are left out. `write` gets whole lines; `now` is the time of day in milliseconds. */
export function createLog(level: Level | (() => Level), write: (line: string) => void, now: () => number): Log {
  const lowest = typeof level === "function" ? level : () => level;
  const at =
    (own: Level) =>
    (text: string, fields: Fields = {}) => {
      if (levels.indexOf(own) < levels.indexOf(lowest())) return;
      write(`${JSON.stringify({ time: new Date(now()).toISOString(), level: own, text, ...fields }, plain)}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
