/** What the page remembers of what it was told: the newest connections and refusals, and no more than these. */
import { type Json, numberOf, objectsOf, textOf } from "../json.ts";

/** A connection, as it was when something was last said of it. */
export interface Connection {
  readonly name: string;
  readonly generation: number;
  /** `gone` when the controller has forgotten it. */
  readonly phase: string;
  readonly view: Json;
}

export interface Store {
  /** The newest first. */
  readonly connections: () => readonly Connection[];
  readonly connection: (name: string) => Connection | undefined;
  readonly refusals: () => readonly Json[];
  /** How many there were, those included that were forgotten here. */
  readonly refused: number;
  /** An answer to `connections` or to `refusals`, whose first ones are the newest: it takes the place of what was known. */
  readonly reset: (answer: Json) => void;
  /** An event. */
  readonly hear: (message: Json) => void;
}

export interface StoreLimits {
  readonly connections: number;
  readonly refusals: number;
}

function connectionOf(view: Json): Connection {
  return {
    name: textOf(view.connection),
    generation: numberOf(view.generation),
    phase: textOf(view.phase) || "gone",
    view,
  };
}

export function createStore(limits: StoreLimits): Store {
  /** The oldest first, as a Map keeps them. */
  const connections = new Map<string, Connection>();
  let refusals: Json[] = [];
  let refused = 0;

  function put(next: Connection): void {
    const before = connections.get(next.name);
    const view = { ...before?.view, ...next.view };
    const isGone = next.phase === "gone";
    if (isGone && !before) return;
    // The same addresses again are another connection.
    if (!isGone && before && before.generation !== next.generation) connections.delete(next.name);
    connections.set(next.name, isGone && before ? { ...before, phase: "gone", view } : next);
    if (connections.size <= limits.connections) return;
    const gone = [...connections.values()].find(({ phase }) => phase === "gone")?.name;
    const [oldest] = connections.keys();
    const least = gone ?? oldest;
    if (least !== undefined) connections.delete(least);
  }

  return {
    connections: () => [...connections.values()].reverse(),
    connection: (name) => connections.get(name),
    refusals: () => refusals,
    get refused() {
      return refused;
    },
    reset(answer) {
      if (answer.type === "refusals") {
        refusals = objectsOf(answer.refusals).slice(0, limits.refusals);
        refused = numberOf(answer.total);
      } else if (answer.type === "connections") {
        connections.clear();
        for (const view of objectsOf(answer.connections).toReversed()) put(connectionOf(view));
      }
    },
    hear(message) {
      if (message.type === "connection") put(connectionOf(message));
      else if (message.type === "report" && message.refusal === true) {
        refusals = [message, ...refusals].slice(0, limits.refusals);
        refused += 1;
      }
    },
  };
}
