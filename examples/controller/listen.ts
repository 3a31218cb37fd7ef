/** Where switches connect. */
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { systemCode, UserError } from "../first-light/errors.ts";
import type { Listen } from "./config.ts";
import type { Controller } from "./controller.ts";
import type { Log } from "./log.ts";

/** Throws UserError for files that are none of TLS. */
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
  const files = { key: read(key), cert: read(cert), ...asked };
  try {
    return createTlsServer({ ...files, minVersion: "TLSv1.2" });
  } catch (error) {
    const names = [key, cert, ...(ca === undefined ? [] : [ca])].join(", ");
    throw new UserError(`no TLS with ${names}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Gives every switch that connects there to the controller. Rejects with UserError. */
export async function listen(where: Listen, controller: Controller, log: Log): Promise<Server> {
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
  server.on("error", (error) => {
    log.error("the socket for switches", { host: where.host, port: where.port, why: error.message });
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : where.port;
  log.info("listening", { host: where.host, port, tls: where.tls !== undefined });
  return server;
}
