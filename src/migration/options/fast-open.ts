/** RFC 7413: data in the SYN. */
import { seqAdd, seqAfter, seqOffset } from "../../tcp/seq.ts";
import { type Finding, finding, Reason } from "../reason.ts";
import { findOption, type Handshake } from "./handshake.ts";

/** How many bytes of the SYN's data server 1 has acknowledged. */
export function acceptedSynData({ syn, synData, synAck }: Pick<Handshake, "syn" | "synData" | "synAck">): number {
  const next = seqAdd(syn.seq, 1);
  const offered = synData > 0 || findOption(syn, "fastOpen") !== undefined;
  return offered && seqAfter(synAck.ack, next) ? seqOffset(synAck.ack, next) : 0;
}

export function judgeFastOpen(handshake: Handshake): Finding[] {
  const bytes = acceptedSynData(handshake);
  if (bytes === 0) return [];
  const text = `Server 1 took ${bytes} bytes out of the SYN: part of the request is already with it.`;
  return [finding("refused", Reason.fastOpenDataAccepted, text, { bytes })];
}
