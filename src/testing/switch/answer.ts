/** What the switch does with each message of the controller. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import type { ExtensionMessage } from "../../nx/messages/index.ts";
import { BadRequestCode, ErrorType, HelloFailedCode, SwitchConfigFailedCode } from "../../ofp/enums/error.ts";
import { MessageType } from "../../ofp/enums/message.ts";
import { Capabilities, ConfigFlags } from "../../ofp/enums/switch.ts";
import { OFP_VERSION } from "../../ofp/message.ts";
import { barrierReply } from "../../ofp/messages/barrier.ts";
import { getConfigReply } from "../../ofp/messages/config.ts";
import { echoReply } from "../../ofp/messages/echo.ts";
import { featuresReply } from "../../ofp/messages/features.ts";
import type { Hello } from "../../ofp/messages/hello.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { type MultipartRequest, multipartReply } from "../../ofp/messages/multipart.ts";
import type { Bundles } from "./bundle.ts";
import { type Change, readFlowMod, readPacketOut } from "./change.ts";
import type { Abilities } from "./check.ts";
import { passesFilters, statsOf } from "./flow-entry.ts";
import type { FlowTables, Removal } from "./flow-table.ts";
import { covers, readyMatch } from "./match.ts";
import type { CheckedOptions } from "./options.ts";
import type { Outcome, Surroundings } from "./pipeline.ts";
import { badRequest, Refusal } from "./refusal.ts";
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
  readonly bundles: Bundles;
  readonly tell: (message: Message<NiciraAction, ExtensionMessage>) => void;
  readonly deliver: (outcome: Outcome) => void;
  readonly tellRemovals: (removals: readonly Removal[]) => void;
  /** Answers a message, given as its bytes, with an error. */
  readonly refuse: (bytes: Uint8Array, refusal: Refusal) => void;
}

/** `bytes` are the message's own. Throws a refusal or a WireError for what an error message answers. */
export function answer(message: Message<NiciraAction, ExtensionMessage>, bytes: Uint8Array, parts: SwitchParts): void {
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
      carryOut(readFlowMod(message, parts.abilities), parts);
      break;
    case "packetOut":
      carryOut(readPacketOut(message, parts.abilities), parts);
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
    case "bundleControl":
      if (!options.bundles) throw badRequest(BadRequestCode.badExperimenter);
      parts.bundles.control(message, bytes, parts);
      break;
    case "bundleAdd":
      if (!options.bundles) throw badRequest(BadRequestCode.badExperimenter);
      parts.bundles.add(message, bytes, parts);
      break;
    default: {
      const isExperimenter = bytes[1] === MessageType.experimenter;
      throw badRequest(isExperimenter ? BadRequestCode.badExperimenter : BadRequestCode.badType);
    }
  }
}

function carryOut(change: Change, { tables, surroundings, tellRemovals, deliver }: SwitchParts): void {
  const { removals, outcome } = change(tables, surroundings);
  tellRemovals(removals);
  if (outcome) deliver(outcome);
}

/** OpenFlow 1.3.5 §6.3.1: a bitmap says which versions the other side speaks, without one all up to that of the header. */
function checkHello({ version, elements }: Hello): void {
  const bitmap = elements.find((element) => element.type === "versionBitmap");
  const common = bitmap ? bitmap.versions.includes(OFP_VERSION) : version >= OFP_VERSION;
  if (!common) throw new Refusal(ErrorType.helloFailed, HelloFailedCode.incompatible);
}

type AnyMultipartRequest = MultipartRequest | Extract<ExtensionMessage, { readonly type: "multipartRequest" }>;

function answerMultipart({ xid, body }: AnyMultipartRequest, parts: SwitchParts): void {
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
    case "flowMonitor":
    case "ipfixBridge":
    case "ipfixFlow":
      throw badRequest(BadRequestCode.badExperimenter);
    default:
      throw badRequest(BadRequestCode.badMultipart);
  }
}
