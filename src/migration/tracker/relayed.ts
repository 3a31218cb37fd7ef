/** Where the clients are whose connections are relayed without being tracked: only as many as fit, and only while they speak. */
import type { Relayed } from "./record.ts";

/** One of them, and its name. */
export interface NotedRelayed {
  readonly name: string;
  readonly relayed: Relayed;
  /** When it was last sure that it is there, or carried by the switch. */
  readonly at: number;
  /** When its client was heard last. */
  readonly heard: number;
}

/** See {@link createRelayedTable}. */
export interface RelayedTable {
  /** Remembers one whose client was heard, by what server 1 answers to it; the one that was silent longest makes room. */
  note(name: string, relayed: Relayed, at: number, heard?: number): void;
  /** Changes what is known of one, if anything is. Its client was not heard. */
  amend(name: string, relayed: Relayed): void;
  /** The one that an answer of server 1's belongs to. */
  find(name: string): Relayed | undefined;
  /** Whether flows of one of them have this number. */
  hasSerial(serial: number): boolean;
  /** Flows with this number have ended. Whether there were any. */
  flowsEnded(serial: number): boolean;
  /** A switch has flows with these numbers, and of no other one. */
  keepFlows(dpid: bigint, serials: ReadonlySet<number>): void;
  /** Forgets those that have been silent for long, and that the switch does not carry. */
  expire(at: number): void;
  /** When the next one is due to be forgotten. */
  deadline(): number | undefined;
  readonly size: number;
  /** All of them, the one that was silent longest first. */
  all(): Iterable<NotedRelayed>;
}

/** After this silence the way back is asked of the rest of the network. Milliseconds. */
const SILENCE = 60_000;

/** `limit` is how many are remembered, `carriedMs` how long flows stay at most that carry nothing. */
export function createRelayedTable(limit: number, carriedMs: number): RelayedTable {
  // A Map keeps the order of insertion: the first one was silent longest.
  const table = new Map<string, NotedRelayed>();
  const bySerial = new Map<number, string>();
  const first = (): NotedRelayed | undefined => {
    for (const noted of table.values()) return noted;
    return undefined;
  };
  const replace = (noted: NotedRelayed, relayed: Relayed): void => {
    const { serial } = noted.relayed;
    table.set(noted.name, { ...noted, relayed });
    if (serial !== undefined && serial !== relayed.serial) bySerial.delete(serial);
  };
  const drop = ({ name, relayed: { serial } }: NotedRelayed): void => {
    table.delete(name);
    if (serial !== undefined) bySerial.delete(serial);
  };
  const put = (noted: NotedRelayed): void => {
    table.set(noted.name, noted);
    if (noted.relayed.serial !== undefined) bySerial.set(noted.relayed.serial, noted.name);
  };
  return {
    note(name, relayed, at, heard = at) {
      if (limit === 0) return;
      const known = table.get(name);
      if (known) drop(known);
      put({ name, relayed, at, heard });
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
    keepFlows(dpid, serials) {
      for (const noted of [...table.values()]) {
        const { serial } = noted.relayed;
        if (noted.relayed.dpid !== dpid || serial === undefined || serials.has(serial)) continue;
        replace(noted, { ...noted.relayed, serial: undefined });
      }
    },
    expire(at) {
      for (let oldest = first(); oldest && at >= oldest.at + SILENCE; oldest = first()) {
        drop(oldest);
        // The switch may carry it unseen.
        if (oldest.relayed.serial !== undefined && at < oldest.heard + carriedMs) put({ ...oldest, at });
      }
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
