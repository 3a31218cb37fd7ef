/** Answers in somebody's name. */
import { arpFrame, encodeFrame, neighbourFrame } from "../../tcp/index.ts";
import type { Bytes } from "../../wire/index.ts";
import type { Claim } from "./claim.ts";

const REPLY = 2;
/** RFC 4861 §7.2.4: whoever asks without an address is answered like everybody. */
const ALL_NODES = { ip: "ff02::1", mac: "33:33:00:00:00:01" };

/** The answer to a question: the address that it asks for is at `mac`. */
export function answerTo({ frame, ipVersion, about, sender, senderMac }: Claim, mac: string): Bytes {
  const { vlans, src } = frame.ethernet;
  if (ipVersion === 4) {
    const arp = {
      operation: REPLY,
      senderMac: mac,
      senderIp: about,
      targetMac: senderMac,
      targetIp: sender ?? "0.0.0.0",
    };
    return encodeFrame(arpFrame(src, arp, vlans));
  }
  const to = sender === undefined ? ALL_NODES : { ip: sender, mac: src };
  const message = {
    type: "neighbourAdvertisement",
    target: about,
    mac,
    router: false,
    solicited: sender !== undefined,
    override: true,
  } as const;
  return encodeFrame(neighbourFrame({ from: { ip: about, mac }, to, vlans }, message));
}
