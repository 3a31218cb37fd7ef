/**
 * A client of the testbed. Reads one job a line, JSON, from its standard input, and answers each with a line when it is done: what
 * every connection of the job has seen. All times are in milliseconds.
 */
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { ClientJob, ClientResult } from "../client.ts";
import { Checker, FirstLine, pieces, requestLine } from "./traffic.ts";

/** At once when there is nothing to wait for: a timer of 0 takes a millisecond. */
function later(ms: number | undefined, act: () => Promise<void>): void {
  if (ms) setTimeout(() => void act(), ms);
  else void act();
}

async function ask(job: ClientJob, index: number): Promise<ClientResult> {
  const started = performance.now();
  const socket = connect({
    ...{ host: job.host, port: job.port, noDelay: true },
    ...(job.localPort !== undefined && { localPort: job.localPort + index }),
  });
  const since = () => performance.now() - started;
  return await new Promise((resolve) => {
    const first = new FirstLine();
    const checker = new Checker("down");
    let rounds = 0;
    let server = "";
    let connectMs = 0;
    let askedAt = 0;
    let firstByteMs = 0;
    let problem: string | undefined;
    const servers: string[] = [];
    const timer = setTimeout(() => {
      problem ??= "timeout";
      socket.destroy();
    }, job.timeoutMs);
    const send = async (): Promise<void> => {
      askedAt = since();
      const line = Buffer.from(requestLine(job));
      // Pieces of the request line that come by themselves.
      let place = 0;
      for (const size of job.split ?? []) {
        socket.write(line.subarray(place, place + size));
        place += size;
        await new Promise((done) => setTimeout(done, job.splitMs ?? 5));
      }
      socket.write(line.subarray(place));
      for (const piece of pieces("up", job.up)) {
        if (socket.destroyed) return;
        if (!socket.write(piece)) await new Promise((done) => socket.once("drain", done).once("close", done));
      }
    };
    socket.on("connect", () => {
      connectMs = since();
      later(job.waitMs, send);
    });
    socket.on("data", (chunk: Buffer) => {
      if (firstByteMs === 0) firstByteMs = since() - askedAt;
      const read = first.push(chunk);
      if (!read) return;
      server = read.line.split(" ")[0] ?? "";
      checker.push(read.body);
      if (checker.wrongAt !== undefined || checker.length > job.down) {
        problem ??= `wrong byte at ${checker.wrongAt ?? job.down}`;
        socket.destroy();
      } else if (checker.length === job.down) {
        servers.push(server);
        rounds++;
        if (rounds >= (job.requests ?? 1)) {
          if (job.abort) socket.resetAndDestroy();
          else socket.end();
          return;
        }
        first.reset();
        checker.length = 0;
        later(job.pauseMs, send);
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      problem ??= error.code ?? error.message;
    });
    socket.on("close", () => {
      clearTimeout(timer);
      const isShort = servers.length < (job.requests ?? 1);
      if (isShort) problem ??= "closed too early";
      resolve({
        ...{ servers, connectMs, firstByteMs, totalMs: since() - askedAt, bytes: checker.length },
        ...(problem !== undefined && { problem }),
      });
    });
  });
}

async function run(job: ClientJob): Promise<readonly ClientResult[]> {
  const results: ClientResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < job.count; index = next++) results[index] = await ask(job, index);
  };
  await Promise.all(Array.from({ length: Math.min(job.parallel, job.count) }, work));
  return results;
}

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
createInterface({ input: process.stdin }).on("line", (line) => {
  const job = JSON.parse(line) as ClientJob;
  const started = performance.now();
  void run(job).then((results) => {
    process.stdout.write(`${JSON.stringify({ results, ms: performance.now() - started })}\n`);
  });
});
