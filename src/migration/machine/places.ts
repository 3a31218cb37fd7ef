/** Names of servers, and where they are. */

/** Name of server 1 in verdicts. No target may have it. */
export const ORIGIN = "origin";

/** A server for people. */
export function serverName(name: string): string {
  return name === ORIGIN ? "server 1" : name;
}

/** Where a server is, server 1 among them; undefined when none has this name. */
export function placeOf<P>(
  { origin, targets }: { readonly origin: P; readonly targets: Readonly<Record<string, P>> },
  name: string,
): P | undefined {
  if (name === ORIGIN) return origin;
  return Object.hasOwn(targets, name) ? targets[name] : undefined;
}
