/** Why the planner judges a hand-over as it does: codes for programs, sentences and numbers for people. */

/**
 * How a hand-over looks: `ok` nothing will be noticed, `degraded` it works but slower or with an assumption that the policy
 * accepts, `refused` it must not be done.
 */
export type Level = "ok" | "degraded" | "refused";

/** Why. Codes never change their meaning. */
export const Reason = {
  // What the options say.
  /** SYN or SYN-ACK of server 1 were not given, so nobody knows what the client and it agreed on. */
  optionsUnknown: "OPTIONS_UNKNOWN",
  /** The options of a SYN or SYN-ACK do not parse. */
  optionsMalformed: "OPTIONS_MALFORMED",
  /** Server 1 answered with an option that the client had not offered. */
  synAckNotSubset: "SYN_ACK_NOT_SUBSET",
  /** The new server answered with an option that the synthetic SYN did not offer. */
  targetOptionNotOffered: "TARGET_OPTION_NOT_OFFERED",
  /** The new server accepts smaller segments than the client was told it may send. */
  targetMssSmaller: "TARGET_MSS_SMALLER",
  /** One of the servers scales windows, the other does not. */
  windowScaleMismatch: "WINDOW_SCALE_MISMATCH",
  /** The new server's shift is smaller: the client reads its windows too large and overruns it. */
  windowScaleSmaller: "WINDOW_SCALE_SMALLER",
  /** The new server's shift is larger: the client reads its windows too small, which is safe but slower. */
  windowScaleLarger: "WINDOW_SCALE_LARGER",
  /** Selective acknowledgments were agreed on; the new server does without, and losses cost more time. */
  sackNegotiated: "SACK_NEGOTIATED",
  /** Timestamps were agreed on. The new server cannot continue them, and a strict client drops segments without. */
  timestampsNegotiated: "TS_NEGOTIATED",
  /** Only one of the servers takes part in explicit congestion notification. */
  ecnMismatch: "ECN_MISMATCH",
  /** Accurate ECN (RFC 9768) was agreed on; its counters cannot be handed over. */
  accEcnNegotiated: "ACC_ECN_NEGOTIATED",
  /** Server 1 took data out of the SYN: it has already seen part of the request. */
  fastOpenDataAccepted: "TFO_DATA_ACCEPTED",
  /** Multipath TCP was agreed on; its keys cannot be handed over. */
  multipathNegotiated: "MPTCP_NEGOTIATED",
  /** The SYN joins a multipath connection. */
  multipathJoin: "MPTCP_JOIN",
  /** TCP-AO or TCP-MD5 signs the very numbers that a hand-over shifts. */
  authenticated: "AUTHENTICATED",
  /** An option that the planner does not know, or cannot hand over, was agreed on. */
  unknownOption: "UNKNOWN_OPTION",

  // What the segments say.
  /** A frame carries no whole TCP segment. */
  notTcp: "NOT_TCP",
  /** A TCP segment came in IP fragments: the later ones have no ports that a flow could match. */
  fragmented: "FRAGMENTED",
  /** A frame was cut when it was captured: the rest of it is not known. */
  truncated: "TRUNCATED",
  /** More than one VLAN tag: OpenFlow 1.3 matches only the outermost, and not every switch sees the addresses behind the second. */
  stackedVlan: "STACKED_VLAN",
  /** A VLAN tag of a type that switches take for no tag. */
  vlanType: "VLAN_TYPE",
  /** A frame's checksum is wrong: damaged, or captured before the network card had filled it in. */
  checksumWrong: "CHECKSUM_WRONG",
  /** A frame belongs to another connection. */
  differentConnection: "DIFFERENT_CONNECTION",
  /** The frame given as the client's SYN is none. */
  notSyn: "NOT_SYN",
  /** The frame given as server 1's SYN-ACK is none. */
  notSynAck: "NOT_SYN_ACK",
  /** Server 1's SYN-ACK acknowledges another SYN. */
  synAckMismatch: "SYN_ACK_MISMATCH",
  /** No held segment carries data. */
  noData: "NO_DATA",
  /** A held segment has SYN or RST set, or lacks ACK. */
  notData: "NOT_DATA",
  /** A held segment lies before the handshake, or outside server 1's window. */
  outOfWindow: "OUT_OF_WINDOW",
  /** A held segment acknowledges what server 1 cannot have sent. */
  ackOutOfRange: "ACK_OUT_OF_RANGE",
  /** The client has not acknowledged all that server 1 has sent: what is missing would be lost. */
  serverDataUnacknowledged: "SERVER_DATA_UNACKNOWLEDGED",
  /** Server 1 greeted before the client asked; another server would greet again. */
  serverSpokeFirst: "SERVER_SPOKE_FIRST",
  /** The connection has carried data before; the numbers hold only when nothing of it is still under way. */
  midStream: "MID_STREAM",
  /** Held data beyond the new server's first window stays with the client, who sends it again. */
  heldBeyondWindow: "HELD_BEYOND_WINDOW",

  /** The new server has only an address of the other IP version. */
  targetIpVersion: "TARGET_IP_VERSION",
  /** Both servers are behind one port with one address: no flow tells them apart. */
  sameServer: "SAME_SERVER",

  // What the new server answers.
  /** Shadow mode does not ask it: what it would have to answer is known, what it would answer is not. */
  targetNotAsked: "TARGET_NOT_ASKED",
  /** It reset the synthetic SYN: nobody listens. */
  targetRefused: "TARGET_REFUSED",
  /** It still has an older connection of the same addresses and ports. */
  targetStale: "TARGET_STALE",
  /** It sent something that answers nothing. */
  targetIgnored: "TARGET_IGNORED",
} as const;
/** One of the codes of {@link Reason}. */
export type Reason = (typeof Reason)[keyof typeof Reason];

/** One reason of a verdict. */
export interface Finding {
  readonly code: Reason;
  /** What this reason alone makes of the verdict; an `ok` one is only worth knowing. */
  readonly level: Level;
  /** One sentence for people. */
  readonly text: string;
  /** The numbers that the sentence is about. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What the planner thinks of a hand-over. */
export interface Compatibility {
  /** The worst level of the reasons; `ok` when there are none. */
  readonly level: Level;
  readonly reasons: readonly Finding[];
}

const severity: readonly Level[] = ["ok", "degraded", "refused"];

export function finding(
  level: Level,
  code: Reason,
  text: string,
  numbers: Readonly<Record<string, number>> = {},
): Finding {
  return { code, level, text, numbers };
}

export function isRefused({ level }: Finding): boolean {
  return level === "refused";
}

/** The verdict that reasons amount to. */
export function judge(reasons: readonly Finding[]): Compatibility {
  const worst = reasons.reduce((most, { level }) => Math.max(most, severity.indexOf(level)), 0);
  return { level: severity[worst] ?? "refused", reasons };
}
