/** OpenFlow 1.3.5 §7.2.5, struct ofp_action_set_field: one OXM TLV, padded to 8 bytes inside the action. */
import { isObject, WireError } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { type Match, matchEntries } from "../match.ts";
import { type OxmTarget, readOxm, writeOxm } from "../oxm.ts";
import { rawNameOf } from "../oxm-header.ts";
import { requireObject } from "../require.ts";
import { formatFieldValue, formatRaw } from "../text/field-text.ts";

/** Rewrites one field: `{ type: "setField", field: { ipv4Dst: "10.0.0.2" } }`. */
export interface SetFieldAction {
  readonly type: "setField";
  /** Exactly one field, by its name in a match. */
  readonly field: Match;
}

export const setFieldDefinition: Definition<SetFieldAction> = {
  type: "setField",
  code: 25,
  decode: (reader, registry) => {
    const field: OxmTarget = {};
    readOxm(reader, registry, field);
    // The TLV's own length says where it ends: what is left is padding.
    reader.skip(reader.remaining % 8);
    return { type: "setField", field };
  },
  encode: (writer, action, registry) => {
    const entries = isObject(action.field) ? matchEntries(action.field) : [];
    const [entry] = entries;
    if (!entry || entries.length !== 1) {
      throw new WireError("badValue", `set-field of ${entries.length} fields instead of one`, writer.offset, "field");
    }
    writeOxm(writer, entry, registry);
  },
  target: ({ field }) => matchEntries(field)[0]?.[0],
  format: (action, registry) => {
    const [entry] = matchEntries(action.field);
    if (!entry) throw new WireError("badValue", "set-field of no field", 0, "field");
    const [name, value] = entry;
    const field = registry.fieldByName(name);
    return field
      ? `set_field:${formatFieldValue(value, field, false)}->${field.text?.name ?? rawNameOf(field)}`
      : `set_field:${formatRaw(value)}->${name}`;
  },
};

/** `setField({ ipv4Dst: "10.0.0.2" })`. Throws TypeError unless exactly one field is given. */
export function setField(field: Match): SetFieldAction {
  if (matchEntries(requireObject("field", field)).length !== 1)
    throw new TypeError("field must hold exactly one field");
  return { type: "setField", field };
}
