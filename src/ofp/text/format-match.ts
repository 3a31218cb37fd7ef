/** A match as ovs-ofctl prints it: protocol words first, then fields in a fixed order. */
import type { FieldValue, Masked, OxmField, Registry } from "../definition.ts";
import { toBits } from "../field-bits.ts";
import { exact, type Match, matchEntries } from "../match.ts";
import { isMasked } from "../oxm.ts";
import { rawNameOf } from "../oxm-header.ts";
import { partsOf } from "../parts.ts";
import { formatFieldValue, formatOctets, formatRaw, parseFieldValue, settle } from "./field-text.ts";
import { protocolWord, saysEthernet } from "./protocols.ts";
import { formatTag, isSayable, tagBits } from "./vlan.ts";

/** Places in print of what is no single field; those of fields are in their tables. */
const PROTOCOL = 300;
const VLAN = 620;
const TOS = 720;
const PACKET_TYPE = 200;
const RAW = 900;

type Values = ReadonlyMap<string, FieldValue | Masked>;

/** A flow says everything; what ofp-print prints leaves out that a packet is an Ethernet frame, unless `recirc_id` is there. */
export type MatchStyle = "flow" | "print";

/** The words of a match in ovs-ofctl's order. Fields that a mask hides entirely are left out. */
export function matchWords(match: Match, registry: Registry, style: MatchStyle): string[] {
  const values = firstNames(match, registry);
  const pieces: Piece[] = [];
  const done = new Set<string>(["vlanVid", "vlanPcp", "vlanTci"]);
  const protocol = protocolOf(values, done);
  if (protocol !== undefined) pieces.push({ place: PROTOCOL, words: [protocol] });
  pieces.push({ place: VLAN, words: tagOf(values, registry, style) });
  if (style === "print" && values.has("recircId") && isOfFrames(values, registry)) {
    pieces.push({ place: PACKET_TYPE, words: ["eth"] });
  }
  const dscp = exact(values.get("ipDscp"));
  if (typeof dscp === "number") {
    done.add("ipDscp");
    pieces.push({ place: TOS, words: [`nw_tos=${dscp << 2}`] });
  }
  for (const [name, entry] of values) {
    if (done.has(name)) continue;
    if (saysEthernet(name, entry)) {
      if (style === "flow") pieces.push({ place: 0, words: ["eth"] });
      continue;
    }
    const field = registry.fieldByName(name);
    const word = field ? fieldWord(entry, field, values, style) : `${name}=${formatRaw(entry)}`;
    if (word !== undefined) pieces.push({ place: field?.text?.printed ?? RAW, words: [word] });
  }
  return pieces.sort((a, b) => a.place - b.place).flatMap(({ words }) => words);
}

/** Whether a match is about Ethernet frames: a field of theirs says so, too. */
function isOfFrames(values: Values, registry: Registry): boolean {
  if (values.has("packetType")) return exact(values.get("packetType")) === 0;
  return [...values].some(
    ([name, entry]) => saysEthernet(name, entry) || registry.fieldByName(name)?.missing !== undefined,
  );
}

interface Piece {
  readonly place: number;
  readonly words: readonly string[];
}

/** What the match says, each field by its first name. Bits of a tag keep the header that says them. */
function firstNames(match: Match, registry: Registry): Map<string, FieldValue | Masked> {
  const values = new Map<string, FieldValue | Masked>();
  for (const [name, given] of matchEntries(match)) {
    const field = registry.fieldByName(name);
    if (!field) {
      values.set(name, given);
      continue;
    }
    const entries = name === "vlanTci" ? ([[name, given]] as const) : partsOf(field, given, registry);
    for (const [part, entry] of entries) {
      const settled = entry === undefined ? undefined : settle(registry.fieldByName(part) ?? field, entry);
      if (settled !== undefined) values.set(part, settled);
    }
  }
  return values;
}

/** A field with its value; undefined where ofp-print says nothing. */
function fieldWord(entry: FieldValue | Masked, field: OxmField, values: Values, style: MatchStyle): string | undefined {
  const { text } = field;
  const name = text?.matchName ?? text?.name ?? rawNameOf(field);
  if (style === "flow") {
    const words = formatFieldValue(text?.masks === "value" ? withoutOwnMask(entry, field) : entry, field, true);
    return text?.limited && !readsTo(words, entry, field)
      ? `${rawNameOf(field)}=${formatOctets(entry, field)}`
      : joined(name, words);
  }
  const print = text?.print;
  if (print?.shown?.(values) === false) return undefined;
  const [value, mask] = isMasked(entry) ? [entry.value, entry.mask] : [entry, undefined];
  const words = print?.format?.(value, mask, field) ?? formatFieldValue(entry, field, true);
  return joined(print?.name ?? name, words);
}

/** A value that is "" is none: the name says it all. */
function joined(name: string, value: string): string {
  return value === "" ? name : `${name}=${value}`;
}

/** Whether the words of an entry are read to the same. */
function readsTo(words: string, entry: FieldValue | Masked, field: OxmField): boolean {
  try {
    const read = parseFieldValue(words, field);
    return read !== undefined && formatOctets(read, field) === formatOctets(entry, field);
  } catch {
    return false;
  }
}

/** A mask of nothing but the value's own bits is what ovs-ofctl makes of a value alone. */
function withoutOwnMask(entry: FieldValue | Masked, field: OxmField): FieldValue | Masked {
  return isMasked(entry) && toBits(field, entry.value) === toBits(field, entry.mask) ? entry.value : entry;
}

/** The protocol word, and with it what needs no word of its own any more. */
function protocolOf(values: Values, done: Set<string>): string | undefined {
  const ethType = exact(values.get("ethType"));
  const ipProto = exact(values.get("ipProto"));
  if (typeof ethType !== "number") return undefined;
  const both = typeof ipProto === "number" ? protocolWord(ethType, ipProto) : undefined;
  if (both !== undefined) done.add("ipProto");
  const word = both ?? protocolWord(ethType);
  if (word !== undefined) done.add("ethType");
  return word;
}

function tagOf(values: Values, registry: Registry, style: MatchStyle): string[] {
  const pcp = exact(values.get("vlanPcp"));
  const [vid, vidMask] = numbers(values.get("vlanVid"));
  const parts = tagBits(vid, vidMask, typeof pcp === "number" ? pcp : undefined);
  const entry = values.get("vlanTci");
  const [tci, tciMask] = numbers(entry);
  const tag = { value: parts.value | tci, mask: parts.mask | tciMask };
  const field = registry.fieldByName("vlanTci");
  if (style === "flow" && field && entry !== undefined && !isSayable(tag)) {
    return [...formatTag(parts), `${rawNameOf(field)}=${formatOctets(entry, field)}`];
  }
  return formatTag(tag);
}

function numbers(entry: FieldValue | Masked | undefined): readonly [value: number, mask: number] {
  if (entry === undefined) return [0, 0];
  return isMasked(entry) ? [Number(entry.value), Number(entry.mask)] : [Number(entry), 0xffff];
}
