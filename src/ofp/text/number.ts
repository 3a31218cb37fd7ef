/** Numbers as ovs-ofctl reads them: decimal, 0x for hex, a leading 0 for octal. */
import { quote, WireError } from "../../wire/index.ts";

/** Digits of the widest field, 124 bytes of tunnel metadata, and some more: beyond it a number is out of any range. */
const MAX_DIGITS = 320;

/** Throws WireError `syntax` for what is no number, `outOfRange` for one outside 0 … 2**bits - 1. */
export function parseBigUint(text: string, bits: number): bigint {
  const digits = /^(?:0x([0-9a-f]+)|0([0-7]*)|([1-9][0-9]*))$/i.exec(text);
  if (!digits) {
    const negative = /^-\d+$/.test(text);
    throw new WireError(
      negative ? "outOfRange" : "syntax",
      `${quote(text)} is no ${negative ? "unsigned " : ""}number`,
      0,
    );
  }
  const [, hex, octal, decimal] = digits;
  const significant = (hex ?? octal ?? decimal ?? "").replace(/^0+(?=.)/, "");
  const prefix = hex === undefined ? (octal === undefined ? "" : "0o") : "0x";
  const value = significant.length > MAX_DIGITS ? undefined : significant === "" ? 0n : BigInt(prefix + significant);
  if (value === undefined || value >> BigInt(bits) !== 0n) {
    throw new WireError("outOfRange", `${quote(text)} does not fit ${bits} bits`, 0);
  }
  return value;
}

/** The same for at most 32 bits. */
export function parseUint(text: string, bits: number): number {
  return Number(parseBigUint(text, bits));
}

/** Ports, groups and tables are never octal: `010` is ten. */
export function parseDecimal(text: string, bits: number): number {
  return parseUint(text.replace(/^0+(?=\d)/, ""), bits);
}

/** 64 bits, negative numbers as their two's complement: `-1` is all ones, the way masks are written. */
export function parseU64(text: string): bigint {
  const negated = /^-(\d.*)$/.exec(text)?.[1];
  return negated === undefined ? parseBigUint(text, 64) : BigInt.asUintN(64, -parseBigUint(negated, 64));
}

/** `0x1f`, and `0` for nothing. */
export function hex(value: number | bigint): string {
  return value === 0 || value === 0n ? "0" : `0x${value.toString(16)}`;
}

/** `0x` and at least `width` digits. */
export function paddedHex(value: number | bigint, width: number): string {
  return `0x${value.toString(16).padStart(width, "0")}`;
}

/** Two hex digits a byte without separator; `0x` in front where the number is meant. */
export function octets(value: Uint8Array): string {
  let text = "";
  for (const octet of value) text += octet.toString(16).padStart(2, "0");
  return text;
}
