/** What can happen: the rows of the transition table. */

/** Segments of the client's. x is its initial sequence number, cNxt the next byte of its that no server has. */
export const clientKinds = [
  /** SYN with seq = x. */
  "clientSyn",
  /** SYN with another sequence number, not seen before. */
  "clientSynOther",
  /** SYN of a candidate, again. */
  "clientSynCandidate",
  /** The client acknowledges server 1's answer to a candidate: the candidate is genuine. */
  "clientAckCandidate",
  /** Neither data nor SYN, FIN or RST. */
  "clientAck",
  /** Data, perhaps with FIN; also a FIN that comes before its turn. */
  "clientData",
  /** Nothing new: keepalive, zero-window probe, or data that a server has already. */
  "clientKeepalive",
  /** FIN without data. */
  "clientFin",
  /** RST at exactly a number that the server waits for. */
  "clientRst",
  /** RST at the next number of server 1, which is parked and has challenged a candidate. */
  "clientRstParked",
  /** RST at the number behind a candidate's SYN: the client takes that back. */
  "clientRstCandidate",
  /** Any other RST. */
  "clientRstOther",
  /** Numbers outside of what server 1 accepts, or flags that make no sense. */
  "clientOdd",
  /** An ICMP error from the client's side that quotes a segment of a server's. */
  "clientIcmp",
] as const;

/** Segments of server 1's. y is its initial sequence number, sNxt the next byte of its that the client has not got. */
export const originKinds = [
  /** SYN-ACK with ack = x + 1, the first one or the same again. */
  "originSynAck",
  /** SYN-ACK with ack = x + 1 and another y. */
  "originSynAckOther",
  /** SYN-ACK that answers a candidate. */
  "originSynAckCandidate",
  /** Any other SYN. */
  "originSynOdd",
  "originAck",
  /** ACK without data while a candidate is unanswered: RFC 5961 §4 makes server 1 answer a SYN so. */
  "originChallenge",
  "originData",
  "originFin",
  /** Nothing new: seq = sNxt − 1. */
  "originKeepalive",
  /** RST with seq = sNxt; before the SYN-ACK, with ack = x + 1. */
  "originRst",
  "originRstOther",
  /** An ICMP error from server 1's side that quotes a segment to it. */
  "originIcmp",
] as const;

/** Segments of a new server's. q is our SYN's sequence number, z the new server's. */
export const targetKinds = [
  /** SYN-ACK with ack = q + 1, the first one or the same again, whose options fit. */
  "targetSynAck",
  /** The same with options that do not fit. */
  "targetSynAckOdd",
  /** SYN-ACK with ack = q + 1 and another z. */
  "targetSynAckOther",
  /** SYN-ACK that acknowledges something else. */
  "targetSynAckWrong",
  "targetAck",
  "targetData",
  "targetFin",
  /** RST that answers our SYN, or is exact. */
  "targetRst",
  /** RST that answers the client's ACK of server 1's answer to a candidate: it has gone by the flows of the old connection. */
  "targetRstCandidate",
  "targetRstOther",
  /** Any segment of a target that has not got the connection while another one has it, or is asked to take it. */
  "targetOther",
  /** An ICMP error that quotes a segment to the new server; before the commit, a final one about a number that we sent. */
  "targetIcmp",
] as const;

/** Segments of a server that is parked. */
export const parkedKinds = [
  /** Neither data nor anything that wants an answer. */
  "parkedAck",
  /** Nothing new that wants an answer: keepalive, zero-window probe, its last data or its SYN-ACK once more. */
  "parkedKeepalive",
  /** ACK without data of server 1's while a candidate is unanswered. */
  "parkedChallenge",
  /** Data or a FIN that it had not sent when it was left. */
  "parkedData",
  /** RST at its next number. */
  "parkedRst",
  /** Numbers or flags that make no sense. */
  "parkedOdd",
  /** An ICMP error that quotes a segment to it. */
  "parkedIcmp",
] as const;

/** What is no packet. */
export const controlKinds = [
  "verdictMigrate",
  "verdictForward",
  /** About a flow-mod that the step in hand depends on. */
  "errorEssential",
  "errorOther",
  /** The awaited one. */
  "barrierReply",
  /** A shift or plain flow has ended. */
  "flowRemoved",
  /** The switch says which flows it has, having been asked. */
  "flowStats",
  /** The deadline of the phase has come. */
  "timer",
  "switchLost",
  "switchBack",
] as const;

export type ClientKind = (typeof clientKinds)[number];
export type OriginKind = (typeof originKinds)[number];
export type TargetKind = (typeof targetKinds)[number];
export type ParkedKind = (typeof parkedKinds)[number];
export type SegmentKind = ClientKind | OriginKind | TargetKind | ParkedKind;
export type ControlKind = (typeof controlKinds)[number];
/** A row of the transition table. */
export type EventKind = SegmentKind | ControlKind;
