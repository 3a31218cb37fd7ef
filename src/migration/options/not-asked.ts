/** What only the new server itself could tell, when it is not asked. */
import { type Finding, finding, Reason } from "../reason.ts";
import { offeredEcnFlags } from "./ecn.ts";
import { findOption, type Handshake, isNegotiated } from "./handshake.ts";

/** The numbers are those of server 1, which the new server's would be compared with. */
export function judgeNotAsked(handshake: Handshake, target: string, greets: boolean): Finding[] {
  const { synAck } = handshake;
  const mss = findOption(synAck, "mss")?.value;
  const shift = isNegotiated(handshake, "windowScale") ? findOption(synAck, "windowScale")?.shift : undefined;
  const unknown = [
    "whether it accepts",
    "its MSS",
    ...(shift === undefined ? [] : ["its window scale"]),
    ...(offeredEcnFlags(handshake) === 0 ? [] : ["whether it does ECN"]),
    ...(greets ? ["what it greets with"] : []),
  ];
  const text = `Nobody has asked ${target}: not known are ${unknown.slice(0, -1).join(", ")} and ${unknown.at(-1) ?? ""}.`;
  return [
    finding("ok", Reason.targetNotAsked, text, {
      ...(mss !== undefined && { mss }),
      ...(shift !== undefined && { windowScale: shift }),
    }),
  ];
}
