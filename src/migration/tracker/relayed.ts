/** Where the clients are whose connections are relayed without being tracked: only as many as fit, and only while they speak. */
import type { Connection } from "../connection.ts";

/** A connection that is relayed. */
export interface Relayed {
  /** Name of its service. */
  readonly service: string;
  readonly dpid: bigint;
  readonly clientPort: number;
  readonly connection: Connection;
  /** Server 1's, once it has answered. */
  readonly serverIsn: number | undefined;
  /** The switch has got flows for it. */
  readonly inSwitch: boolean;
}

/** When one was heard of last. */
export interface NotedRelayed {
  readonly name: string;
  readonly relayed: Relayed;
  readonly at: number;
}

/** See {@link createRelayedTable}. */
export interface RelayedTable {
  /** Remembers one, by what server 1 answers to it; the one that was silent longest makes room. */
  note(name: string, relayed: Relayed, at: number): void;
  /** The one that an answer of server 1's belongs to. */
  find(name: string): Relayed | undefined;
  /** Forgets those that have been silent for long. */
  expire(at: number): void;
  /** When the next one is due to be forgotten. */
  deadline(): number | undefined;
  readonly size: number;
  /** All of them, the one that was silent longest first. */
  all(): Iterable<NotedRelayed>;
}

/** After this silence the way back is asked of the rest of the network. Milliseconds. */
const SILENCE = 60_000;

/** `limit` is how many are remembered. */
export function createRelayedTable(limit: number): RelayedTable {
  // A Map keeps the order of insertion: the first one was silent longest.
  const table = new Map<string, NotedRelayed>();
  const first = (): NotedRelayed | undefined => {
    for (const noted of table.values()) return noted;
    return undefined;
  };
  return {
    note(name, relayed, at) {
      if (limit === 0) return;
      table.delete(name);
      table.set(name, { name, relayed, at });
      const oldest = table.size > limit ? first() : undefined;
      if (oldest) table.delete(oldest.name);
    },
    find: (name) => table.get(name)?.relayed,
    expire(at) {
      for (let oldest = first(); oldest && at >= oldest.at + SILENCE; oldest = first()) table.delete(oldest.name);
    },
    deadline() {
      const oldest = first();
      return oldest && oldest.at + SILENCE;
    },
    get size() {
      return table.size;
    },
    all: () => table.values(),
  };
}
