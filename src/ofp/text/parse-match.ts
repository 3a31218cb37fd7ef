/** Matches from text: words may come in any order, the last of a kind wins, fields leave in the order that ovs-ofctl sends. */
import { quote, WireError } from "../../wire/index.ts";
import type { FieldValue, Registry } from "../definition.ts";
import type { Match } from "../match.ts";
import { readBitsWord } from "./bits-word.ts";
import {
  at,
  parseFieldValue,
  parseHeaderValue,
  parseRawHeaderValue,
  parseRawValue,
  rawKey,
  targetField,
} from "./field-text.ts";
import { finishMatch } from "./finish-match.ts";
import {
  checkOnce,
  createMatchWords,
  impliesEthernet,
  type MatchWords,
  set,
  setField,
  setPacketType,
  setSlot,
  wordField,
} from "./match-words.ts";
import { protocolOf } from "./protocols.ts";
import { scanWords, type Word } from "./scan.ts";
import { bitRange } from "./subfield-word.ts";
import { isTagWord, readTagWord } from "./vlan.ts";

/** Takes a word for a match in; false for a word that is none. Throws WireError with offsets in the text. */
export function readMatchWord(words: MatchWords, word: Word, registry: Registry): boolean {
  const protocol = protocolOf(word.key);
  if (protocol) {
    set(words.fields, "ethType", protocol.ethType, word);
    if (protocol.ipProto !== undefined) setSlot(words, "nw_proto", protocol.ipProto, "nw_proto", word);
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
  const { field, slot, means } = wordField(word.key, registry);
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
    checkOnce(words, field, word);
    if (slot !== undefined) setSlot(words, slot, value, means, word);
    else if (field.name === "packetType") setPacketType(words, value, word);
    else setField(words, field, value, word, registry);
  }
  if (impliesEthernet(field)) words.ethernet = true;
  return true;
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
