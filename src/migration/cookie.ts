/** Flow cookies that say whose flow it is: 16 bits of tag, 8 of epoch, 8 of role, 32 of connection. */
import { requireBigUint, requireUint } from "../wire/require.ts";

/** What a flow of a migrated connection is for. */
export const FlowRole = {
  /** Client to new server, shifted. */
  forward: 1,
  /** New server to client, shifted. */
  reverse: 2,
  /** Stops server 1. */
  guard: 3,
  /** Shows the controller for a while what the guard stops. */
  guardWatch: 4,
  /** Takes SYNs of the client's out of the forward flow. */
  clientSynTrap: 5,
  /** Takes SYNs of the new server's out of the reverse flow. */
  targetSynTrap: 6,
} as const;
/** One of the numbers of {@link FlowRole}. */
export type FlowRole = (typeof FlowRole)[keyof typeof FlowRole];

/** The parts of a cookie. */
export interface CookieParts {
  /** Tells this controller's flows from others': 0 to 0xfffe. 0xffff could make the cookie that OpenFlow reserves. */
  readonly tag: number;
  /** Generation of the controller, 0 to 255: flows of an earlier one can be found and removed. */
  readonly epoch: number;
  /** See {@link FlowRole}; 0 to 255. */
  readonly role: number;
  /** The connection, a u32. */
  readonly connection: number;
}

/** "TM" */
export const defaultTag = 0x544d;

function checkTag(tag: number): number {
  if (requireUint("tag", tag, 16) === 0xffff) throw new RangeError("tag must not be 0xffff");
  return tag;
}

/** Throws RangeError or TypeError naming a part that is out of range. */
export function cookieOf({ tag, epoch, role, connection }: CookieParts): bigint {
  return (
    (BigInt(checkTag(tag)) << 48n) |
    (BigInt(requireUint("epoch", epoch, 8)) << 40n) |
    (BigInt(requireUint("role", role, 8)) << 32n) |
    BigInt(requireUint("connection", connection, 32))
  );
}

/** Throws RangeError or TypeError for what is no 64-bit bigint. */
export function cookieParts(cookie: bigint): CookieParts {
  requireBigUint("cookie", cookie, 64);
  return {
    tag: Number(cookie >> 48n),
    epoch: Number((cookie >> 40n) & 0xffn),
    role: Number((cookie >> 32n) & 0xffn),
    connection: Number(cookie & 0xffff_ffffn),
  };
}

/** Masks for deleting and listing: all flows of a controller, of one of its generations, of one connection. */
export const CookieMask = {
  tag: 0xffff_0000_0000_0000n,
  epoch: 0xffff_ff00_0000_0000n,
  connection: 0xffff_ff00_ffff_ffffn,
} as const;
