/** Open vSwitch, nicira-ext.h, "NXT_PACKET_IN2": packets that come as properties, and may be sent on from where they stopped. */
import type { Definition, Printed, Registry, Tagged } from "../../ofp/definition.ts";
import { NO_BUFFER, PacketInReason } from "../../ofp/enums/packet.ts";
import type { Match } from "../../ofp/match.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import {
  onlyKnown,
  requireBigUint,
  requireBytes,
  requireNames,
  requireObject,
  requireTaggedList,
  requireUint,
} from "../../ofp/require.ts";
import { octets } from "../../ofp/text/number.ts";
import { packetLine } from "../../ofp/text/packet-line.ts";
import { packetInHead } from "../../ofp/text/print-packet.ts";
import { type ContinuationProperty, printContinuation } from "./continuation.ts";
import {
  loosePacketIn2Property,
  type PacketIn2Property,
  readPacketIn2Properties,
  writePacketIn2Properties,
} from "./packet-in2-property.ts";

/** NXT_PACKET_IN2: a packet before the controller, in the form that `PacketInFormat.nxt2` chooses. `X` are the actions in use. */
export interface PacketIn2<X extends Tagged = never> extends MessageHeader {
  readonly type: "packetIn2";
  /** In any order; {@link packetIn2Facts} puts them together. */
  readonly properties: readonly PacketIn2Property<X>[];
}

/** NXT_RESUME: sends a packet on that a `controller` action paused, as it was or changed. Once for each, and soon. */
export interface Resume<X extends Tagged = never> extends MessageHeader {
  readonly type: "resume";
  readonly properties: readonly PacketIn2Property<X>[];
}

function definition<T extends Body<PacketIn2<Tagged> | Resume<Tagged>>>(
  type: T["type"],
  code: number,
  label: string,
): Definition<T> {
  return {
    type,
    code,
    label,
    decode: (reader, registry) => ({ type, properties: readPacketIn2Properties<Tagged>(reader, registry) }) as T,
    encode: (writer, { properties }, registry) => {
      writePacketIn2Properties(writer, properties, registry);
    },
    print,
  };
}

/** `X` are the actions of the extensions that a continuation is read with. */
export function packetIn2Definition<X extends Tagged>(): Definition<Body<PacketIn2<X>>> {
  return definition("packetIn2", 30, "NXT_PACKET_IN2");
}

/** `X` are the actions of the extensions that a continuation is read with. */
export function resumeDefinition<X extends Tagged>(): Definition<Body<Resume<X>>> {
  return definition("resume", 28, "NXT_RESUME");
}

/** What the properties of a packet-in say together. */
export interface PacketIn2Facts<X extends Tagged = never> {
  /** The packet or its beginning; a view of the decoded bytes. */
  readonly data: Uint8Array;
  /** Bytes of the whole packet. */
  readonly totalLen: number;
  /** NO_BUFFER when the message carries the whole packet. */
  readonly bufferId: number;
  readonly tableId: number;
  /** All ones when no flow sent the packet. */
  readonly cookie: bigint;
  /** See PacketInReason. */
  readonly reason: number;
  /** What the switch knows about the packet besides its bytes. */
  readonly match: Match;
  /** What the action `controller` was given; empty when it was given nothing. */
  readonly userdata: Uint8Array;
  /** Absent unless the packet is paused. */
  readonly continuation?: readonly ContinuationProperty<X>[];
}

/** The properties of a packet-in in one object, as Open vSwitch reads them: of what stands there twice the last counts. */
export function packetIn2Facts<X extends Tagged = never>(message: {
  readonly properties: readonly PacketIn2Property<X>[];
}): PacketIn2Facts<X> {
  const facts: { -readonly [K in keyof PacketIn2Facts<X>]: PacketIn2Facts<X>[K] } = {
    data: new Uint8Array(),
    totalLen: 0,
    bufferId: NO_BUFFER,
    tableId: 0,
    cookie: 0xffff_ffff_ffff_ffffn,
    reason: 0,
    match: {},
    userdata: new Uint8Array(),
  };
  for (const property of message.properties) {
    switch (property.type) {
      case "packet":
        facts.data = property.data;
        break;
      case "fullLen":
        facts.totalLen = property.fullLen;
        break;
      case "bufferId":
        facts.bufferId = property.bufferId;
        break;
      case "tableId":
        facts.tableId = property.tableId;
        break;
      case "cookie":
        facts.cookie = property.cookie;
        break;
      case "reason":
        facts.reason = property.reason;
        break;
      case "metadata":
        facts.match = { ...facts.match, ...property.match };
        break;
      case "userdata":
        facts.userdata = property.data;
        break;
      case "continuation":
        facts.continuation = property.properties;
        break;
      default:
    }
  }
  if (facts.totalLen === 0) facts.totalLen = facts.data.length;
  return facts;
}

function print(
  { properties }: { readonly properties: readonly PacketIn2Property<Tagged>[] },
  registry: Registry,
): Printed {
  const taken: PacketIn2Property<Tagged>[] = [];
  for (const given of properties) {
    const property = loosePacketIn2Property(given, registry);
    if (!property) return { refusal: "OFPBPC_BAD_LEN" };
    if (property.type === "experimenter" && property.experimenter === 0) return { refusal: "OFPBPC_BAD_EXPERIMENTER" };
    taken.push(property);
  }
  const facts = packetIn2Facts<Tagged>({ properties: taken });
  if (facts.data.length === 0 || facts.totalLen < facts.data.length) return { refusal: "OFPBRC_BAD_LEN" };
  const { userdata, continuation = [] } = facts;
  const continued = printContinuation(continuation, registry);
  if (typeof continued !== "string") return continued;
  return [
    packetInHead(facts, registry),
    userdata.length === 0 ? "" : ` userdata=${octets(userdata).replace(/..(?=.)/g, "$&.")}\n`,
    continued,
    `${packetLine(facts.data)}\n`,
  ].join("");
}

/** What {@link packetIn2} takes: everything but the packet has a default. */
export type PacketIn2Init<X extends Tagged = never> = Partial<PacketIn2Facts<X>> & {
  readonly xid?: number;
  readonly data: Uint8Array;
};

/**
 * What a switch sends, with the properties in the order of Open vSwitch: totalLen the length of `data`, no buffer, table 0, no cookie,
 * reason noMatch, an empty match, no userdata and no continuation unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function packetIn2<X extends Tagged = never>(init: PacketIn2Init<X>): PacketIn2<X> {
  requireObject("init", init);
  const { continuation } = init;
  const facts = onlyKnown(init, {
    xid: requireUint("xid", init.xid, 32, 0),
    data: requireBytes("data", init.data),
    totalLen: requireUint("totalLen", init.totalLen, 32, init.data.length),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0xffff_ffff_ffff_ffffn),
    reason: requireUint("reason", init.reason, 8, PacketInReason.noMatch),
    match: requireObject("match", init.match, {}),
    userdata: requireBytes("userdata", init.userdata, new Uint8Array()),
    continuation: continuation && requireTaggedList("continuation", continuation),
  });
  const properties: PacketIn2Property<X>[] = [{ type: "packet", data: facts.data }];
  if (facts.totalLen !== facts.data.length) properties.push({ type: "fullLen", fullLen: facts.totalLen });
  if (facts.bufferId !== NO_BUFFER) properties.push({ type: "bufferId", bufferId: facts.bufferId });
  properties.push({ type: "tableId", tableId: facts.tableId });
  if (facts.cookie !== 0xffff_ffff_ffff_ffffn) properties.push({ type: "cookie", cookie: facts.cookie });
  properties.push({ type: "reason", reason: facts.reason }, { type: "metadata", match: facts.match });
  if (facts.continuation) properties.push({ type: "continuation", properties: facts.continuation });
  if (facts.userdata.length > 0) properties.push({ type: "userdata", data: facts.userdata });
  return { type: "packetIn2", xid: facts.xid, properties };
}

/** What {@link resume} may change. */
export interface ResumeChanges {
  /** 0 unless given. */
  readonly xid?: number;
  /** Takes the place of the packet. */
  readonly data?: Uint8Array;
  /** Takes the place of what the switch told about the packet: `inPort`, registers, metadata. */
  readonly match?: Match;
}

/**
 * Sends a paused packet on from where it stopped: `resume(packetIn2)`, or changed, `resume(packetIn2, { data })`. The userdata stays behind.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function resume<X extends Tagged = never>(paused: PacketIn2<X>, changes: ResumeChanges = {}): Resume<X> {
  requireNames("changes", changes, ["xid", "data", "match"]);
  const data = changes.data && requireBytes("changes.data", changes.data);
  const match = changes.match && requireObject("changes.match", changes.match);
  const properties: PacketIn2Property<X>[] = [];
  for (const property of requireTaggedList("paused.properties", requireObject("paused", paused).properties)) {
    if (property.type === "userdata") continue;
    if (property.type === "packet" && data) properties.push({ type: "packet", data });
    else if (property.type === "metadata" && match) properties.push({ type: "metadata", match });
    else properties.push(property);
  }
  return { type: "resume", xid: requireUint("changes.xid", changes.xid, 32, 0), properties };
}
