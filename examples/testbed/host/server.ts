/** A server of the testbed: `server.ts NAME ADDRESS PORT`. One line of JSON for each connection that is over, and one when it listens. */
import { createServer, type Socket } from "node:net";
import { Checker, FirstLine, parseRequest, pieces, type Request } from "./traffic.ts";

const [name = "", address = "", port = "0"] = process.argv.slice(2);

function say(what: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function answer(socket: Socket, length: number): Promise<void> {
  socket.write(`${name} ${length}\n`);
  for (const piece of pieces("down", length)) {
    if (socket.destroyed) return;
    if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
  }
}

function serve(socket: Socket): void {
  const first = new FirstLine();
  let asked: { readonly request: Request; readonly checker: Checker } | undefined;
  let requests = 0;
  let problem: string | undefined;
  const from = socket.remotePort;
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    const read = first.push(chunk);
    if (!read) return;
    if (!asked) {
      const request = parseRequest(read.line);
      if (!request) {
        problem = `no request: ${read.line.slice(0, 80)}`;
        socket.destroy();
        return;
      }
      asked = { request, checker: new Checker("up") };
    }
    const { request, checker } = asked;
    checker.push(read.body);
    if (checker.wrongAt !== undefined || checker.length > request.up) {
      problem = `wrong byte at ${checker.wrongAt ?? request.up}`;
      socket.destroy();
    } else if (checker.length === request.up) {
      requests++;
      asked = undefined;
      first.reset();
      void answer(socket, request.down);
    }
  });
  socket.on("end", () => socket.end());
  socket.on("error", (error: NodeJS.ErrnoException) => {
    problem ??= error.code ?? error.message;
  });
  socket.on("close", () => {
    say({ server: name, from, requests, ...(problem !== undefined && { problem }) });
  });
}

createServer({ allowHalfOpen: true }, serve).listen({ host: address, port: Number(port), backlog: 1024 }, () => {
  say({ listening: name });
});
