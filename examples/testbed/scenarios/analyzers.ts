/** Analyzers that are no rules, and do not behave: each request must be answered by the right server, and the log must say why. */
import { type Manner, startAnalyzer } from "../analyzer.ts";
import { type ClientJob, isAnsweredBy } from "../client.ts";
import { until } from "../shell.ts";
import { type Testbed, withTestbed } from "../testbed.ts";
import type { Measured, RunOptions, Scenario } from "./scenario.ts";

const kinds = ["northbound", "snort", "eve"] as const;
type Kind = (typeof kinds)[number];

/** So long a request is held at most. Milliseconds. */
const VERDICT_MS = 500;
/** What is said then comes too late, and before the client's next request. */
const LATE_MS = VERDICT_MS + 200;
/** What is said then would be in time, if nobody were killed before. */
const SLOW_MS = VERDICT_MS - 100;
/** Requests that are held when the analyzer is killed. */
const HELD = 5;
const REPORT_MS = 3_000;

/** What the controller may say about a connection's verdict and what becomes of it. */
const codes = ["MIGRATED", "FORWARDED", "VERDICT_MISSING", "VERDICT_IGNORED", "VERDICT_TOO_LATE", "VERDICT_STALE"];

interface Case {
  readonly what: string;
  readonly manner?: Partial<Manner>;
  readonly job?: Partial<ClientJob>;
  /** What happens while the client waits for its answers. */
  readonly meanwhile?: () => Promise<void>;
  readonly server: "server1" | "server2";
  /** Each is told once for each connection, and none of the others is. */
  readonly told: readonly string[];
}

async function runCase(
  { client, controller, analyzer }: Testbed,
  { what, manner, job = {}, meanwhile, server, told }: Case,
): Promise<Measured> {
  if (manner) await analyzer?.behave(manner);
  const before = codes.map((code) => controller.count(code));
  const since = () => codes.map((code, index) => controller.count(code) - (before[index] ?? 0));
  const { count = 1, requests = 1 } = job;
  const [{ results }] = await Promise.all([client.run({ down: 1_000, ...job, count, parallel: count }), meanwhile?.()]);
  const wanted = codes.map((code) => (told.includes(code) ? count : 0));
  const isToldAll = () => since().every((each, index) => each >= (wanted[index] ?? 0)) || undefined;
  await until(what, isToldAll, REPORT_MS).catch(() => undefined);
  const right = results.filter((result) => isAnsweredBy(result, server, requests)).length;
  const found = since();
  const list = codes.flatMap((code, index) => (found[index] ? [`${code} ${found[index]} times`] : [])).join(", ");
  const slowest = Math.max(...results.map(({ firstByteMs }) => firstByteMs));
  return {
    what,
    value: `${right} of ${count} by ${server}, ${list || "nothing"} told, answer within ${slowest.toFixed(0)} ms`,
    wanted: `all by ${server}, ${told.join(" and ")}`,
    ok: right === count && found.every((each, index) => each === wanted[index]),
  };
}

/** Until it has found so many requests more. */
async function afterFinding({ analyzer }: Testbed, count: number): Promise<void> {
  const found = () => analyzer?.program.said.filter((line) => "found" in line).length ?? 0;
  const before = found();
  await until("requests that the analyzer has seen", () => (found() >= before + count ? true : undefined));
}

async function kill({ belongings, analyzer }: Testbed): Promise<void> {
  if (analyzer) await belongings.end(analyzer.program.child, "SIGKILL");
}

async function again(testbed: Testbed, kind: Kind): Promise<Testbed> {
  return { ...testbed, analyzer: await startAnalyzer(testbed.belongings, testbed.topology, kind) };
}

const moves = { server: "server2", told: ["MIGRATED"] } as const;
const stays = { server: "server1", told: ["VERDICT_MISSING", "FORWARDED"] } as const;
const patient: Partial<ClientJob> = { requests: 2, pauseMs: VERDICT_MS };

async function examine(options: RunOptions, kind: Kind): Promise<readonly Measured[]> {
  const changes = { ...options, analyzer: kind, controller: { timing: { verdictMs: VERDICT_MS } } };
  return await withTestbed(changes, async (first) => {
    const name = (what: string) => `${options.switch} switch, ${kind}: ${what}`;
    const measured = [
      await runCase(first, { what: name("a request that moves"), ...moves }),
      await runCase(first, {
        ...{ what: name("one that stays"), job: { path: "/stay/x" }, server: "server1", told: ["FORWARDED"] },
      }),
      await runCase(first, {
        ...{ what: name("it says everything twice"), manner: { times: 2 }, job: { requests: 2, pauseMs: 100 } },
        ...{ server: "server2", told: ["MIGRATED", "VERDICT_IGNORED"] },
      }),
      await runCase(first, {
        ...{ what: name("it is late"), manner: { delayMs: LATE_MS }, job: patient, server: "server1" },
        told: [...stays.told, "VERDICT_TOO_LATE"],
      }),
      await runCase(first, {
        ...{ what: name("it is killed while requests are held"), manner: { delayMs: SLOW_MS } },
        ...{ job: { count: HELD }, ...stays },
        async meanwhile() {
          await afterFinding(first, HELD);
          await kill(first);
        },
      }),
      await runCase(first, { what: name("it is not there"), ...stays }),
    ];
    const second = await again(first, kind);
    measured.push(await runCase(second, { what: name("it is back"), ...moves }));
    return measured;
  });
}

export const analyzers: Scenario = {
  name: "analyzers",
  what: "analyzers that say things twice, too late, or not at all; each kind, or that of --analyzer",
  async run(options) {
    const measured: Measured[] = [];
    for (const kind of kinds) {
      if (options.analyzer === "rules" || options.analyzer === kind) measured.push(...(await examine(options, kind)));
    }
    return measured;
  },
};
