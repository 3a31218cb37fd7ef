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

export const transfer: Scenario = {
  name: "transfer",
  what: "20 MB each way through a migrated connection and through one that stays",
  run: async (options) =>
    await withTestbed({ ...options, sysctl: [...BUFFERS, ...SMALL_WINDOWS] }, async (testbed) => {
      const isShifting = options.switch === "patched";
      const rounds = options.short ? 3 : 11;
      // Whoever shifts in a program only has to get it all there.
      return await compare(testbed, `${options.switch} switch`, rounds, SIZE, isShifting ? 0.9 : 0, options.say);
    }),
};

export const windows: Scenario = {
  name: "windows",
  what: "the same with window scale 10",
  run: async (options) =>
    await withTestbed({ ...options, sysctl: [...BUFFERS, ...LARGE_WINDOWS] }, async (testbed) => {
      const rounds = options.short ? 3 : 11;
      return await compare(testbed, `${options.switch} switch, window scale 10`, rounds, SIZE, 0.8, options.say);
    }),
};

export const loss: Scenario = {
  name: "loss",
  what: "the same with one packet of a hundred lost",
  run: async (options) =>
    await withTestbed({ ...options, sysctl: [...BUFFERS, ...SMALL_WINDOWS] }, async (testbed) => {
      lose(testbed, 1);
      const [rounds, size] = options.short ? [3, SIZE / 10] : [11, SIZE];
      return await compare(testbed, `${options.switch} switch, 1 % loss`, rounds, size, 0.8, options.say);
    }),
};
