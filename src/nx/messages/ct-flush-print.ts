/** Connections that shall be forgotten, in ovs-ofctl's words. */
import type { Printed, Registry } from "../../ofp/definition.ts";
import { type CtFlushProperty, type CtTupleProperty, ctFlushProperties, tupleProperties } from "./ct-tuple.ts";

/** Before an IPv4 address in IPv6. */
export const MAPPED = "::ffff:";

type Family = "none" | "ipv4" | "ipv6";

/** A tuple as ovs-ofctl gathers it: the last of each counts, and what ICMP has takes the place of ports. */
interface Gathered {
  src: string;
  dst: string;
  /** ICMP's id, too. */
  srcPort: number;
  /** ICMP's code in the upper 8 bits and its type in the lower ones, too. */
  dstPort: number;
}

function nothing(): Gathered {
  return { src: "::", dst: "::", srcPort: 0, dstPort: 0 };
}

interface Read {
  readonly tuples: { readonly origTuple: Gathered; readonly replyTuple: Gathered };
  family: Family;
  zone: number;
}

/** What is behind the heading. */
export function printCtFlush(
  { ipProto, properties }: { readonly ipProto: number; readonly properties: readonly CtFlushProperty[] },
  registry: Registry,
): Printed {
  const read: Read = { tuples: { origTuple: nothing(), replyTuple: nothing() }, family: "none", zone: 0 };
  for (const given of properties) {
    const refusal = gather(ctFlushProperties.loose(given, registry), read, registry);
    if (refusal !== undefined) return { refusal };
  }
  const { tuples, family, zone } = read;
  const first = tupleText(tuples.origTuple, ipProto, family);
  const second = tupleText(tuples.replyTuple, ipProto, family);
  return ` zone=${zone} '${first},ct_nw_proto=${ipProto}' '${second}'`;
}

function gather(property: CtFlushProperty | undefined, read: Read, registry: Registry): string | undefined {
  switch (property?.type) {
    case undefined:
      return "OFPBPC_BAD_LEN";
    case "origTuple":
    case "replyTuple":
      for (const given of property.properties) {
        const item = tupleProperties.loose(given, registry);
        const refusal = gatherTuple(item, read, read.tuples[property.type]);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    case "zoneId":
      read.zone = property.zoneId;
      return undefined;
    case "experimenter":
      return property.experimenter === 0 ? "OFPBPC_BAD_EXPERIMENTER" : undefined;
    case "unknown":
      return undefined;
  }
}

function gatherTuple(item: CtTupleProperty | undefined, read: Read, tuple: Gathered): string | undefined {
  switch (item?.type) {
    case undefined:
      return "OFPBPC_BAD_LEN";
    case "src":
    case "dst": {
      const family = familyOf(item.address);
      if (read.family !== "none" && family !== "none" && read.family !== family) return "OFPBPC_BAD_VALUE";
      // Open vSwitch 3.1 forgets the family at an address of zeros.
      read.family = family;
      tuple[item.type] = item.address;
      return undefined;
    }
    case "srcPort":
    case "dstPort":
      tuple[item.type] = item.port;
      return undefined;
    case "icmpId":
      tuple.srcPort = item.icmpId;
      return undefined;
    case "icmpType":
      tuple.dstPort = (tuple.dstPort & 0xff00) | item.icmpType;
      return undefined;
    case "icmpCode":
      tuple.dstPort = (tuple.dstPort & 0xff) | (item.icmpCode << 8);
      return undefined;
    case "experimenter":
      return item.experimenter === 0 ? "OFPBPC_BAD_EXPERIMENTER" : undefined;
    case "unknown":
      return undefined;
  }
}

function familyOf(address: string): Family {
  if (address === "::") return "none";
  return address.startsWith(MAPPED) && address.includes(".") ? "ipv4" : "ipv6";
}

const ICMP = [1, 58];

function tupleText(tuple: Gathered, ipProto: number, family: Family): string {
  const name = family === "ipv4" ? "nw" : "ipv6";
  const plain = (address: string) => (familyOf(address) === "ipv4" ? address.slice(MAPPED.length) : address);
  const addresses = `ct_${name}_src=${plain(tuple.src)},ct_${name}_dst=${plain(tuple.dst)}`;
  return ICMP.includes(ipProto)
    ? `${addresses},icmp_id=${tuple.srcPort},icmp_type=${tuple.dstPort & 0xff},icmp_code=${tuple.dstPort >> 8}`
    : `${addresses},ct_tp_src=${tuple.srcPort},ct_tp_dst=${tuple.dstPort}`;
}
