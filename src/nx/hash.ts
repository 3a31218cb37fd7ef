/** OVS nicira-ext.h, enum nx_hash_fields: what multipath and bundle hash to choose a link or a member. */
import { WireError } from "../wire/index.ts";
import { requireUint } from "../wire/require.ts";

/** What a switch hashes of a packet. */
export const HashFields = {
  ethSrc: 0,
  /** Both directions of a connection alike, by addresses of Ethernet and IP, VLAN, Ethernet type and TCP or SCTP ports. */
  symmetricL4: 1,
  /** Both directions alike, by IP addresses and TCP or SCTP ports. */
  symmetricL3l4: 2,
  /** The same with UDP ports. */
  symmetricL3l4Udp: 3,
  nwSrc: 4,
  nwDst: 5,
  /** Both directions alike, by IP addresses. */
  symmetricL3: 6,
} as const;
export type HashFields = (typeof HashFields)[keyof typeof HashFields];

/** ovs-ofctl's words, by number. */
export const hashFieldNames: readonly string[] = [
  "eth_src",
  "symmetric_l4",
  "symmetric_l3l4",
  "symmetric_l3l4+udp",
  "nw_src",
  "nw_dst",
  "symmetric_l3",
];

/** Throws WireError `badValue` for a number without a name: Open vSwitch refuses it, too. */
export function checkNamed(value: number, names: readonly string[], at: number, path: string): void {
  if (names[value] === undefined)
    throw new WireError("badValue", `${value} is not from 0 to ${names.length - 1}`, at, path);
}

/** The argument of a builder when it is a number with a name; throws RangeError or TypeError naming it. */
export function requireNamed(name: string, given: number, names: readonly string[]): number {
  if (names[requireUint(name, given, 16)] === undefined) {
    throw new RangeError(`${name} must be from 0 to ${names.length - 1}, not ${given}`);
  }
  return given;
}
