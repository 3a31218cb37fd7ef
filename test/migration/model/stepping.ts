/** The machine for several connections at once. */
import { isDeepStrictEqual } from "node:util";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  step,
} from "../../../src/migration/machine/index.ts";
import { connectionFromJSON, connectionToJSON } from "../../../src/migration/recovery/index.ts";
import { peek } from "./peek.ts";
import { clientPort } from "./places.ts";
import { Broken } from "./world.ts";

export interface Controller {
  handle(event: ConnectionEvent): readonly ConnectionEffect[];
  deadline(): number | undefined;
  /** Goes on from what can be written down, which must be everything. */
  restart(): void;
  /** Of the client with this port. */
  stateOf(port: number): ConnectionState | undefined;
  states(): Iterable<ConnectionState>;
}

/** `portOf` tells where a client with this TCP port is: connections are told apart by that, too. */
export function createStepping(config: ConnectionConfig, portOf: (client: number) => number): Controller {
  const states = new Map<string, ConnectionState>();

  function take(key: string, event: ConnectionEvent): readonly ConnectionEffect[] {
    const result = step(states.get(key), event, config);
    if (result.state) states.set(key, result.state);
    return result.effects;
  }

  function all(event: ConnectionEvent): readonly ConnectionEffect[] {
    return [...states.keys()].flatMap((key) => take(key, event));
  }

  return {
    handle(event) {
      if (event.type === "packetIn") {
        const segment = peek(event.frame);
        // An ICMP error says itself whose it is.
        if (!segment) return all(event);
        const isFromClient = segment.srcPort >= clientPort(0);
        const port = isFromClient ? segment.srcPort : segment.dstPort;
        const mayBegin = isFromClient && event.inPort === portOf(port);
        return mayBegin || states.has(String(port)) ? take(String(port), event) : [];
      }
      if (event.type === "verdict") return take(String(event.verdict.key.srcPort), event);
      const effects = all(event);
      if (event.type === "timer") {
        for (const state of states.values()) {
          const due = deadline(state, config);
          if (due !== undefined && due <= event.at) throw new Broken(`deadline ${due} has passed without progress`);
        }
      }
      return effects;
    },
    deadline() {
      let first: number | undefined;
      for (const state of states.values()) {
        const due = deadline(state, config);
        if (due !== undefined && (first === undefined || due < first)) first = due;
      }
      return first;
    },
    restart() {
      for (const [key, state] of states) {
        const text = JSON.stringify(connectionToJSON(state));
        const copy = connectionFromJSON(JSON.parse(text), Object.keys(config.service.targets));
        if (!isDeepStrictEqual(copy, state)) throw new Broken(`a snapshot says something else: ${text}`);
        states.set(key, copy);
      }
    },
    stateOf: (port) => states.get(String(port)),
    states: () => states.values(),
  };
}
