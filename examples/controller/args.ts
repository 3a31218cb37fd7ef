/** The command line of the controller. */
import { parseArgs } from "node:util";
import { UserError } from "../first-light/errors.ts";
import type { HttpAddress } from "./config.ts";
import { type Level, levels } from "./log.ts";

export const USAGE = `An OpenFlow 1.3 controller that moves live TCP connections from one server to another.

Usage: npm run controller -- --config FILE [options]

  --config FILE        configuration, JSON: see examples/controller/config.schema.json and its README
  --check              says whether the configuration is one, and ends
  --http HOST:PORT     northbound interface for analyzers, dashboards and metrics, there and not where the
                       configuration says; HOST is 127.0.0.1 when there is only a port
  --log-level LEVEL    ${levels.join(", ")}; what the configuration says otherwise
  --event-log FILE     writes a log of all events, for npm run replay
  -h, --help           this text

Switches connect to it (ovs-vsctl set-controller BRIDGE tcp:127.0.0.1:6653); fail mode secure is best.
SIGHUP has it read the configuration again. SIGINT and SIGTERM end it: the flows stay, and connections that
have moved go on.

Exit code: 0 when it was told to end, 1 when it cannot go on, 2 when the command line or the configuration is wrong.`;

export interface Options {
  readonly config: string;
  readonly check: boolean;
  readonly http: HttpAddress | undefined;
  readonly logLevel: Level | undefined;
  readonly eventLog: string | undefined;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: "string" },
        check: { type: "boolean", default: false },
        http: { type: "string" },
        "log-level": { type: "string" },
        "event-log": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** `8080`, `localhost:8080`, `[::1]:8080`. */
function addressOf(text: string): HttpAddress {
  const [, bracketed, name, digits = ""] = /^(?:(?:\[([\da-f:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) throw new UserError(`--http must be HOST:PORT, not ${text}`);
  return { host: bracketed ?? name ?? "127.0.0.1", port };
}

/** Throws UserError for what it does not understand. */
export function readOptions(args: readonly string[]): Options | "help" {
  const { config, check, help, http, "log-level": level, "event-log": eventLog } = parsed(args);
  if (help) return "help";
  if (config === undefined) throw new UserError("name the configuration with --config FILE; --help tells more");
  const logLevel = levels.find((each) => each === level);
  if (level !== undefined && !logLevel)
    throw new UserError(`--log-level must be one of ${levels.join(", ")}, not ${level}`);
  return { config, check, http: http === undefined ? undefined : addressOf(http), logLevel, eventLog };
}
