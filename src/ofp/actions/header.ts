/** OpenFlow 1.3.5 §7.2.5: actions on TTLs, tags and labels. Padding stands where the specification puts it. */
import { pad, struct, u8, u16 } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";
import { hex, paddedHex } from "../text/number.ts";

/** An action that is its name: it has no argument. */
export interface PlainAction {
  readonly type: "copyTtlOut" | "copyTtlIn" | "decMplsTtl" | "decNwTtl" | "popVlan" | "popPbb";
}

/** Sets the TTL of the outermost MPLS label or of the IP header. */
export interface SetTtlAction {
  readonly type: "setMplsTtl" | "setNwTtl";
  readonly ttl: number;
}

/** Pushes a tag or label with this Ethernet type, or, for popMpls, says what follows the popped label. */
export interface EthertypeAction {
  readonly type: "pushVlan" | "pushMpls" | "pushPbb" | "popMpls";
  readonly ethertype: number;
}

const none = struct({ pad: pad(4) });
const ttl = struct({ ttl: u8, pad: pad(3) });
const ethertype = struct({ ethertype: u16, pad: pad(2) });

/** ovs-ofctl knows neither copies of TTLs nor provider backbone headers: those words are ours. */
export const headerDefinitions: readonly Definition[] = [
  fixed<PlainAction>("copyTtlOut", 11, none, () => "copy_ttl_out"),
  fixed<PlainAction>("copyTtlIn", 12, none, () => "copy_ttl_in"),
  fixed<SetTtlAction>("setMplsTtl", 15, ttl, (action) => `set_mpls_ttl(${action.ttl})`),
  fixed<PlainAction>("decMplsTtl", 16, none, () => "dec_mpls_ttl"),
  fixed<EthertypeAction>("pushVlan", 17, ethertype, (action) => `push_vlan:${hex(action.ethertype)}`),
  fixed<PlainAction>("popVlan", 18, none, () => "pop_vlan"),
  fixed<EthertypeAction>("pushMpls", 19, ethertype, (action) => `push_mpls:${paddedHex(action.ethertype, 4)}`),
  fixed<EthertypeAction>("popMpls", 20, ethertype, (action) => `pop_mpls:${paddedHex(action.ethertype, 4)}`),
  fixed<SetTtlAction>("setNwTtl", 23, ttl, (action) => `mod_nw_ttl:${action.ttl}`),
  fixed<PlainAction>("decNwTtl", 24, none, () => "dec_ttl"),
  fixed<EthertypeAction>("pushPbb", 26, ethertype, (action) => `push_pbb:${paddedHex(action.ethertype, 4)}`),
  fixed<PlainAction>("popPbb", 27, none, () => "pop_pbb"),
];

/** Copies the TTL from the next-to-outermost header to the outermost. */
export function copyTtlOut(): PlainAction {
  return { type: "copyTtlOut" };
}

/** Copies the TTL from the outermost header to the next. */
export function copyTtlIn(): PlainAction {
  return { type: "copyTtlIn" };
}

/** Throws RangeError for a TTL that is no u8. */
export function setMplsTtl(value: number): SetTtlAction {
  return { type: "setMplsTtl", ttl: requireUint("ttl", value, 8) };
}

/** Takes one from the MPLS TTL. */
export function decMplsTtl(): PlainAction {
  return { type: "decMplsTtl" };
}

/** Pushes an empty VLAN tag, 802.1Q unless told otherwise. Throws RangeError for an Ethernet type that is no u16. */
export function pushVlan(type = 0x8100): EthertypeAction {
  return { type: "pushVlan", ethertype: requireUint("ethertype", type, 16) };
}

/** Removes the outermost VLAN tag. */
export function popVlan(): PlainAction {
  return { type: "popVlan" };
}

/** Pushes an MPLS label, unicast unless told otherwise. Throws RangeError for an Ethernet type that is no u16. */
export function pushMpls(type = 0x8847): EthertypeAction {
  return { type: "pushMpls", ethertype: requireUint("ethertype", type, 16) };
}

/** Removes the outermost MPLS label; `type` says what follows it. Throws RangeError for one that is no u16. */
export function popMpls(type: number): EthertypeAction {
  return { type: "popMpls", ethertype: requireUint("ethertype", type, 16) };
}

/** Throws RangeError for a TTL that is no u8. */
export function setNwTtl(value: number): SetTtlAction {
  return { type: "setNwTtl", ttl: requireUint("ttl", value, 8) };
}

/** Takes one from the IP TTL or hop limit. */
export function decNwTtl(): PlainAction {
  return { type: "decNwTtl" };
}

/** Pushes a provider backbone (802.1ah) header. Throws RangeError for an Ethernet type that is no u16. */
export function pushPbb(type = 0x88e7): EthertypeAction {
  return { type: "pushPbb", ethertype: requireUint("ethertype", type, 16) };
}

/** Takes the outermost PBB service tag off. */
export function popPbb(): PlainAction {
  return { type: "popPbb" };
}
