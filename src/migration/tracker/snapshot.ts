/** Everything that a tracker remembers as JSON. */
import { type JsonValue, toJSON } from "../../ofp/json.ts";
import type { DataPlane, ProbeState } from "../data-plane/index.ts";
import type { ReportedFlow } from "../machine/index.ts";
import type { Bucket, ConnectionState } from "../machine/state.ts";
import type { TargetStates } from "../operation/target.ts";
import type { Entry } from "./entry.ts";
import type { NotedRelayed } from "./relayed.ts";
import type { Switch, World } from "./world.ts";

/** A tracked connection. */
export interface SavedConnection {
  readonly service: string;
  readonly plane: DataPlane;
  readonly state: ConnectionState;
  /** Ids of what the switch has not confirmed, oldest first. */
  readonly sent: readonly number[];
  /** Where it is among all half-open ones, and among those of its source: decides who is drawn. -1: it is not half-open. */
  readonly drawn: readonly number[];
}

/** A switch, and what it was asked. */
export interface SavedSwitch {
  readonly dpid: bigint;
  readonly lostAt: number | undefined;
  readonly plane: DataPlane;
  readonly probe: ProbeState | undefined;
  readonly question:
    | {
        readonly ids: readonly number[];
        readonly deadline: number;
        readonly tries: number;
        /** Ids with which connections wait for it. */
        readonly waiting: readonly number[];
        readonly flows: readonly ReportedFlow[] | undefined;
      }
    | undefined;
  readonly adoption:
    | {
        readonly flows: readonly (readonly [id: number, serial: number])[];
        readonly barrier: number;
        readonly deadline: number;
        readonly cleanUp: readonly bigint[];
      }
    | undefined;
  readonly traps:
    | { readonly ids: readonly number[]; readonly again: number | undefined; readonly tries: number }
    | undefined;
  readonly strange: readonly number[];
}

/** What a snapshot holds. */
export interface Snapshot {
  readonly version: 1;
  /** What its flows in the switches are known by. */
  readonly cookie: { readonly tag: number; readonly epoch: number };
  readonly nextId: number;
  readonly nextSerial: number;
  readonly generation: number;
  readonly draws: number;
  readonly resets: Bucket | undefined;
  readonly released: readonly number[] | undefined;
  readonly targets: Readonly<Record<string, TargetStates>>;
  readonly switches: readonly SavedSwitch[];
  readonly connections: readonly SavedConnection[];
  readonly relayed: readonly NotedRelayed[];
}

export function snapshotOf(world: World): JsonValue {
  const { book, setup, switches, relayed, targets, nextId, nextSerial, generation, draws, resets } = world;
  const snapshot: Snapshot = {
    version: 1,
    cookie: setup.cookie,
    nextId,
    nextSerial,
    generation,
    draws,
    resets,
    released: book.released && [...book.released],
    targets: Object.fromEntries(targets),
    switches: [...switches.values()].map(savedSwitch),
    connections: [...book.byClient.values()].map((entry) => savedConnection(world, entry)),
    relayed: [...relayed.all()],
  };
  return toJSON(snapshot);
}

function savedConnection({ book }: World, entry: Entry): SavedConnection {
  const { service, plane, state, sent, source } = entry;
  const drawn = [book.halfOpen.placeOf(entry), book.bySource.get(source)?.placeOf(entry) ?? -1];
  return { service: service.name, plane, state, sent: [...sent], drawn };
}

function savedSwitch({ dpid, lostAt, plane, probe, question, adoption, traps, strange }: Switch): SavedSwitch {
  return {
    dpid,
    lostAt,
    plane,
    probe,
    question: question && {
      ...question,
      ids: [...question.ids],
      waiting: [...question.waiting.keys()],
      flows: question.flows?.map(savedFlow),
    },
    adoption: adoption && { ...adoption, flows: [...adoption.flows] },
    traps: traps && { ...traps, ids: [...traps.ids] },
    strange: [...strange],
  };
}

/** Only what counts of a flow. */
function savedFlow(flow: ReportedFlow): ReportedFlow {
  const { tableId, priority, idleTimeout, hardTimeout, cookie, packetCount, match, instructions } = flow;
  return { tableId, priority, idleTimeout, hardTimeout, cookie, packetCount, match, instructions };
}
