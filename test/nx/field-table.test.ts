import { describe, expect, it } from "vitest";
import { nicira, onf } from "../../src/nx/index.ts";
import { basicFields } from "../../src/ofp/fields.ts";
import type { OxmField } from "../../src/ofp/index.ts";
import { knownFields } from "./known-fields.ts";

const fields: readonly OxmField[] = [...basicFields, ...(nicira.fields ?? []), ...(onf.fields ?? [])];
/** Fields of OpenFlow 1.3 that Open vSwitch lacks. */
const OTHERS = ["OXM_OF_IN_PHY_PORT", "OXM_OF_PBB_ISID", "OXM_OF_IPV6_EXTHDR"];
const PREFIX = /^(?:NXM_OF|NXM_NX|OXM_OF|NXOXM_ET|ONFOXM_ET|ERICOXM_OF|NXOXM(?=_NSH))_/;

function camelCase(oxmName: string): string {
  return oxmName
    .replace(PREFIX, "")
    .toLowerCase()
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

describe("the tables of fields", () => {
  it("have the 209 headers that Open vSwitch 3.1 knows, and the three of OpenFlow 1.3 that it lacks", () => {
    const ours = fields
      .filter(({ oxmName }) => !OTHERS.includes(oxmName))
      .map(({ oxmName, oxmClass, field, experimenter = 0, value }) => ({
        oxmName,
        oxmClass,
        field,
        experimenter,
        size: value.size,
      }));
    const sorted = <T extends { readonly oxmName: string }>(rows: readonly T[]) =>
      [...rows].sort((a, b) => (a.oxmName < b.oxmName ? -1 : 1));
    expect(knownFields).toHaveLength(209);
    expect(sorted(ours)).toEqual(sorted(knownFields));
    expect(fields).toHaveLength(212);
  });

  it("name each by its OXM name in camelCase, a second header with the class behind", () => {
    const alternates = fields.filter(({ text }) => text?.alternate);
    const firsts = fields.filter(({ text, name }) => !text?.alternate && name !== "inPortNxm");
    expect(firsts.map(({ name }) => name)).toEqual(firsts.map(({ oxmName }) => camelCase(oxmName)));
    expect(alternates.map(({ name }) => name.replace(/(?:Nxm|Oxm|Nxoxm)$/, ""))).toEqual(
      alternates.map(({ parts }) => parts?.[0]?.name),
    );
    expect(alternates).toHaveLength(31);
  });

  it("give every field words of ovs-ofctl", () => {
    expect(fields.filter(({ text }) => text === undefined)).toEqual([]);
  });

  it("name parts that are there, and that have the bits", () => {
    const byName = new Map(fields.map((field) => [field.name, field]));
    const parts = fields.flatMap((field) => field.parts ?? []);
    expect(parts.filter(({ name, bits }) => bits > 8 * (byName.get(name)?.value.size ?? 0))).toEqual([]);
    expect(parts.filter(({ name }) => byName.get(name)?.parts)).toEqual([]);
  });
});
