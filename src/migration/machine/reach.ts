/** How far numbers of one connection may lie apart. */
import { seqAdd, seqInWindow } from "../../tcp/seq.ts";

/** More bytes than anybody has under way, though a window may be 2³⁰ (RFC 7323 §2.3). */
export const REACH = 2 ** 24;

/** Whether a number lies about another one. */
export function isAbout(number: number, other: number): boolean {
  return seqInWindow(number, seqAdd(other, -REACH), 2 * REACH);
}
