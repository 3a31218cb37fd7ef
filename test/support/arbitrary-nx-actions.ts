/** Random actions of Nicira's that have structure inside, in flows that Open vSwitch would take. */
import fc from "fast-check";
import type { Action, FlowMod } from "../../src/index.ts";
import {
  type BundleAction,
  BundleAlgorithm,
  bundle,
  bundleLoad,
  CtAlg,
  CtFlags,
  clone,
  conjunction,
  ct,
  ctClear,
  type LearnSpec,
  learn,
  multipath,
  type NatAction,
  NatFlags,
  type NatRange,
  nat,
  nicira,
  note,
  onf,
  regLoad,
  resubmitTable,
  type Subfield,
} from "../../src/nx/index.ts";
import { widthOf } from "../../src/nx/subfield.ts";
import type { OxmField } from "../../src/ofp/definition.ts";
import { fromBits } from "../../src/ofp/field-bits.ts";
import { applyActions, flowMod, type Match, output, Port, setField } from "../../src/ofp/index.ts";
import { seenFields } from "../../src/ofp/match.ts";
import { standardMessages } from "../../src/ofp/messages/index.ts";
import { createRegistry } from "../../src/ofp/registry.ts";
import { u8, u16, u32, u64 } from "./arbitrary-fields.ts";

const registry = createRegistry([nicira, onf], standardMessages);

/** Fields that ovs-ofctl knows, each with the header that it sends inside an action, which has 32 bits. */
const fields = registry.fields
  .filter(
    ({ name, text, oxmClass }) =>
      text && !text.foreign && oxmClass !== 0xffff && !(registry.fieldByName(`${name}Nxm`) && name !== "inPort"),
  )
  .filter(({ text, name }) => !text?.alternate || name.endsWith("Nxm"));

interface Wanted {
  readonly bits?: number;
  readonly least?: number;
  readonly most?: number;
  readonly writable?: boolean;
}

/** Some bits of a field that a packet with this match has. */
function subfield(
  match: Match,
  { bits, least = bits ?? 1, most = 1000, writable = false }: Wanted = {},
): fc.Arbitrary<Subfield> {
  const seen = seenFields(match, registry);
  const fit = fields.filter(
    (field) =>
      field.missing?.(seen) === undefined &&
      widthOf(field) >= least &&
      !(writable && (field.text?.readOnly === true || field.within !== undefined)),
  );
  return fc.constantFrom(...fit).chain((field) => partOf(field, least, Math.min(bits ?? most, most)));
}

function partOf(field: OxmField, least: number, most: number): fc.Arbitrary<Subfield> {
  const { name } = field;
  const all = widthOf(field);
  const whole = { field: name, offset: 0, bits: all };
  const some = fc
    .integer({ min: least, max: Math.min(all, most) })
    .chain((bits) => fc.integer({ min: 0, max: all - bits }).map((offset) => ({ field: name, offset, bits })));
  return all <= most ? fc.oneof(some, fc.constant(whole)) : some;
}

/** A number for some bits; for a whole field one that means something. */
function numberFor({ field: name, offset, bits }: Subfield): fc.Arbitrary<bigint> {
  const field = registry.fieldByName(name);
  // ovs-ofctl prints other ports as ANY.
  if (name === "inPort" && bits === 32) return fc.integer({ min: 0, max: 0xfeff }).map(BigInt);
  if (field?.range && offset === 0 && bits === widthOf(field)) {
    return fc.integer({ min: field.range[0], max: field.range[1] }).map(BigInt);
  }
  return fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
}

/** What packets are, and what learned flows match. */
const matches: readonly Match[] = [
  {},
  { ethType: 0x0800, ipProto: 6 },
  { ethType: 0x0800, ipProto: 17 },
  { ethType: 0x86dd, ipProto: 6 },
  { ethType: 0x86dd, ipProto: 58 },
  { ethType: 0x0806 },
  { ethType: 0x8847 },
];

function spec(packet: Match, learned: Match): fc.Arbitrary<LearnSpec> {
  const matched = subfield(learned).chain((dst) =>
    fc.oneof(
      numberFor(dst).map((src): LearnSpec => ({ type: "match", dst, src })),
      subfield(packet, { bits: dst.bits }).map((src): LearnSpec => ({ type: "match", dst, src })),
      fc.constant<LearnSpec>({ type: "match", dst, src: dst }),
    ),
  );
  const loaded = subfield(learned, { writable: true }).chain((dst) =>
    fc.oneof(
      numberFor(dst).map((src): LearnSpec => ({ type: "load", dst, src })),
      subfield(packet, { bits: dst.bits }).map((src): LearnSpec => ({ type: "load", dst, src })),
    ),
  );
  const sent = subfield(packet).map((src): LearnSpec => ({ type: "output", src }));
  return fc.oneof(matched, loaded, sent).filter((one) => hasSource(one, packet) && !changesKind(one));
}

/** What later parts need must stay as the first parts have it. */
function changesKind(one: LearnSpec): boolean {
  return one.type === "match" && ["ethTypeNxm", "ipProtoNxm", "packetType", "ipFrag"].includes(one.dst.field);
}

/** Parts of the new flow that stand for a field of the packet need the packet to have it. */
function hasSource({ src }: LearnSpec, packet: Match): boolean {
  return (
    typeof src === "bigint" || registry.fieldByName(src.field)?.missing?.(seenFields(packet, registry)) === undefined
  );
}

/** What a learned flow must match first for the rest to make sense. */
function opening(learned: Match): LearnSpec[] {
  return Object.entries(learned).map(([name, value]) => {
    const field = registry.fieldByName(`${name}Nxm`);
    return {
      type: "match",
      dst: { field: `${name}Nxm`, offset: 0, bits: field ? widthOf(field) : 0 },
      src: BigInt(Number(value)),
    };
  });
}

export function learnFor(packet: Match): fc.Arbitrary<Action> {
  return fc.constantFrom(...matches).chain((learned) =>
    fc
      .record(
        {
          tableId: fc.integer({ min: 0, max: 254 }),
          idleTimeout: u16,
          hardTimeout: u16,
          priority: u16,
          cookie: u64,
          flags: fc.integer({ min: 0, max: 3 }),
          finIdleTimeout: u16,
          finHardTimeout: u16,
          limit: u32,
          resultDst: subfield(packet, { bits: 1, writable: true }),
          specs: fc.array(spec(packet, learned), { maxLength: 5 }).map((specs) => [...opening(learned), ...specs]),
        },
        { requiredKeys: ["tableId", "specs"] },
      )
      .map(learn),
  );
}

const v4 = fc.integer({ min: 1, max: 0xffffffff });
const v6 = fc.bigInt({ min: 1n, max: (1n << 128n) - 1n });

function address(name: "ipv4Src" | "ipv6Src", value: bigint): string {
  const field = registry.fieldByName(name);
  return field ? String(fromBits(field, value)) : "";
}

/** Two numbers, the second not the lower, or one. */
function rising<T extends number | bigint>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T?]> {
  return fc.oneof(
    one.map((value): readonly [T] => [value]),
    fc.tuple(one, one).map(([a, b]): readonly [T, T] => (a < b ? [a, b] : [b, a])),
  );
}

function addresses(ethType: unknown): fc.Arbitrary<NatRange> {
  return ethType === 0x0800
    ? rising(v4).map(([min, max]) => ({
        ipv4Min: address("ipv4Src", BigInt(min)),
        ...(max !== undefined && { ipv4Max: address("ipv4Src", BigInt(max)) }),
      }))
    : rising(v6).map(([min, max]) => ({
        ipv6Min: address("ipv6Src", min),
        ...(max !== undefined && { ipv6Max: address("ipv6Src", max) }),
      }));
}

const ports: fc.Arbitrary<NatRange> = fc.oneof(
  fc.constant({}),
  rising(fc.integer({ min: 1, max: 0xffff })).map(([protoMin, protoMax]) => ({
    protoMin,
    ...(protoMax !== undefined && { protoMax }),
  })),
);

/** Translations that ovs-ofctl has words for. */
export function natFor({ ethType }: Match): fc.Arbitrary<NatAction> {
  const direction = fc.constantFrom(NatFlags.src, NatFlags.dst);
  const choice = fc.constantFrom(0, NatFlags.protoHash, NatFlags.protoRandom);
  const ranged = fc
    .tuple(direction, fc.constantFrom(0, NatFlags.persistent), choice, addresses(ethType), ports)
    .map(([way, persistent, hash, range, port]) => nat({ flags: way | persistent | hash, ...range, ...port }));
  return fc.oneof(
    fc.constant(nat()),
    direction.map((flags) => nat({ flags })),
    { weight: 4, arbitrary: ranged },
  );
}

const marks: readonly fc.Arbitrary<Action>[] = [
  u32.map((value) => setField({ ctMark: value })),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => setField({ ctLabel: value })),
  u16.map((value) => regLoad({ field: "ctMark", offset: 3, bits: 16 }, value)),
  u8.map((value) => regLoad({ field: "ctLabel", offset: 100, bits: 8 }, value)),
];

export function ctFor(packet: Match): fc.Arbitrary<Action> {
  const zone = fc.oneof(u16, subfield(packet, { bits: 16 }));
  const alg = packet.ipProto === 6 ? CtAlg.ftp : packet.ipProto === 17 ? CtAlg.tftp : CtAlg.none;
  const common = { zone, recircTable: u8, alg: fc.constantFrom(CtAlg.none, alg) };
  const committed = fc.record({
    ...common,
    flags: fc.constantFrom(CtFlags.commit, CtFlags.commit | CtFlags.force),
    actions: fc.array(fc.oneof(natFor(packet), ...marks), { maxLength: 4 }),
  });
  const looked = fc.record({ ...common, actions: fc.constantFrom<Action[]>([], [nat()]) });
  return fc.oneof(
    committed.map((init) => ct(init)),
    looked.map((init) => ct(init)),
  );
}

const member = fc.oneof(
  fc.integer({ min: 0, max: 0xfeff }),
  fc.constantFrom<number>(Port.inPort, Port.table, Port.normal, Port.flood, Port.all, Port.local, Port.any),
);
const choice = {
  fields: fc.integer({ min: 0, max: 6 }),
  basis: u16,
  algorithm: fc.constantFrom<number>(BundleAlgorithm.activeBackup, BundleAlgorithm.hrw),
  members: fc.array(member, { maxLength: 9 }),
};
const bundles: fc.Arbitrary<BundleAction> = fc.record(choice).map(bundle);

function bundleLoadFor(packet: Match): fc.Arbitrary<Action> {
  return fc.record({ ...choice, dst: subfield(packet, { least: 16, most: 64, writable: true }) }).map(bundleLoad);
}

function multipathFor(packet: Match): fc.Arbitrary<Action> {
  return subfield(packet, { most: 64, writable: true }).chain((dst) =>
    fc
      .record({
        fields: fc.integer({ min: 0, max: 6 }),
        basis: u16,
        algorithm: fc.integer({ min: 0, max: 3 }),
        maxLink: fc.integer({ min: 0, max: Math.min(0xffff, 2 ** dst.bits - 1) }),
        arg: u32,
        dst: fc.constant(dst),
      })
      .map(multipath),
  );
}

/** Those that stand beside any other; `depth` clones may stand inside each other. */
export function structuredFor(packet: Match, depth = 3): fc.Arbitrary<Action> {
  const isIp = packet.ethType === 0x0800 || packet.ethType === 0x86dd;
  return fc.oneof(
    { weight: 3, arbitrary: learnFor(packet) },
    ...(isIp ? [{ weight: 3, arbitrary: ctFor(packet) }] : []),
    bundles,
    bundleLoadFor(packet),
    multipathFor(packet),
    fc.constant(ctClear()),
    ...(depth > 0
      ? [
          fc
            .array(fc.oneof({ weight: 3, arbitrary: structuredFor(packet, depth - 1) }, plain), { maxLength: 3 })
            .map((actions): Action => clone(actions)),
        ]
      : []),
  );
}

const plain: fc.Arbitrary<Action> = fc.constantFrom<Action>(output(3), resubmitTable(4), note(Uint8Array.of(7)));

const clauses: fc.Arbitrary<Action> = fc
  .integer({ min: 2, max: 64 })
  .chain((nClauses) =>
    fc
      .record({ id: u32, clause: fc.integer({ min: 0, max: nClauses - 1 }), nClauses: fc.constant(nClauses) })
      .map(conjunction),
  );

/** Flows with one to four of these actions, or with clauses of conjunctions. */
export const structuredFlows: fc.Arbitrary<FlowMod> = fc
  .constantFrom(...matches)
  .chain((match) =>
    fc
      .oneof(
        { weight: 6, arbitrary: fc.array(structuredFor(match), { minLength: 1, maxLength: 4 }) },
        fc.array(fc.oneof(clauses, fc.constant<Action>(note(Uint8Array.of(1)))), { minLength: 1, maxLength: 4 }),
      )
      .map((actions) => flowMod({ match, instructions: [applyActions(actions)] })),
  );
