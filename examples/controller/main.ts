/** `npm run controller`: see `--help`. */
import { createWriteStream, readFileSync, type WriteStream } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { systemCode, UserError } from "../first-light/errors.ts";
import { readOptions, USAGE } from "./args.ts";
import { type ControllerConfig, type Listen, loadConfig } from "./config.ts";
import { type Controller, createController } from "./controller.ts";
import { ruleInspector } from "./inspect.ts";
import { createLog, type Log } from "./log.ts";

const INPUT = 2;
/** How long switches may take to hear the last of it. Milliseconds. */
const FAREWELL = 1_500;

/** Goes on where it was when the time of day is set. */
const now = (): number => performance.timeOrigin + performance.now();

function serverFor({ tls }: Listen): Server {
  if (!tls) return createServer({ noDelay: true });
  const { key, cert, ca } = tls;
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UserError(`cannot read ${path}: ${systemCode(error) ?? String(error)}`);
    }
  };
  const asked = ca === undefined ? {} : { ca: read(ca), requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ key: read(key), cert: read(cert), minVersion: "TLSv1.2", ...asked });
}

async function listen(where: Listen, controller: Controller, log: Log): Promise<Server> {
  const server = serverFor(where);
  server.on(where.tls ? "secureConnection" : "connection", (socket: Socket) => {
    socket.setNoDelay(true);
    controller.accept(socket, `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`);
  });
  server.on("tlsClientError", (error: Error) => {
    log.warn("a switch that could not be trusted", { why: error.message });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new UserError(`cannot listen on ${where.host} port ${where.port}: ${error.message}`));
    });
    server.listen(where.port, where.host, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : where.port;
  log.info("listening", { host: where.host, port, tls: where.tls !== undefined });
  return server;
}

function eventLogAt(path: string, log: Log): WriteStream {
  const stream = createWriteStream(path, { flags: "w" });
  stream.on("error", (error) => {
    log.error("the event log cannot be written", { path, why: error.message });
  });
  return stream;
}

async function run(config: ControllerConfig, log: Log, eventLog: string | undefined): Promise<void> {
  const path = eventLog ?? config.eventLog;
  const stream = path === undefined ? undefined : eventLogAt(path, log);
  const controller = createController({
    ...{ tracker: config.tracker, channel: config.channel, log, now },
    inspect: ruleInspector(config.matcher, log),
    record: stream && ((line) => stream.write(line)),
  });
  const servers = await Promise.all(config.listen.map((where) => listen(where, controller, log)));
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, resolve);
  });
  log.info("stopping", { signal, ...controller.stats().totals });
  for (const server of servers) server.close();
  controller.stop();
  stream?.end();
  setTimeout(() => process.exit(0), FAREWELL).unref();
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
  } else {
    const config = loadConfig(options.config, !options.check);
    const log = createLog(options.logLevel ?? config.logLevel, (line) => process.stderr.write(line), Date.now);
    if (options.check) console.log(`${options.config} is a configuration.`);
    else await run(config, log, options.eventLog);
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`controller: ${error.message}`);
  process.exitCode = INPUT;
}
