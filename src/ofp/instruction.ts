/** OpenFlow 1.3.5 §7.2.4: instructions. */
import { pad, type Reader, struct, u8, u32, u64, WireError, type Writer, within } from "../wire/index.ts";
import { type Action, type Added, readActions, writeActions as writeActionList } from "./action.ts";
import type { Definition, Registry, Tagged } from "./definition.ts";
import { requireBigUint, requireTaggedList, requireUint } from "./require.ts";
import { fixed, readTagged, typeOf, writeTagged } from "./tagged.ts";

/** Carries on in a later table. */
export interface GotoTableInstruction {
  readonly type: "gotoTable";
  readonly tableId: number;
}

/** Sets the bits of the metadata register that `metadataMask` selects. */
export interface WriteMetadataInstruction {
  readonly type: "writeMetadata";
  readonly metadata: bigint;
  readonly metadataMask: bigint;
}

/** Merges actions into the action set, which runs when the pipeline ends. */
export interface WriteActionsInstruction<X extends Tagged = never> {
  readonly type: "writeActions";
  readonly actions: readonly Action<X>[];
}

/** Runs actions at once, in order. */
export interface ApplyActionsInstruction<X extends Tagged = never> {
  readonly type: "applyActions";
  readonly actions: readonly Action<X>[];
}

/** Empties the action set. */
export interface ClearActionsInstruction {
  readonly type: "clearActions";
}

/** Sends the packet through a meter first. */
export interface MeterInstruction {
  readonly type: "meter";
  readonly meterId: number;
}

/** OpenFlow 1.3.5 §7.2.4, struct ofp_instruction_experimenter, with what follows the experimenter id as it is. */
export interface ExperimenterInstruction {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly data: Uint8Array;
}

/** An instruction of a type that OpenFlow 1.3 does not define. */
export interface UnknownInstruction {
  readonly type: "unknown";
  readonly code: number;
  readonly data: Uint8Array;
}

/** An instruction; `X` are the actions of the extensions in use. */
export type Instruction<X extends Tagged = never> =
  | GotoTableInstruction
  | WriteMetadataInstruction
  | WriteActionsInstruction<X>
  | ApplyActionsInstruction<X>
  | ClearActionsInstruction
  | MeterInstruction
  | ExperimenterInstruction
  | UnknownInstruction;

/** OFPIT_EXPERIMENTER */
const EXPERIMENTER = 0xffff;

function withActions<const N extends string>(
  type: N,
  code: number,
): Definition<{ readonly type: N; readonly actions: readonly Tagged[] }> {
  return {
    type,
    code,
    decode(reader, registry) {
      reader.skip(4);
      try {
        return { type, actions: readActions(reader, registry) };
      } catch (error) {
        throw within("actions", error);
      }
    },
    encode(writer, { actions }, registry) {
      writer.zeros(4);
      try {
        writeActionList(writer, actions, registry);
      } catch (error) {
        throw within("actions", error);
      }
    },
  };
}

const definitions: readonly Definition[] = [
  fixed<GotoTableInstruction>("gotoTable", 1, struct({ tableId: u8, pad: pad(3) })),
  fixed<WriteMetadataInstruction>("writeMetadata", 2, struct({ pad: pad(4), metadata: u64, metadataMask: u64 })),
  withActions("writeActions", 3),
  withActions("applyActions", 4),
  fixed<ClearActionsInstruction>("clearActions", 5, struct({ pad: pad(4) })),
  fixed<MeterInstruction>("meter", 6, struct({ meterId: u32 })),
];
const byCode = new Map(definitions.map((definition) => [definition.code, definition]));
const byType = new Map(definitions.map((definition) => [definition.type, definition]));

/** Reads instructions up to the reader's end. Each type may stand once (experimenters aside). */
export function readInstructions(reader: Reader, registry: Registry): Instruction<Tagged>[] {
  const seen = new Set<number>();
  return reader.list(() => {
    const start = reader.at;
    return readTagged(reader, (code) => {
      once(seen, code, start);
      const definition = byCode.get(code);
      if (definition) return definition.decode(reader, registry) as Instruction<Tagged>;
      return code === EXPERIMENTER
        ? { type: "experimenter", experimenter: reader.u32(), data: reader.take() }
        : { type: "unknown", code, data: reader.take() };
    });
  });
}

/** Writes instructions in the given order. Each type may stand once (experimenters aside). */
export function writeInstructions(writer: Writer, instructions: readonly Tagged[], registry: Registry): void {
  const seen = new Set<number>();
  writer.list(instructions as readonly Instruction[], (instruction) => {
    const type = typeOf(instruction, "instruction", writer.offset);
    if (instruction.type === "unknown" || instruction.type === "experimenter") {
      writeOpaque(writer, instruction);
      return;
    }
    const definition = byType.get(type);
    if (!definition) throw new WireError("badType", `"${type}" is no instruction`, writer.offset);
    once(seen, definition.code, writer.offset);
    writeTagged(writer, definition.code, () => {
      definition.encode(writer, instruction, registry);
    });
  });
}

function writeOpaque(writer: Writer, instruction: UnknownInstruction | ExperimenterInstruction): void {
  const before = instruction.type === "unknown" ? 4 : 8;
  if (instruction.data instanceof Uint8Array && (before + instruction.data.length) % 8 !== 0) {
    throw new WireError("badLength", "the data does not fill up to a multiple of 8 bytes", writer.offset);
  }
  writeTagged(writer, instruction.type === "unknown" ? instruction.code : EXPERIMENTER, () => {
    if (instruction.type === "experimenter") writer.u32(instruction.experimenter);
    writer.raw(instruction.data);
  });
}

function once(seen: Set<number>, code: number, offset: number): void {
  if (code === EXPERIMENTER) return;
  if (seen.has(code)) throw new WireError("duplicate", `a second instruction of type ${code}`, offset);
  seen.add(code);
}

/** Runs actions at once, in order. Throws TypeError unless given a list. */
export function applyActions<X extends Tagged = never>(
  actions: readonly Action<X>[],
): ApplyActionsInstruction<Added<X>>;
export function applyActions(actions: readonly Tagged[]): ApplyActionsInstruction<Tagged> {
  return { type: "applyActions", actions: requireTaggedList("actions", actions) };
}

/** Merges actions into the action set. Throws TypeError unless given a list. */
export function writeActions<X extends Tagged = never>(
  actions: readonly Action<X>[],
): WriteActionsInstruction<Added<X>>;
export function writeActions(actions: readonly Tagged[]): WriteActionsInstruction<Tagged> {
  return { type: "writeActions", actions: requireTaggedList("actions", actions) };
}

/** Empties the action set. */
export function clearActions(): ClearActionsInstruction {
  return { type: "clearActions" };
}

/** Throws RangeError for a table that is no u8. */
export function gotoTable(tableId: number): GotoTableInstruction {
  return { type: "gotoTable", tableId: requireUint("tableId", tableId, 8) };
}

/** All 64 bits unless a mask is given. Throws RangeError or TypeError for what is no 64-bit bigint. */
export function writeMetadata(metadata: bigint, metadataMask = 0xffff_ffff_ffff_ffffn): WriteMetadataInstruction {
  return {
    type: "writeMetadata",
    metadata: requireBigUint("metadata", metadata, 64),
    metadataMask: requireBigUint("metadataMask", metadataMask, 64),
  };
}

/** Throws RangeError for a meter id that is no u32. */
export function meter(meterId: number): MeterInstruction {
  return { type: "meter", meterId: requireUint("meterId", meterId, 32) };
}
