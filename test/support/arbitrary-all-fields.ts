/** Random matches of every field that a table has, each with what it needs before it. */
import fc from "fast-check";
import { nicira, onf } from "../../src/nx/index.ts";
import { fromBits, lowBits } from "../../src/ofp/field-bits.ts";
import { basicFields } from "../../src/ofp/fields.ts";
import type { FieldValue, Masked, Match, OxmField } from "../../src/ofp/index.ts";
import type { Entry } from "./arbitrary-fields.ts";

export const allFields: readonly OxmField[] = [...basicFields, ...(nicira.fields ?? []), ...(onf.fields ?? [])];
const byName = new Map(allFields.map((field) => [field.name, field]));

export function fieldNamed(name: string): OxmField {
  const field = byName.get(name);
  if (!field) throw new Error(`no field ${name}`);
  return field;
}

function bitsUpTo(count: number): fc.Arbitrary<bigint> {
  return fc.oneof(fc.bigInt({ min: 0n, max: lowBits(count) }), fc.constantFrom(0n, 1n, lowBits(count)));
}

/** Not the numbers that no port can have under either version. */
const port = fc.oneof(fc.integer({ min: 1, max: 0xfeff }), fc.constantFrom(0xfffffffe, 0xfffffffd)).map(BigInt);
const bytes = fc.uint8Array({ maxLength: 20 });
const byteString: fc.Arbitrary<FieldValue | Masked> = fc.oneof(
  bytes,
  fc
    .tuple(bytes, bytes)
    .map(([value, mask]) => ({ value: mask.map((octet, index) => octet & (value[index] ?? 0)), mask })),
  fc.constant({ value: new Uint8Array(), mask: new Uint8Array() }),
);

/** Any value of a field, with a mask now and then when the field takes one; never one that hides everything. */
export function entryOf(field: OxmField): fc.Arbitrary<FieldValue | Masked> {
  if (field.variable) return byteString;
  const exact = exactOf(field);
  if (!field.maskable) return exact;
  const masked = fc
    .tuple(bitsUpTo(field.bits), bitsUpTo(field.bits))
    .filter(([, mask]) => mask !== 0n)
    .map(([value, mask]) => ({ value: fromBits(field, value & mask), mask: fromBits(field, mask) }));
  return fc.oneof(exact, masked);
}

function exactOf(field: OxmField): fc.Arbitrary<FieldValue> {
  if (/^(?:inPort|actsetOutput)/.test(field.name)) {
    return port.map((number) => fromBits(field, field.name === "inPortNxm" ? number & 0xffffn : number));
  }
  // Open vSwitch has eight bits for them.
  if (field.name.startsWith("arpOp")) return bitsUpTo(8).map((number) => fromBits(field, number));
  if (field.name === "ipTos") return bitsUpTo(6).map((number) => fromBits(field, number << 2n));
  const [least, most] = field.range ?? [];
  if (least !== undefined && most !== undefined) return fc.integer({ min: least, max: most });
  return bitsUpTo(field.bits).map((number) => fromBits(field, number));
}

/** A field that may be there, with one of its headers. */
function some(names: readonly string[], chance = 3): fc.Arbitrary<Entry[]> {
  return fc
    .tuple(
      ...names.map((name) =>
        fc.integer({ min: 0, max: chance - 1 }).chain((number): fc.Arbitrary<Entry[]> => {
          if (number !== 0) return fc.constant([]);
          return fc
            .constantFrom(name, name, ...twinsOf(name))
            .chain((header) => entryOf(fieldNamed(header)).map((value): Entry[] => [[header, value]]));
        }),
      ),
    )
    .map((entries) => entries.flat());
}

function twinsOf(name: string): string[] {
  return allFields
    .filter(({ parts, text }) => text?.alternate && parts?.length === 1 && parts[0]?.name === name)
    .map((field) => field.name);
}

/** A number that later fields depend on, under one of its headers. */
function pinned(name: string, ...values: readonly number[]): fc.Arbitrary<Entry[]> {
  return fc
    .tuple(fc.constantFrom(name, name, ...twinsOf(name)), fc.constantFrom(...values))
    .map(([header, value]): Entry[] => [[header, value]]);
}

function sequence(...parts: readonly fc.Arbitrary<Entry[]>[]): fc.Arbitrary<Entry[]> {
  return fc.tuple(...parts).map((entries) => entries.flat());
}

const nothing = fc.constant<Entry[]>([]);
const REGISTERS = [0, 1, 2, 3];

/** Each four registers alone, in pairs, or as one. */
const registers = sequence(
  ...REGISTERS.map((quad) =>
    fc.oneof(
      some(
        REGISTERS.map((index) => `reg${4 * quad + index}`),
        5,
      ),
      some([`pktReg${2 * quad}`, `pktReg${2 * quad + 1}`]),
      some([`xxreg${quad}`]),
    ),
  ),
);
const options = fc
  .uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 3 })
  .chain((numbers) => sequence(...numbers.map((number) => some([`tunMetadata${number}`], 1))));
const tunnel = sequence(
  some(["tunnelId", "tunFlags", "tunIpv4Src", "tunIpv4Dst", "tunIpv6Src", "tunIpv6Dst", "tunGbpId", "tunGbpFlags"], 4),
  fc.oneof(nothing, pinned("erspanVer", 1, 2), some(["erspanVer"])),
  some(["erspanIdx", "erspanDir", "erspanHwid", "gtpuFlags", "gtpuMsgtype"], 5),
);
const VALID = [0x21, 0x22, 0x24, 0x28, 0x60, 0xa0, 0x02];
/** Connection tracking of a packet with addresses of that name. */
function conntrack(...addresses: readonly string[]): fc.Arbitrary<Entry[]> {
  const ofConnection = sequence(
    fc.oneof(
      pinned("ctState", ...VALID),
      fc.constant<Entry[]>([["ctState", { value: 0x20, mask: 0x30 }]]),
      fc.constantFrom(...VALID).map((value): Entry[] => [["ctState", { value, mask: value }]]),
    ),
    some(["ctZone", "ctMark", "ctLabel", ...addresses]),
    fc.oneof(nothing, sequence(pinned("ctNwProto", 6, 17, 1), some(["ctTpSrc", "ctTpDst"]))),
  );
  return fc.oneof({ weight: 2, arbitrary: some(["ctState", "ctZone", "ctMark", "ctLabel"], 5) }, ofConnection);
}

const tag = fc.oneof(
  nothing,
  some(["vlanVid"], 1),
  sequence(
    fc.integer({ min: 0, max: 0xfff }).map((vid): Entry[] => [["vlanVid", 0x1000 | vid]]),
    some(["vlanPcp"], 1),
  ),
  some(["vlanTci"], 1),
);
const frame = sequence(some(["ethSrc", "ethDst"]), tag);
const ip4 = some(["ipv4Src", "ipv4Dst"]);
const ip6 = some(["ipv6Src", "ipv6Dst", "ipv6Flabel"]);
const ip = sequence(fc.oneof(some(["ipDscp"]), some(["ipTos"])), some(["ipEcn", "ipTtl"]));
const anyFragment = some(["ipFrag"]);
const noLaterFragment: fc.Arbitrary<Entry[]> = fc
  .constantFrom<(FieldValue | Masked)[]>(0, 1, { value: 1, mask: 1 }, { value: 0, mask: 2 })
  .map((value) => [["ipFrag", value]]);
const transports = fc.oneof(
  sequence(pinned("ipProto", 6), some(["tcpSrc", "tcpDst", "tcpFlags"], 2)),
  sequence(pinned("ipProto", 17), some(["udpSrc", "udpDst"], 2)),
  sequence(pinned("ipProto", 132), some(["sctpSrc", "sctpDst"], 2)),
);
const transport = fc.oneof(
  sequence(fc.oneof(nothing, noLaterFragment), transports),
  sequence(anyFragment, some(["ipProto"])),
);
const icmp4 = sequence(anyFragment, pinned("ipProto", 1), some(["icmpv4Type", "icmpv4Code"], 2));
const icmp6 = sequence(anyFragment, pinned("ipProto", 58), some(["icmpv6Type", "icmpv6Code"], 2));
function neighbour(type: number, address: string): fc.Arbitrary<Entry[]> {
  const fields = some(["icmpv6NdReserved", "ipv6NdTarget", "icmpv6NdOptionsType", address], 2);
  return sequence(anyFragment, pinned("ipProto", 58), pinned("icmpv6Type", type), pinned("icmpv6Code", 0), fields);
}
const nsh = some([
  ...["Flags", "Ttl", "Mdtype", "Np", "Spi", "Si", "C1", "C2", "C3", "C4"].map((name) => `nsh${name}`),
]);
const mpls = some(["mplsTc", "mplsBos", "mplsTtl", "mplsLabel"], 2);
const arp = some(["arpOp", "arpSpa", "arpTpa", "arpSha", "arpTha"], 2);
const ip6Payload = fc.oneof(transport, icmp6, neighbour(135, "ipv6NdSll"), neighbour(136, "ipv6NdTll"));

/** Ethernet types, and what follows each. */
const payloads: readonly [ethTypes: readonly number[], fields: fc.Arbitrary<Entry[]>][] = [
  [[0x0800], sequence(ip4, ip, fc.oneof(transport, icmp4), conntrack("ctNwSrc", "ctNwDst"))],
  [[0x86dd], sequence(ip6, ip, ip6Payload, conntrack("ctIpv6Src", "ctIpv6Dst"))],
  [[0x0806, 0x8035], sequence(arp, conntrack())],
  [[0x8847, 0x8848], sequence(mpls, conntrack())],
  [[0x894f], sequence(nsh, conntrack())],
];
const plainFrame = sequence(frame, some(["ethType"]), conntrack());
const carried = fc.oneof(
  plainFrame,
  ...payloads.flatMap(([ethTypes, fields]) => [
    sequence(frame, pinned("ethType", ...ethTypes), fields),
    sequence(frame, pinned("ethType", ...ethTypes), fields),
    // Without an Ethernet header: OpenFlow 1.5's packet type says which header is first.
    sequence(pinned("packetType", ...ethTypes.map((type) => 0x10000 + type)), fields),
  ]),
);

const hidden = some(["dpHash", "recircId"], 8);
const anywhere = sequence(some(["conjId", "inPort", "actsetOutput", "pktMark", "metadata"], 4), registers);

const ofFrames = new Set(["ctNwSrc", "ctNwDst", "ctIpv6Src", "ctIpv6Dst"]);

/** Without what Open vSwitch has of Ethernet frames only, behind a packet type. */
function withPrerequisites(entries: readonly Entry[]): readonly Entry[] {
  const typed = entries.some(([name]) => name === "packetType");
  return typed ? entries.filter(([name]) => !ofFrames.has(name)) : entries;
}

/** A match in the order of ovs-ofctl, apart from what needs nothing, which stands anywhere. */
export const allMatches: fc.Arbitrary<Match> = fc
  .tuple(carried, sequence(hidden, anywhere, tunnel, options), fc.boolean())
  .map(([found, others, behind]) => [withPrerequisites(found), others, behind] as const)
  .map(([fields, others, behind]) => Object.fromEntries(behind ? [...fields, ...others] : [...others, ...fields]));

/** Matches that a switch takes which knows no tunnel options and lets nobody match on what it keeps for itself. */
export const switchMatches: fc.Arbitrary<Match> = fc
  .tuple(carried, sequence(anywhere, tunnel))
  .map(([fields, others]) => Object.fromEntries([...others, ...fields]))
  .filter((match) => match.packetType === undefined);
