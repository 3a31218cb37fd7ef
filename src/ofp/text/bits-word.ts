/** Words about some bits of a field: `reg0[0..5]=3`. */
import { quote, WireError } from "../../wire/index.ts";
import type { FieldValue, OxmField, Registry } from "../definition.ts";
import { fromBits, lowBits, toBits } from "../field-bits.ts";
import { exact } from "../match.ts";
import { at, sent } from "./field-text.ts";
import {
  checkOnce,
  impliesEthernet,
  type MatchWords,
  set,
  setField,
  setPacketType,
  setSlot,
  type WordField,
  wordField,
} from "./match-words.ts";
import type { Word } from "./scan.ts";
import { type BitRange, type PlacedBits, placedBits, withBits } from "./subfield-word.ts";
import { addTagBits, tagFieldBits } from "./vlan.ts";

/** Takes it in: other bits of the field stay as earlier words have them. */
export function readBitsWord(words: MatchWords, word: Word, range: BitRange, registry: Registry): boolean {
  if (word.value === "") throw new WireError("syntax", `${word.key} needs a value`, word.valueAt);
  const tagBits = tagFieldBits(range.name);
  if (tagBits !== undefined) {
    const { value, mask } = placedBits(word, range, tagBits);
    addTagBits(words.tag, Number(value), Number(mask), word.at);
    words.ethernet = true;
    return true;
  }
  const { field, slot, means } = bitsField(range.name, registry);
  if (!field) throw new WireError("unknownField", `${quote(range.name)} is no field that this codec knows`, word.at);
  const bits = placedBits(word, range, field.bits);
  if (slot !== undefined) {
    const value = at(word.at, () => sent(field, withBits(field, words.slots.get(slot)?.entry, bits)));
    setSlot(words, slot, value, means, word);
  } else if (field.parts && !field.maskable) {
    const value = at(word.at, () => wholeBits(words, field, bits, registry));
    setField(words, field, value, word, registry);
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

/** Bits of a header that takes no mask: with what earlier words said of its parts they must be all that it has. */
function wholeBits(words: MatchWords, field: OxmField, { value, mask }: PlacedBits, registry: Registry): FieldValue {
  let [bits, selected] = [value, mask];
  for (const { name, low, bits: count } of field.parts ?? []) {
    const part = registry.fieldByName(name);
    const before = exact(words.fields.get(name)?.entry);
    if (!part || before === undefined) continue;
    const place = (lowBits(count) << BigInt(low)) & ~mask;
    bits |= (toBits(part, before) << BigInt(low)) & place;
    selected |= place;
  }
  if (selected !== lowBits(8 * field.value.size)) throw new WireError("badMask", `${field.name} takes no mask`, 0);
  return fromBits(field, bits);
}

function addBits(words: MatchWords, field: OxmField, bits: PlacedBits, word: Word): void {
  checkOnce(words, field, word);
  const entry = withBits(field, words.fields.get(field.name)?.entry, bits);
  const value = at(word.at, () => sent(field, entry));
  if (field.name === "packetType") setPacketType(words, value, word);
  else set(words.fields, field.name, value, word);
}

/** Bits of `in_port` are those of the port of OpenFlow 1.0. */
function bitsField(name: string, registry: Registry): WordField {
  const field = name === "in_port" ? registry.fieldByText(name) : undefined;
  return field ? { field, means: field.name } : wordField(name, registry);
}
