/** What came over the network, read without trusting that it is what it should be. */

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing is in what is no object. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** The numbers in an object, by name. */
export function countsOf(value: unknown): readonly (readonly [string, number])[] {
  return Object.entries(objectOf(value)).flatMap(([name, count]) =>
    typeof count === "number" ? [[name, count] as const] : [],
  );
}

/** An object that is a JSON text; empty for any other text. */
export function parsed(text: unknown): Json {
  try {
    return objectOf(JSON.parse(textOf(text)));
  } catch {
    return {};
  }
}
