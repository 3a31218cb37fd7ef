/** What a step reports. Codes never change their meaning. */
export const ReportCode = {
  /** A hand-over begins, and something about it is not as good as it could be: the reasons say what. */
  held: "HELD",
  /** A bound of the held data is reached: the client sends the rest again. */
  heldFull: "HELD_FULL",
  /** A segment says something else about bytes that are held already. */
  heldConflict: "HELD_CONFLICT",
  /** The connection stays with server 1, or goes back there. */
  forwarded: "FORWARDED",
  /** The new server has the connection. */
  migrated: "MIGRATED",
  /** Shadow mode: this verdict would move the connection, as far as can be told without asking the new server. */
  wouldMigrate: "WOULD_MIGRATE",
  /** Shadow mode: this verdict would not move the connection, for these reasons. */
  wouldRefuse: "WOULD_REFUSE",
  /** What server 1 and the client agreed on does not allow a hand-over; it is never tried. */
  untracked: "UNTRACKED",
  /** No verdict came in time. */
  verdictMissing: "VERDICT_MISSING",
  /** A verdict came twice, or too late, or contradicts the first one; it changes nothing. */
  verdictIgnored: "VERDICT_IGNORED",
  /** A verdict was about an older connection of these addresses, or about bytes that are not held. */
  verdictStale: "VERDICT_STALE",
  /** A verdict asks for what the planner does not do: moving a connection whose request has gone to a server. */
  verdictTooLate: "VERDICT_TOO_LATE",
  /** The old server is not reset: it waits, and may have the connection back. */
  parked: "PARKED",
  /** A parked server cannot have the connection back any more. */
  parkedGone: "PARKED_GONE",
  /** A late move has begun: both directions are watched. */
  lateMove: "LATE_MOVE",
  /** No moment came when nothing was under way: the connection stays where it is. */
  notQuiescent: "NOT_QUIESCENT",
  /** A verdict names a target that is not configured, or there is none. */
  targetUnknown: "TARGET_UNKNOWN",
  /** The target is drained, or all are: it gets no more connections. */
  targetDraining: "TARGET_DRAINING",
  /** The target has failed too often, or all have: none is sent there for a while. */
  targetBroken: "TARGET_BROKEN",
  /** Another connection uses the new server's addresses and ports. */
  targetTaken: "TARGET_TAKEN",
  /** Server 1 acknowledged data that was not seen here: in fragments, or on another way. It cannot be handed over. */
  bypassed: "BYPASSED",
  /** The new server did not answer. */
  targetSilent: "TARGET_SILENT",
  /** The new server, or a router before it, refused. */
  targetRefused: "TARGET_REFUSED",
  /** The new server has an older connection of these addresses, which was reset. */
  targetStale: "TARGET_STALE",
  /** The new server's answer cannot be mapped to what the client knows. */
  targetUnfit: "TARGET_UNFIT",
  /** The new server's greeting did not come, or is not what the profile wants. */
  bannerUnfit: "BANNER_UNFIT",
  /** The new server has forgotten the connection: its client is reset. */
  targetRestarted: "TARGET_RESTARTED",
  /** The new server gave the connection up after the commit. */
  targetGone: "TARGET_GONE",
  /** Server 1 reset the connection while data was held. */
  originGone: "ORIGIN_GONE",
  /** The reset of server 1 missed; it is sent again with the number that server 1 told. */
  originResetAgain: "ORIGIN_RESET_AGAIN",
  /** The client gave up while its data was held. */
  clientGone: "CLIENT_GONE",
  /** The switch refused a message. */
  switchError: "SWITCH_ERROR",
  /** A barrier was not answered in time. */
  barrierLost: "BARRIER_LOST",
  /** The channel to the switch broke. */
  switchLost: "SWITCH_LOST",
  /** A SYN would use the port again; it goes to server 1 and is watched. */
  portReused: "PORT_REUSED",
  /** There are more such SYNs than are remembered; they go to server 1 all the same. */
  candidatesFull: "CANDIDATES_FULL",
  /** A new connection took the place of the old one. */
  promoted: "PROMOTED",
  /** A RST was due and not sent, because too many were. */
  resetLimit: "RESET_LIMIT",
  /** The connection was found again by its flows; its handshake and its progress are unknown. */
  recovered: "RECOVERED",
  /** A flow that is needed was gone, and is installed again. */
  flowRestored: "FLOW_RESTORED",
  /** A frame could not be changed without hiding that it is damaged, and is dropped. */
  damaged: "DAMAGED",
  /** A frame belongs to no side of this connection. */
  foreign: "FOREIGN",
  /** An ICMP error is not passed on: it is about a server that does not have the connection. */
  icmpDropped: "ICMP_DROPPED",
  /** The connection has ended. */
  ended: "ENDED",
  /** A connection is relayed without being tracked: there is no room, or its addresses are in use elsewhere. */
  notTracked: "NOT_TRACKED",
  /** A connection whose handshake was not complete made room for another one: it is relayed and not tracked any more. */
  evicted: "EVICTED",
  /** All held data together reaches its bound: the client sends the segment again. */
  heldBudget: "HELD_BUDGET",
  /** It is known what the switch understands. */
  dataPlane: "DATA_PLANE",
  /** The switch did not tell its flows: what is in them is not found again. */
  flowsUnknown: "FLOWS_UNKNOWN",
  /** The switch has flows with this controller's tag that fit nothing it knows; they stay. */
  strangeFlows: "STRANGE_FLOWS",
  /** A target is taken out of service, or back into it. */
  draining: "DRAINING",
  /** A target has failed too often: for a while no connection is sent there. */
  breakerOpened: "BREAKER_OPENED",
  /** A target that had failed works again. */
  breakerClosed: "BREAKER_CLOSED",
} as const;
/** One of the codes of {@link ReportCode}. */
export type ReportCode = (typeof ReportCode)[keyof typeof ReportCode];
