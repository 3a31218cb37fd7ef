/** Kinds of values that only Nicira's fields have, in ovs-ofctl text. */
import type { FieldValue, ValueText } from "../../ofp/definition.ts";
import { octetsOfBits } from "../../ofp/field-bits.ts";
import { formatPort, parsePort } from "../../ofp/text/names.ts";
import { hex, paddedHex, parseBigUint } from "../../ofp/text/number.ts";
import { decimal, hexOfWidth } from "../../ofp/text/values.ts";
import { quote, WireError } from "../../wire/index.ts";

/** OpenFlow 1.0's reserved ports, the highest of 16 bits, are the highest of 32 bits today. */
const RESERVED = 0xff00;
const OFFSET = 0xffff0000;

export function widePort(port: number): number {
  return port >= RESERVED ? port + OFFSET : port;
}

/** `3`, `LOCAL`, of 16 bits. */
export const shortPort: ValueText = {
  format: (value) => formatPort(widePort(Number(value))),
  parse(text) {
    const port = parsePort(text);
    if (port >= RESERVED && port < RESERVED + OFFSET) {
      throw new WireError("outOfRange", `${quote(text)} is no port of OpenFlow 1.0`, 0);
    }
    return port >= RESERVED ? port - OFFSET : port;
  },
};

/** `0x5`, and `0x0` in a match. */
export const plainHex = hexOfWidth(1);

/** `5`, masked `0x05/0x0f` in a match. */
export const octet: ValueText = {
  ...decimal,
  formatMatch: (value, mask) =>
    mask === undefined ? String(value) : `${paddedHex(Number(value), 2)}/${paddedHex(Number(mask), 2)}`,
};

/** `0x1234` of any length without its zeros in front; "" for a mask of nothing. */
export const byteString: ValueText = {
  format(value, mask) {
    if (mask === undefined) return hex(number(value));
    return number(mask) === 0n ? "" : `${hex(number(value))}/${hex(number(mask))}`;
  },
  parse(text, field) {
    const read = (digits: string) => octetsOfBits(parseBigUint(digits, field.bits), field.value.size);
    const slash = text.indexOf("/");
    if (slash < 0) return read(text);
    return { value: read(text.slice(0, slash)), mask: read(text.slice(slash + 1)) };
  },
};

function number(value: FieldValue): bigint {
  let bits = 0n;
  if (value instanceof Uint8Array) for (const octet of value) bits = (bits << 8n) | BigInt(octet);
  return bits;
}

const FIRST = 1;
const LATER = 2;

/** The bits of `ipFrag` and which of them count, by ovs-ofctl's words; of two for one meaning the first is read. */
const fragments: readonly (readonly [word: string, value: number, mask: number])[] = [
  ["no", 0, FIRST | LATER],
  ["first", FIRST, FIRST | LATER],
  ["later", FIRST | LATER, FIRST | LATER],
  ["no", 0, FIRST],
  ["yes", FIRST, FIRST],
  ["not_later", 0, LATER],
  ["later", LATER, LATER],
];

/** `first`, `not_later`. */
export const fragment: ValueText = {
  format(value, mask) {
    const selected = mask === undefined ? FIRST | LATER : Number(mask) & (FIRST | LATER);
    const found = fragments.find(([, bits, of]) => of === selected && bits === Number(value));
    return found?.[0] ?? "<error>";
  },
  parse(text) {
    const found = fragments.find(([word]) => word === text.toLowerCase());
    if (!found) {
      throw new WireError("syntax", `${quote(text)} is none of no, yes, first, later and not_later`, 0);
    }
    const [, value, mask] = found;
    return mask === (FIRST | LATER) ? value : { value, mask };
  },
};

/** `(1,0x800)`: namespace and type. */
export const packetType: ValueText = {
  format: (value) => `(${short(Number(value) >>> 16)},${short(Number(value) & 0xffff)})`,
  parse(text) {
    const parts = /^\(\s*([^,\s]+)\s*,\s*([^)\s]+)\s*\)$/.exec(text);
    if (!parts) throw new WireError("syntax", `${quote(text)} is not of the form (namespace,type)`, 0);
    const [, namespace = "", type = ""] = parts;
    const half = (digits: string) => Number(parseBigUint(digits, 16));
    return half(namespace) * 0x10000 + half(type);
  },
};

function short(value: number): string {
  return value < 10 ? String(value) : `0x${value.toString(16)}`;
}
