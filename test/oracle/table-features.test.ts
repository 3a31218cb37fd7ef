/** The features of tables as ovs-ofctl prints them: what is like the table before, and what names have in common. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { encode, formatMessage, type Message } from "../../src/index.ts";
import { niciraFields, onfFields } from "../../src/nx/fields/index.ts";
import { basicFields } from "../../src/ofp/fields.ts";
import {
  ActionType,
  InstructionType,
  multipartReply,
  multipartRequest,
  type TableFeatureProperty,
  type TableFeatures,
  tableFeatures,
} from "../../src/ofp/index.ts";
import { printedTogether } from "./ovs-ofctl.ts";

const fields = [...basicFields, ...niciraFields, ...onfFields].map(({ name }) => name);

function pick<T>(items: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.oneof(fc.shuffledSubarray([...items], { maxLength: 4 }), fc.subarray([...items]), fc.constant([...items]));
}

function idsOf<N extends string>(values: Readonly<Record<N, number>>) {
  const names = Object.keys(values).filter((name) => name !== "experimenter") as Exclude<N, "experimenter">[];
  return pick(names).map((chosen) => chosen.map((type) => ({ type })));
}

const instructionIds = idsOf(InstructionType);
const actionIds = idsOf(ActionType);
const nextTableIds = pick(Array.from({ length: 255 }, (_, index) => index));
const exact = pick(fields).map((names) => names.map((field) => ({ field, hasMask: false })));
const maybeMasked = pick(fields).chain((names) =>
  fc.tuple(...names.map((field) => fc.boolean().map((hasMask) => ({ field, hasMask })))),
);

function typed<const T extends string, V extends object>(type: T, values: fc.Arbitrary<V>) {
  return values.map((value) => ({ type, ...value }));
}

const instructions = fc.record({ instructionIds });
const next = fc.record({ nextTableIds });
const actions = fc.record({ actionIds });
const set = fc.record({ oxmIds: exact });

const required = [
  typed("instructions", instructions),
  typed("nextTables", next),
  typed("writeActions", actions),
  typed("applyActions", actions),
  typed("match", fc.record({ oxmIds: maybeMasked })),
  typed("wildcards", set),
  typed("writeSetfield", set),
  typed("applySetfield", set),
] as const;
const optional = [
  typed("instructionsMiss", instructions),
  typed("nextTablesMiss", next),
  typed("writeActionsMiss", actions),
  typed("applyActionsMiss", actions),
  typed("writeSetfieldMiss", set),
  typed("applySetfieldMiss", set),
] as const;

const properties: fc.Arbitrary<TableFeatureProperty[]> = fc
  .tuple(fc.tuple(...required), fc.tuple(...optional), fc.nat(63), fc.boolean())
  .map(([needed, more, chosen, alike]) => {
    const miss = alike ? [] : more.filter((_, index) => (chosen >> index) & 1);
    // Write-actions and apply-actions are often the same.
    const both = needed.map((property): TableFeatureProperty => {
      if (property.type === "applyActions" && chosen & 1) return { ...needed[2], type: "applyActions" };
      return property.type === "applySetfield" && chosen & 1 ? { ...needed[6], type: "applySetfield" } : property;
    });
    return [...both, ...miss];
  });

const table = fc.record({
  tableId: fc.nat(254),
  name: fc.constantFrom("", "", "acl", "classifier"),
  metadataMatch: fc.constantFrom(0n, 0n, 0xffn, 2n ** 64n - 1n),
  metadataWrite: fc.constantFrom(0n, 0n, 1n),
  config: fc.constantFrom(0, 3),
  maxEntries: fc.constantFrom(0, 1000, 1_000_000),
  properties,
});

/** Tables of which many are like the one before, but for something. */
const tables = fc
  .tuple(fc.array(table, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(9), { maxLength: 9 }))
  .map(([different, changes]) => {
    const list: TableFeatures[] = [];
    for (const first of different) {
      list.push(first);
      for (const change of changes) list.push(changed(list.at(-1) ?? first, change, different));
    }
    return list.slice(0, 10);
  });

function changed(last: TableFeatures, change: number, others: readonly TableFeatures[]): TableFeatures {
  const tableId = change === 9 ? last.tableId : (last.tableId + 1) % 255;
  if (change < 4) {
    // As Open vSwitch does: a table leads to those behind it.
    const behind = (property: TableFeatureProperty): TableFeatureProperty =>
      "nextTableIds" in property
        ? { ...property, nextTableIds: property.nextTableIds.filter((id) => id !== tableId) }
        : property;
    return { ...last, tableId, name: "", properties: last.properties.map(behind) };
  }
  if (change === 4) return { ...last, tableId, name: "same" };
  if (change === 5) return { ...last, tableId, maxEntries: 7 };
  const other = others[change % others.length] ?? last;
  const mixed = (property: TableFeatureProperty, index: number): TableFeatureProperty =>
    (index + change) % 3 === 0 ? (other.properties.find(({ type }) => type === property.type) ?? property) : property;
  return { ...last, tableId, name: "", properties: last.properties.map(mixed) };
}

async function expectPrinted(messages: readonly Message[]): Promise<void> {
  const theirs = await printedTogether(messages.map((message) => encode(message)));
  expect(messages.map((message) => `${formatMessage(message)}\n`).join("")).toBe(theirs);
}

it("is our text for 500 random lists of tables, in replies and requests", async () => {
  const lists = fc.sample(tables, { numRuns: 500, seed: 20_251_201 });
  await expectPrinted(lists.map((list) => multipartReply({ body: { type: "tableFeatures", tables: list } })));
  await expectPrinted(
    lists.slice(0, 50).map((list) => multipartRequest({ body: { type: "tableFeatures", tables: list } })),
  );
});

it("is our text for features that ovs-ofctl refuses, behind those that it takes", async () => {
  const [good, other] = fc.sample(table, { numRuns: 2, seed: 7 }).map((init) => tableFeatures({ ...init, name: "" }));
  if (!good || !other) throw new Error("no tables");
  const wrong: readonly Partial<TableFeatures>[] = [
    { tableId: 255 },
    { properties: good.properties.slice(1) },
    { properties: [...good.properties, { type: "unknown", code: 20, data: new Uint8Array(3) }] },
    { properties: [...good.properties, ...good.properties.slice(0, 1)] },
    {
      properties: [
        { type: "unknown", code: 9, data: new Uint8Array() },
        ...good.properties,
        { type: "unknown", code: 9, data: new Uint8Array() },
      ],
    },
    { properties: [{ type: "nextTables", nextTableIds: [1, 255] }] },
    { properties: [{ type: "wildcards", oxmIds: [{ field: "ethDst", hasMask: true }] }] },
    { properties: [{ type: "experimenterMiss", experimenter: 0, expType: 0, data: new Uint8Array() }] },
    { properties: [{ type: "experimenter", experimenter: 0, expType: 0, data: new Uint8Array() }, ...good.properties] },
  ];
  await expectPrinted(
    wrong.flatMap((change) => {
      const bad = { ...good, tableId: good.tableId + 1, ...change };
      return [[bad], [other, bad, good], [good, { ...good, tableId: good.tableId + 2 }, bad]].map((list) =>
        multipartReply({ flags: list.length % 2, body: { type: "tableFeatures", tables: list } }),
      );
    }),
  );
});
