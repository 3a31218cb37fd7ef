/** The options of a TCP header, as plain data. */

/**
 * One TCP option. A known kind whose length is not the one that its specification gives decodes as `unknown`, so that its
 * bytes survive.
 */
export type TcpOption =
  | TcpNop
  | TcpEnd
  | TcpMss
  | TcpWindowScale
  | TcpSackPermitted
  | TcpSack
  | TcpTimestamps
  | TcpMd5
  | TcpUserTimeout
  | TcpAuthentication
  | TcpMultipath
  | TcpFastOpen
  | TcpEno
  | TcpAccEcn
  | TcpUnknownOption
  | TcpMalformedOptions;

/** RFC 9293 §3.1, kind 1: a byte of padding between options. */
export interface TcpNop {
  readonly type: "nop";
}

/** RFC 9293 §3.1, kind 0: the end of the list; nothing may follow it. */
export interface TcpEnd {
  readonly type: "end";
  /**
   * The bytes behind the end, when they are not simply the fewest zeros that fill the header up to a multiple of 4 (those
   * are written anyway).
   */
  readonly padding?: Uint8Array;
}

/** RFC 9293 §3.7.1, kind 2: maximum segment size. */
export interface TcpMss {
  readonly type: "mss";
  /** Bytes, 0 to 65535. */
  readonly value: number;
}

/** RFC 7323 §2.2, kind 3. */
export interface TcpWindowScale {
  readonly type: "windowScale";
  /** As it stands, 0 to 255; a receiver uses 14 for anything above 14. */
  readonly shift: number;
}

/** RFC 2018 §2, kind 4. */
export interface TcpSackPermitted {
  readonly type: "sackPermitted";
}

/** RFC 2018 §3, kind 5: one to four blocks. */
export interface TcpSack {
  readonly type: "sack";
  readonly blocks: readonly SackBlock[];
}

/** Data received from sequence number `left` up to, but without, `right`. */
export interface SackBlock {
  readonly left: number;
  readonly right: number;
}

/** RFC 7323 §3.2, kind 8. */
export interface TcpTimestamps {
  readonly type: "timestamps";
  /** TSval */
  readonly value: number;
  /** TSecr */
  readonly echo: number;
}

/** RFC 2385 §3.0, kind 19. */
export interface TcpMd5 {
  readonly type: "md5";
  /** 16 bytes. */
  readonly digest: Uint8Array;
}

/** RFC 5482 §3, kind 28. */
export interface TcpUserTimeout {
  readonly type: "userTimeout";
  readonly granularity: "seconds" | "minutes";
  /** In units of `granularity`, 0 to 32767. */
  readonly timeout: number;
}

/** RFC 5925 §2.2, kind 29 (TCP-AO). */
export interface TcpAuthentication {
  readonly type: "authentication";
  readonly keyId: number;
  readonly rNextKeyId: number;
  readonly mac: Uint8Array;
}

/** RFC 8684 §3, kind 30 (Multipath TCP). */
export interface TcpMultipath {
  readonly type: "multipath";
  /** 0 MP_CAPABLE, 1 MP_JOIN, 2 DSS, 3 ADD_ADDR, … 15. */
  readonly subtype: number;
  /** The 4 bits behind the subtype: a version or flags. */
  readonly bits: number;
  readonly data: Uint8Array;
}

/**
 * RFC 7413 §4.1.1, kind 34. Also recognised under the kinds for experiments, 253 and 254 (254 is what Linux used before 34 was
 * assigned), and under 255, there with the experiment identifier 0xf989 of RFC 6994 before the cookie.
 */
export interface TcpFastOpen {
  readonly type: "fastOpen";
  /** Empty asks for a cookie; else 4 to 16 bytes, an even number. */
  readonly cookie: Uint8Array;
  /** 253, 254 or 255 when one of them carried it; absent for 34. */
  readonly experimentalKind?: number;
}

/** RFC 8547 §4.1, kind 69 (encryption negotiation): its suboptions, raw. */
export interface TcpEno {
  readonly type: "tcpEno";
  readonly suboptions: Uint8Array;
}

/** RFC 9768 §3.2.3, kinds 172 and 174. */
export interface TcpAccEcn {
  /** `accEcn0` counts EE0B, ECEB, EE1B in this order, `accEcn1` EE1B, ECEB, EE0B. */
  readonly type: "accEcn0" | "accEcn1";
  /** None to three of them, in wire order, 24 bits each. */
  readonly counters: readonly number[];
}

/** Any other option, or a known one of a length that its specification does not allow. */
export interface TcpUnknownOption {
  readonly type: "unknown";
  /** 2 to 255. */
  readonly kind: number;
  /** What follows kind and length. */
  readonly data: Uint8Array;
}

/** The rest of the options from where a length is less than 2 or passes the end of the header; nothing may follow it. */
export interface TcpMalformedOptions {
  readonly type: "malformed";
  readonly raw: Uint8Array;
}

/** IANA TCP option kind numbers. */
export const TcpOptionKind = {
  end: 0,
  nop: 1,
  mss: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  md5: 19,
  userTimeout: 28,
  authentication: 29,
  multipath: 30,
  fastOpen: 34,
  tcpEno: 69,
  accEcn0: 172,
  accEcn1: 174,
  experiment1: 253,
  experiment2: 254,
} as const;
export type TcpOptionKind = (typeof TcpOptionKind)[keyof typeof TcpOptionKind];
