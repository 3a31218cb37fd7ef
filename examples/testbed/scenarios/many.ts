/** Many connections: how many a second, and what is left of them. */
import { type Finished, isAnsweredBy } from "../client.ts";
import { sleep } from "../shell.ts";
import { withTestbed } from "../testbed.ts";
import { atLeast, exactly, type Measured, type RunOptions, type Scenario, told } from "./scenario.ts";

/** So that what a connection leaves behind can be waited for. Milliseconds. */
const LINGER_MS = 500;
/** What a flow outlives a FIN by that only the switch has seen. Seconds. */
const FIN_IDLE_SECONDS = 2;
/** What is compiled at run time is compiled by then. */
const WARM_UP = { count: 300, parallel: 10 };
/** Whose flows a busy switch feels. */
const MANY = 4_500;
/** For a service of many short connections: they cost the switch as long as their flows are there. */
const SOON_FORGOTTEN = { timing: { lingerMs: 5_000 }, policy: { finIdleSeconds: 5 } };
/** What a heap differs by though nothing is kept of connections: machine code, mostly. */
const HEAP_BYTES = 1_000_000;

function migrated({ results }: Finished): number {
  return results.filter((result) => isAnsweredBy(result, "server2")).length;
}

function perSecond({ results, ms }: Finished): number {
  return (1000 * results.length) / ms;
}

async function rates(options: RunOptions): Promise<readonly Measured[]> {
  const name = `${options.switch} switch`;
  const job = { path: "/report/many", down: 100 };
  const count = options.short ? 100 : 500;
  const measured = await withTestbed({ ...options, controller: SOON_FORGOTTEN }, async ({ client }) => {
    await client.run({ ...job, ...WARM_UP });
    const one = await client.run({ ...job, count });
    const bursts: Finished[] = [];
    for (let burst = 0; burst < (options.short ? 2 : 5); burst++) {
      bursts.push(await client.run({ ...job, count: 100, parallel: 100 }));
      await sleep(500);
    }
    const best = Math.min(...bursts.map(({ ms }) => ms));
    const all = bursts.map(migrated);
    return [
      exactly(`${name}: one after the other, answered by server 2`, migrated(one), count),
      atLeast(`${name}: one after the other, connections a second`, perSecond(one), 100, ""),
      exactly(`${name}: 100 at once, answered by server 2`, Math.min(...all), 100),
      atLeast(`${name}: 100 at once, connections a second, best of ${bursts.length}`, (1000 * 100) / best, 300, ""),
    ];
  });
  if (options.short) return measured;
  // With the library's own settings a connection's flows stay for a minute.
  const remembered = await withTestbed(options, async ({ client, openVSwitch }) => {
    await client.run({ ...job, count: MANY, parallel: 10 });
    const flows = openVSwitch.connectionFlows().length;
    const one = await client.run({ ...job, count });
    return [
      told(
        `${name}: one after the other, with ${flows} flows of those before`,
        `${perSecond(one).toFixed(2)} a second`,
      ),
    ];
  });
  return [...measured, ...remembered];
}

async function leaks(options: RunOptions): Promise<readonly Measured[]> {
  const changes = {
    ...options,
    controller: { timing: { lingerMs: LINGER_MS }, policy: { finIdleSeconds: FIN_IDLE_SECONDS } },
  };
  return await withTestbed(changes, async (testbed) => {
    const { client, controller, openVSwitch } = testbed;
    const name = `${options.switch} switch`;
    const before = openVSwitch.connectionFlows().length;
    const count = options.short ? 200 : 1_000;
    const batch = async (): Promise<{ readonly left: number; readonly answered: number }> => {
      const finished = await client.run({ path: "/report/leak", down: 100, count, parallel: 10 });
      let left = Number.POSITIVE_INFINITY;
      // A close is known by the flows that end with it, some seconds later.
      for (let tries = 0; tries < 60 && left > before; tries++) {
        await sleep(500);
        left = openVSwitch.connectionFlows().length;
      }
      return { left, answered: migrated(finished) };
    };
    // What is made once, and what is remembered of so many connections, is there after the first of them.
    const first = await batch();
    const used = await controller.heap();
    const second = await batch();
    const grown = (await controller.heap()) - used;
    return [
      exactly(`${name}: answered by server 2`, first.answered + second.answered, 2 * count),
      exactly(`${name}: flows of connections after ${count} of them`, first.left, before),
      exactly(`${name}: flows of connections after ${count} more`, second.left, before),
      {
        what: `${name}: heap of the controller`,
        value: `${(used / 1e6).toFixed(1)} MB after ${count}, ${(grown / 1e3).toFixed(0)} kB more after ${count} more`,
        wanted: `at most ${HEAP_BYTES / 1e3} kB more`,
        ok: grown <= HEAP_BYTES,
      },
    ];
  });
}

export const rate: Scenario = { name: "rate", what: "connections that move, a second", run: rates };
export const leak: Scenario = { name: "leak", what: "what is left after many connections", run: leaks };
