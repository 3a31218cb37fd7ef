/** OpenFlow 1.3.5 §7.2.3.1, enum ofp_match_type. */
export const MatchType = { standard: 0, oxm: 1 } as const;
export type MatchType = (typeof MatchType)[keyof typeof MatchType];

/** OpenFlow 1.3.5 §7.2.3.3, enum ofp_oxm_class. */
export const OxmClass = { nxm0: 0x0000, nxm1: 0x0001, openflowBasic: 0x8000, experimenter: 0xffff } as const;
export type OxmClass = (typeof OxmClass)[keyof typeof OxmClass];

/** OpenFlow 1.3.5 §7.2.3.7, enum oxm_ofb_match_fields: the numbers in class openflowBasic. */
export const OxmOfbMatchFields = {
  inPort: 0,
  inPhyPort: 1,
  metadata: 2,
  ethDst: 3,
  ethSrc: 4,
  ethType: 5,
  vlanVid: 6,
  vlanPcp: 7,
  ipDscp: 8,
  ipEcn: 9,
  ipProto: 10,
  ipv4Src: 11,
  ipv4Dst: 12,
  tcpSrc: 13,
  tcpDst: 14,
  udpSrc: 15,
  udpDst: 16,
  sctpSrc: 17,
  sctpDst: 18,
  icmpv4Type: 19,
  icmpv4Code: 20,
  arpOp: 21,
  arpSpa: 22,
  arpTpa: 23,
  arpSha: 24,
  arpTha: 25,
  ipv6Src: 26,
  ipv6Dst: 27,
  ipv6Flabel: 28,
  icmpv6Type: 29,
  icmpv6Code: 30,
  ipv6NdTarget: 31,
  ipv6NdSll: 32,
  ipv6NdTll: 33,
  mplsLabel: 34,
  mplsTc: 35,
  mplsBos: 36,
  pbbIsid: 37,
  tunnelId: 38,
  ipv6Exthdr: 39,
} as const;
export type OxmOfbMatchFields = (typeof OxmOfbMatchFields)[keyof typeof OxmOfbMatchFields];

/** OpenFlow 1.3.5 §7.2.3.7, enum ofp_vlan_id. */
export const VlanId = {
  /** The bit that says "there is a tag". */
  present: 0x1000,
  /** No tag. */
  none: 0x0000,
} as const;
export type VlanId = (typeof VlanId)[keyof typeof VlanId];

/** OpenFlow 1.3.5 §7.2.3.7, enum ofp_ipv6exthdr_flags: bits of the field ipv6Exthdr. */
export const Ipv6exthdrFlags = {
  nonext: 1,
  esp: 1 << 1,
  auth: 1 << 2,
  dest: 1 << 3,
  frag: 1 << 4,
  router: 1 << 5,
  hop: 1 << 6,
  unrep: 1 << 7,
  unseq: 1 << 8,
} as const;
export type Ipv6exthdrFlags = (typeof Ipv6exthdrFlags)[keyof typeof Ipv6exthdrFlags];
