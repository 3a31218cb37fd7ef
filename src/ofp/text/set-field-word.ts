/** `set_field:value->field`, and the older words that mean it. */
import { quote, WireError } from "../../wire/index.ts";
import type { SetFieldAction } from "../actions/set-field.ts";
import type { ActionContext, FieldValue, Masked, OxmField, Tagged } from "../definition.ts";
import { OxmClass } from "../enums/match.ts";
import { toBits } from "../field-bits.ts";
import { isMasked } from "../oxm.ts";
import { parseHeaderValue, parseRawValue, rawKey, targetField } from "./field-text.ts";

const ARROW = "->";

function setField(name: string, value: FieldValue | Masked): SetFieldAction {
  return { type: "setField", field: { [name]: value } };
}

/** A whole field set to a value as text. */
export function setFieldTo(fieldName: string, text: string, { registry }: ActionContext): Tagged {
  const field = registry.fieldByName(fieldName);
  if (!field) throw new WireError("unknownField", `${fieldName} is no field that this codec knows`, 0);
  const value = parseHeaderValue(text, field);
  if (value === undefined || isMasked(value)) {
    throw new WireError("badMask", `${quote(text)} does not say every bit of ${fieldName}`, 0);
  }
  return setField(fieldName, value);
}

/** A masked value is what Open vSwitch sends as `load` actions: the extension that has the word makes them. */
export function setFieldWord(argument: string, context: ActionContext): Tagged | readonly Tagged[] {
  const arrow = argument.indexOf(ARROW);
  const name = argument.slice(arrow + ARROW.length);
  if (arrow < 0 || name === "") {
    throw new WireError(
      "syntax",
      `${quote(argument)} is not of the form value->field`,
      arrow < 0 ? 0 : argument.length,
    );
  }
  const nameAt = arrow + ARROW.length;
  const text = argument.slice(0, arrow);
  const field = targetField(name, context.registry);
  if (!field) {
    const key = rawKey(name);
    if (key === undefined) throw new WireError("unknownField", `${quote(name)} is no field that can be set`, nameAt);
    return setField(key, parseRawValue(text));
  }
  if (field.text?.readOnly) throw new WireError("badValue", `${name} is read-only`, nameAt);
  const value = parseHeaderValue(text, field);
  if (value === undefined) return [];
  return isMasked(value) ? loads(value, field, context, nameAt) : setField(field.name, value);
}

/** One `load` for each run of bits in the mask, lowest first. */
function loads({ value, mask }: Masked, field: OxmField, context: ActionContext, nameAt: number): Tagged[] {
  const load = context.registry.actionWord("load");
  if (!load || !field.text) {
    throw new WireError("unsupported", "OpenFlow 1.3 sets whole fields; a mask needs the Nicira extension", nameAt);
  }
  if (field.variable || field.oxmClass === OxmClass.experimenter) {
    throw new WireError("unsupported", `a load has no room for the header of ${field.name}: no mask is taken`, nameAt);
  }
  const [bits, selected] = [toBits(field, value), toBits(field, mask)];
  const actions: Tagged[] = [];
  // The bit that says that there is a tag is not loaded.
  const width = field.name === "vlanVid" ? 12 : field.bits;
  for (let low = 0; low < width; low++) {
    if (!((selected >> BigInt(low)) & 1n)) continue;
    let high = low;
    while (high + 1 < Math.min(width, low + 64) && (selected >> BigInt(high + 1)) & 1n) high++;
    const run = BigInt.asUintN(high - low + 1, bits >> BigInt(low));
    const made = load(`0x${run.toString(16)}${ARROW}${field.text.name}[${low}..${high}]`, context);
    if (isMany(made)) actions.push(...made);
    else actions.push(made);
    low = high;
  }
  return actions;
}

function isMany(made: Tagged | readonly Tagged[]): made is readonly Tagged[] {
  return Array.isArray(made);
}
