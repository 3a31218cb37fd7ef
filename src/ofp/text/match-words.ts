/** What the words of a match have said so far. */
import { WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "../definition.ts";
import { partsOf } from "../parts.ts";
import { type SharedWord, type Slot, slotOf } from "./protocols.ts";
import type { Word } from "./scan.ts";
import { createTag, type TagMatch } from "./vlan.ts";

/** A value with the place of its word; none where the word takes back what others said. */
export interface Read {
  readonly entry: FieldValue | Masked | undefined;
  readonly at: number;
}

/** A value whose field may depend on the protocol, which a later word may still name. */
export interface SlotRead extends Read {
  /** The field of the word, or a word that several fields share. */
  readonly means: string;
}

/** What the words have said so far. */
export interface MatchWords {
  readonly fields: Map<string, Read>;
  readonly slots: Map<Slot, SlotRead>;
  readonly tag: TagMatch;
  /** Whether some word meant an Ethernet frame: a switch is told so when no field says it. */
  ethernet: boolean;
}

export function createMatchWords(): MatchWords {
  return { fields: new Map(), slots: new Map(), tag: createTag(), ethernet: false };
}

/** Words for a match alone: which field reads their value, and the word for what it means. */
const sharedWords: Readonly<Record<string, readonly [fieldName: string, means?: SharedWord]>> = {
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

/** Which field a word names; and where a match holds it with others, and what the word means among them. */
export interface WordField {
  readonly field?: OxmField;
  readonly slot?: Slot;
  readonly means: string;
}

export function wordField(name: string, registry: Registry): WordField {
  const [fieldName, means] = Object.hasOwn(sharedWords, name) ? (sharedWords[name] ?? []) : [];
  const field = fieldName === undefined ? registry.fieldByText(name) : registry.fieldByName(fieldName);
  const slot = field && slotOf(field.name);
  return { ...(field && { field }), ...(slot && { slot }), means: means ?? field?.name ?? name };
}

/** No value is a wildcard: it takes back what an earlier word said. */
export function set<K>(map: Map<K, Read>, key: K, entry: FieldValue | Masked | undefined, word: Word): void {
  map.delete(key);
  map.set(key, { entry, at: word.at });
}

export function setSlot(
  words: MatchWords,
  slot: Slot,
  entry: FieldValue | Masked | undefined,
  means: string,
  word: Word,
): void {
  words.slots.delete(slot);
  words.slots.set(slot, { entry, at: word.at, means });
}

/** A field of a frame, not of the switch's own: those have no prerequisite. */
export function impliesEthernet(field: OxmField): boolean {
  return field.missing !== undefined;
}

/** ovs-ofctl says of the options of a tunnel, and of nothing else, that they are set several times. */
export function checkOnce({ fields }: MatchWords, field: OxmField, word: Word): void {
  if (field.variable && fields.has(field.name)) throw new WireError("duplicate", `${word.key} is given twice`, word.at);
}

/** What a field says, in the fields that ovs-ofctl sends for it. */
export function setField(
  words: MatchWords,
  field: OxmField,
  value: FieldValue | Masked | undefined,
  word: Word,
  registry: Registry,
): void {
  if (value === undefined) for (const { name } of field.parts ?? [field]) set(words.fields, name, undefined, word);
  else for (const [name, entry] of partsOf(field, value, registry)) set(words.fields, name, entry, word);
}

export function setPacketType(words: MatchWords, value: FieldValue | Masked | undefined, word: Word): void {
  words.ethernet = value === 0;
  set(words.fields, "packetType", value === 0 ? undefined : value, word);
}
