/** OpenFlow 1.3.5 §5.10: the action set, and the order in which it runs. */

import { matchEntries } from "../../ofp/match.ts";
import type { SwitchAction } from "./flow-entry.ts";

/** Kinds in the order of the specification; set-field, and what is like it, is one kind for each field. */
const ORDER = ["popVlan", "pushVlan", "ttl", "set", "setQueue", "output"] as const;
type Kind = (typeof ORDER)[number];

function kindOf(action: SwitchAction): Kind | undefined {
  switch (action.type) {
    case "popVlan":
    case "pushVlan":
    case "setQueue":
    case "output":
      return action.type;
    case "decNwTtl":
      return "ttl";
    case "setField":
    case "setNwTtl":
    case "regLoad":
    case "incTcpSeq":
    case "decTcpSeq":
    case "incTcpAck":
    case "decTcpAck":
      return "set";
    default:
      return undefined;
  }
}

/** Merges actions in. One that has no place in a set is left out, as Open vSwitch does it. */
export function mergeActions(set: Map<string, SwitchAction>, actions: readonly SwitchAction[]): void {
  for (const action of actions) {
    const kind = kindOf(action);
    if (kind === undefined) continue;
    const key = kind === "set" ? setKey(action) : kind;
    // The order of setting is that of the last writing.
    set.delete(key);
    set.set(key, action);
  }
}

function setKey(action: SwitchAction): string {
  if (action.type === "setField") return `set ${matchEntries(action.field)[0]?.[0] ?? ""}`;
  if (action.type === "regLoad") return `set ${action.dst.field}[${action.dst.offset}+${action.dst.bits}]`;
  return `set ${action.type}`;
}

/** The actions of the set in the order in which they run; none without an output, which would be in vain. */
export function orderedSet(set: ReadonlyMap<string, SwitchAction>): readonly SwitchAction[] {
  if (!set.has("output")) return [];
  return ORDER.flatMap((kind) => [...set.values()].filter((action) => kindOf(action) === kind));
}
