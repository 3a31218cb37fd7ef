/** Where two JSON values differ. */
import type { JsonValue } from "../../ofp/json.ts";
import { isList, isObject } from "../../wire/index.ts";

/** A place in a value, and what stands there; undefined for nothing. */
export interface Difference {
  /** `[2].message.actions[0].port`; empty when the whole differs. */
  readonly path: string;
  readonly recorded: JsonValue | undefined;
  readonly replayed: JsonValue | undefined;
}

/** The first one, in the order of what was recorded; undefined when both are the same. The order of keys does not count. */
export function firstDifference(
  recorded: JsonValue | undefined,
  replayed: JsonValue | undefined,
  path = "",
): Difference | undefined {
  if (recorded === replayed) return undefined;
  if (isList(recorded) && isList(replayed)) return inLists(recorded, replayed, path);
  if (isObject(recorded) && isObject(replayed) && !isList(recorded) && !isList(replayed)) {
    return inObjects(new Map(Object.entries(recorded)), new Map(Object.entries(replayed)), path);
  }
  return { path, recorded, replayed };
}

type Values = readonly JsonValue[];

function inLists(recorded: Values, replayed: Values, path: string): Difference | undefined {
  const length = Math.max(recorded.length, replayed.length);
  for (let index = 0; index < length; index++) {
    const found = firstDifference(recorded[index], replayed[index], `${path}[${index}]`);
    if (found) return found;
  }
  return undefined;
}

type Properties = ReadonlyMap<string, JsonValue>;

function inObjects(recorded: Properties, replayed: Properties, path: string): Difference | undefined {
  for (const key of new Set([...recorded.keys(), ...replayed.keys()])) {
    const found = firstDifference(recorded.get(key), replayed.get(key), path === "" ? key : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
