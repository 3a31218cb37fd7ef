/** The command line. */
import { parseArgs } from "node:util";
import type { Policy } from "../../src/migration/index.ts";
import { createFlowKey, type FlowKey } from "../../src/tcp/index.ts";
import { UserError } from "./errors.ts";

export const FORMATS = ["text", "ovs-ofctl", "mermaid", "svg", "json"] as const;
export type Format = (typeof FORMATS)[number];

export const SCENARIOS = ["normalised", "normalised-ipv6", "nat", "timestamps"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** What is captured where: one file for each link, or one for all. */
export interface Files {
  readonly client: string;
  readonly origin?: string;
  readonly target?: string;
}

export interface Ports {
  readonly client: number;
  readonly origin: number;
  readonly target: number;
}

/** The new server, where the captures do not tell. */
export interface Target {
  readonly ip?: string;
  readonly mac?: string;
  readonly port?: number;
}

export interface Options {
  /** Absent: the captures of this repository. */
  readonly files?: Files;
  /** One of them; absent: the tour. */
  readonly scenario?: ScenarioName;
  readonly connection?: FlowKey;
  readonly ports: Ports;
  readonly target: Target;
  readonly policy: Policy;
  readonly format: Format;
  readonly svg?: string;
  readonly detail: "quiet" | "normal" | "verbose";
}

export const USAGE = `Plans the migration of a captured TCP connection and proves the plan on a model switch.

Usage: npm start -- [options] [FILE]

Captures (pcap or pcapng, Ethernet). Without any: the recordings in examples/captures.
  FILE                     one capture that holds everything
  --client FILE            captured on the client's link: SYN, SYN-ACK and the request at least
  --origin FILE            captured on the old server's link
  --target FILE            captured on the new server's link, with its answer to the synthetic SYN
  --scenario NAME          one of the recordings: ${SCENARIOS.join(", ")}
  --connection A:P-B:Q     that connection, from client to server ([2001:db8::3]:1-[2001:db8::1]:2);
                           otherwise the first whose handshake is there

Plan
  --ports C,O,T            OpenFlow ports of client, old and new server (3,1,2)
  --target-ip ADDRESS      the new server's address, if it differs from the old one's (as captured)
  --target-mac MAC         the same of its Ethernet address
  --target-port PORT       the same of its TCP port
  --tolerant-client        the client tolerates missing timestamps, as Linux does
  --policy NAME=VALUE      anything else of the planner's policy; may be repeated

Output
  --format FORMAT          ${FORMATS.join(", ")} (text)
  --svg FILE               where the diagram goes (out/NAME.svg)
  --quiet                  the verdict and the result only
  --verbose                every recording; and the bytes of each segment
  --help                   this text

Exit status: 0 all is well, 1 the proof failed, 2 wrong options or captures, 3 cannot be migrated.`;

const OPTIONS = {
  client: { type: "string" },
  origin: { type: "string" },
  target: { type: "string" },
  scenario: { type: "string" },
  connection: { type: "string" },
  ports: { type: "string" },
  "target-ip": { type: "string" },
  "target-mac": { type: "string" },
  "target-port": { type: "string" },
  "tolerant-client": { type: "boolean" },
  policy: { type: "string", multiple: true },
  format: { type: "string" },
  svg: { type: "string" },
  quiet: { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** Returns "help" when that is asked for. Throws UserError. */
export function readOptions(args: string[]): Options | "help" {
  const { values, positionals } = parseOrExplain(args);
  if (values.help === true) return "help";
  if (values.quiet === true && values.verbose === true) throw new UserError("--quiet and --verbose exclude each other");
  const files = readFiles(values, positionals);
  if (files && values.scenario !== undefined) throw new UserError("--scenario and capture files exclude each other");
  return {
    ...(files && { files }),
    ...(values.scenario !== undefined && { scenario: oneOf("scenario", values.scenario, SCENARIOS) }),
    ...(values.connection !== undefined && { connection: readConnection(values.connection) }),
    ports: readPorts(values.ports ?? "3,1,2"),
    target: readTarget(values),
    policy: readPolicy(values),
    format: oneOf("format", values.format ?? "text", FORMATS),
    ...(values.svg !== undefined && { svg: values.svg }),
    detail: values.quiet === true ? "quiet" : values.verbose === true ? "verbose" : "normal",
  };
}

function parseOrExplain(args: string[]) {
  try {
    return parse(args);
  } catch (error) {
    // parseArgs goes on with advice for programmers.
    if (error instanceof TypeError) throw new UserError(`${error.message.split(". ")[0] ?? ""} (see --help)`);
    throw error;
  }
}

function readFiles(values: Values, positionals: readonly string[]): Files | undefined {
  const { client, origin, target } = values;
  const [single, ...more] = positionals;
  if (more.length > 0) throw new UserError("only one FILE; use --client, --origin and --target for one per link");
  if (single !== undefined) {
    if (client ?? origin ?? target) throw new UserError("FILE excludes --client, --origin and --target");
    return { client: single };
  }
  if (client === undefined) {
    if (origin ?? target) throw new UserError("--origin and --target need --client");
    return undefined;
  }
  return { client, ...(origin !== undefined && { origin }), ...(target !== undefined && { target }) };
}

function readConnection(text: string): FlowKey {
  const match = /^(?:\[(.+?)\]|([^:[\]]+)):(\d{1,5})-(?:\[(.+?)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const [, src6, src4, srcPort, dst6, dst4, dstPort] = match ?? [];
  try {
    const key = {
      src: src6 ?? src4 ?? "",
      srcPort: Number(srcPort),
      dst: dst6 ?? dst4 ?? "",
      dstPort: Number(dstPort),
    };
    return createFlowKey(key);
  } catch {
    throw new UserError(`--connection ${text}: not of the form 10.0.0.3:33333-10.0.0.1:11111`);
  }
}

function readPorts(text: string): Ports {
  const [client, origin, target, ...more] = text
    .split(",")
    .map((port) => (/^\d+$/.test(port) ? Number(port) : Number.NaN));
  const valid = [client, origin, target].every((port) => port !== undefined && port >= 1 && port <= 0xfeff);
  if (client === undefined || origin === undefined || target === undefined || more.length > 0 || !valid) {
    throw new UserError(`--ports ${text}: not three OpenFlow ports from 1 to 65279, like 3,1,2`);
  }
  if (new Set([client, origin, target]).size < 3)
    throw new UserError(`--ports ${text}: three different ports are needed`);
  return { client, origin, target };
}

function readTarget(values: Values): Target {
  const { "target-ip": ip, "target-mac": mac, "target-port": port } = values;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw new UserError(`--target-port ${port}: not a TCP port`);
  }
  return {
    ...(ip !== undefined && { ip }),
    ...(mac !== undefined && { mac }),
    ...(port !== undefined && { port: Number(port) }),
  };
}

/** Names and values are the planner's to judge. */
function readPolicy(values: Values): Policy {
  const pairs = (values.policy ?? []).map((text): [string, string | number | boolean] => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new UserError(`--policy ${text}: not of the form NAME=VALUE`);
    return [
      name,
      value === "true" || value === "false" ? value === "true" : /^\d+$/.test(value) ? Number(value) : value,
    ];
  });
  if (values["tolerant-client"] === true) pairs.push(["clientToleratesMissingTimestamps", true]);
  return Object.fromEntries(pairs);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UserError(`--${name} ${value}: not one of ${allowed.join(", ")}`);
  return found;
}
