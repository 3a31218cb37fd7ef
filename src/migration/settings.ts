/** What a caller chose, checked and with its defaults filled in. */
import { requireBigUint, requireObject, requireUint } from "../wire/require.ts";
import {
  type Connection,
  checkAddress,
  checkPorts,
  connectionId,
  type Ports,
  type ServerAddress,
} from "./connection.ts";
import { type CookieParts, cookieOf, defaultTag } from "./cookie.ts";
import { checkOffsets, noOffsets, type Offsets } from "./offsets.ts";
import type { MigrationInput } from "./plan-types.ts";
import { type ResolvedPolicy, resolvePolicy } from "./policy.ts";

export interface Settings {
  readonly ports: Ports;
  readonly target: ServerAddress;
  readonly origin: ServerAddress;
  /** From the client to the server that has the connection. */
  readonly originOffsets: Offsets;
  readonly policy: ResolvedPolicy;
  readonly skip: number;
  readonly dpid: bigint;
  readonly firstId: number;
  readonly cookieOf: (connection: Connection) => Omit<CookieParts, "role">;
}

/** Throws RangeError or TypeError naming what is wrong or missing. */
export function checkSettings(input: MigrationInput): Settings {
  requireObject("input", input);
  for (const name of ["clientNext", "serverNext", "initialSeq"] as const) {
    const value = input[name];
    if (value !== undefined) requireUint(name, value, 32);
  }
  const { tag = defaultTag, epoch = 0, connection } = requireObject("cookie", input.cookie, {});
  cookieOf({ tag, epoch, role: 0, connection: connection ?? 0 });
  return {
    ports: checkPorts(input.ports),
    target: checkAddress("target", input.target),
    origin: checkAddress("origin", input.origin, ["offsets"]),
    originOffsets: checkOffsets("origin.offsets", input.origin?.offsets ?? noOffsets),
    policy: resolvePolicy(input.policy),
    skip: requireUint("skip", input.skip, 16, 0),
    dpid: requireBigUint("dpid", input.dpid, 64, 0n),
    firstId: requireUint("firstId", input.firstId, 32, 1),
    cookieOf: ({ key }) => ({ tag, epoch, connection: connection ?? connectionId(key) }),
  };
}
