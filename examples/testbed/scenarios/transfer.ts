/** How fast data goes after a migration, compared with a connection that was looked at and stayed, in the same run. */

import { execute } from "../shell.ts";
import { type Testbed, withTestbed } from "../testbed.ts";
import { atLeast, type Measured, median, type RunOptions, type Scenario, told } from "./scenario.ts";

const SIZE = 20_000_000;
/**
 * What a sender may have under way fits into what a socket of ovs-vswitchd holds: 212,992 bytes with all that the kernel counts
 * beside them. More of it is lost in bursts, migrated or not, whatever the window is.
 */
const BUFFERS = ["net.ipv4.tcp_wmem=4096 65536 87380"];
const SMALL_WINDOWS = ["net.ipv4.tcp_rmem=4096 87380 87380"];
/** Where the kernel counts window scale 10 (RFC 7323): 32 MiB. */
const LARGE_WINDOWS = ["net.ipv4.tcp_rmem=4096 131072 33554432"];

/** Megabits a second. Throws when anything is missing, wrong, or from another server. */
async function rate({ client }: Testbed, moves: boolean, way: "up" | "down", size: number): Promise<number> {
  const path = moves ? "/report/bulk" : "/stay/bulk";
  const { results } = await client.run({ path, [way]: size, timeoutMs: 200_000 });
  const [result] = results;
  const wanted = moves ? "server2" : "server1";
  if (!result || result.problem !== undefined || result.servers[0] !== wanted) {
    throw new Error(`${size} bytes ${way} through ${wanted}: ${JSON.stringify(result)}`);
  }
  return (8 * size) / result.totalMs / 1000;
}

async function compare(
  testbed: Testbed,
  name: string,
  rounds: number,
  size: number,
  wanted: number,
  say: RunOptions["say"],
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const way of ["down", "up"] as const) {
    const rates = { stays: [] as number[], moves: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      // In turn, and each first as often as the other: what else the machine does meets both.
      const order = round % 2 === 0 ? (["stays", "moves"] as const) : (["moves", "stays"] as const);
      for (const kind of order) rates[kind].push(await rate(testbed, kind === "moves", way, size));
      say(
        `  ${name}, ${way}: ${rates.stays.at(-1)?.toFixed(0) ?? ""} and migrated ${rates.moves.at(-1)?.toFixed(0) ?? ""} Mbit/s`,
      );
    }
    const what = `${name}: ${size / 1e6} MB ${way === "down" ? "to" : "from"} the client`;
    const [stays, moves] = [median(rates.stays), median(rates.moves)];
    measured.push(atLeast(`${what}, migrated ÷ forwarded, ${rounds} rounds`, moves / stays, wanted, ""));
    measured.push(told(`${what}, forwarded and migrated`, `${stays.toFixed(0)} and ${moves.toFixed(0)} Mbit/s`));
  }
  return measured;
}

/** Packets that a host does not get. */
function lose(testbed: Testbed, percent: number): void {
  const { server1, server2, client } = testbed.topology;
  const ipv6 = client.ip.includes(":");
  for (const { namespace } of [server1, server2, client]) {
    const rule = [
      "-A",
      "INPUT",
      "-p",
      "tcp",
      "-m",
      "statistic",
      "--mode",
      "random",
      "--probability",
      String(percent / 100),
    ];
    execute("ip", "netns", "exec", namespace, ipv6 ? "ip6tables-legacy" : "iptables-legacy", ...rule, "-j", "DROP");
  }
}

/** A scenario of this kind. Where the controller shifts in a program, it is enough that everything gets there. */
function scenarioOf(
  name: string,
  what: string,
  title: string,
  wanted: number,
  sysctl: readonly string[],
  lost: number,
): Scenario {
  return {
    name,
    what,
    run: async (options) =>
      await withTestbed({ ...options, sysctl: [...BUFFERS, ...sysctl] }, async (testbed) => {
        if (lost > 0) lose(testbed, lost);
        // Each takes a fifth of a second, of which chance has a large part; with losses, much longer.
        const rounds = lost > 0 ? 11 : options.short ? 5 : 41;
        const size = options.short && lost > 0 ? SIZE / 10 : SIZE;
        const needed = options.switch === "patched" ? wanted : 0;
        return await compare(testbed, `${options.switch} switch${title}`, rounds, size, needed, options.say);
      }),
  };
}

const what = "20 MB each way through a migrated connection and through one that stays";
export const transfer = scenarioOf("transfer", what, "", 0.9, SMALL_WINDOWS, 0);
export const windows = scenarioOf(
  ...(["windows", "the same with window scale 10", ", window scale 10", 0.8, LARGE_WINDOWS, 0] as const),
);
export const loss = scenarioOf(
  ...(["loss", "the same with one packet of a hundred lost", ", 1 % loss", 0.8, SMALL_WINDOWS, 1] as const),
);
