/** Smaller segments from the start, so that a server with less room than server 1 can take a connection over. */
import { encodeFrame } from "../../tcp/index.ts";
import { isSigned } from "../options/extensions.ts";
import { findOption } from "../options/handshake.ts";
import { readSegment, type Segment } from "../segment.ts";

/**
 * A SYN or SYN-ACK whose MSS is at most `mss`; 0 changes nothing. Left as they are: one without the option, which means less
 * already, a damaged one, whose damage a new checksum would hide, and a signed one, which would be dropped.
 */
export function clampMss(segment: Segment, mss: number): Segment {
  const { tcp, frame } = segment;
  const option = findOption(tcp, "mss");
  const isWhole = tcp.checksumValid !== false && frame.ipv4?.checksumValid !== false;
  if (mss === 0 || !option || option.value <= mss || !isWhole || isSigned(tcp)) return segment;
  const options = tcp.options.map((each) => (each === option ? { ...option, value: mss } : each));
  return readSegment(encodeFrame({ ...frame, tcp: { ...tcp, options } }), "frame").segment ?? segment;
}
