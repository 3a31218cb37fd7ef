/** What happens when nothing comes. */
import { seqAdd } from "../../tcp/index.ts";
import { type ControlBlock, endConnection } from "./control-block.ts";
import { sendAck, sendAgain } from "./output.ts";

/** When the next timer of this connection runs out. */
export function deadlineOf({ retransmitAt, probeAt, timeWaitEnd }: ControlBlock): number | undefined {
  return earliest(earliest(retransmitAt, probeAt), timeWaitEnd);
}

export function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

/** Does what is due now. */
export function expire(block: ControlBlock, now: number): void {
  const { settings } = block;
  if (block.timeWaitEnd !== undefined && block.timeWaitEnd <= now) endConnection(block, undefined);
  if (block.probeAt !== undefined && block.probeAt <= now) {
    // RFC 1122 §4.2.2.17: whoever answers probes may keep its window closed for ever, who does not is gone.
    if (block.attempts++ >= settings.maxRetransmissions) {
      endConnection(block, "timeout");
      return;
    }
    block.probeAt = now + settings.rtoMs;
    // Linux probes a closed window with an old number: the peer must answer, and takes nothing.
    sendAck(block, seqAdd(block.sndUna, -1));
  }
  if (block.retransmitAt === undefined || block.retransmitAt > now) return;
  if (block.attempts++ >= settings.maxRetransmissions) {
    endConnection(block, "timeout");
    return;
  }
  block.retransmitAt = now + settings.rtoMs;
  block.duplicateAcks = 0;
  // What follows the segment may be lost as well: each acknowledgment of less than all of it shows the next hole.
  block.recover = block.sndNxt;
  sendAgain(block);
}
