/** The WebSocket to the controller: opened again with growing patience when it is lost, and every question with its answer. */
import { type Json, parsed, textOf } from "../json.ts";

export type LinkState =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  /** It tries again at this moment, of `Date.now()`. */
  | { readonly kind: "lost"; readonly why: string; readonly again: number }
  /** It does not try again. */
  | { readonly kind: "denied"; readonly why: string };

export interface LinkOptions {
  readonly token: string;
  readonly changed: (state: LinkState) => void;
  /** Everything that is no answer. */
  readonly heard: (message: Json) => void;
}

export interface Link {
  /** Rejects with an Error when there is no answer, or when the answer is an error. */
  readonly ask: (question: Json) => Promise<Json>;
  readonly retry: () => void;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: Error) => void;
}

const PATH = "/northbound";
const PROTOCOL = "tcp-migration.northbound.v1";
/** Milliseconds. */
const FIRST_PATIENCE = 500;
const MAX_PATIENCE = 15_000;
/** The controller tells its counters each second: when it is silent for so long, it cannot be heard. */
const SILENCE = 10_000;
/** Questions without an answer. */
const MAX_WAITING = 64;

/** A WebSocket does not say why it was turned away: HTTP does. */
async function whyNot(token: string): Promise<LinkState & { readonly kind: "lost" | "denied" }> {
  try {
    const { status } = await fetch(PATH, { headers: { authorization: `Bearer ${token}` }, cache: "no-store" });
    if (status === 401) return { kind: "denied", why: "The controller does not know this token." };
    if (status === 403) {
      const why = `The controller does not allow pages of ${location.origin}: its configuration must name it in http.origins.`;
      return { kind: "denied", why };
    }
    return { kind: "lost", why: "The controller takes no more connections", again: 0 };
  } catch {
    return { kind: "lost", why: "The controller cannot be reached", again: 0 };
  }
}

export function openLink({ token, changed, heard }: LinkOptions): Link {
  const waiting = new Map<number, Waiting>();
  let socket: WebSocket | undefined;
  let timer = 0;
  let silence = 0;
  let patience = FIRST_PATIENCE;
  let next = 0;
  let isOver = false;

  function later(why: string): void {
    // Not all at the same moment when a controller comes back.
    const wait = patience * (0.75 + Math.random() / 2);
    patience = Math.min(MAX_PATIENCE, patience * 2);
    changed({ kind: "lost", why, again: Date.now() + wait });
    timer = setTimeout(open, wait);
  }

  const isIdle = (): boolean => !isOver && !socket;

  async function failed(which: WebSocket, wasOpen: boolean): Promise<void> {
    if (socket !== which) return;
    socket = undefined;
    clearTimeout(silence);
    for (const { reject } of waiting.values()) reject(new Error("the connection was lost"));
    waiting.clear();
    if (isOver) return;
    if (wasOpen) {
      later("The connection to the controller is lost");
      return;
    }
    const state = await whyNot(token);
    // Meanwhile somebody may have been impatient.
    if (!isIdle()) return;
    if (state.kind === "lost") later(state.why);
    else changed(state);
  }

  function message(data: unknown): void {
    const answer = parsed(data);
    const { id } = answer;
    const question = typeof id === "number" ? waiting.get(id) : undefined;
    if (!question || typeof id !== "number") {
      heard(answer);
      return;
    }
    waiting.delete(id);
    if (answer.type === "error") question.reject(new Error(textOf(answer.text)));
    else question.resolve(answer);
  }

  function listenTo(which: WebSocket): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      which.close();
      // It may take long until the browser believes it.
      void failed(which, true);
    }, SILENCE);
  }

  function open(): void {
    clearTimeout(timer);
    if (!isIdle()) return;
    changed({ kind: "opening" });
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(`${scheme}//${location.host}${PATH}`, [PROTOCOL, `token.${token}`]);
    let wasOpen = false;
    socket = opened;
    opened.addEventListener("open", () => {
      wasOpen = true;
      listenTo(opened);
      patience = FIRST_PATIENCE;
      changed({ kind: "open" });
    });
    opened.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (socket !== opened) return;
      listenTo(opened);
      message(data);
    });
    opened.addEventListener("close", () => void failed(opened, wasOpen));
  }

  open();
  return {
    ask(question) {
      return new Promise((resolve, reject) => {
        if (socket?.readyState !== WebSocket.OPEN) {
          reject(new Error("there is no connection"));
          return;
        }
        if (waiting.size >= MAX_WAITING) {
          reject(new Error("the controller has not answered what it was asked before"));
          return;
        }
        next += 1;
        waiting.set(next, { resolve, reject });
        socket.send(JSON.stringify({ ...question, id: next }));
      });
    },
    retry: open,
    close() {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(silence);
      socket?.close();
    },
  };
}
