/** IEEE 802.3 header and IEEE 802.1Q tags. */
import { mac, quote, WireError } from "../wire/index.ts";
import { bit, object, uint, under } from "./check.ts";
import { type Ethernet, EtherType, type VlanTag } from "./frame-types.ts";

/** Both addresses and a type: what every frame has. */
export const ETHERNET_SIZE = 14;
const TAG_SIZE = 4;

/** Whether an Ethernet type announces a tag. */
export function isTpid(ethType: number): boolean {
  return ethType === EtherType.vlan || ethType === EtherType.serviceVlan || ethType === EtherType.oldServiceVlan;
}

/** Where the type of what follows all complete tags stands. */
export function findEthType(view: DataView): number {
  let at = 12;
  while (at + TAG_SIZE + 2 <= view.byteLength && isTpid(view.getUint16(at))) at += TAG_SIZE;
  return at;
}

/** The tags before the type at `end`. */
export function decodeTags(view: DataView, end: number): VlanTag[] {
  const tags: VlanTag[] = [];
  for (let at = 12; at < end; at += TAG_SIZE) {
    const tci = view.getUint16(at + 2);
    tags.push({ tpid: view.getUint16(at), pcp: tci >>> 13, dei: (tci & 0x1000) !== 0, vid: tci & 0xfff });
  }
  return tags;
}

export function ethernetSize(ethernet: Ethernet): number {
  return ETHERNET_SIZE + TAG_SIZE * ethernet.vlans.length;
}

/** Writes addresses, tags and type; the trailer is the caller's. */
export function encodeEthernet(view: DataView, ethernet: Ethernet): void {
  under("dst", () => {
    mac.write(view, 0, ethernet.dst);
  });
  under("src", () => {
    mac.write(view, 6, ethernet.src);
  });
  let at = 12;
  for (const [index, tag] of ethernet.vlans.entries()) {
    const start = at;
    under(`vlans[${index}]`, () => {
      encodeTag(view, start, tag);
    });
    at += TAG_SIZE;
  }
  view.setUint16(at, uint(ethernet.ethType, 0xffff, at, "ethType"));
}

function encodeTag(view: DataView, at: number, tag: VlanTag): void {
  object(tag, at, "");
  if (!isTpid(tag.tpid)) {
    throw new WireError("badValue", `${quote(tag.tpid)} is no tag protocol identifier`, at, "tpid");
  }
  view.setUint16(at, tag.tpid);
  const tci = (uint(tag.pcp, 7, at, "pcp") << 13) | (bit(tag.dei, at, "dei") << 12) | uint(tag.vid, 0xfff, at, "vid");
  view.setUint16(at + 2, tci);
}
