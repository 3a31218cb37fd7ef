/** Messages that change the flow tables or send a packet: first they are read, then they are carried out, maybe in a bundle. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import { BadRequestCode, FlowModFailedCode } from "../../ofp/enums/error.ts";
import { FlowModCommand, FlowModFlags } from "../../ofp/enums/flow.ts";
import { NO_BUFFER } from "../../ofp/enums/packet.ts";
import { Port } from "../../ofp/enums/port.ts";
import { Table } from "../../ofp/enums/table.ts";
import type { Match } from "../../ofp/match.ts";
import type { FlowMod } from "../../ofp/messages/flow-mod.ts";
import type { PacketOut } from "../../ofp/messages/packet-out.ts";
import { type Abilities, checkActions, checkInstructions } from "./check.ts";
import type { FlowTables, Removal } from "./flow-table.ts";
import { packetFields } from "./header-fields.ts";
import { readyMatch } from "./match.ts";
import { Packet } from "./packet.ts";
import { type Outcome, runActions, type Surroundings } from "./pipeline.ts";
import { badRequest, flowModFailed } from "./refusal.ts";

/** What a change led to, to be told once it is sure. */
export interface Done {
  readonly removals: readonly Removal[];
  readonly outcome?: Outcome;
}

/** Throws a refusal for what only the tables can tell. */
export type Change = (tables: FlowTables, surroundings: Surroundings) => Done;

const ETHERNET_HEADER = 14;
const KNOWN_FLAGS = Object.values(FlowModFlags).reduce<number>((all, flag) => all | flag, 0);

/** Throws a refusal for what the switch does not understand. */
export function readFlowMod(message: FlowMod<NiciraAction>, abilities: Abilities): Change {
  const { command, tableId, flags, instructions } = message;
  const ready = readyMatch(message.match);
  const deletes = command === FlowModCommand.delete || command === FlowModCommand.deleteStrict;
  if ((flags & ~KNOWN_FLAGS) !== 0) throw flowModFailed(FlowModFailedCode.badFlags);
  if (tableId === Table.all && !deletes) throw flowModFailed(FlowModFailedCode.badTableId);
  checkInstructions(instructions, message.match, tableId, abilities);
  if (tableId >= abilities.tables && tableId !== Table.all) throw flowModFailed(FlowModFailedCode.badTableId);
  if (!deletes && message.bufferId !== NO_BUFFER) throw badRequest(BadRequestCode.bufferUnknown);
  switch (command) {
    case FlowModCommand.add:
      return (tables, surroundings) => {
        tables.add(message, ready, surroundings.now());
        return { removals: [] };
      };
    case FlowModCommand.modify:
    case FlowModCommand.modifyStrict:
      return (tables) => {
        tables.modify(message, ready, command === FlowModCommand.modifyStrict);
        return { removals: [] };
      };
    case FlowModCommand.delete:
    case FlowModCommand.deleteStrict:
      return (tables) => ({ removals: tables.delete(message, ready, command === FlowModCommand.deleteStrict) });
    default:
      throw flowModFailed(FlowModFailedCode.badCommand);
  }
}

/** Throws a refusal for what the switch does not understand. */
export function readPacketOut(message: PacketOut<NiciraAction>, abilities: Abilities): Change {
  const { inPort, data, actions } = message;
  if (message.bufferId !== NO_BUFFER) throw badRequest(BadRequestCode.bufferUnknown);
  const named = inPort === Port.local || inPort === Port.controller || inPort === Port.any;
  if (inPort >= Port.max - 0xffff0000 && !named) throw badRequest(BadRequestCode.badPort);
  if (data.length < ETHERNET_HEADER) throw badRequest(BadRequestCode.badPacket);
  checkActions(actions, describe(data, inPort), abilities);
  return (_, surroundings) => ({ removals: [], outcome: runActions(data, inPort, actions, surroundings) });
}

/** What a match would have to say for the actions to fit: that much the switch sees for itself. */
function describe(frame: Uint8Array, inPort: number): Match {
  const packet = new Packet(frame, inPort);
  const read = (name: string) => Number(packetFields.get(name)?.read(packet) ?? 0n);
  return {
    ethType: read("ethType"),
    vlanVid: read("vlanVid"),
    ipProto: read("ipProto"),
    icmpv6Type: read("icmpv6Type"),
  };
}
