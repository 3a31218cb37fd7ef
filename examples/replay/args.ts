/** The command line. */
import { parseArgs } from "node:util";
import { createFlowKey, type FlowKey } from "../../src/tcp/index.ts";
import { UserError } from "../first-light/errors.ts";

export const FORMATS = ["text", "mermaid", "svg", "json"] as const;
export type Format = (typeof FORMATS)[number];

export interface Options {
  readonly file: string;
  /** Absent: all of them. */
  readonly connection?: FlowKey;
  readonly format: Format;
  readonly effects: boolean;
  readonly relative: boolean;
  readonly quiet: boolean;
}

export const SAMPLE = "examples/replay/sample.jsonl";
export const TRACKER_SAMPLE = "examples/replay/tracker.jsonl";

export const USAGE = `Replays a log of events: the same events through the same machine must have the same effects.

Usage: npm run replay -- [options] FILE

  FILE                     JSON Lines as a recorder writes them, or one JSON document; - reads standard input
  --connection A:P-B:Q     that connection only, from client to service ([2001:db8::3]:1-[2001:db8::1]:2),
                           behind an @ its VLANs (10.0.0.3:1-10.0.0.1:80@100)
  --format FORMAT          ${FORMATS.join(", ")} (text); mermaid and svg draw one connection, the first by default
  --relative               numbers less the initial ones, as tcpdump and Wireshark show them
  --effects                what each event led to, as OpenFlow messages
  --quiet                  the result only
  --help                   this text

Exit status: 0 the effects are the recorded ones, or none were recorded; 1 they differ; 2 wrong options or log.

Try: npm run replay -- ${SAMPLE}
     npm run replay -- ${TRACKER_SAMPLE}`;

const OPTIONS = {
  connection: { type: "string" },
  format: { type: "string" },
  relative: { type: "boolean" },
  effects: { type: "boolean" },
  quiet: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // parseArgs goes on with advice for programmers.
    if (error instanceof TypeError) throw new UserError(`${error.message.split(". ")[0] ?? ""} (see --help)`);
    throw error;
  }
}

/** Returns "help" when that is asked for, or nothing at all is. Throws UserError. */
export function readOptions(args: string[]): Options | "help" {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (values.help === true || args.length === 0) return "help";
  if (file === undefined) throw new UserError("which FILE? (see --help)");
  if (more.length > 0) throw new UserError("only one FILE (see --help)");
  const format = FORMATS.find((known) => known === (values.format ?? "text"));
  if (!format) throw new UserError(`--format ${values.format ?? ""}: not one of ${FORMATS.join(", ")}`);
  if (values.effects === true && (format === "mermaid" || format === "svg")) {
    throw new UserError(`--effects and --format ${format} exclude each other`);
  }
  return {
    file,
    ...(values.connection !== undefined && { connection: readConnection(values.connection) }),
    format,
    effects: values.effects === true,
    relative: values.relative === true,
    quiet: values.quiet === true,
  };
}

/** Also the spelling in which a log names connections: `10.0.0.3:33333>10.0.0.1:80`. */
function readConnection(text: string): FlowKey {
  const pattern = /^(?:\[(.+?)\]|([^:[\]]+)):(\d{1,5})[->](?:\[(.+?)\]|([^:[\]]+)):(\d{1,5})(?:@(\d+(?:,\d+)*))?$/;
  const [, src6, src4, srcPort, dst6, dst4, dstPort, vlans = ""] = pattern.exec(text) ?? [];
  try {
    return createFlowKey({
      vlans: vlans === "" ? [] : vlans.split(",").map(Number),
      src: src6 ?? src4 ?? "",
      srcPort: Number(srcPort),
      dst: dst6 ?? dst4 ?? "",
      dstPort: Number(dstPort),
    });
  } catch {
    throw new UserError(`--connection ${text}: not of the form 10.0.0.3:33333-10.0.0.1:80`);
  }
}
