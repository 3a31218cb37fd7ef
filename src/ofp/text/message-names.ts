/** ovs-ofctl's names of messages, told by the numbers in their headers alone. */
import { viewOf } from "../../wire/index.ts";
import type { MultipartDirection, Registry } from "../definition.ts";

const EXPERIMENTER = 4;
const EXPERIMENTER_LENGTH = 16;
const MULTIPART_REQUEST = 18;
const MULTIPART_REPLY = 19;
const MULTIPART_LENGTH = 16;
const MULTIPART_EXPERIMENTER = 0xffff;
const MULTIPART_EXPERIMENTER_LENGTH = 24;
const METER_CONFIG = 10;
const TABLE_FEATURES = 12;
const METER_MOD = 29;

/** In the order of enum ofp_type; those with a body of their own kind have none. */
const names: readonly (string | undefined)[] = [
  "OFPT_HELLO",
  "OFPT_ERROR",
  "OFPT_ECHO_REQUEST",
  "OFPT_ECHO_REPLY",
  undefined,
  "OFPT_FEATURES_REQUEST",
  "OFPT_FEATURES_REPLY",
  "OFPT_GET_CONFIG_REQUEST",
  "OFPT_GET_CONFIG_REPLY",
  "OFPT_SET_CONFIG",
  "OFPT_PACKET_IN",
  "OFPT_FLOW_REMOVED",
  "OFPT_PORT_STATUS",
  "OFPT_PACKET_OUT",
  "OFPT_FLOW_MOD",
  "OFPT_GROUP_MOD",
  "OFPT_PORT_MOD",
  "OFPT_TABLE_MOD",
  undefined,
  undefined,
  "OFPT_BARRIER_REQUEST",
  "OFPT_BARRIER_REPLY",
  "OFPT_QUEUE_GET_CONFIG_REQUEST",
  "OFPT_QUEUE_GET_CONFIG_REPLY",
  "OFPT_ROLE_REQUEST",
  "OFPT_ROLE_REPLY",
  "OFPT_GET_ASYNC_REQUEST",
  "OFPT_GET_ASYNC_REPLY",
  "OFPT_SET_ASYNC",
  "OFPT_METER_MOD",
];

/** In the order of enum ofp_multipart_type. */
const multipartNames: readonly string[] = [
  ...["DESC", "FLOW", "AGGREGATE", "TABLE", "PORT", "QUEUE", "GROUP", "GROUP_DESC", "GROUP_FEATURES"],
  ...["METER", "METER_CONFIG", "METER_FEATURES", "TABLE_FEATURES", "PORT_DESC"],
];

/** The name of a message of which at least the header is there; undefined where ovs-ofctl has none. */
export function messageName(bytes: Uint8Array, registry: Registry): string | undefined {
  const type = bytes[1] ?? 0;
  if (type === EXPERIMENTER) return experimenterName(bytes, registry);
  // Bands come in multiples of 8 bytes: a message that ends elsewhere is none to ovs-ofctl, when it is all there.
  const isOdd = bytes.length % 8 !== 0 && bytes.length === viewOf(bytes).getUint16(2);
  if (type === METER_MOD && isOdd) return undefined;
  if (type !== MULTIPART_REQUEST && type !== MULTIPART_REPLY) return names[type];
  const code = bytes.length < MULTIPART_LENGTH ? undefined : viewOf(bytes).getUint16(8);
  // A reply about no table is none to ovs-ofctl.
  if (type === MULTIPART_REPLY && code === TABLE_FEATURES && bytes.length === MULTIPART_LENGTH) return undefined;
  if (type === MULTIPART_REPLY && code === METER_CONFIG && isOdd) return undefined;
  const direction = type === MULTIPART_REQUEST ? "request" : "reply";
  if (code === MULTIPART_EXPERIMENTER) return multipartExperimenterName(bytes, direction, registry);
  const name = code === undefined ? undefined : multipartNames[code];
  return name && `OFPST_${name} ${direction}`;
}

function experimenterName(bytes: Uint8Array, registry: Registry): string | undefined {
  if (bytes.length < EXPERIMENTER_LENGTH) return undefined;
  const view = viewOf(bytes);
  return registry.experimenterMessage(view.getUint32(8), view.getUint32(12))?.label;
}

function multipartExperimenterName(
  bytes: Uint8Array,
  direction: MultipartDirection,
  registry: Registry,
): string | undefined {
  if (bytes.length < MULTIPART_EXPERIMENTER_LENGTH) return undefined;
  const view = viewOf(bytes);
  const label = registry.experimenterMultipart(direction, view.getUint32(16), view.getUint32(20))?.label;
  return label && `${label} ${direction}`;
}
