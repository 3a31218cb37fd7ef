/** Matches made ready: to be tried on packets, and to be compared with each other (OpenFlow 1.3.5 §6.4). */

import { BadMatchCode } from "../../ofp/enums/error.ts";
import { type Match, matchEntries } from "../../ofp/match.ts";
import { bitsOf, type FieldBits, fieldNamed, packetEntries } from "./field-bits.ts";
import { packetFields } from "./header-fields.ts";
import type { Packet } from "./packet.ts";
import { badMatch } from "./refusal.ts";

/** By the name under which packets keep the field; fields that a mask hides entirely are left out. */
export type ReadyMatch = ReadonlyMap<string, FieldBits>;

/** Throws a refusal for a field that the switch does not know. */
export function readyMatch(match: Match): ReadyMatch {
  const ready = new Map<string, FieldBits>();
  for (const [name, entry] of matchEntries(match)) {
    const field = fieldNamed(name);
    if (!field) throw badMatch(BadMatchCode.badField);
    for (const [key, part] of packetEntries(field, entry)) {
      const kept = fieldNamed(key);
      if (!kept || !packetFields.has(key)) throw badMatch(BadMatchCode.badField);
      if (ready.has(key)) throw badMatch(BadMatchCode.dupField);
      const bits = part === undefined ? undefined : bitsOf(kept, part);
      if (bits !== undefined && bits.mask !== 0n) ready.set(key, bits);
    }
  }
  return ready;
}

const TRANSPORT = /^(?:tcp|udp|sctp)(?:Src|Dst)$|^icmpv[46](?:Type|Code)$/;

/**
 * OFPC_FRAG_NORMAL: the ports of a fragmented datagram count as 0 in all of its fragments, though the first one has them: else the
 * fragments would take different ways.
 */
export function hits(match: ReadyMatch, packet: Packet): boolean {
  for (const [name, { value, mask }] of match) {
    const field = packetFields.get(name);
    const hidden = packet.layers.firstFragment && TRANSPORT.test(name);
    if (!field || ((hidden ? 0n : field.read(packet)) & mask) !== value) return false;
  }
  return true;
}

/** Whether both say the same of every field. */
export function sameMatch(a: ReadyMatch, b: ReadyMatch): boolean {
  return a.size === b.size && covers(a, b) && covers(b, a);
}

/** Whether every packet that `narrow` matches, by what it says of single fields, `wide` matches too. */
export function covers(wide: ReadyMatch, narrow: ReadyMatch): boolean {
  for (const [name, { value, mask }] of wide) {
    const bits = narrow.get(name);
    if (!bits || (bits.mask & mask) !== mask || (bits.value & mask) !== value) return false;
  }
  return true;
}

/** Whether one packet could match both. */
export function overlaps(a: ReadyMatch, b: ReadyMatch): boolean {
  for (const [name, { value, mask }] of a) {
    const bits = b.get(name);
    if (bits && ((bits.value ^ value) & bits.mask & mask) !== 0n) return false;
  }
  return true;
}
