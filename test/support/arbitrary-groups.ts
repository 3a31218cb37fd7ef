/** Random groups and meters, and the multipart bodies that tell of them. */
import fc from "fast-check";
import { type Action, type Bucket, Group, Meter, type MeterBand, Port } from "../../src/ofp/index.ts";
import { actions, commonActions } from "./arbitrary-actions.ts";
import { u8, u16, u32, u64 } from "./arbitrary-fields.ts";

function kind<const T extends string>(...types: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...types);
}

function some<T>(item: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength });
}

const xid = u32;
const groupId = fc.oneof(u32, fc.nat(9), fc.constantFrom<number>(...Object.values(Group)));
const meterId = fc.oneof(u32, fc.nat(9), fc.constantFrom<number>(...Object.values(Meter)));
const command = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, fc.constantFrom(3, 5, 0x8000), u16);
const groupType = fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, u8);
const meterFlags = fc.oneof({ weight: 9, arbitrary: fc.nat(15) }, u16);

function bucket(action: fc.Arbitrary<Action>): fc.Arbitrary<Bucket> {
  return fc.record({
    weight: fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, u16),
    watchPort: fc.oneof({ weight: 2, arbitrary: fc.constant(Port.any) }, fc.nat(0xfeff), u32),
    watchGroup: fc.oneof({ weight: 2, arbitrary: fc.constant(Group.any) }, u32),
    actions: some(action),
  });
}

const rates = { rate: u32, burstSize: u32 };
const data = fc.uint8Array({ maxLength: 20 });

/** Bands of the specification, and of experimenters without data of their own: what os-ken reads. */
const commonBand: fc.Arbitrary<MeterBand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: kind("drop"), ...rates }) },
  { weight: 4, arbitrary: fc.record({ type: kind("dscpRemark"), ...rates, precLevel: u8 }) },
  fc.record({ type: kind("experimenter"), ...rates, experimenter: u32, data: fc.constant(new Uint8Array()) }),
);
const band: fc.Arbitrary<MeterBand> = fc.oneof(
  { weight: 8, arbitrary: commonBand },
  fc.record({ type: kind("experimenter"), ...rates, experimenter: u32, data }),
  fc.record({ type: kind("unknown"), code: fc.integer({ min: 3, max: 0xfffe }), ...rates, data }),
);

const bucketCounter = fc.record({ packetCount: fc.oneof(u64, fc.constant(2n ** 64n - 1n)), byteCount: u64 });
const groupStats = fc.record({
  ...{ groupId, refCount: u32, packetCount: u64, byteCount: u64 },
  ...{ durationSec: fc.oneof(u32, fc.constant(0xffffffff)), durationNsec: u32 },
  bucketStats: some(bucketCounter),
});
const meterStats = fc.record({
  ...{ meterId, flowCount: u32, packetInCount: u64, byteInCount: u64, durationSec: u32, durationNsec: u32 },
  bandStats: some(fc.record({ packetBandCount: u64, byteBandCount: u64 })),
});
const perType = fc.tuple(u32, u32, u32, u32);

/** With all that this library can express, or with what os-ken knows too. */
function groupsOf(action: fc.Arbitrary<Action>, meterBand: fc.Arbitrary<MeterBand>) {
  const buckets = some(bucket(action));
  const bands = some(meterBand);
  return {
    requests: [
      fc.record({ type: kind("group"), groupId }),
      fc.record({ type: kind("groupDesc", "groupFeatures", "meterFeatures") }),
      fc.record({ type: kind("meter", "meterConfig"), meterId }),
    ],
    replies: [
      fc.record({ type: kind("group"), groups: some(groupStats) }),
      fc.record({ type: kind("groupDesc"), groups: some(fc.record({ groupType, groupId, buckets })) }),
      fc.record({
        ...{ type: kind("groupFeatures"), types: u32, capabilities: u32, maxGroups: perType, actions: perType },
      }),
      fc.record({ type: kind("meter"), meters: some(meterStats) }),
      fc.record({ type: kind("meterConfig"), meters: some(fc.record({ flags: meterFlags, meterId, bands })) }),
      fc.record({
        ...{
          type: kind("meterFeatures"),
          maxMeter: u32,
          bandTypes: u32,
          capabilities: u32,
          maxBands: u8,
          maxColor: u8,
        },
      }),
    ],
    messages: {
      groupMod: fc.record({ type: kind("groupMod"), xid, command, groupType, groupId, buckets }),
      meterMod: fc.record({ type: kind("meterMod"), xid, command, flags: meterFlags, meterId, bands }),
    },
  } as const;
}

export const groups = groupsOf(actions, band);
export const commonGroups = groupsOf(commonActions, commonBand);
