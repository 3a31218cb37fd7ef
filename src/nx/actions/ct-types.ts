/** OVS ofp-actions.h and ofp-actions.c, struct nx_action_conntrack: what the action ct holds. */
import type { Action } from "../../ofp/action.ts";
import type { Tagged } from "../../ofp/definition.ts";
import { WireError } from "../../wire/index.ts";
import type { Subfield } from "../subfield.ts";

/** OVS ofp-actions.h, NX_CT_F_*; combined with `|`. */
export const CtFlags = {
  /** Remembers the connection. */
  commit: 1,
  /** With `commit`: whatever was remembered of it, this packet opens it. */
  force: 2,
} as const;
export type CtFlags = (typeof CtFlags)[keyof typeof CtFlags];

/** What follows the protocol's conversation. The number is the port that the protocol is known by. */
export const CtAlg = { none: 0, ftp: 21, tftp: 69 } as const;
export type CtAlg = (typeof CtAlg)[keyof typeof CtAlg];

/** Sends the packet through the connection tracker; `X` are the actions of the extensions in use. */
export interface CtAction<X extends Tagged = never> {
  readonly type: "ct";
  /** See {@link CtFlags}. */
  readonly flags: number;
  /** 16 bits that tell apart connections of the same addresses: a number, or the 16 bits of a field. */
  readonly zone: number | Subfield;
  /** The table where a copy of the packet goes on with what the tracker knows of it; Table.all for none. */
  readonly recircTable: number;
  /** See {@link CtAlg}. */
  readonly alg: number;
  /** What is done to a connection that is committed: `nat`, and what writes `ctMark` or `ctLabel`. */
  readonly actions: readonly Action<X>[];
}

export const ZONE_BITS = 16;

export function checkZone({ bits }: Subfield, at: number): void {
  if (bits !== ZONE_BITS) throw new WireError("outOfRange", `a zone has ${ZONE_BITS} bits, not ${bits}`, at);
}

export function checkFlags(flags: number, at: number): void {
  if ((flags & CtFlags.force) !== 0 && (flags & CtFlags.commit) === 0) {
    throw new WireError("badValue", "force without commit", at, "flags");
  }
}
