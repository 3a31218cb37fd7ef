/** Random values of the 40 basic match fields, and matches that give every field what it needs before it. */
import fc from "fast-check";
import type { OxmField } from "../../src/ofp/definition.ts";
import { basicFields } from "../../src/ofp/fields.ts";
import type { FieldValue, Masked, Match } from "../../src/ofp/index.ts";
import { toHex, viewOf } from "../../src/wire/index.ts";

export type Entry = readonly [name: string, value: FieldValue | Masked];

export const u8 = fc.integer({ min: 0, max: 0xff });
export const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffffffff });
export const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
export const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":"));

/** Bytes with at most `bits` low bits set. */
function lowBits(size: number, bits: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
    for (let bit = 0; bit < 8 * size - bits; bit++) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) & ~(0x80 >> (bit & 7));
    return bytes;
  });
}

const byName = new Map(basicFields.map((field) => [field.name, field]));

function fieldNamed(name: string): OxmField {
  const field = byName.get(name);
  if (!field) throw new Error(`no field ${name}`);
  return field;
}

export const basicFieldNames: readonly string[] = basicFields.map((field) => field.name);

/** Any value of a field, without a mask. */
export function fieldValue(name: string): fc.Arbitrary<FieldValue> {
  const { value, bits } = fieldNamed(name);
  return lowBits(value.size, bits).map((bytes) => value.read(viewOf(bytes), 0));
}

/** Any value of a field, with a mask now and then when the field takes one. */
export function fieldEntry(name: string): fc.Arbitrary<FieldValue | Masked> {
  const { value, bits, maskable } = fieldNamed(name);
  if (!maskable) return fieldValue(name);
  const masked = fc.tuple(lowBits(value.size, bits), lowBits(value.size, bits)).map(([bytes, mask]) => ({
    value: value.read(viewOf(bytes.map((byte, index) => byte & (mask[index] ?? 0))), 0),
    mask: value.read(viewOf(mask), 0),
  }));
  return fc.oneof(fieldValue(name), masked);
}

/** Fields that may follow, each with a value; a number pins the value that others depend on. */
type Part = Readonly<Record<string, number | undefined>>;

const anyFrame: Part = {
  inPort: undefined,
  inPhyPort: undefined,
  metadata: undefined,
  ethDst: undefined,
  ethSrc: undefined,
  tunnelId: undefined,
};
const tag: Part = { vlanVid: 0x1000, vlanPcp: undefined };
const anyIp: Part = { ipDscp: undefined, ipEcn: undefined };
const ip4: Part = { ethType: 0x0800, ...anyIp, ipv4Src: undefined, ipv4Dst: undefined };
const ip6: Part = {
  ethType: 0x86dd,
  ...anyIp,
  ipv6Src: undefined,
  ipv6Dst: undefined,
  ipv6Flabel: undefined,
  ipv6Exthdr: undefined,
};
const tcp: Part = { ipProto: 6, tcpSrc: undefined, tcpDst: undefined };
const udp: Part = { ipProto: 17, udpSrc: undefined, udpDst: undefined };
const sctp: Part = { ipProto: 132, sctpSrc: undefined, sctpDst: undefined };
const icmp6: Part = { ipProto: 58, icmpv6Type: undefined, icmpv6Code: undefined };

/** What one packet can be; together they have all 40 fields. */
const packets: readonly Part[] = [
  {},
  { ethType: undefined },
  { ...ip4, ipProto: undefined },
  { ...ip4, ...tcp },
  { ...ip4, ...udp },
  { ...ip4, ...sctp },
  { ...ip4, ipProto: 1, icmpv4Type: undefined, icmpv4Code: undefined },
  { ...ip6, ipProto: undefined },
  { ...ip6, ...tcp },
  { ...ip6, ...udp },
  { ...ip6, ...sctp },
  { ...ip6, ...icmp6 },
  { ...ip6, ...icmp6, icmpv6Type: 135, icmpv6Code: 0, ipv6NdTarget: undefined, ipv6NdSll: undefined },
  { ...ip6, ...icmp6, icmpv6Type: 136, icmpv6Code: 0, ipv6NdTarget: undefined, ipv6NdTll: undefined },
  { ethType: 0x0806, arpOp: undefined, arpSpa: undefined, arpTpa: undefined, arpSha: undefined, arpTha: undefined },
  { ethType: 0x8847, mplsLabel: undefined, mplsTc: undefined, mplsBos: undefined },
  { ethType: 0x88e7, pbbIsid: undefined },
];

/** The fields that a field needs in front of it. */
const needs: Readonly<Record<string, readonly string[]>> = {
  inPhyPort: ["inPort"],
  vlanPcp: ["vlanVid"],
  ...Object.fromEntries(["ipDscp", "ipEcn", "ipProto", "ipv4Src", "ipv4Dst"].map((name) => [name, ["ethType"]])),
  ...Object.fromEntries(["arpOp", "arpSpa", "arpTpa", "arpSha", "arpTha"].map((name) => [name, ["ethType"]])),
  ...Object.fromEntries(["ipv6Src", "ipv6Dst", "ipv6Flabel", "ipv6Exthdr"].map((name) => [name, ["ethType"]])),
  ...Object.fromEntries(["mplsLabel", "mplsTc", "mplsBos", "pbbIsid"].map((name) => [name, ["ethType"]])),
  ...Object.fromEntries(
    ["tcpSrc", "tcpDst", "udpSrc", "udpDst", "sctpSrc", "sctpDst"].map((name) => [name, ["ipProto"]]),
  ),
  ...Object.fromEntries(["icmpv4Type", "icmpv4Code", "icmpv6Type", "icmpv6Code"].map((name) => [name, ["ipProto"]])),
  ...Object.fromEntries(["ipv6NdTarget", "ipv6NdSll", "ipv6NdTll"].map((name) => [name, ["icmpv6Type"]])),
};

/** The chosen fields in the chosen order, each directly behind what it needs if that would otherwise come later or not at all. */
function withNeeds(chosen: readonly string[]): string[] {
  const names: string[] = [];
  const add = (name: string): void => {
    for (const needed of needs[name] ?? []) add(needed);
    if (!names.includes(name)) names.push(name);
  };
  chosen.forEach(add);
  return names;
}

function fieldIn(part: Part, name: string): fc.Arbitrary<Entry> {
  const pinned = part[name];
  if (name === "vlanVid" && pinned !== undefined) {
    return fieldValue(name).map((vid) => [name, Number(vid) | pinned] as const);
  }
  return (pinned === undefined ? fieldEntry(name) : fc.constant(pinned)).map((value) => [name, value] as const);
}

/** Matches of the specification's fields with their prerequisites, in any order that these allow. */
export const basicMatches: fc.Arbitrary<Match> = fc
  .constantFrom(...packets)
  .chain((packet) => {
    const part: Part = { ...anyFrame, ...tag, ...packet };
    return fc
      .shuffledSubarray(Object.keys(part))
      .chain((chosen) => fc.tuple(...withNeeds(chosen).map((name) => fieldIn(part, name))));
  })
  .map((entries) => Object.fromEntries(entries));

const hex = (size: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: size, maxLength: size }).map(toHex);

/** Fields of classes that nobody defined, by their raw names. */
const rawEntry: fc.Arbitrary<Entry> = fc
  .tuple(fc.constantFrom("oxm:0x7abc", "oxm:0xffff"), fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 40 }))
  .chain(([oxmClass, field, size]) => {
    const name = oxmClass === "oxm:0xffff" ? `${oxmClass}:${field}:0x00abcdef` : `${oxmClass}:${field}`;
    const masked = fc.record({ value: hex(size), mask: hex(size) });
    return fc.oneof(hex(size), masked).map((value) => [name, value] as const);
  });

/** {@link basicMatches} with unknown fields behind some. */
export const matches: fc.Arbitrary<Match> = fc
  .tuple(basicMatches, fc.array(rawEntry, { maxLength: 2 }))
  .map(([match, more]) => ({ ...match, ...Object.fromEntries(more) }));

/** What a packet-in may report: any fields, without prerequisites. */
export const pipelineMatches: fc.Arbitrary<Match> = fc
  .shuffledSubarray([...basicFieldNames], { maxLength: 6 })
  .chain((names) => fc.tuple(...names.map((name) => fieldEntry(name).map((value) => [name, value] as const))))
  .map((entries) => Object.fromEntries(entries));
