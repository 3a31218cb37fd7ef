/** The controller of `examples/controller`, with a configuration for this testbed. */
import { writeFileSync } from "node:fs";
import { type AnalyzerKind, analyzerSettings } from "./analyzer.ts";
import type { Belongings } from "./cleanup.ts";
import { MOVING } from "./host/findings.ts";
import { CONTROLLER_PORT } from "./open-vswitch.ts";
import { type Program, type Said, startProgram } from "./programs.ts";
import { sleep } from "./shell.ts";
import type { Topology } from "./topology.ts";

const RULES = `alert tcp any any -> any any (msg:"report"; flow:to_server,established; content:"${MOVING}"; depth:${MOVING.length}; sid:1000001; rev:1;)
`;
const SERVICE = "web";
const TARGET = "second";
const HEAP_SAMPLES = 3;
const HEAP_PAUSE_MS = 400;

export interface ControllerOptions {
  /** Tells controllers of the same testbed apart. */
  readonly name: string;
  readonly port: number;
  readonly logLevel: "debug" | "info";
  /** Besides `lingerMs`. */
  readonly timing: Readonly<Record<string, number>>;
  /** Of the service. */
  readonly policy: Readonly<Record<string, unknown>>;
  /** Who decides. */
  readonly analyzer: AnalyzerKind;
  /** Where its event log goes, if anywhere. */
  readonly eventLog?: string;
  /** More of the configuration file. */
  readonly besides?: Readonly<Record<string, unknown>>;
}

export const defaultController: ControllerOptions = {
  ...{ name: "controller", port: CONTROLLER_PORT, logLevel: "info", timing: {}, policy: {}, analyzer: "rules" },
};

export interface RunningController {
  readonly program: Program;
  /** Reports with this code so far. */
  count(code: string): number;
  /** The next report with this code. */
  report(code: string, from?: number): Promise<Said>;
  /** Bytes of its heap that somebody needs. */
  heap(): Promise<number>;
}

/** Starts it, and waits until it listens. */
export async function startController(
  belongings: Belongings,
  topology: Topology,
  options: Partial<ControllerOptions>,
): Promise<RunningController> {
  const { name, port, logLevel, timing, policy, analyzer, eventLog, besides } = { ...defaultController, ...options };
  const { server1, server2, servicePort, server2Port, addressing } = topology;
  const { directory } = belongings;
  const target = { switchPort: server2.port };
  const own = { mac: server2.mac, ip: server2.ip, port: server2Port };
  const settings = analyzerSettings(analyzer, directory, topology);
  const configuration = {
    listen: [{ host: "127.0.0.1", port }],
    services: {
      [SERVICE]: {
        vip: { ip: server1.ip, port: servicePort, mac: server1.mac },
        origin: { switchPort: server1.port },
        policy,
        targets: { [TARGET]: addressing === "transparent" ? target : { ...target, ...own } },
        ...settings.service,
      },
    },
    ...{ rules: "rules", secretFile: "secret", epochFile: "epoch", logLevel, timing },
    // All clients have one address here, which a tracker takes for one source.
    budgets: { halfOpenPerSource: 1024 },
    ...settings.configuration,
    ...besides,
  };
  writeFileSync(`${directory}/rules`, RULES);
  writeFileSync(`${directory}/${name}.json`, JSON.stringify(configuration));
  const log = eventLog === undefined ? [] : ["--event-log", eventLog];
  const program = startProgram(
    belongings,
    topology.namespace,
    "../controller/main.ts",
    ["--config", `${directory}/${name}.json`, ...log],
    "stderr",
    ["--import", new URL("host/heap.ts", import.meta.url).href],
  );
  await program.until("the controller", ({ text }) => text === "listening", { from: 0 });
  return {
    program,
    count: (code) => program.said.filter((line) => line.code === code).length,
    async heap() {
      const sizes: number[] = [];
      // What is on its way just then is no part of it.
      for (let times = 0; times < HEAP_SAMPLES; times++) {
        const answer = program.until("the size of the heap", ({ heapUsed }) => typeof heapUsed === "number");
        program.child.kill("SIGUSR2");
        sizes.push(Number((await answer).heapUsed));
        await sleep(HEAP_PAUSE_MS);
      }
      return Math.min(...sizes);
    },
    report: (code, from) =>
      program.until(`a report ${code}`, (line) => line.code === code, from === undefined ? {} : { from }),
  };
}
