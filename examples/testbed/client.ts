/** The client of a testbed, as the testbed sees it. */
import type { Belongings } from "./cleanup.ts";
import { type Program, startProgram } from "./programs.ts";
import { execute } from "./shell.ts";
import type { Topology } from "./topology.ts";

/** A number of connections, all alike. */
export interface ClientJob {
  readonly host: string;
  readonly port: number;
  /** How many, and how many at a time. */
  readonly count: number;
  readonly parallel: number;
  /** What it asks for: the rules decide by it. */
  readonly path: string;
  /** Bytes behind each request, and behind each answer. */
  readonly up: number;
  readonly down: number;
  readonly timeoutMs: number;
  /** Requests on one connection, and the time between answer and request. */
  readonly requests?: number;
  readonly pauseMs?: number;
  /** Between connection and request. */
  readonly waitMs?: number;
  /** Sizes of pieces of the request that come by themselves, and the time between them. */
  readonly split?: readonly number[];
  readonly splitMs?: number;
  /** The first connection's own port; the others have the next ones. */
  readonly localPort?: number;
  /** Ends with a reset, so that the port can be used again. */
  readonly abort?: boolean;
}

export interface ClientResult {
  /** Who has answered, for each request. */
  readonly servers: readonly string[];
  readonly connectMs: number;
  /** From the first request to the first byte of its answer. */
  readonly firstByteMs: number;
  /** From the last request to the end. */
  readonly totalMs: number;
  /** Of the last answer. */
  readonly bytes: number;
  readonly problem?: string;
}

/** Whether this server has given all answers, and nothing went wrong. */
export function isAnsweredBy({ servers, problem }: ClientResult, server: string, requests = 1): boolean {
  return problem === undefined && servers.length === requests && servers.every((each) => each === server);
}

export interface Finished {
  readonly results: readonly ClientResult[];
  readonly ms: number;
}

export interface Client {
  /** Does a job. What is left out is one connection with one short request. */
  run(job: Partial<ClientJob>): Promise<Finished>;
  /** Segments that the client's kernel has sent again so far. */
  retransmissions(): number;
}

const JOB_MS = 240_000;

export async function startClient(belongings: Belongings, { client, server1, servicePort }: Topology): Promise<Client> {
  const program: Program = startProgram(belongings, client.namespace, "host/client.ts", []);
  await program.until("the client", (line) => line.ready === true, { from: 0 });
  const plain = { host: server1.ip, port: servicePort, count: 1, parallel: 1, path: "/report/x", up: 0, down: 0 };
  return {
    async run(job) {
      const answer = program.until("a job of the client's", (line) => "results" in line, { ms: JOB_MS });
      program.write(JSON.stringify({ ...plain, timeoutMs: 30_000, ...job }));
      return (await answer) as unknown as Finished;
    },
    retransmissions() {
      const text = execute("ip", "netns", "exec", client.namespace, "cat", "/proc/net/snmp");
      const [names = "", values = ""] = text.split("\n").filter((line) => line.startsWith("Tcp:"));
      return Number(values.split(" ")[names.split(" ").indexOf("RetransSegs")]);
    },
  };
}
