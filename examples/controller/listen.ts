/** Where switches connect. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type TlsOptions } from "node:tls";
import { systemCode, UserError } from "../first-light/errors.ts";
import type { Listen } from "./config.ts";
import type { Controller } from "./controller.ts";
import type { Log } from "./log.ts";

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemCode(error) ?? String(error)}`);
  }
}

/** What is in the files. Throws UserError for files that are none of TLS. */
export function readTls({ key, cert, ca }: NonNullable<Listen["tls"]>): TlsOptions {
  const asked = ca === undefined ? {} : { ca: read(ca), requestCert: true, rejectUnauthorized: true };
  const files = { key: read(key), cert: read(cert), ...asked };
  try {
    createSecureContext(files);
    // A file without a certificate is no mistake to a context: nobody would be trusted.
    if (asked.ca) new X509Certificate(asked.ca);
    return files;
  } catch (error) {
    const names = [key, cert, ...(ca === undefined ? [] : [ca])].join(", ");
    throw new UserError(`no TLS with ${names}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export interface Listening {
  readonly controller: Controller;
  readonly log: Log;
  /** How long a switch may take for its handshake of TLS. */
  readonly handshakeMs: number;
}

function peerOf({ remoteAddress = "?", remotePort = 0 }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

/** Gives every switch that connects there to the controller. Rejects with UserError. */
export async function listen(where: Listen, { controller, log, handshakeMs }: Listening): Promise<Server> {
  const server = where.tls
    ? createTlsServer({ ...readTls(where.tls), minVersion: "TLSv1.2", handshakeTimeout: handshakeMs })
    : createServer({ noDelay: true });
  server.on(where.tls ? "secureConnection" : "connection", (socket: Socket) => {
    socket.setNoDelay(true);
    controller.accept(socket, peerOf(socket));
  });
  server.on("tlsClientError", (error: Error, socket: Socket) => {
    log.warn("a switch that could not be trusted", { peer: peerOf(socket), why: error.message });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: Error) => {
      reject(new UserError(`cannot listen on ${where.host} port ${where.port}: ${error.message}`));
    });
    server.listen(where.port, where.host, resolve);
  });
  server.on("error", (error: Error) => {
    log.error("the socket for switches", { host: where.host, port: where.port, why: error.message });
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : where.port;
  log.info("listening", { host: where.host, port, tls: where.tls !== undefined });
  return server;
}
