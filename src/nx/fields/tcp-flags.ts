/** TCP flags in ovs-ofctl text: `syn|ack` for exactly these, `+syn-ack` for the flags that count. */
import type { FieldValue, ValueText } from "../../ofp/definition.ts";
import { hex, parseUint } from "../../ofp/text/number.ts";
import { quote, WireError } from "../../wire/index.ts";

/** From bit 0. The bits above `ns` are reserved. */
const NAMES = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"];
const ALL = 0xfff;

export const tcpFlagsText: ValueText = {
  format(value, mask) {
    const flags = bits(value);
    if (mask === undefined || bits(mask) === ALL) {
      return flags === 0 ? "0" : namesOf(flags).join("|");
    }
    return namesOf(bits(mask))
      .map((name) => `${flags & flag(name) ? "+" : "-"}${name}`)
      .join("");
  },
  parse(text) {
    if (/^[+-]/.test(text)) return parseSigned(text);
    const [value = "", mask] = text.split("/", 2);
    if (mask === undefined) return parseNames(value);
    return { value: parseFlags(value, 0), mask: parseFlags(mask, value.length + 1) };
  },
};

function bits(value: FieldValue): number {
  return typeof value === "number" ? value : 0;
}

function flag(name: string): number {
  return 1 << NAMES.indexOf(name);
}

function namesOf(flags: number): string[] {
  return NAMES.filter((name) => flags & flag(name));
}

/** `+syn-ack` */
function parseSigned(text: string): { readonly value: number; readonly mask: number } {
  let value = 0;
  let mask = 0;
  for (const { 0: word, index } of text.matchAll(/[+-][^+-]*/g)) {
    const name = word.slice(1);
    if (!NAMES.includes(name)) throw unknown(name, index + 1);
    if (mask & flag(name)) throw new WireError("duplicate", `${name} is given twice`, index + 1);
    mask |= flag(name);
    if (word.startsWith("+")) value |= flag(name);
  }
  return { value, mask };
}

/** `syn|ack`, and numbers among them. */
function parseNames(text: string): number {
  let value = 0;
  for (const { 0: name, index } of text.matchAll(/[^|]+/g)) {
    value |= NAMES.includes(name) ? flag(name) : parseFlags(name, index);
  }
  return value;
}

function parseFlags(text: string, at: number): number {
  if (!/^\d/.test(text)) throw unknown(text, at);
  const flags = parseUint(text, 16);
  if (flags > ALL) throw new WireError("outOfRange", `${hex(flags)} is not from 0 to ${hex(ALL)}`, at);
  return flags;
}

function unknown(text: string, at: number): WireError {
  return new WireError("syntax", `${quote(text)} is no TCP flag`, at);
}
