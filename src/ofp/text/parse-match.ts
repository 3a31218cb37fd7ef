/** Matches from text: words may come in any order, the last of a kind wins, fields leave in the order that ovs-ofctl sends. */
import { quote, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "../definition.ts";
import { lowBits } from "../field-bits.ts";
import { exact, type Match, seenFields } from "../match.ts";
import type { OxmEntry } from "../oxm.ts";
import { partsOf } from "../parts.ts";
import { ethTypeIn, numberIn } from "../prerequisites.ts";
import {
  at,
  parseFieldValue,
  parseHeaderValue,
  parseRawHeaderValue,
  parseRawValue,
  rawKey,
  sent,
  targetField,
} from "./field-text.ts";
import { ethernetEntry, protocolOf, type SharedWord, sharedField } from "./protocols.ts";
import { scanWords, type Word } from "./scan.ts";
import { type BitRange, bitRange, type PlacedBits, placedBits, withBits } from "./subfield-word.ts";
import { addTagBits, createTag, emitTag, isTagWord, readTagWord, type TagMatch, tagFieldBits } from "./vlan.ts";

/** A value with the place of its word. */
interface Read {
  readonly entry: FieldValue | Masked;
  readonly at: number;
}

/** What the words have said so far. */
export interface MatchWords {
  readonly fields: Map<string, Read>;
  /** Words whose field depends on the protocol, which a later word may still name. */
  readonly shared: Map<SharedWord, Read>;
  readonly tag: TagMatch;
  /** Whether some word meant an Ethernet frame: a switch is told so when no field says it. */
  ethernet: boolean;
}

export function createMatchWords(): MatchWords {
  return { fields: new Map(), shared: new Map(), tag: createTag(), ethernet: false };
}

/** Words for a match alone: which field reads their value, and which word stands for the place that several fields share. */
const sharedWords: Readonly<Record<string, readonly [fieldName: string, place?: SharedWord]>> = {
  in_port: ["inPort"],
  nw_src: ["ipv4Src", "nw_src"],
  nw_dst: ["ipv4Dst", "nw_dst"],
  ip_src: ["ipv4Src", "nw_src"],
  ip_dst: ["ipv4Dst", "nw_dst"],
  nw_proto: ["ipProto", "nw_proto"],
  ip_proto: ["ipProto", "nw_proto"],
  tp_src: ["tcpSrc", "tp_src"],
  tp_dst: ["tcpDst", "tp_dst"],
  icmp_type: ["icmpv4Type", "icmp_type"],
  icmp_code: ["icmpv4Code", "icmp_code"],
};

/** Takes a word for a match in; false for a word that is none. Throws WireError with offsets in the text. */
export function readMatchWord(words: MatchWords, word: Word, registry: Registry): boolean {
  const protocol = protocolOf(word.key);
  if (protocol) {
    set(words.fields, "ethType", protocol.ethType, word);
    if (protocol.ipProto !== undefined) set(words.shared, "nw_proto", protocol.ipProto, word);
    return true;
  }
  if (word.key === "eth") {
    words.fields.delete("packetType");
    words.ethernet = true;
    return true;
  }
  if (isTagWord(word.key)) {
    words.ethernet = true;
    at(word.valueAt, () => {
      readTagWord(words.tag, word);
    });
    return true;
  }
  if (word.key === "oxm") return readRawWord(words, word, registry);
  const range = bitRange(word);
  return range ? readBitsWord(words, word, range, registry) : readFieldWord(words, word, registry);
}

/** Which field a word names, and the place of several that it may mean. */
function wordField(name: string, registry: Registry): { readonly field?: OxmField; readonly place?: SharedWord } {
  const [fieldName, place] = Object.hasOwn(sharedWords, name) ? (sharedWords[name] ?? []) : [];
  const field = fieldName === undefined ? registry.fieldByText(name) : registry.fieldByName(fieldName);
  return { ...(field && { field }), ...(place && { place }) };
}

function readFieldWord(words: MatchWords, word: Word, registry: Registry): boolean {
  if (word.key === "nw_tos") {
    set(
      words.fields,
      "ipDscp",
      at(word.valueAt, () => parseTos(word.value, registry)),
      word,
    );
    words.ethernet = true;
    return true;
  }
  const { field, place } = wordField(word.key, registry);
  if (!field) return false;
  if (word.key === field.oxmName) {
    // Not a word of ovs-ofctl's: the header that it names is sent.
    set(
      words.fields,
      field.name,
      at(word.valueAt, () => parseHeaderValue(word.value, field)),
      word,
    );
  } else {
    const value = at(word.valueAt, () => parseFieldValue(word.value, field));
    if (place !== undefined) set(words.shared, place, value, word);
    else if (field.name === "packetType") setPacketType(words, value, word);
    else setField(words, field, value, word, registry);
  }
  if (impliesEthernet(field)) words.ethernet = true;
  return true;
}

/** What a field says, in the fields that ovs-ofctl sends for it. */
function setField(
  words: MatchWords,
  field: OxmField,
  value: FieldValue | Masked | undefined,
  word: Word,
  registry: Registry,
): void {
  if (value === undefined) for (const { name } of field.parts ?? [field]) words.fields.delete(name);
  else for (const [name, entry] of partsOf(field, value, registry)) set(words.fields, name, entry, word);
}

function setPacketType(words: MatchWords, value: FieldValue | Masked | undefined, word: Word): void {
  words.ethernet = value === 0;
  set(words.fields, "packetType", value === 0 ? undefined : value, word);
}

/** `reg0[0..5]=3`: other bits of the field stay as earlier words have them. */
function readBitsWord(words: MatchWords, word: Word, range: BitRange, registry: Registry): boolean {
  if (word.value === "") throw new WireError("syntax", `${word.key} needs a value`, word.valueAt);
  const tagBits = tagFieldBits(range.name);
  if (tagBits !== undefined) {
    const { value, mask } = placedBits(word, range, tagBits);
    addTagBits(words.tag, Number(value), Number(mask), word.at);
    words.ethernet = true;
    return true;
  }
  const { field, place } = wordField(range.name, registry);
  if (!field) throw new WireError("unknownField", `${quote(range.name)} is no field that this codec knows`, word.at);
  const bits = placedBits(word, range, field.bits);
  if (place !== undefined) {
    const entry = withBits(field, words.shared.get(place)?.entry, bits);
    set(
      words.shared,
      place,
      at(word.at, () => sent(field, entry)),
      word,
    );
  } else if (field.parts) {
    const known = field.parts.reduce((sum, part) => sum | (lowBits(part.bits) << BigInt(part.low)), 0n);
    if ((bits.value & ~known) !== 0n) {
      throw new WireError("outOfRange", `${quote(word.value)} has bits that ${range.name} has not`, word.valueAt);
    }
    for (const { name, low, bits: count } of field.parts) {
      const part = registry.fieldByName(name);
      const cut = (whole: bigint) => (whole >> BigInt(low)) & lowBits(count);
      if (part) addBits(words, part, { value: cut(bits.value), mask: cut(bits.mask) }, word);
    }
  } else {
    addBits(words, field, bits, word);
  }
  if (impliesEthernet(field)) words.ethernet = true;
  return true;
}

function addBits(words: MatchWords, field: OxmField, bits: PlacedBits, word: Word): void {
  const entry = withBits(field, words.fields.get(field.name)?.entry, bits);
  const value = at(word.at, () => sent(field, entry));
  if (field.name === "packetType") setPacketType(words, value, word);
  else set(words.fields, field.name, value, word);
}

/** The whole byte that DSCP is the upper six bits of. */
function parseTos(text: string, registry: Registry): FieldValue | undefined {
  const field = registry.fieldByName("ipDscp");
  const byte = field && parseFieldValue(text, { ...field, bits: 8 });
  if (typeof byte !== "number") {
    if (byte === undefined) return undefined;
    throw new WireError("badMask", "nw_tos takes no mask", 0);
  }
  if (byte & 3) throw new WireError("outOfRange", `${quote(text)} has bits of ECN: those are nw_ecn`, 0);
  return byte >> 2;
}

/** `oxm:0x8000:45=0x01ff/0xffff`. */
function readRawWord(words: MatchWords, word: Word, registry: Registry): boolean {
  const equals = word.value.indexOf("=");
  const name = `oxm:${equals < 0 ? word.value : word.value.slice(0, equals)}`;
  const key = rawKey(name);
  if (key === undefined || equals < 0) {
    throw new WireError("syntax", `${quote(`oxm:${word.value}`)} is not of the form oxm:<class>:<field>=0x…`, word.at);
  }
  const text = word.value.slice(equals + 1);
  const field = targetField(name, registry);
  const value = at(word.valueAt + equals + 1, () => (field ? parseRawHeaderValue(text, field) : parseRawValue(text)));
  set(words.fields, field?.name ?? key, value, word);
  return true;
}

/** No value is a wildcard: it takes back what an earlier word said. */
function set<K>(map: Map<K, Read>, key: K, entry: FieldValue | Masked | undefined, word: Word): void {
  map.delete(key);
  if (entry !== undefined) map.set(key, { entry, at: word.at });
}

/** A field of a frame, not of the switch's own: those have no prerequisite. */
function impliesEthernet(field: OxmField): boolean {
  return field.missing !== undefined;
}

/**
 * The match in the order in which ovs-ofctl sends it. Throws WireError `badPrerequisite` for a field without the field that gives
 * it meaning, with the offset of its word.
 */
export function finishMatch(words: MatchWords, registry: Registry): Match {
  const fields = new Map(words.fields);
  const said = seenFields(Object.fromEntries([...fields].map(([name, { entry }]) => [name, entry])), registry);
  const ethType = ethTypeIn(said);
  const proto = words.shared.get("nw_proto");
  for (const [word, read] of words.shared) {
    const name = sharedField(word, ethType, numberOf(proto) ?? numberIn(said, "ipProto"));
    if (typeof name !== "string") throw missing(word, name.needs, read.at);
    const field = registry.fieldByName(name);
    // tp_src is read with 16 bits and may turn out to be an ICMP type of 8.
    if (!field || (typeof read.entry === "number" ? read.entry >= 2 ** field.bits : !field.maskable)) {
      throw new WireError("outOfRange", `${word} does not fit ${name}`, read.at);
    }
    fields.set(name, read);
  }
  for (const [name, read] of emitTag(words.tag)) fields.set(name, read);
  return ordered(fields, words.ethernet, registry);
}

function ordered(fields: ReadonlyMap<string, Read>, ethernet: boolean, registry: Registry): Match {
  const rows = [...fields].map(([name, read]) => ({ name, ...read, field: registry.fieldByName(name) }));
  rows.sort((a, b) => (a.field?.text?.sent ?? Infinity) - (b.field?.text?.sent ?? Infinity) || 0);
  const tellsFrames =
    ethernet && !fields.has("packetType") && !rows.some(({ field }) => field && impliesEthernet(field));
  const entries: OxmEntry[] = tellsFrames ? [ethernetEntry(registry)] : [];
  const seen = new Map<string, FieldValue | Masked>();
  for (const { name, entry, at: offset, field } of rows) {
    const needs = field?.missing?.(seen);
    if (needs !== undefined) throw missing(field?.text?.matchName ?? field?.text?.name ?? name, needs, offset);
    entries.push([name, entry]);
    for (const [part, value] of field ? partsOf(field, entry, registry) : [])
      if (value !== undefined) seen.set(part, value);
  }
  return Object.fromEntries(entries);
}

function missing(word: string, needs: string, offset: number): WireError {
  return new WireError("badPrerequisite", `${word} has no meaning without ${needs}`, offset);
}

function numberOf(read: Read | undefined): number | undefined {
  const value = read && exact(read.entry);
  return typeof value === "number" ? value : undefined;
}

/** A match alone. Throws WireError with offsets in the text. */
export function parseMatch(text: string, registry: Registry): Match {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  const words = createMatchWords();
  for (const word of scanWords(text)) {
    if (!readMatchWord(words, word, registry)) {
      throw new WireError("unknownField", `${quote(word.key)} is no word that a match may have`, word.at);
    }
  }
  return finishMatch(words, registry);
}
