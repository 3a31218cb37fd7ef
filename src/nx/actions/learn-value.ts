/** Numbers for whole fields, as learn writes them: OVS meta-flow.c, mf_format. Most are written as set_field writes them. */
import type { OxmField, ValueText } from "../../ofp/definition.ts";
import { fromBits, toBits } from "../../ofp/field-bits.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { parseHeaderValue } from "../../ofp/text/field-text.ts";
import { hex } from "../../ofp/text/number.ts";
import { quote, WireError } from "../../wire/index.ts";
import { widthOf } from "../subfield.ts";

interface NumberText {
  format(value: bigint, words: ValueText, field: OxmField): string;
  /** The number, or the words that the field has elsewhere; undefined for a text that is of neither kind. */
  parse?(text: string): bigint | string | undefined;
}

const stateNames = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
const STATE_BITS = 32;
const NO_NAME = "[Unknown]";

/** Fields that matches, or nothing else, write in another way. ovs-ofctl does not read all that it prints of them. */
const special: Readonly<Record<string, NumberText>> = {
  recircId: { format: (value) => String(value) },
  ctZone: { format: (value) => hex(value) },
  packetType: {
    format: (value, words, field) =>
      value === 0n ? "eth" : `packet_type=${words.format(fromBits(field, value), undefined, field)}`,
    parse: (text) => (text === "eth" ? "(0,0)" : text.replace(/^packet_type=/, "")),
  },
  ctState: {
    format: (value) =>
      Array.from({ length: STATE_BITS }, (_, bit) => {
        const sign = (value >> BigInt(bit)) & 1n ? "+" : "-";
        return sign + (stateNames[bit] ?? NO_NAME);
      }).join(""),
    parse: (text) => {
      const signs = text.replace(/new|est|rel|rpl|inv|trk|snat|dnat|\[Unknown\]/g, "");
      if (!/^[+-]{32}$/.test(signs)) return undefined;
      const bits = Array.from(signs, (sign) => (sign === "+" ? "1" : "0"));
      return BigInt(`0b${bits.reverse().join("")}`);
    },
  },
};

/** The number in the field's own words. */
export function formatWhole(value: bigint, field: OxmField, words: ValueText): string {
  const own = special[field.name];
  return own ? own.format(value, words, field) : words.format(fromBits(field, value), undefined, field);
}

/** Reads what {@link formatWhole} writes. Throws WireError with offsets counted from the first character. */
export function parseWhole(text: string, field: OxmField): bigint {
  const own = special[field.name]?.parse?.(text);
  if (typeof own === "bigint") return own;
  const value = parseHeaderValue(own ?? text, field);
  if (value === undefined || isMasked(value)) throw new WireError("badMask", "a mask has no place here", 0);
  const bits = toBits(field, value);
  if (bits >> BigInt(widthOf(field)) !== 0n) {
    throw new WireError("outOfRange", `${quote(text)} does not fit ${widthOf(field)} bits`, 0);
  }
  return bits;
}
