/** Checks of builder arguments, those of every folder and what OpenFlow's lists need besides. */
import { isObject, quote } from "../wire/index.ts";
import { requireList } from "../wire/require.ts";
import type { Tagged } from "./definition.ts";

export * from "../wire/require.ts";

/** The value itself when it is a list of objects with a `type`: actions, instructions. */
export function requireTaggedList<T extends Tagged>(
  name: string,
  given: readonly T[] | undefined,
  fallback?: readonly T[],
): readonly T[] {
  const value = requireList(name, given, fallback);
  value.forEach((item, index) => {
    if (!isObject(item) || typeof item.type !== "string") {
      throw new TypeError(`${name}[${index}] must be an object with a type, not ${quote(item)}`);
    }
  });
  return value;
}

/** What a builder made, once every name that it was given is part of it: a misspelt one would silently mean its default. */
export function onlyKnown<T extends object>(init: object, built: T): T {
  const unknown = Object.keys(init).find((name) => !(name in built));
  if (unknown !== undefined) {
    throw new TypeError(`${quote(unknown)} is none of ${Object.keys(built).join(", ")}`);
  }
  return built;
}
