/** The verdict on the options alone. */
import type { Handshake } from "./options/handshake.ts";
import { judgeOptions } from "./options/index.ts";
import { type Policy, resolvePolicy } from "./policy.ts";
import { type Compatibility, judge } from "./reason.ts";
import { type FrameInput, readSegment } from "./segment.ts";

/** See {@link compatibility}. */
export interface CompatibilityInput {
  /** The client's SYN, as it left the client or as it reached server 1. */
  readonly syn: FrameInput;
  /** Server 1's SYN-ACK. */
  readonly synAck: FrameInput;
  /** The new server's SYN-ACK, when there is one already. */
  readonly targetSynAck?: FrameInput;
  readonly policy?: Policy;
}

/**
 * Whether a connection with these options can change its server, before and after the new server has answered. Looks at
 * nothing but options and what goes with them; `planMigration` checks the rest as well.
 *
 * Throws RangeError or TypeError for arguments that are wrong or missing, WireError for bytes that are no Ethernet frame.
 */
export function compatibility(input: CompatibilityInput): Compatibility {
  const policy = resolvePolicy(input.policy);
  const syn = readSegment(input.syn, "syn", "The client's SYN");
  const synAck = readSegment(input.synAck, "synAck", "Server 1's SYN-ACK");
  const target =
    input.targetSynAck === undefined
      ? undefined
      : readSegment(input.targetSynAck, "targetSynAck", "The new server's SYN-ACK");
  const findings = [...syn.findings, ...synAck.findings, ...(target?.findings ?? [])];
  if (!syn.segment || !synAck.segment || (target && !target.segment)) return judge(findings);
  const handshake: Handshake = {
    ipVersion: syn.segment.ipVersion,
    syn: syn.segment.tcp,
    synData: syn.segment.payload.length,
    synAck: synAck.segment.tcp,
    policy,
    ...(target?.segment && { target: target.segment.tcp }),
  };
  return judge([...findings, ...judgeOptions(handshake)]);
}
