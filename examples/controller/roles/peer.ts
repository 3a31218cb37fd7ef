/** The other controller, as this one hears it: what it says of its role over its northbound interface. */
import { WebSocket } from "ws";
import { parsed, textOf } from "../json.ts";
import type { Log } from "../log.ts";
import { PROTOCOL } from "../northbound/auth.ts";
import type { Beat, Role } from "./election.ts";

export interface PeerOptions {
  /** `ws://HOST:PORT/northbound`. */
  readonly url: string;
  /** What it wants to see. */
  readonly token: () => string;
  /** A connection that was not made is tried again after so long. Milliseconds. */
  readonly againMs: number;
  /** Who says nothing for so long is asked anew. Milliseconds. */
  readonly silentMs: number;
  readonly log: Log;
  readonly heard: (beat: Beat) => void;
  /** Nothing listens there. */
  readonly unreachable: () => void;
  /** Somebody does, and turns this one away. */
  readonly denied: () => void;
}

export interface Peer {
  readonly close: () => void;
}

/** Longer than anything that is said about roles. */
const MAX_MESSAGE = 4_096;
const roles: readonly Role[] = ["master", "slave"];

/** A number of 64 bits in decimal digits. */
function numberOf(written: unknown): bigint | undefined {
  const digits = textOf(written);
  if (!/^\d{1,20}$/.test(digits)) return undefined;
  const number = BigInt(digits);
  return number === BigInt.asUintN(64, number) ? number : undefined;
}

/** Undefined for whatever is no beat. Never throws. */
export function readBeat(text: string): Beat | undefined {
  const beat = parsed(text);
  const role = roles.find((each) => each === beat.role);
  const generation = numberOf(beat.generation);
  const rank = numberOf(beat.rank);
  if (beat.type !== "role" || !role || generation === undefined || rank === undefined) return undefined;
  return { role, generation, rank };
}

/** Connects to it, again and again. What goes wrong is told once, until it goes well. */
export function openPeer({ url, token, againMs, silentMs, log, ...listener }: PeerOptions): Peer {
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  let isClosed = false;
  let told: string | undefined;

  function tell(why: string): void {
    if (why !== told) log.warn("the other controller cannot be heard", { url, why });
    told = why;
  }

  function listen(own: WebSocket): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      tell("it says nothing");
      own.terminate();
    }, silentMs);
  }

  function open(): void {
    const own = new WebSocket(url, [PROTOCOL], {
      headers: { authorization: `Bearer ${token()}` },
      ...{ handshakeTimeout: silentMs, maxPayload: MAX_MESSAGE, perMessageDeflate: false, followRedirects: false },
    });
    let heardAt: number | undefined;
    socket = own;
    own.on("open", () => {
      listen(own);
      own.send(JSON.stringify({ type: "subscribe", id: "role", topics: ["role"] }));
    });
    own.on("message", (data, isBinary) => {
      const beat = isBinary || !Buffer.isBuffer(data) ? undefined : readBeat(data.toString("utf8"));
      if (!beat) return;
      if (told !== undefined) log.info("the other controller is heard again", { url });
      told = undefined;
      heardAt ??= performance.now();
      listen(own);
      listener.heard(beat);
    });
    own.on("error", (error: Error & { readonly code?: string }) => {
      if (isClosed) return;
      tell(error.message);
      if (error.code === "ECONNREFUSED") listener.unreachable();
    });
    own.on("unexpected-response", (request, { statusCode }) => {
      tell(`it answers ${statusCode ?? 0}`);
      listener.denied();
      request.destroy();
    });
    own.on("close", () => {
      clearTimeout(silence);
      if (isClosed) return;
      // It is gone, or has only hung up: the next attempt tells at once, unless it hangs up again and again.
      const isSteady = heardAt !== undefined && performance.now() >= heardAt + againMs;
      timer = setTimeout(open, isSteady ? 0 : againMs);
    });
  }

  open();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
      clearTimeout(silence);
      socket?.terminate();
    },
  };
}
