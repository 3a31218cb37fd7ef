/** Everything that is not a request which moves as it should: it must be answered by the right server, and the log must say why. */

import { type ClientJob, type ClientResult, isAnsweredBy } from "../client.ts";
import { execute, until } from "../shell.ts";
import { type Testbed, type TestbedOptions, withTestbed } from "../testbed.ts";
import type { Measured, RunOptions, Scenario } from "./scenario.ts";

interface Case {
  readonly what: string;
  readonly testbed?: Partial<TestbedOptions>;
  /** Before the client asks. */
  readonly prepare?: (testbed: Testbed) => void;
  /** What the client has done just before, each time. */
  readonly first?: Partial<ClientJob>;
  readonly job: Partial<ClientJob>;
  readonly server: "server1" | "server2";
  /** What the controller must have told about it. */
  readonly code: string;
}

/** A host that is there, and does not answer. */
function silence({ topology: { server2 } }: Testbed): void {
  execute("ip", "-n", server2.namespace, "link", "set", "eth0", "down");
}

const SHORT_PORT = 40_000;

const cases: readonly Case[] = [
  { what: "no rule matches", job: { path: "/stay/x" }, server: "server1", code: "FORWARDED" },
  { what: "server 2 refuses", testbed: { server2: false }, job: {}, server: "server1", code: "TARGET_REFUSED" },
  { what: "server 2 is silent", prepare: silence, job: {}, server: "server1", code: "TARGET_SILENT" },
  { what: "a keyword in three segments", job: { split: [3, 4], splitMs: 20 }, server: "server2", code: "MIGRATED" },
  { what: "a request of several segments", job: { up: 12_000 }, server: "server2", code: "MIGRATED" },
  { what: "a request behind a pause", job: { waitMs: 300 }, server: "server2", code: "MIGRATED" },
  {
    what: "a client that asks for ECN",
    testbed: { sysctl: ["net.ipv4.tcp_ecn=1"] },
    job: { down: 100_000 },
    server: "server2",
    code: "MIGRATED",
  },
  {
    what: "a port that is used again at once",
    job: { count: 5, localPort: SHORT_PORT, abort: true },
    server: "server2",
    code: "MIGRATED",
  },
  {
    what: "a port that is used again at once, after a connection that stayed",
    first: { path: "/stay/x", localPort: SHORT_PORT, abort: true },
    job: { count: 5, localPort: SHORT_PORT, abort: true },
    server: "server2",
    code: "MIGRATED",
  },
  {
    what: "five requests on one connection",
    job: { requests: 5, down: 5_000, up: 3_000, pauseMs: 30 },
    server: "server2",
    code: "MIGRATED",
  },
];

async function runCase(
  { testbed: changes, prepare, first, job, server, code, what }: Case,
  options: RunOptions,
): Promise<Measured> {
  return await withTestbed({ ...options, ...changes }, async (testbed) => {
    const { client, controller } = testbed;
    prepare?.(testbed);
    const count = job.count ?? 1;
    const results: ClientResult[] = [];
    // A port can be used again only when the connection before is over.
    while (results.length < count) {
      if (first) await client.run({ ...first, count: 1 });
      results.push(...(await client.run({ ...job, count: 1, down: job.down ?? 1_000 })).results);
    }
    const right = results.filter((result) => isAnsweredBy(result, server, job.requests)).length;
    // It tells when all is done, which may be after the answer.
    await until(code, () => (controller.count(code) >= count ? true : undefined), 2_000).catch(() => undefined);
    const told = controller.count(code);
    const slowest = Math.max(...results.map(({ firstByteMs }) => firstByteMs));
    const problems = results.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    return {
      what,
      value: `${right} of ${count} by ${server}, ${code} told ${told} times, answer within ${slowest.toFixed(0)} ms${problems.length > 0 ? `; ${problems.join(", ")}` : ""}`,
      wanted: `all by ${server}, ${code}`,
      ok: right === count && told >= count,
    };
  });
}

export const odd: Scenario = {
  name: "odd",
  what: "servers that fail, requests that come in pieces, ports that are used again",
  async run(options) {
    const measured: Measured[] = [];
    for (const each of cases) measured.push(await runCase(each, options));
    return measured;
  },
};
