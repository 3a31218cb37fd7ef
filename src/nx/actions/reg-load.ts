/** OVS ofp-actions.c, struct nx_action_reg_load: writes a number into some bits of a field. */
import type { ActionContext, Definition } from "../../ofp/definition.ts";
import { part } from "../../ofp/part.ts";
import { hex, parseBigUint } from "../../ofp/text/number.ts";
import { shifted, struct, u16, u32, u64, WireError } from "../../wire/index.ts";
import { requireBigUint, requireObject } from "../../wire/require.ts";
import { headerOf, MAX_WIDTH, opaque, packRange, readSubfield } from "../destination.ts";
import { formatSubfield, parseSubfield, requireSubfield, type Subfield } from "../subfield.ts";

/** Writes `value` into some bits of a field: `load:0x5->NXM_NX_REG0[0..15]`. */
export interface RegLoadAction {
  readonly type: "regLoad";
  /** At most 64 bits. */
  readonly dst: Subfield;
  /** Must fit into the bits of `dst`. */
  readonly value: bigint;
}

const REG_LOAD = 7;

const layout = struct({ ofsNbits: u16, dst: u32, value: u64 });

export const regLoadDefinition: Definition<RegLoadAction> = {
  type: "regLoad",
  code: REG_LOAD,
  decode(reader, registry) {
    const start = reader.at;
    const { ofsNbits, dst: header, value } = reader.field(layout);
    const dst = part("dst", () => readSubfield(header, ofsNbits, registry, start));
    if (!dst) return opaque(reader, start, reader.at) as RegLoadAction;
    checkFit(value, dst.bits, start);
    return { type: "regLoad", dst, value };
  },
  encode(writer, { dst, value }, registry) {
    const at = writer.offset;
    const header = part("dst", () => headerOf(dst, registry, at));
    writer.field(layout, { ofsNbits: part("dst", () => packRange(dst, at)), dst: header, value });
    checkFit(value, dst.bits, at);
  },
  target: ({ dst }) => dst.field,
  format: ({ dst, value }, registry) => `load:${hex(value)}->${formatSubfield(dst, registry)}`,
  words: { load: parseLoad },
};

function checkFit(value: bigint, bits: number, at: number): void {
  if (value >> BigInt(bits) !== 0n)
    throw new WireError("outOfRange", `${value} does not fit ${bits} bits`, at, "value");
}

/** `0x5->NXM_NX_REG0[0..15]` */
function parseLoad(argument: string, { registry }: ActionContext): RegLoadAction {
  const arrow = argument.indexOf("->");
  if (arrow < 0) throw new WireError("syntax", "load needs a value, ->, and a field", argument.length);
  let dst: Subfield;
  try {
    dst = parseSubfield(argument.slice(arrow + 2), registry);
    if (dst.bits > MAX_WIDTH) throw new WireError("outOfRange", `${dst.bits} bits, at most ${MAX_WIDTH}`, 0);
  } catch (error) {
    throw shifted(arrow + 2, error);
  }
  return { type: "regLoad", dst, value: parseBigUint(argument.slice(0, arrow), dst.bits) };
}

/**
 * `regLoad({ field: "reg0", offset: 0, bits: 16 }, 5n)` writes 5 into the lower half of register 0.
 *
 * Throws RangeError or TypeError for a subfield of more than 64 bits or none, or a value that does not fit it. Whether the field
 * exists and has these bits, encoding checks.
 */
export function regLoad(dst: Subfield, value: bigint | number): RegLoadAction {
  const subfield = requireSubfield("dst", requireObject("dst", dst), MAX_WIDTH);
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(`value must be a safe integer or a bigint, not ${value}`);
  }
  const wide = typeof value === "number" ? BigInt(value) : value;
  return { type: "regLoad", dst: subfield, value: requireBigUint("value", wide, subfield.bits) };
}
