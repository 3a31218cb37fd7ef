/** Connections that have moved and ask again and again, while something happens to those who have moved them. */
import type { ClientJob, ClientResult, Finished } from "../client.ts";
import type { Measured } from "./scenario.ts";

export const CONNECTIONS = 10;
const REQUESTS = 5;
const PAUSE_MS = 1_200;

export const longJob: Partial<ClientJob> = {
  ...{ path: "/report/long", down: 50_000, up: 1_000, requests: REQUESTS, pauseMs: PAUSE_MS },
  ...{ count: CONNECTIONS, parallel: CONNECTIONS },
};

/** All of them must have all answers, each from the server that they moved to. */
export function wholeOnes(what: string, { results }: Finished): Measured {
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
