/** Random actions and instructions of OpenFlow 1.3. */
import fc from "fast-check";
import type { Action, Instruction, StandardAction } from "../../src/ofp/index.ts";
import { basicFieldNames, fieldEntry, fieldValue, u8, u16, u32, u64 } from "./arbitrary-fields.ts";

const plain = fc
  .constantFrom("copyTtlOut", "copyTtlIn", "decMplsTtl", "decNwTtl", "popVlan", "popPbb")
  .map((type) => ({ type }) as const);
const ethertype = fc.record({ type: fc.constantFrom("pushVlan", "pushMpls", "pushPbb", "popMpls"), ethertype: u16 });
const ttl = fc.record({ type: fc.constantFrom("setMplsTtl", "setNwTtl"), ttl: u8 });
const name = fc.constantFrom(...basicFieldNames);

/** Actions that every implementation of OpenFlow 1.3 knows. */
export const commonActions: fc.Arbitrary<StandardAction> = fc.oneof(
  fc.record({ type: fc.constant("output"), port: u32, maxLen: u16 }),
  fc.record({ type: fc.constant("group"), groupId: u32 }),
  fc.record({ type: fc.constant("setQueue"), queueId: u32 }),
  name.chain((key) => fieldValue(key).map((value) => ({ type: "setField", field: { [key]: value } }) as const)),
  plain,
  ethertype,
  ttl,
);

/** Bytes so many that `before` and they fill up to a multiple of 8. */
function filling(before: number): fc.Arbitrary<Uint8Array> {
  return fc
    .integer({ min: 0, max: 3 })
    .map((words) => 8 * words + (-before & 7))
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
}

/** Every action, those included that only keep their bytes. */
export const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: commonActions },
  name.chain((key) => fieldEntry(key).map((value) => ({ type: "setField", field: { [key]: value } }) as const)),
  fc.record({ type: fc.constant("experimenter"), experimenter: fc.constantFrom(0, 0xabcdef), data: filling(8) }),
  fc.record({
    type: fc.constant("unknown"),
    code: fc.integer({ min: 100, max: 0xfffe }),
    data: filling(4).filter((data) => data.length > 0),
  }),
);

function instructionsOf(
  action: fc.Arbitrary<Action>,
  more: readonly fc.Arbitrary<Instruction>[],
): fc.Arbitrary<readonly Instruction[]> {
  const list = fc.array(action, { maxLength: 5 });
  const each: readonly fc.Arbitrary<Instruction>[] = [
    fc.record({ type: fc.constant("gotoTable"), tableId: u8 }),
    fc.record({ type: fc.constant("writeMetadata"), metadata: u64, metadataMask: u64 }),
    fc.record({ type: fc.constant("writeActions"), actions: list }),
    fc.record({ type: fc.constant("applyActions"), actions: list }),
    fc.constant({ type: "clearActions" }),
    fc.record({ type: fc.constant("meter"), meterId: u32 }),
    ...more,
  ];
  return fc.shuffledSubarray([...each]).chain((chosen) => fc.tuple(...chosen));
}

/** Instructions that every implementation of OpenFlow 1.3 knows, each type at most once. */
export const commonInstructions: fc.Arbitrary<readonly Instruction[]> = instructionsOf(commonActions, []);

/** Every instruction, those included that only keep their bytes. */
export const instructions: fc.Arbitrary<readonly Instruction[]> = instructionsOf(actions, [
  fc.record({ type: fc.constant("experimenter"), experimenter: u32, data: filling(8) }),
  fc.record({
    type: fc.constant("unknown"),
    code: fc.integer({ min: 100, max: 0xfffe }),
    data: filling(4).filter((data) => data.length > 0),
  }),
]);
