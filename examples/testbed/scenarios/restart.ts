/** The controller is killed, and the switch, while connections go on that have moved. */

import type { ClientResult, Finished } from "../client.ts";
import { defaultController, startController } from "../controller.ts";
import { sleep } from "../shell.ts";
import { type Testbed, withTestbed } from "../testbed.ts";
import type { Measured, RunOptions, Scenario } from "./scenario.ts";

const CONNECTIONS = 10;
const REQUESTS = 5;
const PAUSE_MS = 1_200;

function verdict(what: string, { results }: Finished): Measured {
  const isWhole = ({ servers, problem }: ClientResult) =>
    problem === undefined && servers.length === REQUESTS && servers.every((server) => server === "server2");
  const whole = results.filter(isWhole).length;
  const problems = [...new Set(results.flatMap(({ problem }) => (problem === undefined ? [] : [problem])))];
  const suffix = problems.length > 0 ? `: ${problems.join(", ")}` : "";
  return {
    what,
    value: `${whole} of ${CONNECTIONS} connections with all ${REQUESTS} answers from server 2${suffix}`,
    wanted: "all",
    ok: whole === CONNECTIONS,
  };
}

/** Connections that have moved and ask again and again, while this happens. */
async function meanwhile(
  options: RunOptions,
  what: string,
  act: (testbed: Testbed) => Promise<void>,
): Promise<Measured> {
  return await withTestbed(options, async (testbed) => {
    const { client, controller } = testbed;
    const job = { path: "/report/long", down: 50_000, up: 1_000, requests: REQUESTS, pauseMs: PAUSE_MS };
    const all = client.run({ ...job, count: CONNECTIONS, parallel: CONNECTIONS });
    while (controller.count("MIGRATED") < CONNECTIONS) await sleep(20);
    await sleep(200);
    await act(testbed);
    return verdict(`${options.switch} switch: ${what}`, await all);
  });
}

export const restart: Scenario = {
  name: "restart",
  what: "controller and switch are killed while connections go on",
  run: async (options) => [
    await meanwhile(options, "the controller is killed, and another one begins", async (testbed) => {
      const { belongings, topology, controller } = testbed;
      await belongings.end(controller.program.child, "SIGKILL");
      await sleep(500);
      await startController(belongings, topology, defaultController);
    }),
    await meanwhile(options, "the switch is killed, and begins anew without a flow", async ({ openVSwitch }) => {
      await openVSwitch.restart();
    }),
  ],
};
