/** Connections that have moved and ask again and again, while something happens to those who have moved them. */
import { type ClientJob, isAnsweredBy } from "../client.ts";
import { sleep } from "../shell.ts";
import type { Testbed } from "../testbed.ts";
import type { Measured } from "./scenario.ts";

const CONNECTIONS = 10;
const REQUESTS = 5;
const PAUSE_MS = 1_200;

const job: Partial<ClientJob> = {
  ...{ path: "/report/long", down: 50_000, up: 1_000, requests: REQUESTS, pauseMs: PAUSE_MS },
  ...{ count: CONNECTIONS, parallel: CONNECTIONS },
};

/** Once all of them have moved, something is done. They must have all answers in the end, each from the server that they moved to. */
export async function whileTheyGoOn<T>(
  { client, controller }: Testbed,
  what: string,
  act: () => Promise<T>,
): Promise<{ readonly acted: T; readonly whole: Measured }> {
  const all = client.run(job);
  while (controller.count("MIGRATED") < CONNECTIONS) await sleep(20);
  await sleep(200);
  const acted = await act();
  const { results } = await all;
  const whole = results.filter((result) => isAnsweredBy(result, "server2", REQUESTS)).length;
  const problems = [...new Set(results.flatMap(({ problem }) => (problem === undefined ? [] : [problem])))];
  const suffix = problems.length > 0 ? `: ${problems.join(", ")}` : "";
  return {
    acted,
    whole: {
      what,
      value: `${whole} of ${CONNECTIONS} connections with all ${REQUESTS} answers from server 2${suffix}`,
      wanted: "all",
      ok: whole === CONNECTIONS,
    },
  };
}
