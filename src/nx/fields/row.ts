/** How a row of the tables of fields is written. */
import type { FieldPart, FieldText, OxmField } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import type { Prerequisite } from "../../ofp/prerequisites.ts";
import type { Field } from "../../wire/index.ts";

/** What differs from a field of class NXM_NX that takes masks and needs nothing before it. */
export interface RowOptions {
  readonly oxmClass?: number;
  readonly experimenter?: number;
  readonly bits?: number;
  readonly maskable?: boolean;
  readonly within?: string;
  readonly range?: readonly [least: number, most: number];
  readonly variable?: boolean;
  readonly parts?: readonly FieldPart[];
  readonly missing?: Prerequisite;
}

/** OVS meta-flow.h, "Maskable: no". */
export const UNMASKABLE = { maskable: false };
/** OVS meta-flow.h, "Access: read-only". */
export const READ_ONLY = { readOnly: true };

export function row(
  field: number,
  name: string,
  oxmName: string,
  value: Field<number> | Field<bigint> | Field<string> | Field<Uint8Array>,
  text: FieldText,
  { oxmClass = OxmClass.nxm1, bits = 8 * value.size, maskable = true, ...more }: RowOptions = {},
): OxmField {
  return { name, oxmName, oxmClass, field, value, bits, maskable, ...more, text };
}
