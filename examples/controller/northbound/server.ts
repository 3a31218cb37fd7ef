/** The HTTP server of the northbound interface: its WebSocket, the live view, metrics, and whether the controller lives. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Access, denial, PROTOCOL } from "./auth.ts";
import { type PageFiles, pageHeaders } from "./page.ts";

export interface ServerOptions {
  readonly access: () => Access;
  /** At most so many WebSockets. */
  readonly clients: number;
  /** Longest message that is read, in bytes. */
  readonly maxPayload: number;
  /** For anybody. */
  readonly page: PageFiles;
  readonly metrics: () => string;
  readonly connected: (socket: WebSocket, peer: string) => void;
  /** Somebody was turned away, with this status of HTTP. */
  readonly refused: (status: number, peer: string) => void;
}

export interface NorthboundServer {
  readonly server: Server;
  readonly close: () => void;
}

const PATH = "/northbound";
/** Connections that are no WebSockets, at most. */
const OTHERS = 64;
const HTTP_TIMEOUT = 10_000;
const statusOf = { unauthorized: 401, forbidden: 403 } as const;

function peerOf({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
}

/** Without the query, which nothing here has. */
function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "/";
}

function headersFor(status: number): Readonly<Record<string, string>> {
  return {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(status === 405 && { allow: "GET, HEAD" }),
    ...(status === 426 && { upgrade: "websocket", connection: "Upgrade" }),
  };
}

/** To somebody who wanted a WebSocket: there is no response object then. */
function turnAway(socket: Duplex, status: number): void {
  const headers = { ...headersFor(status), connection: "close", "content-length": "0" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`, () => socket.destroy());
}

export function createNorthboundServer(options: ServerOptions): NorthboundServer {
  const { access, connected, refused, metrics, page } = options;
  let open = 0;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxPayload,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const plain = (status: number, text: string, type = "text/plain; charset=utf-8", headers = {}): void => {
      if (status >= 400) refused(status, peerOf(request));
      response.writeHead(status, { ...headersFor(status), ...headers, "content-type": type });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    const path = pathOf(request);
    const file = page.get(path);
    if (request.method !== "GET" && request.method !== "HEAD") plain(405, "GET or HEAD\n");
    // It says nothing that anybody could use.
    else if (path === "/healthz") plain(200, "ok\n");
    else if (file) plain(200, file.body, file.type, pageHeaders);
    else if (path !== "/metrics" && path !== PATH) plain(404, "not found\n");
    else {
      const why = denial(request, access());
      if (why) plain(statusOf[why], `${why}\n`);
      else if (path === PATH) plain(426, "this is a WebSocket\n");
      else plain(200, metrics(), "text/plain; version=0.0.4; charset=utf-8");
    }
  }

  function statusFor(request: IncomingMessage): number | undefined {
    if (pathOf(request) !== PATH) return 404;
    const why = denial(request, access());
    if (why) return statusOf[why];
    return open < options.clients ? undefined : 503;
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const peer = peerOf(request);
    socket.on("error", () => socket.destroy());
    const status = statusFor(request);
    if (status !== undefined) {
      refused(status, peer);
      turnAway(socket, status);
      return;
    }
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      connected(webSocket, peer);
    });
  }

  const server = createServer(
    { headersTimeout: HTTP_TIMEOUT, requestTimeout: HTTP_TIMEOUT, connectionsCheckingInterval: 1_000 },
    answer,
  );
  server.maxConnections = options.clients + OTHERS;
  server.on("upgrade", upgrade);
  server.on("clientError", (_: Error, socket: Duplex) => {
    if (socket.writable) turnAway(socket, 400);
    else socket.destroy();
  });
  return {
    server,
    close() {
      server.close();
      server.closeIdleConnections();
      sockets.close();
    },
  };
}
