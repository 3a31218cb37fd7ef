/** A configuration without its functions, and functions for a configuration without any. */
import { isList, isObject, quote, WireError } from "../../wire/index.ts";

type Path = readonly string[];
/** Never so deep is a configuration. */
const MAX_DEPTH = 16;

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !isList(value) && !(value instanceof Uint8Array);
}

/** A function that hands on what it is asked as one value: its argument, or a list of them when there are several. */
export function asking(ask: (asked: unknown, given: readonly unknown[]) => unknown): (...given: unknown[]) => unknown {
  return (...given) => ask(given.length === 1 ? given[0] : given, given);
}

/** The same configuration with another value in place of every function; undefined takes it out. */
export function mapFunctions(
  value: unknown,
  change: (hook: (...given: unknown[]) => unknown, path: Path) => unknown,
  path: Path = [],
): unknown {
  if (typeof value === "function") return change(value as (...given: unknown[]) => unknown, path);
  if (!isPlain(value) || path.length > MAX_DEPTH) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, mapFunctions(item, change, [...path, key])] as const)
      .filter(([, item]) => item !== undefined),
  );
}

/** Puts functions where the paths say. Throws WireError for a path that leads nowhere. */
export function withFunctions(value: unknown, paths: readonly Path[], make: (path: Path) => unknown): unknown {
  return install(
    value,
    paths.map((path) => ({ path, rest: path })),
    make,
  );
}

interface Way {
  readonly path: Path;
  readonly rest: Path;
}

function install(value: unknown, ways: readonly Way[], make: (path: Path) => unknown): unknown {
  if (ways.length === 0) return value;
  const [{ path }] = ways as readonly [Way];
  if (!isPlain(value) || path.length > MAX_DEPTH) throw nowhere(path);
  const properties = new Map(Object.entries(value));
  for (const key of new Set(ways.map(({ rest }) => rest[0]))) {
    const here = ways.filter(({ rest }) => rest[0] === key);
    const [first] = here;
    if (key === undefined || !first) throw nowhere(path);
    if (first.rest.length === 1) properties.set(key, make(first.path));
    else {
      const deeper = here.map((way) => ({ path: way.path, rest: way.rest.slice(1) }));
      properties.set(key, install(properties.get(key), deeper, make));
    }
  }
  return Object.fromEntries(properties);
}

function nowhere(path: Path): WireError {
  return new WireError("badValue", `the configuration has no place for a function ${quote(path.join("."))}`, 0);
}
