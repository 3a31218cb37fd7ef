/** Messages as `ovs-ofctl -O OpenFlow13 ofp-print` prints them. */
import { viewOf, WireError } from "../../wire/index.ts";
import type { Registry, Tagged } from "../definition.ts";
import { MultipartReplyFlags } from "../enums/multipart.ts";
import { HEADER_LENGTH, readMessage } from "../message.ts";
import type { EchoReply, EchoRequest } from "../messages/echo.ts";
import type { Message } from "../messages/index.ts";
import type {
  MultipartReply,
  MultipartReplyBody,
  MultipartRequest,
  MultipartRequestBody,
} from "../messages/multipart.ts";
import { hexDump } from "./dump.ts";
import { messageName } from "./message-names.ts";
import { encoded, heading, type PrintContext, type Printed, type Printer, type Refusal, refused } from "./print.ts";
import { printAsync } from "./print-async.ts";
import { printError } from "./print-error.ts";
import { printFlowMod, printFlowRemoved, printFlowStats, printFlowStatsRequest } from "./print-flow.ts";
import {
  printGroupDesc,
  printGroupDescRequest,
  printGroupFeatures,
  printGroupMod,
  printGroupStats,
  printGroupStatsRequest,
} from "./print-group.ts";
import {
  printMeterConfig,
  printMeterFeatures,
  printMeterMod,
  printMeterRequest,
  printMeterStats,
} from "./print-meter.ts";
import { printPacketIn, printPacketOut } from "./print-packet.ts";
import { printPortMod, printPortStatus, printPorts } from "./print-port.ts";
import { printQueueGetConfigReply, printQueueGetConfigRequest } from "./print-queue.ts";
import {
  printAggregateStats,
  printPortStats,
  printPortStatsRequest,
  printQueueStats,
  printQueueStatsRequest,
} from "./print-stats.ts";
import { printDesc, printFeatures, printGetConfig, printHello, printRole, printSetConfig } from "./print-switch.ts";
import { printTableFeatures, printTableMod, printTableStats } from "./print-table.ts";

type Known = Message<Tagged>;

/** Without the line feed at its end. */
export function formatMessage(message: Tagged, registry: Registry): string {
  return print(encoded(message, registry), { registry, outermost: true }).replace(/\n$/, "");
}

/** One whole message in lines, each with its end. Printers see what was decoded: nothing is missing there, and nothing odd. */
function print(bytes: Uint8Array, context: PrintContext): string {
  const { registry } = context;
  const message = readMessage(bytes, registry) as Known;
  // Version 0 is none that anybody speaks.
  const name = bytes[0] === 0 ? undefined : messageName(bytes, registry);
  if (name === undefined) return refused(refusalOf(message).refusal, bytes);
  const head = heading(name, bytes);
  const printed = printBody(message, context);
  if (typeof printed === "string") return lines(head + printed);
  const before = printed.printed ?? "";
  return (before === "" ? `${head} ` : lines(head + before)) + refused(printed.refusal, bytes);
}

function lines(text: string): string {
  const trimmed = text.replace(/ $/, "");
  return trimmed.endsWith("\n") ? trimmed : `${trimmed}\n`;
}

/** Experimenters that ovs-ofctl knows: of these it is the type that it does not know. */
const KNOWN_EXPERIMENTERS = [0x2320, 0x4f4e4600];

function refusalOf(message: Known): Refusal {
  if (message.type === "experimenter") return { refusal: unknownTo(message.experimenter) };
  if (message.type === "multipartRequest" || message.type === "multipartReply") {
    const { body } = message;
    if (body.type === "tableFeatures" || body.type === "meterConfig") return { refusal: "OFPBRC_BAD_LEN" };
    return { refusal: body.type === "experimenter" ? unknownTo(body.experimenter) : "OFPBRC_BAD_STAT" };
  }
  return { refusal: message.type === "meterMod" ? "OFPBRC_BAD_LEN" : "OFPBRC_BAD_TYPE" };
}

function unknownTo(experimenter: number): string {
  return KNOWN_EXPERIMENTERS.includes(experimenter) ? "OFPBRC_BAD_SUBTYPE" : "OFPBRC_BAD_VENDOR";
}

type Printers<M extends Tagged> = { readonly [T in M["type"]]?: Printer<Extract<M, { readonly type: T }>> };

const echo: Printer<EchoRequest | EchoReply> = ({ data }, { outermost }) =>
  ` ${data.length} bytes of payload\n${outermost ? hexDump(data) : ""}`;

const multipart: Printer<MultipartRequest | MultipartReply<Tagged>> = (message, context) => {
  const flags = multipartFlags(message.flags);
  const printed = printMultipart(message, context);
  return typeof printed === "string" ? flags + printed : { ...printed, printed: flags + (printed.printed ?? "") };
};

/** A new message is a row here; one without is its heading. */
const printers: Printers<Known> = {
  hello: printHello,
  error: (message, context) => printError(message, context, (bytes) => printPayload(bytes, context)),
  echoRequest: echo,
  echoReply: echo,
  featuresReply: printFeatures,
  getConfigReply: printGetConfig,
  setConfig: printSetConfig,
  packetIn: printPacketIn,
  packetOut: printPacketOut,
  flowRemoved: printFlowRemoved,
  flowMod: printFlowMod,
  groupMod: printGroupMod,
  portStatus: printPortStatus,
  portMod: printPortMod,
  tableMod: printTableMod,
  queueGetConfigRequest: printQueueGetConfigRequest,
  queueGetConfigReply: printQueueGetConfigReply,
  roleRequest: printRole,
  roleReply: printRole,
  getAsyncReply: printAsync,
  setAsync: printAsync,
  meterMod: printMeterMod,
  multipartRequest: multipart,
  multipartReply: multipart,
  unknown: ({ body }) => `\n${hexDump(body)}`,
};

function printBody(message: Known, context: PrintContext): Printed {
  const printer = printers[message.type] as Printer<Known> | undefined;
  if (printer) return printer(message, context);
  return context.registry.messageByType(message.type)?.definition.print?.(message, context.registry) ?? "";
}

/** What is printed behind the heading of a message inside another. */
export function printInner(message: Tagged, registry: Registry): Printed {
  return printBody(readMessage(encoded(message, registry), registry) as Known, { registry, outermost: false });
}

function multipartFlags(flags: number): string {
  const more = flags & MultipartReplyFlags.more;
  const rest = flags & ~MultipartReplyFlags.more;
  const unknown = rest === 0 ? "" : `[***unknown flags 0x${rest.toString(16).padStart(4, "0")}***]`;
  return flags === 0 ? "" : ` flags=${more === 0 ? "" : "[more]"}${unknown}`;
}

/** What follows the heading of a multipart message; a new type is a row in one or both. */
const requestPrinters: Printers<MultipartRequestBody> = {
  portDesc: () => " port=ANY",
  flow: printFlowStatsRequest,
  aggregate: printFlowStatsRequest,
  portStats: printPortStatsRequest,
  queue: printQueueStatsRequest,
  group: printGroupStatsRequest,
  groupDesc: printGroupDescRequest,
  meter: printMeterRequest,
  meterConfig: printMeterRequest,
  tableFeatures: printTableFeatures,
  experimenter: ({ data }) => `\n${hexDump(data)}`,
  unknown: ({ data }) => `\n${hexDump(data)}`,
};

const replyPrinters: Printers<MultipartReplyBody<Tagged>> = {
  desc: printDesc,
  portDesc: ({ ports }) => `\n${printPorts(ports)}`,
  flow: (body, context) => body.flows.map((flow) => printFlowStats(flow, context)).join(""),
  aggregate: printAggregateStats,
  table: printTableStats,
  portStats: printPortStats,
  queue: printQueueStats,
  group: printGroupStats,
  groupDesc: printGroupDesc,
  groupFeatures: printGroupFeatures,
  meter: printMeterStats,
  meterConfig: printMeterConfig,
  meterFeatures: printMeterFeatures,
  tableFeatures: printTableFeatures,
  experimenter: ({ data }) => `\n${hexDump(data)}`,
  unknown: ({ data }) => `\n${hexDump(data)}`,
};

function printMultipart({ type, body }: MultipartRequest | MultipartReply<Tagged>, context: PrintContext): Printed {
  const bodies: Readonly<Record<string, unknown>> = type === "multipartRequest" ? requestPrinters : replyPrinters;
  const printer = bodies[body.type] as Printer<Tagged> | undefined;
  if (printer) return printer(body, context);
  const direction = type === "multipartRequest" ? "request" : "reply";
  return context.registry.multipartByType(direction, body.type)?.definition.print?.(body, context.registry) ?? "";
}

/** The message in an error, which may be cut short. */
function printPayload(bytes: Uint8Array, { registry }: PrintContext): string {
  if (bytes.length === 0) return "OpenFlow message is empty\n";
  if (bytes.length < HEADER_LENGTH) {
    return `OpenFlow packet too short (only ${bytes.length} bytes):\n${hexDump(bytes)}`;
  }
  const length = viewOf(bytes).getUint16(2);
  const name = messageName(bytes, registry);
  const head = name === undefined ? undefined : heading(name, bytes);
  if (length > bytes.length) {
    const first = head === undefined ? "" : `${head}\n`;
    return `${first}(***truncated to ${bytes.length} bytes from ${length}***)\n${hexDump(bytes)}`;
  }
  if (length < bytes.length) return `(***only uses ${length} bytes out of ${bytes.length}***)\n${hexDump(bytes)}`;
  try {
    return print(bytes, { registry, outermost: false });
  } catch (error) {
    const refusal = refused(refusalFor(error), bytes);
    return head === undefined ? refusal : `${head} ${refusal}`;
  }
}

/** What comes nearest among ovs-ofctl's errors. */
function refusalFor(error: unknown): string {
  if (!(error instanceof WireError)) throw error;
  switch (error.code) {
    case "badVersion":
      return "OFPBRC_BAD_VERSION";
    case "badPrerequisite":
      return "OFPBMC_BAD_PREREQ";
    case "duplicate":
      return "OFPBMC_DUP_FIELD";
    case "badMask":
      return "OFPBMC_BAD_MASK";
    case "outOfRange":
      return "OFPBMC_BAD_VALUE";
    default:
      return "OFPBRC_BAD_LEN";
  }
}
