/** Random ports, tables, queues and masks of asynchronous messages, and the multipart bodies that tell of them. */
import fc from "fast-check";
import { ActionType, InstructionType } from "../../src/ofp/index.ts";
import { basicFieldNames, mac, u8, u16, u32, u64 } from "./arbitrary-fields.ts";

function kind<const T extends string>(...types: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...types);
}

/** Text of one byte a character, without NUL. */
export function latin1(maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.integer({ min: 1, max: 0xff }), { maxLength }).map((codes) => String.fromCharCode(...codes));
}

const xid = u32;
const data = fc.uint8Array({ maxLength: 20 });
const eights = fc.nat(3).chain((count) => fc.uint8Array({ minLength: 8 * count, maxLength: 8 * count }));
const fours = fc.nat(3).chain((count) => fc.uint8Array({ minLength: 4 * count, maxLength: 4 * count }));

function some<T>(item: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength });
}

const rate = fc.record({ type: kind("minRate", "maxRate"), rate: fc.oneof(u16, fc.nat(1100)) });
const queueExperimenter = fc.record({ type: kind("experimenter"), experimenter: u32, data: eights });
const queueUnknown = fc.record({ type: kind("unknown"), code: fc.integer({ min: 3, max: 0xfffe }), data: eights });

const masks = fc.tuple(u32, u32);
const async = { packetInMask: masks, portStatusMask: masks, flowRemovedMask: masks };

const instructionId = kind(...plain(InstructionType)).map((type) => ({ type }));
const actionId = kind(...plain(ActionType)).map((type) => ({ type }));
const otherId = fc.oneof(
  fc.record({ type: kind("experimenter"), experimenter: u32, data }),
  fc.record({ type: kind("unknown"), code: fc.integer({ min: 100, max: 0xfffe }), data }),
);

function plain<N extends string>(values: Readonly<Record<N, number>>): Exclude<N, "experimenter">[] {
  return Object.keys(values).filter((name) => name !== "experimenter") as Exclude<N, "experimenter">[];
}

const field = kind(...basicFieldNames);
const oxmId = fc.oneof(
  { weight: 5, arbitrary: fc.record({ field, hasMask: fc.boolean() }) },
  fc.record({ field, hasMask: fc.boolean(), length: fc.constant(0) }),
  fc.record({ field: kind("oxm:0x7abc:5", "oxm:0xffff:6:0x00abcdef"), hasMask: fc.boolean(), length: fc.nat(250) }),
);
/** os-ken says 0 for every length. */
const lengthlessId = fc.record({ field, hasMask: fc.boolean(), length: fc.constant(0) });

const tableExperimenter = fc.record({
  type: kind("experimenter", "experimenterMiss"),
  experimenter: u32,
  expType: u32,
  data: fours,
});
const tableUnknown = fc.record({ type: kind("unknown"), code: fc.integer({ min: 16, max: 0xfffd }), data });

/** The parts of features that not every implementation knows. */
interface Parts {
  readonly otherIds: readonly (typeof otherId)[];
  readonly oxmIds: fc.Arbitrary<{ readonly field: string; readonly hasMask: boolean; readonly length?: number }>;
  readonly unknown: readonly (typeof tableUnknown)[];
}

function tables({ otherIds, oxmIds, unknown }: Parts) {
  const property = fc.oneof(
    fc.record({
      type: kind("instructions", "instructionsMiss"),
      instructionIds: some(fc.oneof(instructionId, ...otherIds)),
    }),
    fc.record({ type: kind("nextTables", "nextTablesMiss"), nextTableIds: some(u8, 9) }),
    fc.record({
      type: kind("writeActions", "writeActionsMiss", "applyActions", "applyActionsMiss"),
      actionIds: some(fc.oneof(actionId, ...otherIds)),
    }),
    fc.record({
      type: kind(
        ...([
          "match",
          "wildcards",
          "writeSetfield",
          "writeSetfieldMiss",
          "applySetfield",
          "applySetfieldMiss",
        ] as const),
      ),
      oxmIds: some(oxmIds),
    }),
    tableExperimenter,
    ...unknown,
  );
  return some(
    fc.record({
      tableId: u8,
      name: latin1(32),
      metadataMatch: u64,
      metadataWrite: u64,
      config: u32,
      maxEntries: u32,
      properties: some(property, 8),
    }),
    3,
  );
}

const portStats = fc.record({
  ...{ portNo: u32, rxPackets: u64, txPackets: u64, rxBytes: u64, txBytes: u64, rxDropped: u64, txDropped: u64 },
  ...{ rxErrors: u64, txErrors: u64, rxFrameErr: u64, rxOverErr: u64, rxCrcErr: u64, collisions: u64 },
  ...{ durationSec: u32, durationNsec: u32 },
});
const queueStats = fc.record({
  ...{ portNo: u32, queueId: u32, txBytes: u64, txPackets: u64, txErrors: u64, durationSec: u32, durationNsec: u32 },
});
const tableStats = fc.record({ tableId: u8, activeCount: u32, lookupCount: u64, matchedCount: u64 });

/** With all that this library can express, or with what os-ken knows too. */
function statsOf(parts: Parts, queueProperty: fc.Arbitrary<object>) {
  const features = fc.record({ type: kind("tableFeatures"), tables: tables(parts) });
  const queue = fc.record({ queueId: u32, port: u32, properties: some(queueProperty as typeof rate) });
  return {
    requests: [
      fc.record({ type: kind("table") }),
      fc.record({ type: kind("portStats"), portNo: u32 }),
      fc.record({ type: kind("queue"), portNo: u32, queueId: u32 }),
      features,
    ],
    replies: [
      fc.record({ type: kind("aggregate"), packetCount: u64, byteCount: u64, flowCount: u32 }),
      fc.record({ type: kind("table"), tables: some(tableStats) }),
      fc.record({ type: kind("portStats"), ports: some(portStats) }),
      fc.record({ type: kind("queue"), queues: some(queueStats) }),
      features,
    ],
    messages: {
      portMod: fc.record({
        ...{ type: kind("portMod"), xid, portNo: u32, hwAddr: mac, config: u32, mask: u32, advertise: u32 },
      }),
      tableMod: fc.record({ type: kind("tableMod"), xid, tableId: u8, config: u32 }),
      queueGetConfigRequest: fc.record({ type: kind("queueGetConfigRequest"), xid, port: u32 }),
      queueGetConfigReply: fc.record({ type: kind("queueGetConfigReply"), xid, port: u32, queues: some(queue) }),
      getAsyncRequest: fc.record({ type: kind("getAsyncRequest"), xid }),
      getAsyncReply: fc.record({ type: kind("getAsyncReply"), xid, ...async }),
      setAsync: fc.record({ type: kind("setAsync"), xid, ...async }),
    },
  } as const;
}

export const stats = statsOf(
  { otherIds: [otherId], oxmIds: oxmId, unknown: [tableUnknown] },
  fc.oneof(rate, queueExperimenter, queueUnknown),
);
export const commonStats = statsOf(
  { otherIds: [], oxmIds: lengthlessId, unknown: [] },
  fc.oneof(rate, queueExperimenter),
);
