/** Random messages of the Nicira and ONF extensions, as `decode` gives them. */
import fc from "fast-check";
import { encode, type Message } from "../../src/index.ts";
import { AsyncConfigPropType, CtTuplePropType } from "../../src/nx/index.ts";
import {
  type Action,
  barrierRequest,
  type FlowMod,
  type Match,
  type Message as OfpMessage,
} from "../../src/ofp/index.ts";
import { actions, instructions } from "./arbitrary-actions.ts";
import { matches, pipelineMatches, u8, u16, u32, u64 } from "./arbitrary-fields.ts";
import { flowMods } from "./arbitrary-flows.ts";
import { messageKinds, messages } from "./arbitrary-messages.ts";
import { frames } from "./arbitrary-packets.ts";

function kind<const T extends string>(...types: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...types);
}

function some<T>(item: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength });
}

const xid = u32;
const data = fc.uint8Array({ maxLength: 40 });

/** A port that 16 bits can say. */
const narrowPort = fc.oneof(fc.nat(0xfeff), fc.constantFrom(0xfffffffe, 0xffffffff, 0xfffffff8, 0xffffff03));

const ipv4 = fc.tuple(u8, u8, u8, u8).map((octets) => octets.join("."));
const mapped = ipv4.map((address) => `::ffff:${address}`);
const ipv6 = fc.constantFrom("2001:db8::1", "fe80::5", "::1", "::", "2001:db8:0:1:2:3:4:5");

const maskedCookie = fc.tuple(u64, u64).map(([value, mask]) => ({ value: value & mask, mask }));

/** What differs between anything that can be said, and what Open vSwitch takes. */
interface Parts {
  readonly flow: fc.Arbitrary<Pick<FlowMod, "tableId" | "match" | "instructions">>;
  readonly match: fc.Arbitrary<Match>;
  readonly pipeline: fc.Arbitrary<Match>;
  readonly actions: fc.Arbitrary<readonly Action[]>;
  readonly packet: fc.Arbitrary<Uint8Array>;
  /** A number of an enumeration that has so many members, or any number. */
  readonly upTo: (members: number, any: fc.Arbitrary<number>) => fc.Arbitrary<number>;
  readonly port: fc.Arbitrary<number>;
  /** What another controller asked for. */
  readonly forwarded: fc.Arbitrary<OfpMessage>;
}

/** Properties that nobody knows; experimenter 0 is nobody's. */
const experimenterProperty = fc.record({
  type: kind("experimenter"),
  experimenter: fc.constantFrom(0xabcdef, 0x2320, 0),
  expType: u32,
  data,
});

function unknownProperty(from: number, to: number) {
  return fc.record({ type: kind("unknown"), code: fc.integer({ min: from, max: to }), data });
}

/** A property of a number that is known, with as many bytes as nobody gives it. */
function oddProperty(codes: readonly number[], sizes: readonly number[]) {
  const size = fc.nat(20).filter((length) => !sizes.includes(length));
  return fc.record({
    type: kind("unknown"),
    code: fc.constantFrom(...codes),
    data: size.chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  });
}

const tuple = some(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: kind("src", "dst"), address: fc.oneof(mapped, mapped, ipv6) }) },
    { weight: 2, arbitrary: fc.record({ type: kind("srcPort", "dstPort"), port: u16 }) },
    fc.record({ type: kind("icmpId"), icmpId: u16 }),
    fc.record({ type: kind("icmpType"), icmpType: u8 }),
    fc.record({ type: kind("icmpCode"), icmpCode: u8 }),
    oddProperty(Object.values(CtTuplePropType), [1, 4, 16]),
    unknownProperty(7, 0xfffe),
  ),
  6,
);

const mask = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 1, 2, 3) }, u32);
const asyncProperty = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: kind(...(Object.keys(AsyncConfigPropType) as (keyof typeof AsyncConfigPropType)[])),
      mask,
    }),
  },
  experimenterProperty,
  unknownProperty(12, 0xfffe),
  oddProperty(Object.values(AsyncConfigPropType), [4]),
);

const mapping = fc.record({
  optionClass: u16,
  optionType: u8,
  optionLen: fc.oneof({ weight: 8, arbitrary: fc.nat(31).map((words) => 4 * words) }, u8),
  index: fc.oneof({ weight: 8, arbitrary: fc.nat(63) }, u16),
});

const counters = {
  totalFlows: u64,
  currentFlows: u64,
  pkts: u64,
  ipv4Pkts: u64,
  ipv6Pkts: u64,
  errorPkts: u64,
  ipv4ErrorPkts: u64,
  ipv6ErrorPkts: u64,
  txPkts: fc.oneof(u64, fc.constant(2n ** 64n - 1n)),
  txErrors: u64,
  collectorSetId: u32,
};

function messagesOf(parts: Parts): Readonly<Record<string, fc.Arbitrary<Message>>> {
  const { match, pipeline, packet, port, upTo } = parts;
  const continuation = some(
    fc.oneof(
      fc.record({ type: kind("bridge"), uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }) }),
      fc.record({ type: kind("stack"), value: fc.uint8Array({ maxLength: 130 }) }),
      fc.record({ type: kind("mirrors"), mirrors: u32 }),
      fc.record({ type: kind("conntracked") }),
      fc.record({ type: kind("tableId"), tableId: u8 }),
      fc.record({ type: kind("cookie"), cookie: u64 }),
      fc.record({ type: kind("actions", "actionSet"), actions: parts.actions }),
      fc.record({ type: kind("odpPort"), odpPort: u32 }),
      unknownProperty(0x8009, 0xfffe),
    ),
    6,
  );
  const packetProperty = fc.oneof(
    { weight: 30, arbitrary: fc.record({ type: kind("packet"), data: packet }) },
    {
      weight: 60,
      arbitrary: fc.oneof(
        fc.record({ type: kind("userdata"), data }),
        fc.record({ type: kind("fullLen"), fullLen: fc.oneof(u32, fc.constant(1)) }),
        fc.record({ type: kind("bufferId"), bufferId: u32 }),
        fc.record({ type: kind("tableId"), tableId: u8 }),
        fc.record({ type: kind("cookie"), cookie: u64 }),
        fc.record({ type: kind("reason"), reason: u8 }),
      ),
    },
    { weight: 20, arbitrary: fc.record({ type: kind("continuation"), properties: continuation }) },
    { weight: 5, arbitrary: unknownProperty(9, 0xfffe) },
    { weight: 5, arbitrary: oddProperty([1, 2, 3, 4, 5], [1, 4, 12]) },
    { weight: 2, arbitrary: experimenterProperty },
  );
  // Two matches would be one to Open vSwitch.
  const packetProperties = fc
    .tuple(some(packetProperty, 6), fc.record({ type: kind("metadata"), match: pipeline }), fc.nat(6))
    .map(([list, metadata, at]) => [...list.slice(0, at), metadata, ...list.slice(at)]);
  const flowHead = { idleTimeout: u16, hardTimeout: u16, priority: u16, cookie: u64 };
  const update = fc.oneof(
    {
      weight: 20,
      arbitrary: fc
        .record({
          type: kind("added", "deleted", "modified"),
          ...flowHead,
          reason: upTo(6, u16),
          flow: parts.flow,
        })
        .map(({ flow, ...rest }) => ({ ...rest, ...flow })),
    },
    { weight: 4, arbitrary: fc.record({ type: kind("abbrev"), xid: u32 }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: kind("unknown"),
        code: fc.integer({ min: 4, max: 0xffff }),
        data: fc.nat(3).chain((words) => fc.uint8Array({ minLength: 8 * words + 4, maxLength: 8 * words + 4 })),
      }),
    },
  );
  const monitor = fc.record({
    id: u32,
    flags: fc.oneof({ weight: 9, arbitrary: fc.nat(0x3f) }, u16),
    outPort: fc.oneof(port, fc.constant(0xffffffff)),
    tableId: fc.oneof(u8, fc.constant(0xff)),
    match,
  });
  const masks = fc.tuple(u32, u32);
  const request = (body: fc.Arbitrary<object>): fc.Arbitrary<Message> =>
    fc.record({ type: kind("multipartRequest"), xid, flags: upTo(2, u16), body }) as fc.Arbitrary<Message>;
  const reply = (body: fc.Arbitrary<object>): fc.Arbitrary<Message> =>
    fc.record({ type: kind("multipartReply"), xid, flags: upTo(2, u16), body }) as fc.Arbitrary<Message>;
  return {
    nxRoleRequest: fc.record({ type: kind("nxRoleRequest"), xid, role: upTo(4, u32) }),
    nxRoleReply: fc.record({ type: kind("nxRoleReply"), xid, role: upTo(4, u32) }),
    nxFlowMod: fc
      .record({
        ...{ type: kind("nxFlowMod"), xid, ...flowHead, command: upTo(6, u8), bufferId: u32, outPort: narrowPort },
        ...{ flags: upTo(32, u16), flow: parts.flow },
        selected: fc.option(fc.record({ cookie: fc.oneof(u64, maskedCookie) }), {
          nil: undefined,
        }),
      })
      .map(({ flow, selected, ...message }) => ({
        ...message,
        ...flow,
        match: { ...flow.match, ...selected },
        cookie: message.cookie % 3n === 0n ? 0xffff_ffff_ffff_ffffn : message.cookie,
      })),
    nxFlowRemoved: fc.record({
      ...{ type: kind("nxFlowRemoved"), xid, cookie: u64, priority: u16, reason: u8, tableId: u8 },
      ...{ durationSec: u32, durationNsec: u32, idleTimeout: u16, packetCount: u64, byteCount: u64, match },
    }),
    flowModTableId: fc.record({ type: kind("flowModTableId"), xid, set: upTo(2, u8) }),
    setPacketInFormat: fc.record({ type: kind("setPacketInFormat"), xid, format: upTo(4, u32) }),
    nxPacketIn: fc.record({
      ...{ type: kind("nxPacketIn"), xid, bufferId: fc.oneof(u32, fc.constant(0xffffffff)), totalLen: u16 },
      ...{ reason: u8, tableId: u8, cookie: u64, match: pipeline, data: packet },
    }),
    flowAge: fc.record({ type: kind("flowAge"), xid }),
    setAsyncConfig: fc.record({
      ...{ type: kind("setAsyncConfig"), xid, packetInMask: masks, portStatusMask: masks, flowRemovedMask: masks },
    }),
    setControllerId: fc.record({ type: kind("setControllerId"), xid, controllerId: u16 }),
    tlvTableMod: fc.record({ type: kind("tlvTableMod"), xid, command: upTo(4, u16), mappings: some(mapping) }),
    tlvTableRequest: fc.record({ type: kind("tlvTableRequest"), xid }),
    tlvTableReply: fc.record({
      ...{ type: kind("tlvTableReply"), xid, maxOptionSpace: u32, maxFields: fc.constantFrom(64, 65, 1000) },
      mappings: some(mapping),
    }),
    setAsyncConfig2: fc.record({ type: kind("setAsyncConfig2"), xid, properties: some(asyncProperty, 8) }),
    resume: fc.record({ type: kind("resume"), xid, properties: packetProperties }),
    ctFlushZone: fc.record({ type: kind("ctFlushZone"), xid, zoneId: u16 }),
    packetIn2: fc.record({ type: kind("packetIn2"), xid, properties: packetProperties }),
    ctFlush: fc.record({
      type: kind("ctFlush"),
      xid,
      ipProto: fc.constantFrom(0, 1, 6, 17, 58, 200),
      properties: some(
        fc.oneof(
          { weight: 6, arbitrary: fc.record({ type: kind("origTuple", "replyTuple"), properties: tuple }) },
          fc.record({ type: kind("zoneId"), zoneId: u16 }),
          oddProperty([2], [4]),
          unknownProperty(3, 0xfffe),
          experimenterProperty,
        ),
        3,
      ),
    }),
    flowMonitorCancel: fc.record({ type: kind("flowMonitorCancel"), xid, id: u32 }),
    flowMonitorPaused: fc.record({ type: kind("flowMonitorPaused"), xid }),
    flowMonitorResumed: fc.record({ type: kind("flowMonitorResumed"), xid }),
    roleStatus: fc.record({
      ...{ type: kind("roleStatus"), xid, role: upTo(5, u32), reason: upTo(4, u8) },
      generationId: fc.oneof(u64, fc.constant(2n ** 64n - 1n)),
      properties: some(fc.oneof(experimenterProperty, unknownProperty(0, 0xfffe)), 2),
    }),
    requestForward: fc.record({ type: kind("requestForward"), xid, message: parts.forwarded }),
    flowMonitorRequest: request(fc.record({ type: kind("flowMonitor"), monitors: some(monitor) })),
    flowMonitorReply: reply(fc.record({ type: kind("flowMonitor"), updates: some(update) })),
    ipfixRequest: request(fc.record({ type: kind("ipfixBridge", "ipfixFlow") })),
    ipfixBridgeReply: reply(fc.record({ type: kind("ipfixBridge"), ...counters })),
    ipfixFlowReply: reply(fc.record({ type: kind("ipfixFlow"), collectorSets: some(fc.record(counters)) })),
  };
}

/** Every kind of message by name, with all that this library can express. */
export const extensionKinds = messagesOf({
  flow: fc.record({ tableId: u8, match: matches, instructions }),
  match: matches,
  pipeline: pipelineMatches,
  actions: some(actions),
  packet: data,
  upTo: (_, any) => any,
  port: u32,
  forwarded: messages,
});

/** Applied actions of flows that make sense. */
const sensibleActions = flowMods.map(({ instructions: list }) =>
  list.flatMap((instruction) => (instruction.type === "applyActions" ? instruction.actions : [])),
);

/** Group-mods and meter-mods, and now and then what is never forwarded; none with a part that ends beside a multiple of 8. */
const forwarded = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: messageKinds.groupMod ?? messages },
      { weight: 5, arbitrary: messageKinds.meterMod ?? messages },
      fc.constant(barrierRequest({ xid: 3 })),
    ),
    sensibleActions,
  )
  .map(
    ([message, list]): OfpMessage =>
      message.type === "groupMod"
        ? { ...message, buckets: message.buckets.map((bucket) => ({ ...bucket, actions: list })) }
        : message,
  )
  .filter((message) => encode(message).length % 8 === 0);

const flows = flowMods.map(({ tableId, match, instructions: list }) => ({ tableId, match, instructions: list }));

/** The same about flows, packets and ports that Open vSwitch knows, so that its tools can judge them. */
export const sensibleExtensionKinds = messagesOf({
  flow: flows,
  match: flows.map(({ match }) => match),
  pipeline: flows.map(({ match }) => match),
  actions: sensibleActions,
  packet: frames,
  upTo: (members) => fc.nat(members),
  forwarded,
  port: fc.oneof(fc.nat(0xfeff), fc.constantFrom(0xfffffffe, 0xfffffffd)),
});
