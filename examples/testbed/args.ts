/** The command line of the testbed. */
import { parseArgs } from "node:util";
import { UserError } from "../first-light/errors.ts";
import { type AnalyzerKind, analyzerKinds } from "./analyzer.ts";
import type { SwitchKind } from "./open-vswitch.ts";
import { scenarios } from "./scenarios/index.ts";
import type { Addressing } from "./topology.ts";

const names = scenarios.map(({ name }) => name);

export const USAGE = `Moves real TCP connections through a real Open vSwitch, in network namespaces of its own.

Usage: sudo npm run testbed -- [options] [scenario...]

Scenarios (move, unless told otherwise; all for all of them):
${scenarios.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join("\n")}

  --switch KIND        patched: Open vSwitch with the four actions, built first when it is not there (examples/ovs);
                       stock: Debian's, whose connections the controller shifts; both. Default: patched
  --addressing KIND    transparent: server 2 has server 1's addresses; nat: its own. Default: transparent
  --ip VERSION         4 or 6. Default: 4
  --analyzer KIND      who decides which connections move. rules: the controller; northbound: a program at its WebSocket;
                       snort, eve: a detector at port 4 of the switch, which writes what Snort or Suricata writes.
                       Default: rules
  --short              fewer repetitions
  --tell               only tells how fast things are: too slow is not a failure
  --out DIRECTORY      leaves captures, the event log and a sequence diagram there
  -h, --help           this text

Needs Linux, root, and of Debian's packages ethtool, iproute2, iptables, openvswitch-switch, procps and tcpdump; socat
for the analyzer snort, also in the scenario analyzers; what examples/ovs/build.sh needs for the patched switch.
Everything that it makes it takes away again, also after Ctrl-C.

Exit code: 0 when everything came out as it should, 1 when something did not, 2 when the command line is wrong or
something is missing.`;

export interface Options {
  readonly scenarios: readonly string[];
  readonly switches: readonly SwitchKind[];
  readonly addressing: Addressing;
  readonly ipVersion: 4 | 6;
  readonly analyzer: AnalyzerKind;
  readonly short: boolean;
  readonly tell: boolean;
  readonly out: string | undefined;
}

const switchKinds: Readonly<Record<string, readonly SwitchKind[]>> = {
  patched: ["patched"],
  stock: ["stock"],
  both: ["patched", "stock"],
};

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        switch: { type: "string", default: "patched" },
        addressing: { type: "string", default: "transparent" },
        ip: { type: "string", default: "4" },
        analyzer: { type: "string", default: "rules" },
        short: { type: "boolean", default: false },
        tell: { type: "boolean", default: false },
        out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UserError(`${option} must be one of ${allowed.join(", ")}, not ${value}`);
  return found;
}

/** Throws UserError for what it does not understand. */
export function readOptions(args: readonly string[]): Options | "help" {
  const { values, positionals } = parsed(args);
  if (values.help) return "help";
  const wanted = positionals.length === 0 ? ["move"] : positionals;
  for (const name of wanted) oneOf("a scenario", name, [...names, "all"]);
  return {
    scenarios: wanted.includes("all") ? names : wanted,
    switches: switchKinds[oneOf("--switch", values.switch, Object.keys(switchKinds))] ?? [],
    addressing: oneOf("--addressing", values.addressing, ["transparent", "nat"]),
    ipVersion: oneOf("--ip", values.ip, ["4", "6"]) === "4" ? 4 : 6,
    analyzer: oneOf("--analyzer", values.analyzer, analyzerKinds),
    short: values.short,
    tell: values.tell,
    out: values.out,
  };
}
