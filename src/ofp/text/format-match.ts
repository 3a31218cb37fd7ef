/** A match as ovs-ofctl prints it: protocol words first, then fields in a fixed order. */
import type { FieldValue, Masked, Registry } from "../definition.ts";
import { exact, type Match, matchEntries } from "../match.ts";
import { isMasked } from "../oxm.ts";
import { formatFieldValue, formatRaw, settle } from "./field-text.ts";
import { ETHERNET, PACKET_TYPE, protocolWord } from "./protocols.ts";
import { formatTag } from "./vlan.ts";

/** Places in print of what is no single field; those of fields are in their tables. */
const PROTOCOL = 300;
const VLAN = 620;
const TOS = 720;
const RAW = 900;

type Values = ReadonlyMap<string, FieldValue | Masked>;

/** A flow says everything; what ofp-print prints leaves out that a packet is an Ethernet frame. */
export type MatchStyle = "flow" | "print";

/** The words of a match in ovs-ofctl's order. Fields that a mask hides entirely are left out. */
export function matchWords(match: Match, registry: Registry, style: MatchStyle): string[] {
  const values = new Map<string, FieldValue | Masked>();
  for (const [name, entry] of matchEntries(match)) {
    const field = registry.fieldByName(name);
    const settled = field ? settle(field, entry) : entry;
    if (settled !== undefined) values.set(name, settled);
  }
  const pieces: { readonly place: number; readonly words: readonly string[] }[] = [];
  const done = new Set<string>(["vlanVid", "vlanPcp"]);
  if (values.get(PACKET_TYPE) === ETHERNET) {
    done.add(PACKET_TYPE);
    if (style === "flow") pieces.push({ place: 0, words: ["eth"] });
  }
  const protocol = protocolOf(values, done);
  if (protocol !== undefined) pieces.push({ place: PROTOCOL, words: [protocol] });
  pieces.push({ place: VLAN, words: tagOf(values) });
  const dscp = exact(values.get("ipDscp"));
  if (typeof dscp === "number") {
    done.add("ipDscp");
    pieces.push({ place: TOS, words: [`nw_tos=${dscp << 2}`] });
  }
  for (const [name, entry] of values) {
    if (done.has(name)) continue;
    const field = registry.fieldByName(name);
    const key = field?.text?.matchName ?? field?.text?.name ?? name;
    const value = field ? formatFieldValue(entry, field, true) : formatRaw(entry);
    pieces.push({ place: field?.text?.printed ?? RAW, words: [`${key}=${value}`] });
  }
  return pieces.sort((a, b) => a.place - b.place).flatMap(({ words }) => words);
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

function tagOf(values: Values): string[] {
  const pcp = exact(values.get("vlanPcp"));
  const [vid, mask] = numbers(values.get("vlanVid"));
  return formatTag(vid, mask, typeof pcp === "number" ? pcp : undefined);
}

function numbers(entry: FieldValue | Masked | undefined): readonly [value: number, mask: number] {
  if (entry === undefined) return [0, 0];
  return isMasked(entry) ? [Number(entry.value), Number(entry.mask)] : [Number(entry), 0xffff];
}
