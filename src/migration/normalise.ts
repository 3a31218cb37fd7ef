/** The client's SYN, rewritten so that the connection can be handed over later. */
import { decodeFrame, encodeFrame, type Frame, TcpFlags, type TcpOption } from "../tcp/index.ts";
import { optionSize } from "../tcp/option-encode.ts";
import { isSigned } from "./options/extensions.ts";
import { findOption } from "./options/handshake.ts";
import { type FrameInput, readSegment } from "./segment.ts";

/** What may stay in the SYN: options that another server can take over. */
const kept: readonly TcpOption["type"][] = ["nop", "end", "mss", "windowScale"];

/** RFC 8684 §3.2 */
const MP_JOIN = 1;

/**
 * The SYN to send to server 1 instead of the client's: options that a hand-over could not continue (timestamps, selective
 * acknowledgments, fast open, multipath, accurate ECN, anything unknown) are replaced by no-operations, so that neither server
 * 1 nor, through its answer, the client uses them. Data offset and option positions stay; data of a fast open is taken out;
 * checksums and lengths are computed anew. The same SYN gives the same result, so retransmissions agree.
 *
 * Returned as it is: a frame that is no SYN, one with a wrong checksum (a right one would hide the damage), a signed SYN (TCP-AO, MD5: a changed one would be dropped), one that joins a
 * multipath connection, and one whose options do not parse. None of these can be handed over.
 *
 * Throws WireError for bytes that are no Ethernet frame, TypeError for what are no bytes.
 */
export function normaliseSyn(frame: FrameInput): Frame {
  const { frame: decoded, segment } = readSegment(frame, "frame");
  if (!segment) return decoded;
  const { tcp } = segment;
  const isSyn = (tcp.flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst)) === TcpFlags.syn;
  const damaged = tcp.checksumValid === false || decoded.ipv4?.checksumValid === false;
  const untouchable =
    damaged ||
    isSigned(tcp) ||
    findOption(tcp, "malformed") !== undefined ||
    findOption(tcp, "multipath")?.subtype === MP_JOIN;
  const options = tcp.options.flatMap(replaced);
  const clean =
    options.length === tcp.options.length && (tcp.flags & TcpFlags.ae) === 0 && segment.payload.length === 0;
  if (!isSyn || untouchable || clean) return decoded;
  return decodeFrame(
    encodeFrame({
      ...decoded,
      // Accurate ECN asks by a third flag; without it the SYN asks for the ECN of RFC 3168.
      tcp: { ...tcp, flags: tcp.flags & ~TcpFlags.ae, options },
      payload: new Uint8Array(0),
    }),
  );
}

function replaced(option: TcpOption): TcpOption[] {
  if (kept.includes(option.type)) return [option];
  return Array.from({ length: optionSize(option) }, () => ({ type: "nop" }));
}
