/** OVS ofp-actions.c, struct nx_action_nat: translation of addresses and ports, inside ct. */
import type { Definition, Registry, SeenFields } from "../../ofp/definition.ts";
import { exact } from "../../ofp/match.ts";
import { part } from "../../ofp/part.ts";
import { at } from "../../ofp/text/field-text.ts";
import { EthType } from "../../ofp/text/protocols.ts";
import { scanWords } from "../../ofp/text/scan.ts";
import { type Field, ipv4, ipv6, pad, quote, struct, u16, WireError } from "../../wire/index.ts";
import { requireIp, requireObject, requireUint } from "../../wire/require.ts";
import { faultOf, formatRange, type NatRange, parseRange } from "./nat-range.ts";

/** OVS ofp-actions.h, NX_NAT_F_*; combined with `|`. */
export const NatFlags = {
  /** Translates the source; not together with `dst`. */
  src: 1,
  dst: 2,
  /** Keeps the choice over restarts of the switch. */
  persistent: 4,
  /** Chooses ports by a hash; not together with `protoRandom`. */
  protoHash: 8,
  protoRandom: 16,
} as const;
export type NatFlags = (typeof NatFlags)[keyof typeof NatFlags];

/** Stands in `ct`. Without flags it translates as the connection was translated when it was committed. */
export interface NatAction extends NatRange {
  readonly type: "nat";
  /** See {@link NatFlags}. */
  readonly flags: number;
}

const ALL_FLAGS = 0x1f;
const ALL_RANGES = 0x3f;

const layout = struct({ pad: pad(2), flags: u16, rangePresent: u16 });

/** In the order of the wire: what a bit of rangePresent says that there is. */
const addresses = [
  ["ipv4Min", 1, ipv4],
  ["ipv4Max", 2, ipv4],
  ["ipv6Min", 4, ipv6],
  ["ipv6Max", 8, ipv6],
] as const;
const ports = [
  ["protoMin", 16],
  ["protoMax", 32],
] as const;

export const natDefinition: Definition<NatAction> = {
  type: "nat",
  code: 36,
  decode(reader) {
    const start = reader.at;
    const { flags, rangePresent } = reader.field(layout);
    if (rangePresent > ALL_RANGES)
      throw new WireError("badValue", `0x${rangePresent.toString(16)}`, start, "rangePresent");
    const range: { -readonly [K in keyof NatRange]: NatRange[K] } = {};
    for (const [name, bit, field] of addresses) if (rangePresent & bit) range[name] = reader.field(field);
    for (const [name, bit] of ports) if (rangePresent & bit) range[name] = reader.u16();
    reader.skip(reader.remaining % 8);
    const action: NatAction = { type: "nat", flags, ...range };
    check(action, start);
    return action;
  },
  encode(writer, action) {
    const start = writer.offset;
    const present = [...addresses, ...ports].filter(([name]) => action[name] !== undefined);
    writer.field(layout, { flags: action.flags, rangePresent: present.reduce((bits, [, bit]) => bits | bit, 0) });
    for (const [name, , field] of addresses) write(name, field, action[name]);
    for (const [name] of ports) write(name, u16, action[name]);
    check(action, start);

    function write<T>(name: string, field: Field<T>, value: T | undefined): void {
      if (value === undefined) return;
      part(name, () => {
        writer.field(field, value);
      });
    }
  },
  format: formatNat,
  words: { nat: parseNat },
  within: "ct",
  missing: lacks,
};

/** Throws WireError for what Open vSwitch refuses. */
function check(action: NatAction, offset: number): void {
  const { flags } = action;
  if (flags > ALL_FLAGS || contradict(flags)) {
    throw new WireError("badValue", `0x${flags.toString(16)} is no combination of flags`, offset, "flags");
  }
  const fault = faultOf(action);
  if (fault) throw new WireError("badValue", fault[1], offset, fault[0]);
}

function contradict(flags: number): boolean {
  const both = (bits: number): boolean => (flags & bits) === bits;
  return both(NatFlags.src | NatFlags.dst) || both(NatFlags.protoHash | NatFlags.protoRandom);
}

function lacks({ ipv4Min, ipv6Min }: NatAction, seen: SeenFields, _: Registry): string | undefined {
  const ethType = exact(seen.get("ethType"));
  const fits = { v4: ethType === EthType.ipv4, v6: ethType === EthType.ipv6 };
  if (ipv4Min !== undefined) return fits.v4 ? undefined : "ip";
  if (ipv6Min !== undefined) return fits.v6 ? undefined : "ipv6";
  return fits.v4 || fits.v6 ? undefined : "ip or ipv6";
}

const flagWords: readonly (readonly [string, number])[] = [
  ["persistent", NatFlags.persistent],
  ["hash", NatFlags.protoHash],
  ["random", NatFlags.protoRandom],
];

/** Without an address ovs-ofctl prints no flag but src or dst. */
function formatNat(action: NatAction): string {
  const { flags } = action;
  if ((flags & (NatFlags.src | NatFlags.dst)) === 0) return "nat";
  const word = flags & NatFlags.src ? "src" : "dst";
  const range = formatRange(action);
  if (range === "") return `nat(${word})`;
  const more = flagWords.flatMap(([name, bit]) => (flags & bit ? [`,${name}`] : []));
  return `nat(${word}=${range}${more.join("")})`;
}

/** `src=10.0.0.1-10.0.0.9:80-90,random`, or nothing. */
function parseNat(argument: string): NatAction {
  let flags = 0;
  let range: NatRange = {};
  for (const { key, value, at: keyAt, valueAt } of scanWords(argument)) {
    const bit = key === "src" ? NatFlags.src : key === "dst" ? NatFlags.dst : bitOf(key);
    if (bit === undefined) throw new WireError("syntax", `${quote(key)} is no word that nat has`, keyAt);
    flags |= bit;
    if (bit > NatFlags.dst) continue;
    const read = at(valueAt, () => parseRange(value));
    // ovs-ofctl mixes the two.
    if (Object.keys(read).length > 0 && Object.keys(range).length > 0) {
      throw new WireError("duplicate", "a second range", valueAt);
    }
    range = read;
  }
  if (contradict(flags)) throw new WireError("badValue", "src or dst, and hash or random, not both", 0);
  if (flags !== 0 && (flags & (NatFlags.src | NatFlags.dst)) === 0) {
    throw new WireError("badValue", "flags have a meaning with src or dst only", 0);
  }
  return { type: "nat", flags, ...range };
}

function bitOf(word: string): number | undefined {
  return flagWords.find(([name]) => name === word)?.[1];
}

/** What {@link nat} takes. */
export interface NatInit extends NatRange {
  /** See {@link NatFlags}; none unless given. */
  readonly flags?: number;
}

/**
 * `nat({ flags: NatFlags.src, ipv4Min: "10.0.0.1", protoMin: 1024, protoMax: 65_535 })`, to stand in `ct`; `nat()` for connections that
 * are known.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function nat(init: NatInit = {}): NatAction {
  const { flags, ...range } = requireObject("init", init);
  const bits = requireUint("flags", flags, 16, 0);
  if (bits > ALL_FLAGS || contradict(bits)) throw new RangeError(`flags 0x${bits.toString(16)} are no combination`);
  for (const [name] of addresses) {
    const address = range[name];
    const colon = name.startsWith("ipv6");
    if (address !== undefined && requireIp(name, address).includes(":") !== colon) {
      throw new RangeError(`${name} must be an IPv${colon ? 6 : 4} address, not ${quote(address)}`);
    }
  }
  for (const [name] of ports) if (range[name] !== undefined) requireUint(name, range[name], 16);
  const fault = faultOf(range);
  if (fault) throw new RangeError(`${fault[0]}: ${fault[1]}`);
  const unknown = Object.keys(range).find((name) => ![...addresses, ...ports].some(([known]) => known === name));
  if (unknown !== undefined) throw new TypeError(`${quote(unknown)} is no part of a nat`);
  return { type: "nat", flags: bits, ...range };
}
