/** Instructions and actions named without their arguments, as the features of a table list them (OpenFlow 1.3.5 §7.3.5.5.2). */
import { type Reader, WireError, type Writer } from "../../../wire/index.ts";
import { ActionType, InstructionType } from "../../enums/action.ts";
import { byNumber } from "../../enums/by-number.ts";
import { typeOf } from "../../tagged.ts";

/** An instruction or action of an experimenter. */
export interface ExperimenterTypeId {
  readonly type: "experimenter";
  readonly experimenter: number;
  /** What follows the experimenter id. */
  readonly data: Uint8Array;
}

/** One of a type that OpenFlow 1.3 does not define, or with bytes that it does not define. */
export interface UnknownTypeId {
  readonly type: "unknown";
  readonly code: number;
  /** What follows type and length. */
  readonly data: Uint8Array;
}

/** An instruction that a table has. */
export type InstructionId =
  | { readonly type: Exclude<keyof typeof InstructionType, "experimenter"> }
  | ExperimenterTypeId
  | UnknownTypeId;

/** An action that a table has. */
export type ActionId =
  | { readonly type: Exclude<keyof typeof ActionType, "experimenter"> }
  | ExperimenterTypeId
  | UnknownTypeId;

interface Family<N extends string> {
  readonly what: string;
  readonly codes: Readonly<Record<string, number>>;
  readonly names: ReadonlyMap<number, N>;
}

export const instructionIds = {
  what: "instruction",
  codes: InstructionType,
  names: byNumber(InstructionType, "experimenter"),
};
export const actionIds = { what: "action", codes: ActionType, names: byNumber(ActionType, "experimenter") };

/** The same number in both. */
const { experimenter } = InstructionType;

const HEADER = 4;

/** Nothing is padded here, and a plain one is 4 bytes long. */
export function readTypeId<N extends string>(
  reader: Reader,
  { names }: Family<N>,
): { readonly type: N } | ExperimenterTypeId | UnknownTypeId {
  reader.need(HEADER);
  const code = reader.view.getUint16(reader.at);
  const length = reader.view.getUint16(reader.at + 2);
  if (length < HEADER) throw new WireError("badLength", `length ${length} is below ${HEADER}`, reader.at + 2);
  return reader.element(length, () => {
    reader.skip(HEADER);
    if (code === experimenter) return { type: "experimenter", experimenter: reader.u32(), data: reader.take() };
    const type = names.get(code);
    return type !== undefined && reader.remaining === 0 ? { type } : { type: "unknown", code, data: reader.take() };
  });
}

export function writeTypeId<N extends string>(
  writer: Writer,
  id: { readonly type: N } | ExperimenterTypeId | UnknownTypeId,
  { what, codes }: Family<N>,
): void {
  const start = writer.offset;
  const type = typeOf(id, what, start);
  if (isUnknown(id)) {
    writer.u16(id.code);
    writer.u16(0);
    writer.raw(id.data);
  } else if (isExperimenter(id)) {
    writer.u16(experimenter);
    writer.u16(0);
    writer.u32(id.experimenter);
    writer.raw(id.data);
  } else {
    if (!Object.hasOwn(codes, type)) throw new WireError("badType", `"${type}" is no ${what}`, start);
    writer.u16(codes[type] ?? 0);
    writer.u16(0);
  }
  writer.patchU16(start + 2, writer.offset - start);
}

function isUnknown(id: { readonly type: string }): id is UnknownTypeId {
  return id.type === "unknown";
}

function isExperimenter(id: { readonly type: string }): id is ExperimenterTypeId {
  return id.type === "experimenter";
}
