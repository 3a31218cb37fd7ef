/** The addresses and ports that nat chooses from: OVS ofp-actions.c, enum nx_nat_range, and ovs-ofctl's words for them. */
import { at } from "../../ofp/text/field-text.ts";
import { parseDecimal } from "../../ofp/text/number.ts";
import { type Field, ipv4, ipv6, quote, WireError } from "../../wire/index.ts";

/** From which addresses and ports to choose: addresses of one IP version, ports only with an address. */
export interface NatRange {
  /** Not 0.0.0.0. */
  readonly ipv4Min?: string;
  /** The same as `ipv4Min` unless given. */
  readonly ipv4Max?: string;
  /** Not `::`. */
  readonly ipv6Min?: string;
  /** The same as `ipv6Min` unless given. */
  readonly ipv6Max?: string;
  /** Not 0. */
  readonly protoMin?: number;
  /** The same as `protoMin` unless given. */
  readonly protoMax?: number;
}

type Fault = readonly [name: keyof NatRange, detail: string];

/** What is wrong with a range; undefined for one that Open vSwitch takes. */
export function faultOf(range: NatRange): Fault | undefined {
  const { ipv4Min, ipv6Min, protoMin } = range;
  if (ipv4Min !== undefined && ipv6Min !== undefined) return ["ipv6Min", "addresses of two IP versions"];
  if (protoMin !== undefined && ipv4Min === undefined && ipv6Min === undefined) {
    return ["protoMin", "ports without an address"];
  }
  return faultBetween(range, "ipv4Min", "ipv4Max") ?? faultBetween(range, "ipv6Min", "ipv6Max") ?? portFault(range);
}

function faultBetween(range: NatRange, min: "ipv4Min" | "ipv6Min", max: "ipv4Max" | "ipv6Max"): Fault | undefined {
  const [low, high] = [range[min], range[max]];
  const [field, zero] = min === "ipv4Min" ? [ipv4, "0.0.0.0"] : [ipv6, "::"];
  if (low === undefined) return high === undefined ? undefined : [max, `without ${min}`];
  if (compare(field, low, zero) === 0) return [min, "zero"];
  return high !== undefined && compare(field, high, low) < 0 ? [max, `${high} is below ${low}`] : undefined;
}

function portFault({ protoMin: low, protoMax: high }: NatRange): Fault | undefined {
  if (low === undefined) return high === undefined ? undefined : ["protoMax", "without protoMin"];
  if (low === 0) return ["protoMin", "zero"];
  return high !== undefined && high < low ? ["protoMax", `${high} is below ${low}`] : undefined;
}

/** Where addresses are written to compare them: decoding many must not cost much memory. */
const scratch = new DataView(new ArrayBuffer(2 * ipv6.size));

/** Below, at or above zero as the first address is below, at or above the second. Throws WireError for what is no address. */
function compare(field: Field<string>, a: string, b: string): number {
  const { size } = field;
  field.write(scratch, 0, a);
  field.write(scratch, size, b);
  for (let at = 0; at < size; at++) {
    const difference = scratch.getUint8(at) - scratch.getUint8(size + at);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `10.0.0.1-10.0.0.9:80-90`, `[2001:db8::1]:80`; "" for none. A range of one has no end. */
export function formatRange(range: NatRange): string {
  const { ipv4Min, ipv6Min, protoMin, protoMax } = range;
  const hasPorts = protoMin !== undefined;
  const first = ipv4Min ?? ipv6Min;
  if (first === undefined) return "";
  const field = ipv4Min === undefined ? ipv6 : ipv4;
  const last = (ipv4Min === undefined ? range.ipv6Max : range.ipv4Max) ?? first;
  // An IPv6 address in front of a port stands in brackets.
  const word = (address: string): string => {
    const canonical = respelled(field, address);
    return field === ipv6 && hasPorts ? `[${canonical}]` : canonical;
  };
  const ports = [...new Set([protoMin, protoMax ?? protoMin])];
  return [...new Set([word(first), word(last)])].join("-") + (hasPorts ? `:${ports.join("-")}` : "");
}

/** In the spelling that decoding gives. */
function respelled(field: Field<string>, address: string): string {
  const view = new DataView(new ArrayBuffer(field.size));
  field.write(view, 0, address);
  return field.read(view, 0);
}

/** An IPv6 address takes all that looks like one: a port is behind brackets only. */
const ADDRESS = String.raw`(\[[0-9a-f:.]+\]|[\d.]+|[0-9a-f:.]+)`;
const FORM = new RegExp(String.raw`^${ADDRESS}(?:-${ADDRESS})?(?::(\d+)(?:-(\d+))?)?$`, "i");

/** Reads what {@link formatRange} writes; ovs-ofctl takes zero for no address or port, and reads nothing from what is no address. */
export function parseRange(text: string): NatRange {
  if (text === "") return {};
  const parts = FORM.exec(text);
  if (!parts) throw new WireError("syntax", `${quote(text)} is no range of addresses, with ports or without`, 0);
  const [, first = "", last, protoMin, protoMax] = parts;
  const range = { ...addressRange(first, last), ...portRange(text, protoMin, protoMax) };
  const fault = faultOf(range);
  if (fault) throw new WireError("outOfRange", `${fault[0]}: ${fault[1]}`, 0);
  return range;
}

function addressRange(first: string, last: string | undefined): NatRange {
  const field = first.includes(":") ? ipv6 : ipv4;
  const min = addressOf(field, first, 0);
  const max = last === undefined ? undefined : addressOf(field, last, first.length + 1);
  if (field === ipv4) return { ...(min !== undefined && { ipv4Min: min }), ...(max !== undefined && { ipv4Max: max }) };
  return { ...(min !== undefined && { ipv6Min: min }), ...(max !== undefined && { ipv6Max: max }) };
}

/** Undefined for the address of zeros. */
function addressOf(field: Field<string>, word: string, offset: number): string | undefined {
  try {
    const address = respelled(field, word.replace(/^\[(.*)\]$/, "$1"));
    return /[1-9a-f]/.test(address) ? address : undefined;
  } catch (error) {
    throw error instanceof WireError ? new WireError("syntax", error.detail, offset) : error;
  }
}

function portRange(text: string, min: string | undefined, max: string | undefined): NatRange {
  if (min === undefined) return {};
  const start = text.length - min.length - (max === undefined ? 0 : max.length + 1);
  const protoMin = at(start, () => parseDecimal(min, 16));
  if (max === undefined) return protoMin === 0 ? {} : { protoMin };
  const protoMax = at(text.length - max.length, () => parseDecimal(max, 16));
  return { ...(protoMin !== 0 && { protoMin }), protoMax };
}
