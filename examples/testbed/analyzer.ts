/** Who decides which connections move: the controller's rules, or a program beside the controller or at port 4 of the switch. */
import { join } from "node:path";
import type { Belongings } from "./cleanup.ts";
import { type Program, startProgram } from "./programs.ts";
import type { Topology } from "./topology.ts";

export const analyzerKinds = ["rules", "northbound", "snort", "eve"] as const;
export type AnalyzerKind = (typeof analyzerKinds)[number];

/** How an analyzer says what it has found. */
export interface Manner {
  /** How often it says the same. */
  readonly times: number;
  /** How long it takes. */
  readonly delayMs: number;
}

export interface Analyzer {
  /** It says `found` for each connection that it has judged. */
  readonly program: Program;
  /** From now on. What is left out is once, and at once. */
  behave(manner: Partial<Manner>): Promise<void>;
}

const HTTP_PORT = 8080;
const EVE_SOCKET = "eve.sock";
/** In its log directory, by its own name: Snort's `-A unsock`. */
const SNORT_SOCKET = "snort_alert";

/** What the controller's configuration says about it, and what that of a service does. */
export interface AnalyzerSettings {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly service: { readonly mirrorPort?: number };
}

export function analyzerSettings(kind: AnalyzerKind, directory: string, { analyzer }: Topology): AnalyzerSettings {
  const mirrored = { mirrorPort: analyzer.port };
  switch (kind) {
    case "rules":
      return { configuration: {}, service: {} };
    case "northbound":
      return { configuration: { analyzer: kind, http: { port: HTTP_PORT } }, service: {} };
    case "snort":
      return { configuration: { analyzer: kind, snort: { directory } }, service: mirrored };
    case "eve":
      return { configuration: { analyzer: kind, eve: [{ path: EVE_SOCKET }] }, service: mirrored };
  }
}

/** Starts it once the controller listens, and waits until it watches. */
export async function startAnalyzer(
  belongings: Belongings,
  { namespace, analyzer, servicePort }: Topology,
  kind: Exclude<AnalyzerKind, "rules">,
): Promise<Analyzer> {
  const at = (name: string) => join(belongings.directory, name);
  const program =
    kind === "northbound"
      ? startProgram(belongings, namespace, "host/agent.ts", [
          `ws://127.0.0.1:${HTTP_PORT}/northbound`,
          at("northbound.token"),
        ])
      : startProgram(belongings, analyzer.namespace, "host/detector.ts", [
          kind,
          at(kind === "snort" ? SNORT_SOCKET : EVE_SOCKET),
          String(servicePort),
        ]);
  await program.until(`the analyzer, ${kind}`, (line) => line.ready === true, { from: 0 });
  return {
    program,
    async behave(manner) {
      const done = program.until("another manner", (line) => "manner" in line);
      program.write(JSON.stringify({ times: 1, delayMs: 0, ...manner }));
      await done;
    },
  };
}
