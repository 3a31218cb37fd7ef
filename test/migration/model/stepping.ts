/** The machine alone, for several connections at once. */
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
import type { Controller, Known } from "./controller.ts";
import { peek } from "./peek.ts";
import { clientPort, serverNames } from "./places.ts";
import { Broken } from "./world.ts";

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
    handle(given) {
      const event = given;
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
    crash() {
      throw new Broken("without a tracker nothing is found again");
    },
    knownOf: (port) => {
      const state = states.get(String(port));
      return state && knownFrom(state);
    },
    known: () => [...states.values()].map(knownFrom),
    check: () => undefined,
  };
}

function knownFrom(state: ConnectionState): Known {
  const { connection, phase, generation, takeover, previous, candidates, inSwitch, held, cut } = state;
  const target = takeover?.committedAt === undefined ? previous?.target : takeover.target;
  return {
    port: connection.key.srcPort,
    ...{ phase, generation, inSwitch, cut },
    owner: serverNames.find((name) => name === target) ?? "first",
    candidates: () => candidates.length,
    held: held.length,
  };
}
