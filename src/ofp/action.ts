/** OpenFlow 1.3.5 §7.2.5: lists of actions. */
import { type Reader, WireError, type Writer, within } from "../wire/index.ts";
import { type EthertypeAction, headerDefinitions, type PlainAction, type SetTtlAction } from "./actions/header.ts";
import { type GroupAction, type OutputAction, outputDefinitions, type SetQueueAction } from "./actions/output.ts";
import { type SetFieldAction, setFieldDefinition } from "./actions/set-field.ts";
import type { Definition, Registry, Tagged } from "./definition.ts";
import { readTagged, typeOf, writeTagged } from "./tagged.ts";

/** An experimenter action that no loaded extension knows, or whose subtype it does not know. */
export interface ExperimenterAction {
  readonly type: "experimenter";
  readonly experimenter: number;
  /** What follows the experimenter id; with the 8 bytes before it a multiple of 8 long. */
  readonly data: Uint8Array;
}

/** An action of a type that OpenFlow 1.3 does not define. */
export interface UnknownAction {
  readonly type: "unknown";
  readonly code: number;
  /** What follows type and length. */
  readonly data: Uint8Array;
}

/** The actions of the specification. */
export type StandardAction =
  | OutputAction
  | GroupAction
  | SetQueueAction
  | SetFieldAction
  | PlainAction
  | SetTtlAction
  | EthertypeAction
  | ExperimenterAction
  | UnknownAction;

/** An action; `X` are those of the extensions in use. */
export type Action<X extends Tagged = never> = StandardAction | X;

/** What extensions add among the actions that a caller gave a builder: the parameter of what it builds. */
export type Added<X extends Tagged> = Exclude<X, StandardAction>;

/** OFPAT_EXPERIMENTER */
const EXPERIMENTER = 0xffff;

export const standardActions: readonly Definition[] = [...outputDefinitions, ...headerDefinitions, setFieldDefinition];

/** Reads actions up to the reader's end. */
export function readActions(reader: Reader, registry: Registry): Action<Tagged>[] {
  return reader.list(() => readTagged(reader, (code) => readBody(reader, code, registry)));
}

function readBody(reader: Reader, code: number, registry: Registry): Tagged {
  if (code !== EXPERIMENTER) {
    const definition = registry.actionByCode(code);
    return definition
      ? definition.decode(reader, registry)
      : ({ type: "unknown", code, data: reader.take() } as UnknownAction);
  }
  const experimenter = reader.u32();
  if (reader.remaining >= 2) {
    const definition = registry.experimenterAction(experimenter, reader.view.getUint16(reader.at));
    if (definition) {
      reader.skip(2);
      return definition.decode(reader, registry);
    }
  }
  return { type: "experimenter", experimenter, data: reader.take() } as ExperimenterAction;
}

export function writeActions(writer: Writer, actions: readonly Tagged[], registry: Registry): void {
  writer.list(actions, (action) => {
    writeAction(writer, action as StandardAction, registry);
  });
}

function writeAction(writer: Writer, action: StandardAction, registry: Registry): void {
  const type = typeOf(action, "action", writer.offset);
  if (action.type === "unknown") {
    writeTagged(writer, action.code, () => {
      writeAligned(writer, action.data, 4);
    });
    return;
  }
  if (action.type === "experimenter") {
    writeTagged(writer, EXPERIMENTER, () => {
      writer.u32(action.experimenter);
      writeAligned(writer, action.data, 8);
    });
    return;
  }
  const entry = registry.actionByType(type);
  if (!entry) throw new WireError("badType", `"${type}" is no action that this codec knows`, writer.offset);
  const { definition, experimenter } = entry;
  try {
    writeTagged(writer, experimenter === undefined ? definition.code : EXPERIMENTER, () => {
      if (experimenter !== undefined) {
        writer.u32(experimenter);
        writer.u16(definition.code);
      }
      definition.encode(writer, action, registry);
    });
  } catch (error) {
    throw within(type, error);
  }
}

/** Raw data is never padded behind the caller's back: it must already end where OpenFlow lets it. */
function writeAligned(writer: Writer, data: Uint8Array, before: number): void {
  if (data instanceof Uint8Array && (before + data.length) % 8 !== 0) {
    throw new WireError("badLength", `${data.length} bytes of data do not fill up to a multiple of 8`, writer.offset);
  }
  writer.raw(data);
}
