/** Random flow-mods that make sense: what Open vSwitch would take, so that its tools can judge them. */
import fc from "fast-check";
import { basicFields } from "../../src/ofp/fields.ts";
import {
  type Action,
  type FieldValue,
  type FlowMod,
  FlowModCommand,
  type FlowModInit,
  flowMod,
  type Instruction,
  type Masked,
  type Match,
  Port,
} from "../../src/ofp/index.ts";
import { toHex, viewOf } from "../../src/wire/index.ts";
import { type Entry, fieldEntry, fieldValue, u8, u16, u32, u64 } from "./arbitrary-fields.ts";

/** Physical ports and the reserved ones that a packet can come in by. */
export const port = fc.oneof(fc.integer({ min: 0, max: 0xfeff }), fc.constantFrom<number>(Port.local, Port.controller));
const outputPort = fc.oneof(
  fc.integer({ min: 0, max: 0xfeff }),
  fc.constantFrom<number>(Port.inPort, Port.table, Port.normal, Port.flood, Port.all, Port.local),
);

const byName = new Map(basicFields.map((field) => [field.name, field]));

function octets(name: string, value: FieldValue): Uint8Array {
  const field = byName.get(name);
  const bytes = new Uint8Array(field?.value.size ?? 0);
  field?.value.write(viewOf(bytes), 0, value);
  return bytes;
}

/** The address with a mask of so many leading ones. */
function prefixed(name: string, address: FieldValue, length: number): Masked {
  const mask = octets(name, address).map((_, index) => 0xff00 >> Math.max(0, Math.min(8, length - 8 * index)));
  const bytes = octets(name, address).map((octet, index) => octet & (mask[index] ?? 0));
  const read = (from: Uint8Array): FieldValue => byName.get(name)?.value.read(viewOf(from), 0) ?? 0;
  return { value: read(bytes), mask: read(mask) };
}

/**
 * A mask that hides something but not everything, and that ovs-ofctl can read: 3.1.0 takes an IPv6 mask that begins with a decimal
 * digit for a prefix length, and then refuses the rest.
 */
function isSayable(name: string, value: FieldValue | Masked): boolean {
  if (typeof value !== "object" || !("mask" in value)) return true;
  const mask = octets(name, value.mask);
  const ones = octets(name, value.mask).fill(0xff);
  const some = mask.some((octet) => octet !== 0) && toHex(mask) !== toHex(ones);
  return some && (mask.length !== 16 || /^[a-f]/.test(String(value.mask)));
}

function entry(name: string): fc.Arbitrary<Entry> {
  if (name === "inPort") return port.map((value) => [name, value]);
  if (name === "arpOp") return u8.map((value) => [name, value]);
  const any = fieldEntry(name).filter((value) => isSayable(name, value));
  const size = byName.get(name)?.value.size ?? 0;
  const isAddress = /^(ipv|arp[ST]pa)/.test(name) && size >= 4;
  const prefix = fc
    .tuple(fieldValue(name), fc.integer({ min: 1, max: 8 * size - 1 }))
    .map(([value, length]) => prefixed(name, value, length));
  return (isAddress ? fc.oneof(any, prefix) : any).map((value) => [name, value]);
}

interface Kind {
  /** Fields with fixed values that make the packet what it is. */
  readonly pins: Match;
  /** Fields that may be matched then. */
  readonly matched: readonly string[];
  /** Fields that set-field may change then. */
  readonly settable: readonly string[];
  /** Other actions that make sense then. */
  readonly actions: readonly fc.Arbitrary<Action>[];
}

const ttlActions: readonly fc.Arbitrary<Action>[] = [
  u8.map((ttl) => ({ type: "setNwTtl", ttl })),
  fc.constant({ type: "decNwTtl" }),
];
const anyIp = ["ipDscp", "ipEcn"];
const v4 = [...anyIp, "ipv4Src", "ipv4Dst"];
const v6 = [...anyIp, "ipv6Src", "ipv6Dst", "ipv6Flabel"];

function ip(ethType: number, ipProto: number, more: readonly string[], pins: Match = {}): Kind {
  const network = ethType === 0x0800 ? v4 : v6;
  return {
    pins: { ethType, ipProto, ...pins },
    matched: [...network, ...more],
    settable: [...network, ...more],
    actions: ttlActions,
  };
}

const arpFields = ["arpOp", "arpSpa", "arpTpa", "arpSha", "arpTha"];
const kinds: readonly Kind[] = [
  { pins: {}, matched: [], settable: [], actions: [] },
  { pins: { ethType: 0x1234 }, matched: [], settable: [], actions: [] },
  { pins: { ethType: 0x0800 }, matched: [...v4, "ipProto"], settable: v4, actions: ttlActions },
  { pins: { ethType: 0x86dd }, matched: [...v6, "ipProto"], settable: v6, actions: ttlActions },
  ...[0x0800, 0x86dd].flatMap((ethType) => [
    ip(ethType, 6, ["tcpSrc", "tcpDst"]),
    ip(ethType, 17, ["udpSrc", "udpDst"]),
    ip(ethType, 132, ["sctpSrc", "sctpDst"]),
  ]),
  ip(0x0800, 1, ["icmpv4Type", "icmpv4Code"]),
  ip(0x86dd, 58, ["icmpv6Type", "icmpv6Code"]),
  ip(0x86dd, 58, ["ipv6NdTarget", "ipv6NdSll"], { icmpv6Type: 135, icmpv6Code: 0 }),
  ip(0x86dd, 58, ["ipv6NdTarget", "ipv6NdTll"], { icmpv6Type: 136 }),
  { pins: { ethType: 0x0806 }, matched: arpFields, settable: arpFields, actions: [] },
  { pins: { ethType: 0x8035 }, matched: arpFields, settable: [], actions: [] },
  {
    pins: { ethType: 0x8847 },
    matched: ["mplsLabel", "mplsTc", "mplsBos"],
    settable: ["mplsLabel", "mplsTc"],
    actions: [u8.map((ttl) => ({ type: "setMplsTtl", ttl })), fc.constant({ type: "decMplsTtl" })],
  },
];

/** No word about tags, no tag, some tag, a certain tag, all with or without a priority. */
const tags: fc.Arbitrary<Match> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.constant({ vlanVid: 0 }),
  fc.constant({ vlanVid: { value: 0x1000, mask: 0x1000 } }),
  fc.integer({ min: 0, max: 0xfff }).map((vid) => ({ vlanVid: 0x1000 | vid })),
  fc
    .tuple(fc.integer({ min: 0, max: 0xfff }), fc.integer({ min: 1, max: 0xffe }), fc.integer({ min: 0, max: 7 }))
    .map(([vid, mask, vlanPcp]) => ({ vlanVid: { value: 0x1000 | (vid & mask), mask: 0x1000 | mask }, vlanPcp })),
  fc
    .tuple(fc.integer({ min: 0, max: 0xfff }), fc.integer({ min: 0, max: 7 }))
    .map(([vid, vlanPcp]) => ({ vlanVid: 0x1000 | vid, vlanPcp })),
  fc.integer({ min: 0, max: 7 }).map((vlanPcp) => ({ vlanVid: { value: 0x1000, mask: 0x1000 }, vlanPcp })),
);

function isTagged({ vlanVid }: Match): boolean {
  return typeof vlanVid === "object" ? (vlanVid.value & 0x1000) !== 0 : ((vlanVid ?? 0) & 0x1000) !== 0;
}

function fieldsFrom(names: readonly string[]): fc.Arbitrary<Match> {
  return fc
    .shuffledSubarray([...names])
    .chain((chosen) => fc.tuple(...chosen.map(entry)))
    .map((entries) => Object.fromEntries(entries));
}

/** Each field behind what it needs. */
function matchOf(kind: Kind): fc.Arbitrary<Match> {
  return fc
    .tuple(fieldsFrom(["inPort", "metadata", "ethDst", "ethSrc", "tunnelId"]), tags, fieldsFrom(kind.matched))
    .map(([frame, tag, rest]) => ({ ...frame, ...kind.pins, ...tag, ...rest }));
}

const anywhere: readonly fc.Arbitrary<Action>[] = [
  outputPort.map((number) => ({ type: "output", port: number, maxLen: 0 })),
  u16.map((maxLen) => ({ type: "output", port: Port.controller, maxLen })),
  u32.map((groupId) => ({ type: "group", groupId })),
  u32.map((queueId) => ({ type: "setQueue", queueId })),
];

function setField(name: string): fc.Arbitrary<Action> {
  const value = name === "arpOp" ? u8 : fieldValue(name);
  return value.map((chosen) => ({ type: "setField", field: { [name]: chosen } }));
}

const setTag = fc
  .integer({ min: 0, max: 0xfff })
  .map((vid): Action => ({ type: "setField", field: { vlanVid: 0x1000 | vid } }));

/** Actions that change what the packet is, and what makes sense behind them. */
const endings: readonly fc.Arbitrary<readonly Action[]>[] = [
  fc.constant([]),
  setTag.map((set) => [{ type: "pushVlan", ethertype: 0x8100 }, set, { type: "output", port: 3, maxLen: 0 }]),
  fc.constant([{ type: "pushVlan", ethertype: 0x88a8 }, { type: "popVlan" }]),
  setField("mplsLabel").map((set) => [{ type: "pushMpls", ethertype: 0x8847 }, set, { type: "setMplsTtl", ttl: 9 }]),
  fc.constant([{ type: "pushMpls", ethertype: 0x8848 }, { type: "popMpls", ethertype: 0x0800 }, { type: "decNwTtl" }]),
];

/** Actions that fit a packet of this kind, and at the end some that make another kind of it. */
function actionsFor(kind: Kind, tagged: boolean, ends: boolean): fc.Arbitrary<readonly Action[]> {
  const fields = ["ethSrc", "ethDst", "metadata", "tunnelId", ...kind.settable];
  const choices = [...anywhere, ...fields.map(setField), ...kind.actions, ...(tagged ? [setTag] : [])];
  if (!ends) return fc.array(fc.oneof(...choices), { minLength: 1, maxLength: 5 });
  const ending = fc.oneof(...endings, ...(tagged ? [fc.constant<readonly Action[]>([{ type: "popVlan" }])] : []));
  return fc
    .tuple(fc.array(fc.oneof(...choices), { maxLength: 5 }), ending)
    .map(([actions, end]) => [...actions, ...end]);
}

/**
 * In the order in which ovs-ofctl has them. What applied actions make of the packet, written actions find: only one of the two
 * makes another kind of it.
 */
function instructionsFor(
  kind: Kind,
  tagged: boolean,
  tableId: number,
  ends: boolean,
): fc.Arbitrary<readonly Instruction[]> {
  const applied = actionsFor(kind, tagged, ends).filter((list) => list.length > 0);
  const each: readonly fc.Arbitrary<Instruction>[] = [
    fc.integer({ min: 1, max: 0xffff0000 }).map((meterId) => ({ type: "meter", meterId })),
    applied.map((actions) => ({ type: "applyActions", actions })),
    fc.constant({ type: "clearActions" }),
    ...(ends
      ? []
      : [actionsFor(kind, tagged, false).map((actions): Instruction => ({ type: "writeActions", actions }))]),
    fc.record({ type: fc.constant("writeMetadata"), metadata: u64, metadataMask: u64 }),
    ...(tableId < 254
      ? [fc.integer({ min: tableId + 1, max: 254 }).map((next): Instruction => ({ type: "gotoTable", tableId: next }))]
      : []),
  ];
  return fc.subarray([...each]).chain((chosen) => fc.tuple(...chosen));
}

const timing = fc.record({
  idleTimeout: fc.oneof(fc.constant(0), u16),
  hardTimeout: fc.oneof(fc.constant(0), u16),
  flags: fc.integer({ min: 0, max: 31 }),
});
const selected = fc.tuple(u64, fc.oneof(fc.constant(0n), u64)).map(([cookie, cookieMask]) => ({
  cookie: cookie & cookieMask,
  cookieMask,
}));
const priority = fc.oneof(fc.constant(0x8000), u16);

/** What a flow-mod of a command can say in ovs-ofctl's words. */
function headFor(command: number, tableId: number): fc.Arbitrary<FlowModInit> {
  switch (command) {
    case FlowModCommand.add:
      return fc
        .tuple(timing, fc.oneof(fc.constant(0n), u64), priority)
        .map(([rest, cookie, level]) => ({ command, tableId, cookie, priority: level, ...rest }));
    case FlowModCommand.modify:
    case FlowModCommand.modifyStrict:
      return fc
        .tuple(timing, selected, priority)
        .map(([rest, cookies, level]) => ({ command, tableId, priority: level, ...cookies, ...rest }));
    default:
      return fc
        .tuple(selected, fc.constantFrom(tableId, 0xff), fc.oneof(port, fc.constant(Port.any)), u32, priority)
        .map(([cookies, table, outPort, outGroup, level]) => ({
          command,
          tableId: table,
          outPort,
          outGroup,
          ...(command === FlowModCommand.deleteStrict && { priority: level }),
          ...cookies,
        }));
  }
}

/** Flow-mods that `ovs-ofctl add-flows` can say and Open vSwitch takes. */
export const flowMods: fc.Arbitrary<FlowMod> = fc
  .tuple(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 254 }), fc.boolean())
  .chain(([kind, command, tableId, ends]) =>
    matchOf(kind).chain((match) => {
      const instructions =
        command >= FlowModCommand.delete ? fc.constant([]) : instructionsFor(kind, isTagged(match), tableId, ends);
      return fc
        .tuple(headFor(command, tableId), instructions)
        .map(([head, list]) => flowMod({ ...head, match, instructions: list }));
    }),
  );
