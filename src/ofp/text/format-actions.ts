/** Actions and instructions as ovs-ofctl prints them. */
import { toHex, WireError } from "../../wire/index.ts";
import type { ExperimenterAction, UnknownAction } from "../action.ts";
import type { Registry, Tagged } from "../definition.ts";
import type { ExperimenterInstruction, Instruction, UnknownInstruction } from "../instruction.ts";
import { typeOf } from "../tagged.ts";
import { hex, paddedHex } from "./number.ts";

/** Actions separated by commas, `drop` for none. */
export function formatActions(actions: readonly Tagged[], registry: Registry): string {
  return actions.length === 0 ? "drop" : actions.map((action) => formatAction(action, registry)).join(",");
}

/** One action. What no extension in use knows is printed in words of ours, which ovs-ofctl does not read. */
export function formatAction(action: Tagged, registry: Registry): string {
  const type = typeOf(action, "action", 0);
  const words = registry.actionByType(type)?.definition.format?.(action, registry);
  if (words !== undefined) return words;
  if (!isOpaque(action)) throw new WireError("unsupported", `the action "${type}" has no text`, 0);
  return formatOpaque("action", action);
}

type Opaque = UnknownAction | ExperimenterAction | UnknownInstruction | ExperimenterInstruction;

function isOpaque(value: Tagged): value is Opaque {
  return value.type === "unknown" || value.type === "experimenter";
}

/** `action(code=99,data=0011)`, `action(experimenter=0x00001234,data=)`. */
function formatOpaque(word: string, opaque: Opaque): string {
  const id = opaque.type === "unknown" ? `code=${opaque.code}` : `experimenter=${paddedHex(opaque.experimenter, 8)}`;
  return `${word}(${id},data=${toHex(opaque.data)})`;
}

/** The order in which a switch carries out instructions, and the only one in which ovs-ofctl reads them. */
const order = ["meter", "applyActions", "clearActions", "writeActions", "writeMetadata", "gotoTable"];

/** Instructions in the order of their execution, `drop` for none. */
export function formatInstructions(instructions: readonly Tagged[], registry: Registry): string {
  const words = [...(instructions as readonly Instruction[])]
    .sort((a, b) => rank(a) - rank(b))
    .map((instruction) => formatInstruction(instruction, registry))
    .filter((text) => text !== "");
  return words.length === 0 ? "drop" : words.join(",");
}

function rank({ type }: Instruction): number {
  const index = order.indexOf(type);
  return index < 0 ? order.length : index;
}

function formatInstruction(instruction: Instruction, registry: Registry): string {
  switch (instruction.type) {
    case "meter":
      return `meter:${instruction.meterId}`;
    case "applyActions":
      return instruction.actions.length === 0 ? "" : formatActions(instruction.actions, registry);
    case "clearActions":
      return "clear_actions";
    case "writeActions":
      return `write_actions(${formatActions(instruction.actions, registry)})`;
    case "writeMetadata": {
      const { metadata, metadataMask } = instruction;
      const mask = metadataMask === 0xffff_ffff_ffff_ffffn ? "" : `/${hex(metadataMask)}`;
      return `write_metadata:${hex(metadata)}${mask}`;
    }
    case "gotoTable":
      return `goto_table:${instruction.tableId}`;
    default:
      return formatOpaque("instruction", instruction);
  }
}
