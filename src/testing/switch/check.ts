/** What a switch looks at before it takes a flow or a packet-out: whether it can do, and may do, what is asked. */

import { NICIRA, ONF } from "../../nx/experimenter.ts";
import type { RegLoadAction } from "../../nx/reg-load.ts";
import type { Registry } from "../../ofp/definition.ts";
import { BadActionCode, BadInstructionCode } from "../../ofp/enums/error.ts";
import { Port } from "../../ofp/enums/port.ts";
import { exact, type Match, matchEntries } from "../../ofp/match.ts";
import { advance, lacks, type PacketState, packetState } from "../../ofp/text/packet-state.ts";
import { EtherType } from "../../tcp/frame-types.ts";
import { bitsOf, fieldNamed, packetName } from "./field-bits.ts";
import type { SwitchAction, SwitchInstruction } from "./flow-entry.ts";
import { packetFields } from "./header-fields.ts";
import { badAction, badInstruction } from "./refusal.ts";

export interface Abilities {
  readonly registry: Registry;
  readonly tables: number;
  /** Whether the four TCP actions are known. */
  readonly tcpShift: boolean;
}

/** Highest port number of Open vSwitch, less one. */
const FIRST_RESERVED_PORT = 0xff00;
const NAMED_PORTS: readonly number[] = [Port.inPort, Port.table, Port.flood, Port.all, Port.controller, Port.local];
const VID_PRESENT = 0x1000n;

/** Throws a refusal for instructions that a flow of that table and match may not have. */
export function checkInstructions(
  instructions: readonly SwitchInstruction[],
  match: Match,
  tableId: number,
  abilities: Abilities,
): void {
  const state = packetState(match);
  for (const instruction of instructions) {
    switch (instruction.type) {
      case "applyActions":
        checkActions(instruction.actions, state, abilities);
        break;
      case "writeActions":
        for (const action of instruction.actions) checkWritten(action, state, abilities);
        break;
      case "gotoTable":
        if (instruction.tableId <= tableId || instruction.tableId >= abilities.tables) {
          throw badInstruction(BadInstructionCode.badTableId);
        }
        break;
      case "clearActions":
      case "writeMetadata":
        break;
      case "meter":
        throw badInstruction(BadInstructionCode.unsupInst);
      case "experimenter":
        throw badInstruction(BadInstructionCode.badExperimenter);
      case "unknown":
        throw badInstruction(BadInstructionCode.unknownInst);
    }
  }
}

/** Throws a refusal for actions that may not run, one after the other, on such a packet. */
export function checkActions(actions: readonly SwitchAction[], state: PacketState, abilities: Abilities): void {
  for (const action of actions) {
    checkAction(action, state, abilities);
    if (lacks(state, action, abilities.registry, "strict") !== undefined) {
      throw badAction(BadActionCode.matchInconsistent);
    }
    advance(state, action);
  }
}

/** The action set runs later on a packet that may have changed: only set-field must fit the match. */
function checkWritten(action: SwitchAction, state: PacketState, abilities: Abilities): void {
  if (action.type === "note" || action.type === "finTimeout") throw badAction(BadActionCode.badType);
  checkAction(action, state, abilities);
  if (lacks(state, action, abilities.registry, "lenient") !== undefined) {
    throw badAction(BadActionCode.matchInconsistent);
  }
}

function checkAction(action: SwitchAction, state: PacketState, abilities: Abilities): void {
  switch (action.type) {
    case "output":
      if (action.port >= FIRST_RESERVED_PORT && !NAMED_PORTS.includes(action.port)) {
        throw badAction(BadActionCode.badOutPort);
      }
      break;
    case "group":
      throw badAction(BadActionCode.badOutGroup);
    case "setField":
      checkSetField(action.field);
      break;
    case "regLoad":
      checkLoad(action, state);
      break;
    case "pushVlan":
      if (action.ethertype !== EtherType.vlan && action.ethertype !== EtherType.serviceVlan) {
        throw badAction(BadActionCode.badArgument);
      }
      break;
    case "finTimeout":
      if (exact(state.seen.get("ipProto")) !== 6) throw badAction(BadActionCode.matchInconsistent);
      break;
    case "incTcpSeq":
    case "decTcpSeq":
    case "incTcpAck":
    case "decTcpAck":
      if (!abilities.tcpShift) throw badAction(BadActionCode.badExpType);
      break;
    case "experimenter":
      throw badAction(
        action.experimenter === NICIRA || action.experimenter === ONF
          ? BadActionCode.badExpType
          : BadActionCode.badExperimenter,
      );
    case "resubmit":
    case "resubmitTable":
    case "note":
    case "setQueue":
    case "popVlan":
    case "setNwTtl":
    case "decNwTtl":
      break;
    default:
      checkUnsupported(action);
  }
}

/** Everything else that the codec can read and the model cannot do. */
function checkUnsupported(action: SwitchAction): never {
  throw badAction(action.type === "resubmitTableCt" ? BadActionCode.badExpType : BadActionCode.badType);
}

function checkSetField(target: Match): void {
  const [[name, entry] = ["", 0]] = matchEntries(target);
  const field = fieldNamed(name);
  if (!field) throw badAction(BadActionCode.badSetType);
  const writable = packetFields.get(packetName(field))?.write !== undefined && packetName(field) !== "inPort";
  if (!writable) throw badAction(BadActionCode.badSetArgument);
  const { value } = bitsOf(field, entry);
  if (field.name === "vlanVid" && (value & VID_PRESENT) === 0n) throw badAction(BadActionCode.badSetArgument);
}

function checkLoad({ dst }: RegLoadAction, { seen }: PacketState): void {
  const field = fieldNamed(dst.field);
  if (!field) throw badAction(BadActionCode.badSetType);
  if (packetFields.get(packetName(field))?.write === undefined) throw badAction(BadActionCode.badSetArgument);
  if (field.missing?.(seen) !== undefined) throw badAction(BadActionCode.matchInconsistent);
}
