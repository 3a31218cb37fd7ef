/** Random messages of every kind, as `decode` gives them: a property over them is a property of the codec. */
import fc from "fast-check";
import type { Message, PortDesc } from "../../src/ofp/index.ts";
import { actions, commonActions, commonInstructions, instructions } from "./arbitrary-actions.ts";
import { basicMatches, mac, matches, pipelineMatches, u8, u16, u32, u64 } from "./arbitrary-fields.ts";
import { commonGroups, groups } from "./arbitrary-groups.ts";
import { commonStats, latin1, stats } from "./arbitrary-stats.ts";

const xid = u32;
const data = fc.uint8Array({ maxLength: 80 });

function kind<const T extends string>(...types: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...types);
}

const versions = fc.uniqueArray(u8, { maxLength: 6 }).map((list) => list.sort((a, b) => a - b));
const helloElement = fc.oneof(
  fc.record({ type: kind("versionBitmap"), versions }),
  fc.record({
    type: kind("unknown"),
    code: fc.integer({ min: 2, max: 0xffff }),
    data: fc.uint8Array({ maxLength: 20 }),
  }),
);

export const portDescs: fc.Arbitrary<PortDesc> = fc.record({
  portNo: u32,
  hwAddr: mac,
  name: latin1(16),
  config: u32,
  state: u32,
  curr: u32,
  advertised: u32,
  supported: u32,
  peer: u32,
  currSpeed: u32,
  maxSpeed: u32,
});

/** The parts that only some implementations know: a stock peer is compared without them. */
interface Parts {
  readonly match: typeof matches;
  readonly action: typeof actions;
  readonly instruction: typeof instructions;
  readonly counters: typeof stats;
  readonly grouped: typeof groups;
}

function messagesOf({
  match,
  action,
  instruction,
  counters,
  grouped,
}: Parts): Readonly<Record<string, fc.Arbitrary<Message>>> {
  const opaque = fc.record({
    type: kind("experimenter"),
    experimenter: fc.constantFrom(0xabcdef, 1),
    expType: u32,
    data,
  });
  const unknown = fc.record({ type: kind("unknown"), multipartType: fc.integer({ min: 100, max: 0xfffe }), data });
  const flow = fc.record({
    tableId: u8,
    durationSec: u32,
    durationNsec: u32,
    priority: u16,
    idleTimeout: u16,
    hardTimeout: u16,
    flags: u16,
    cookie: u64,
    packetCount: u64,
    byteCount: u64,
    match,
    instructions: instruction,
  });
  const requestBody = fc.oneof(
    fc.record({ type: kind("desc") }),
    fc.record({
      ...{ type: kind("flow", "aggregate"), tableId: u8, outPort: u32, outGroup: u32, cookie: u64, cookieMask: u64 },
      match,
    }),
    fc.record({ type: kind("portDesc") }),
    ...counters.requests,
    ...grouped.requests,
    opaque,
    unknown,
  );
  const replyBody = fc.oneof(
    fc.record({
      type: kind("desc"),
      mfrDesc: latin1(256),
      hwDesc: latin1(256),
      swDesc: latin1(256),
      serialNum: latin1(32),
      dpDesc: latin1(256),
    }),
    fc.record({ type: kind("flow"), flows: fc.array(flow, { maxLength: 4 }) }),
    fc.record({ type: kind("portDesc"), ports: fc.array(portDescs, { maxLength: 4 }) }),
    ...counters.replies,
    ...grouped.replies,
    opaque,
    unknown,
  );
  const error = fc.record({ type: kind("error"), xid, version: u8, code: u16, data });
  return {
    hello: fc.record({ type: kind("hello"), xid, version: u8, elements: fc.array(helloElement, { maxLength: 3 }) }),
    error: fc.tuple(error, fc.integer({ min: 0, max: 0xfffe })).map(([rest, errorType]) => ({ ...rest, errorType })),
    experimenterError: fc
      .tuple(error, u32)
      .map(([rest, experimenter]) => ({ ...rest, errorType: 0xffff, experimenter })),
    echoRequest: fc.record({ type: kind("echoRequest"), xid, data }),
    echoReply: fc.record({ type: kind("echoReply"), xid, data }),
    experimenter: fc.record({
      type: kind("experimenter"),
      xid,
      experimenter: fc.constantFrom(0xabcdef, 1),
      expType: u32,
      data,
    }),
    featuresRequest: fc.record({ type: kind("featuresRequest"), xid }),
    featuresReply: fc.record({
      type: kind("featuresReply"),
      xid,
      datapathId: u64,
      nBuffers: u32,
      nTables: u8,
      auxiliaryId: u8,
      capabilities: u32,
      reserved: u32,
    }),
    getConfigRequest: fc.record({ type: kind("getConfigRequest"), xid }),
    getConfigReply: fc.record({ type: kind("getConfigReply"), xid, flags: u16, missSendLen: u16 }),
    setConfig: fc.record({ type: kind("setConfig"), xid, flags: u16, missSendLen: u16 }),
    packetIn: fc.record({
      type: kind("packetIn"),
      xid,
      bufferId: u32,
      totalLen: u16,
      reason: u8,
      tableId: u8,
      cookie: u64,
      match: pipelineMatches,
      data,
    }),
    flowRemoved: fc.record({
      type: kind("flowRemoved"),
      xid,
      cookie: u64,
      priority: u16,
      reason: u8,
      tableId: u8,
      durationSec: u32,
      durationNsec: u32,
      idleTimeout: u16,
      hardTimeout: u16,
      packetCount: u64,
      byteCount: u64,
      match,
    }),
    portStatus: fc.record({ type: kind("portStatus"), xid, reason: u8, desc: portDescs }),
    packetOut: fc.record({
      type: kind("packetOut"),
      xid,
      bufferId: u32,
      inPort: u32,
      actions: fc.array(action, { maxLength: 6 }),
      data,
    }),
    flowMod: fc.record({
      type: kind("flowMod"),
      xid,
      cookie: u64,
      cookieMask: u64,
      tableId: u8,
      command: u8,
      idleTimeout: u16,
      hardTimeout: u16,
      priority: u16,
      bufferId: u32,
      outPort: u32,
      outGroup: u32,
      flags: u16,
      match,
      instructions: instruction,
    }),
    ...counters.messages,
    ...grouped.messages,
    multipartRequest: fc.record({ type: kind("multipartRequest"), xid, flags: u16, body: requestBody }),
    multipartReply: fc.record({ type: kind("multipartReply"), xid, flags: u16, body: replyBody }),
    barrierRequest: fc.record({ type: kind("barrierRequest"), xid }),
    barrierReply: fc.record({ type: kind("barrierReply"), xid }),
    roleRequest: fc.record({ type: kind("roleRequest"), xid, role: fc.nat(4), generationId: u64 }),
    roleReply: fc.record({ type: kind("roleReply"), xid, role: fc.nat(4), generationId: u64 }),
    unknown: fc.record({ type: kind("unknown"), xid, code: fc.integer({ min: 30, max: 0xff }), body: data }),
  };
}

/** Every kind of message by name, with all that this library can express. */
export const messageKinds = messagesOf({
  match: matches,
  action: actions,
  instruction: instructions,
  counters: stats,
  grouped: groups,
});

/** The same with nothing but what any implementation of OpenFlow 1.3 knows. */
export const commonMessageKinds = messagesOf({
  match: basicMatches,
  action: commonActions,
  instruction: commonInstructions,
  counters: commonStats,
  grouped: commonGroups,
});

/** A message of any kind. */
export const messages: fc.Arbitrary<Message> = fc.oneof(...Object.values(messageKinds));
