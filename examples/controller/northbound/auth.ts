/** Who may use the northbound interface: whoever has the token, from a page that is allowed if it is a browser. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { systemCode, UserError } from "../../first-light/errors.ts";

/** The subprotocol of the WebSocket, RFC 6455 §1.9. */
export const PROTOCOL = "tcp-migration.northbound.v1";
/** A browser can set no header: it offers a second subprotocol, this and the token. It is never selected. */
const TOKEN_PROTOCOL = "token.";

/** What opens the interface. */
export interface Access {
  readonly token: string;
  /** Pages that may use it, as browsers write them: `https://host:port`. */
  readonly origins: readonly string[];
}

/** So that it can be a subprotocol as it is, RFC 9110 §5.6.2, and be guessed by nobody. */
const TOKEN = /^[\w.~-]{32,256}$/;

/** The token in a file, which is made with random bytes when it is not there. Throws UserError. */
export function readToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw new UserError(`cannot read ${path}: ${systemCode(error) ?? "?"}`);
    text = randomBytes(32).toString("base64url");
    writeToken(path, text);
  }
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  throw new UserError(`${path} is no token: 32 to 256 letters, digits and any of - . _ ~ in one line`);
}

function writeToken(path: string, token: string): void {
  try {
    writeFileSync(path, `${token}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${systemCode(error) ?? String(error)}`);
  }
}

/** Takes as long for a token that is nearly right as for any other. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/**
 * Whether a page is this server's own. By a name that is no address anybody's page could be at this address, once its DNS says so: such
 * a name must be among the allowed origins.
 */
function isOwnPage(origin: string, host = ""): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return origin === `http://${host}` && (name === "localhost" || isIP(name) !== 0);
}

/** Why a request is not answered, as a status of HTTP. */
export type Denial = "unauthorized" | "forbidden";

/** Undefined for a request that may be answered. */
export function denial(request: IncomingMessage, { token, origins }: Access): Denial | undefined {
  const { origin, host } = request.headers;
  // Only browsers send one, and they cannot lie about it.
  if (origin !== undefined && !origins.includes(origin) && !isOwnPage(origin, host)) return "forbidden";
  const given = tokenOf(request);
  return given !== undefined && isSame(given, token) ? undefined : "unauthorized";
}
