/** What tells one TCP connection from another. */
import { WireError } from "../wire/index.ts";
import { requireIp, requireList, requireObject, requireUint } from "../wire/require.ts";
import type { FlowKey } from "./flow-types.ts";
import type { Frame } from "./frame-types.ts";

/**
 * The key of the direction in which this frame travels.
 *
 * Throws WireError `unsupported` when the frame has no TCP ports: another protocol, a later fragment, a header that does not
 * parse.
 */
export function flowKey(frame: Frame): FlowKey {
  const ip = frame.ipv4 ?? frame.ipv6;
  if (!frame.tcp || !ip) throw new WireError("unsupported", "a frame without TCP ports has no flow key", 0);
  const vlans = frame.ethernet.vlans.map(({ vid }) => vid).filter((vid) => vid !== 0);
  return { vlans, src: ip.src, dst: ip.dst, srcPort: frame.tcp.srcPort, dstPort: frame.tcp.dstPort };
}

/** What {@link createFlowKey} takes. */
export interface FlowKeyFields extends Omit<FlowKey, "vlans"> {
  /** VLAN identifiers, outermost first, 0 to 4095; zeros are left out. Absent: untagged. */
  readonly vlans?: readonly number[];
}

/**
 * A key from values that somebody wrote down. Addresses come out in the spelling of a decoded frame, so that keys compare as
 * text: a log may write `2001:0db8:0:0:0:0:0:1` for `2001:db8::1`.
 *
 * Throws RangeError or TypeError naming the field; both addresses must be of one IP version.
 */
export function createFlowKey(fields: FlowKeyFields): FlowKey {
  requireObject("fields", fields);
  const src = requireIp("src", fields.src);
  const dst = requireIp("dst", fields.dst);
  if (src.includes(":") !== dst.includes(":")) throw new RangeError(`dst: ${dst} is not of the IP version of ${src}`);
  const vlans = requireList("vlans", fields.vlans, []).map((vid, index) => requireUint(`vlans[${index}]`, vid, 12));
  return {
    vlans: vlans.filter((vid) => vid !== 0),
    src,
    dst,
    srcPort: requireUint("srcPort", fields.srcPort, 16),
    dstPort: requireUint("dstPort", fields.dstPort, 16),
  };
}

/** The key of the other direction. */
export function reverseFlowKey(key: FlowKey): FlowKey {
  return { vlans: key.vlans, src: key.dst, dst: key.src, srcPort: key.dstPort, dstPort: key.srcPort };
}

/**
 * A key as text, different for different keys: `10.0.0.3:33333>10.0.0.1:11111`, `[2001:db8::3]:33333>[2001:db8::1]:80`, with
 * VLANs behind it, outermost first: `10.0.0.3:33333>10.0.0.1:11111@100,7`.
 */
export function flowKeyText(key: FlowKey): string {
  const text = `${endpointText(key.src, key.srcPort)}>${endpointText(key.dst, key.dstPort)}`;
  return key.vlans.length === 0 ? text : `${text}@${key.vlans.join(",")}`;
}

function endpointText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
