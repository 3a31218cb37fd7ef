/** The machine for several connections at once. */
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  step,
} from "../../../src/migration/machine/index.ts";
import { peek } from "./peek.ts";
import { switchPorts } from "./places.ts";
import { Broken } from "./world.ts";

export interface Controller {
  handle(event: ConnectionEvent): readonly ConnectionEffect[];
  deadline(): number | undefined;
  /** Goes on from what can be written down. */
  restart(): void;
  states(): Iterable<ConnectionState>;
}

export function createStepping(config: ConnectionConfig): Controller {
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
        if (!segment) return [];
        const isClient = event.inPort === switchPorts.client || event.inPort === switchPorts.other;
        const port = isClient ? segment.srcPort : segment.dstPort;
        return isClient || states.has(String(port)) ? take(String(port), event) : [];
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
      // One connection's state has no text of its own.
    },
    states: () => states.values(),
  };
}
