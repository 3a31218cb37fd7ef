/** What the switch does with each message of the controller. */
import type { NiciraAction, OnfMessage } from "../../nx/extension.ts";
import {
  BadRequestCode,
  ErrorType,
  FlowModFailedCode,
  HelloFailedCode,
  SwitchConfigFailedCode,
} from "../../ofp/enums/error.ts";
import { FlowModCommand, FlowModFlags } from "../../ofp/enums/flow.ts";
import { NO_BUFFER } from "../../ofp/enums/packet.ts";
import { Port } from "../../ofp/enums/port.ts";
import { Capabilities, ConfigFlags } from "../../ofp/enums/switch.ts";
import { Table } from "../../ofp/enums/table.ts";
import type { Match } from "../../ofp/match.ts";
import { OFP_VERSION } from "../../ofp/message.ts";
import { barrierReply } from "../../ofp/messages/barrier.ts";
import { getConfigReply } from "../../ofp/messages/config.ts";
import { echoReply } from "../../ofp/messages/echo.ts";
import { featuresReply } from "../../ofp/messages/features.ts";
import type { FlowMod } from "../../ofp/messages/flow-mod.ts";
import type { Hello } from "../../ofp/messages/hello.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { type MultipartRequest, multipartReply } from "../../ofp/messages/multipart.ts";
import type { PacketOut } from "../../ofp/messages/packet-out.ts";
import { type Abilities, checkActions, checkInstructions } from "./check.ts";
import { fieldNamed, packetName } from "./field-bits.ts";
import { passesFilters, statsOf } from "./flow-entry.ts";
import type { FlowTables, Removal } from "./flow-table.ts";
import { packetFields } from "./header-fields.ts";
import { covers, readyMatch } from "./match.ts";
import type { CheckedOptions } from "./options.ts";
import { Packet } from "./packet.ts";
import { type Outcome, runActions, type Surroundings } from "./pipeline.ts";
import { badRequest, flowModFailed, Refusal } from "./refusal.ts";
import { DESCRIPTION, describePort, flowReplies, type SwitchCodec } from "./replies.ts";

/** The parts of a switch that a message can reach. */
export interface SwitchParts {
  readonly tables: FlowTables;
  /** Whether each port is up. */
  readonly ports: ReadonlyMap<number, boolean>;
  readonly abilities: Abilities;
  readonly surroundings: Surroundings;
  readonly options: CheckedOptions;
  readonly codec: SwitchCodec;
  readonly config: { missSendLen: number };
  readonly tell: (message: Message<NiciraAction, OnfMessage>) => void;
  readonly deliver: (outcome: Outcome) => void;
  readonly tellRemovals: (removals: readonly Removal[]) => void;
}

const ETHERNET_HEADER = 14;
const KNOWN_FLAGS = Object.values(FlowModFlags).reduce<number>((all, flag) => all | flag, 0);

/** Throws a refusal or a WireError for what an error message answers. */
export function answer(message: Message<NiciraAction, OnfMessage>, parts: SwitchParts): void {
  const { tell, options } = parts;
  switch (message.type) {
    case "hello":
      checkHello(message);
      break;
    case "echoRequest":
      tell(echoReply(message));
      break;
    case "featuresRequest":
      tell(
        featuresReply({
          xid: message.xid,
          datapathId: options.datapathId,
          nTables: options.tables,
          capabilities: Capabilities.flowStats,
        }),
      );
      break;
    case "getConfigRequest":
      tell(getConfigReply({ xid: message.xid, missSendLen: parts.config.missSendLen }));
      break;
    case "setConfig":
      if (message.flags !== ConfigFlags.fragNormal) {
        throw new Refusal(ErrorType.switchConfigFailed, SwitchConfigFailedCode.badFlags);
      }
      parts.config.missSendLen = message.missSendLen;
      break;
    case "flowMod":
      changeFlows(message, parts);
      break;
    case "packetOut":
      sendPacket(message, parts);
      break;
    case "multipartRequest":
      answerMultipart(message, parts);
      break;
    case "barrierRequest":
      // Nothing is ever left undone here.
      tell(barrierReply(message));
      break;
    case "echoReply":
    case "error":
      break;
    case "experimenter":
      throw badRequest(BadRequestCode.badExperimenter);
    default:
      throw badRequest(BadRequestCode.badType);
  }
}

/** OpenFlow 1.3.5 §6.3.1: a bitmap says which versions the other side speaks, without one all up to that of the header. */
function checkHello({ version, elements }: Hello): void {
  const bitmap = elements.find((element) => element.type === "versionBitmap");
  const common = bitmap ? bitmap.versions.includes(OFP_VERSION) : version >= OFP_VERSION;
  if (!common) throw new Refusal(ErrorType.helloFailed, HelloFailedCode.incompatible);
}

function changeFlows(
  message: FlowMod<NiciraAction>,
  { tables, abilities, surroundings, tellRemovals }: SwitchParts,
): void {
  const { command, tableId, flags, instructions } = message;
  const ready = readyMatch(message.match);
  const deletes = command === FlowModCommand.delete || command === FlowModCommand.deleteStrict;
  if ((flags & ~KNOWN_FLAGS) !== 0) throw flowModFailed(FlowModFailedCode.badFlags);
  if (tableId === Table.all && !deletes) throw flowModFailed(FlowModFailedCode.badTableId);
  checkInstructions(instructions, plainNames(message.match), tableId, abilities);
  if (tableId >= abilities.tables && tableId !== Table.all) throw flowModFailed(FlowModFailedCode.badTableId);
  if (!deletes && message.bufferId !== NO_BUFFER) throw badRequest(BadRequestCode.bufferUnknown);
  switch (command) {
    case FlowModCommand.add:
      tables.add(message, ready, surroundings.now());
      break;
    case FlowModCommand.modify:
    case FlowModCommand.modifyStrict:
      tables.modify(message, ready, command === FlowModCommand.modifyStrict);
      break;
    case FlowModCommand.delete:
    case FlowModCommand.deleteStrict:
      tellRemovals(tables.delete(message, ready, command === FlowModCommand.deleteStrict));
      break;
    default:
      throw flowModFailed(FlowModFailedCode.badCommand);
  }
}

/** The match with one name for a field, whatever its header. */
function plainNames(match: Match): Match {
  return Object.fromEntries(
    Object.entries(match).map(([name, value]) => {
      const field = fieldNamed(name);
      return [field ? packetName(field) : name, value];
    }),
  );
}

function sendPacket(message: PacketOut<NiciraAction>, { abilities, surroundings, deliver }: SwitchParts): void {
  const { inPort, data, actions } = message;
  if (message.bufferId !== NO_BUFFER) throw badRequest(BadRequestCode.bufferUnknown);
  const named = inPort === Port.local || inPort === Port.controller || inPort === Port.any;
  if (inPort >= Port.max - 0xffff0000 && !named) throw badRequest(BadRequestCode.badPort);
  if (data.length < ETHERNET_HEADER) throw badRequest(BadRequestCode.badPacket);
  checkActions(actions, describe(data, inPort), abilities);
  deliver(runActions(data, inPort, actions, surroundings));
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

function answerMultipart({ xid, body }: MultipartRequest, parts: SwitchParts): void {
  const { tell, options, ports, tables, surroundings, codec } = parts;
  switch (body.type) {
    case "desc":
      tell(multipartReply({ xid, body: DESCRIPTION }));
      break;
    case "portDesc": {
      const described = [...ports].map(([port, isUp]) => describePort(port, isUp, options.datapathId));
      tell(multipartReply({ xid, body: { type: "portDesc", ports: described } }));
      break;
    }
    case "flow": {
      const ready = readyMatch(body.match);
      const flows = [...tables.entries(body.tableId)]
        .filter((entry) => covers(ready, entry.ready) && passesFilters(entry, body))
        .map((entry) => statsOf(entry, surroundings.now()));
      for (const reply of flowReplies(xid, flows, codec)) tell(reply);
      break;
    }
    case "experimenter":
      throw badRequest(BadRequestCode.badExperimenter);
    default:
      throw badRequest(BadRequestCode.badMultipart);
  }
}
