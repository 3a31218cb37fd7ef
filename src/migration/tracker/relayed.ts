/** Where the clients are whose connections are relayed without being tracked: only as many as fit, and only while they speak. */
import type { Relayed } from "./record.ts";

/** One of them, its name, and when its client was heard last. */
export interface NotedRelayed {
  readonly name: string;
  readonly relayed: Relayed;
  readonly at: number;
}

/** See {@link createRelayedTable}. */
export interface RelayedTable {
  /** Remembers one whose client was heard, by what server 1 answers to it; the one that was silent longest makes room. */
  note(name: string, relayed: Relayed, at: number): void;
  /** Changes what is known of one, if anything is. Its client was not heard. */
  amend(name: string, relayed: Relayed): void;
  /** The one that an answer of server 1's belongs to. */
  find(name: string): Relayed | undefined;
  /** Whether flows of one of them have this number. */
  hasSerial(serial: number): boolean;
  /** Flows with this number have ended. Whether there were any. */
  flowsEnded(serial: number): boolean;
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
  const bySerial = new Map<number, string>();
  const first = (): NotedRelayed | undefined => {
    for (const noted of table.values()) return noted;
    return undefined;
  };
  const replace = ({ name, at, relayed: { serial } }: NotedRelayed, relayed: Relayed): void => {
    table.set(name, { name, relayed, at });
    if (serial !== undefined && serial !== relayed.serial) bySerial.delete(serial);
  };
  const drop = ({ name, relayed: { serial } }: NotedRelayed): void => {
    table.delete(name);
    if (serial !== undefined) bySerial.delete(serial);
  };
  return {
    note(name, relayed, at) {
      if (limit === 0) return;
      const known = table.get(name);
      if (known) drop(known);
      table.set(name, { name, relayed, at });
      if (relayed.serial !== undefined) bySerial.set(relayed.serial, name);
      const oldest = table.size > limit ? first() : undefined;
      if (oldest) drop(oldest);
    },
    amend(name, relayed) {
      const known = table.get(name);
      if (known) replace(known, relayed);
    },
    find: (name) => table.get(name)?.relayed,
    hasSerial: (serial) => bySerial.has(serial),
    flowsEnded(serial) {
      const name = bySerial.get(serial);
      const noted = name === undefined ? undefined : table.get(name);
      if (!noted) return false;
      replace(noted, { ...noted.relayed, serial: undefined });
      return true;
    },
    expire(at) {
      for (let oldest = first(); oldest && at >= oldest.at + SILENCE; oldest = first()) drop(oldest);
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
