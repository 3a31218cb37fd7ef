/** Flags in ovs-ofctl text: `syn|ack` for exactly these, `+syn-ack` for the flags that count. OVS flow.c, parse_flags. */
import type { FieldValue, ValueText } from "../../ofp/definition.ts";
import { hex, parseUint } from "../../ofp/text/number.ts";
import { quote, WireError } from "../../wire/index.ts";

/** Names from bit 0; `what` are they, for errors. */
interface Flags {
  readonly what: string;
  readonly names: readonly string[];
}

/** The bits above `ns` are reserved. */
const tcp: Flags = {
  what: "TCP",
  names: ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"],
};
/** OVS packets.h, CS_STATES. */
const ct: Flags = { what: "ct_state", names: ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"] };
/** OVS packets.h, FLOW_TNL_F_OAM: the only one that OpenFlow sees. */
const tunnel: Flags = { what: "tunnel", names: ["oam"] };

export const tcpFlagsText = flagsText(tcp);
export const ctStateText = flagsText(ct);
/** In a match, the flags that count even where it is all of them. */
export const tunFlagsText: ValueText = {
  ...flagsText(tunnel),
  formatMatch: (value, mask) => signed(bits(value), mask === undefined ? allOf(tunnel) : bits(mask), tunnel),
};

function flagsText(flags: Flags): ValueText {
  return {
    format(value, mask) {
      const set = bits(value);
      if (mask !== undefined && (bits(mask) & allOf(flags)) !== allOf(flags)) return signed(set, bits(mask), flags);
      return set === 0 ? "0" : namesOf(set, flags).join("|");
    },
    parse(text) {
      if (/^[+-]/.test(text)) return parseSigned(text, flags);
      const [value = "", mask] = text.split("/", 2);
      if (mask === undefined) return parseNames(value, flags);
      return { value: parseFlags(value, 0, flags), mask: parseFlags(mask, value.length + 1, flags) };
    },
  };
}

function allOf({ names }: Flags): number {
  return 2 ** names.length - 1;
}

function bits(value: FieldValue): number {
  return typeof value === "number" ? value : 0;
}

function flag(name: string, { names }: Flags): number {
  return 1 << names.indexOf(name);
}

function namesOf(set: number, flags: Flags): string[] {
  return flags.names.filter((name) => set & flag(name, flags));
}

function signed(set: number, mask: number, flags: Flags): string {
  return namesOf(mask, flags)
    .map((name) => `${set & flag(name, flags) ? "+" : "-"}${name}`)
    .join("");
}

/** `+syn-ack` */
function parseSigned(text: string, flags: Flags): { readonly value: number; readonly mask: number } {
  let value = 0;
  let mask = 0;
  for (const { 0: word, index } of text.matchAll(/[+-][^+-]*/g)) {
    const name = word.slice(1);
    if (!flags.names.includes(name)) throw unknown(name, index + 1, flags);
    const bit = flag(name, flags);
    if (mask & bit) throw new WireError("duplicate", `${name} is given twice`, index + 1);
    mask |= bit;
    if (word.startsWith("+")) value |= bit;
  }
  return { value, mask };
}

/** `syn|ack`, and numbers among them. */
function parseNames(text: string, flags: Flags): number {
  let value = 0;
  for (const { 0: name, index } of text.matchAll(/[^|]+/g)) {
    value |= flags.names.includes(name) ? flag(name, flags) : parseFlags(name, index, flags);
  }
  return value;
}

function parseFlags(text: string, at: number, flags: Flags): number {
  if (!/^\d/.test(text)) throw unknown(text, at, flags);
  const number = parseUint(text, 32);
  if (number > allOf(flags)) {
    throw new WireError("outOfRange", `${hex(number)} is not from 0 to ${hex(allOf(flags))}`, at);
  }
  return number;
}

function unknown(text: string, at: number, { what }: Flags): WireError {
  return new WireError("syntax", `${quote(text)} is no ${what} flag`, at);
}
