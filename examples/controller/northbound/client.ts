/** One WebSocket of an analyzer or a dashboard: what waits for it is bounded, and it is given up when it does not live. */
import type { WebSocket } from "ws";
import type { Answer, Topic } from "./messages.ts";

export interface ClientLimits {
  /** Bytes. Beyond them a subscriber misses what it does not take, questions are `busy`, and nothing more is read of it. */
  readonly waiting: number;
  /** Bytes. Beyond them it is given up. */
  readonly mostWaiting: number;
  /** A client is asked so often whether it lives, and must have answered by the next time. Milliseconds. */
  readonly pingMs: number;
}

/** What all clients together have done. */
export interface ClientCounters {
  readonly received: Map<string, number>;
  readonly errors: Map<string, number>;
  readonly sent: Map<string, number>;
  readonly dropped: Map<Topic, number>;
  readonly givenUp: Map<string, number>;
}

export function increase<K>(map: Map<K, number>, key: K, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

export interface Client {
  /** For people: who is at the other end. */
  readonly peer: string;
  readonly topics: Set<Topic>;
  /** So much waits for it that it should be asked to read first. */
  readonly isBusy: boolean;
  readonly waiting: number;
  /** The number of its next alert record, from 1. */
  readonly nextRecord: () => number;
  readonly answer: (answer: Answer) => void;
  /** A JSON text for whoever has subscribed; it is left out, and counted, where too much waits. */
  readonly publish: (topic: Topic, text: string) => void;
  readonly close: (code: number, why: string) => void;
}

export function createClient(
  socket: WebSocket,
  peer: string,
  limits: ClientLimits,
  counters: ClientCounters,
  gone: (why: string) => void,
): Client {
  const topics = new Set<Topic>();
  const missed = new Map<Topic, number>();
  let isAlive = true;
  let isOver = false;
  let records = 0;
  let why = "it has closed the connection";

  const isBusy = (): boolean => socket.bufferedAmount > limits.waiting;

  function giveUp(reason: string): void {
    increase(counters.givenUp, reason);
    why = reason;
    // A close frame would wait behind everything else.
    socket.terminate();
  }

  function send(kind: string, text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    increase(counters.sent, kind);
    socket.send(text, () => {
      if (socket.isPaused && !isBusy()) socket.resume();
    });
    if (socket.bufferedAmount > limits.mostWaiting) giveUp("it takes nothing of what it is sent");
    else if (isBusy()) socket.pause();
  }

  const alarm = setInterval(() => {
    if (!isAlive) {
      giveUp("it does not answer");
      return;
    }
    isAlive = false;
    socket.ping();
  }, limits.pingMs);
  alarm.unref();
  socket.on("pong", () => {
    isAlive = true;
  });
  socket.on("error", (error: Error) => {
    why = error.message;
  });
  socket.on("close", () => {
    if (isOver) return;
    isOver = true;
    clearInterval(alarm);
    gone(why);
  });

  return {
    peer,
    topics,
    get isBusy() {
      return isBusy();
    },
    get waiting() {
      return socket.bufferedAmount;
    },
    nextRecord() {
      records += 1;
      return records;
    },
    answer(answer) {
      if (answer.type === "error") increase(counters.errors, answer.code);
      send(answer.type, JSON.stringify(answer));
    },
    publish(topic, text) {
      if (!topics.has(topic)) return;
      if (isBusy()) {
        increase(counters.dropped, topic);
        increase(missed, topic);
        return;
      }
      const count = missed.get(topic);
      missed.delete(topic);
      if (count !== undefined) send("dropped", JSON.stringify({ type: "dropped", topic, count }));
      send(topic, text);
    },
    close(code, reason) {
      why = reason;
      socket.close(code, reason);
    },
  };
}
