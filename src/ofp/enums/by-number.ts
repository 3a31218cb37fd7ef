/** The names of an enumeration by their numbers, for reading; without `except`. */
export function byNumber<N extends string, const E extends string = never>(
  values: Readonly<Record<N, number>>,
  except?: E,
): ReadonlyMap<number, Exclude<N, E>> {
  const names = Object.keys(values).filter((name) => name !== except) as Exclude<N, E>[];
  return new Map(names.map((name) => [values[name], name]));
}
