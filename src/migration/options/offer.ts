/** The options of the synthetic SYN: what the client and server 1 agreed on, as far as another server can carry it on. */
import type { Tcp, TcpOption } from "../../tcp/index.ts";
import { findOption } from "./handshake.ts";

const NOP: TcpOption = { type: "nop" };

/**
 * The client's MSS, and its window scale when server 1 accepted it. Never timestamps (their clock is server 1's), never
 * selective acknowledgments (their blocks are not shifted), no fast open, nothing unknown. It makes no difference whether the
 * client's SYN was normalised on its way.
 */
export function offerOf(syn: Tcp, synAck: Tcp): readonly TcpOption[] {
  const mss = findOption(syn, "mss");
  const windowScale = findOption(synAck, "windowScale") && findOption(syn, "windowScale");
  return [...(mss ? [mss] : []), ...(windowScale ? [NOP, windowScale] : [])];
}

/**
 * The offer for a client of whom nothing is known: with a window scale of 0 the new server reads the client's windows as they
 * stand, too small at worst, and scales its own. Without an MSS it sends segments that fit anywhere.
 */
export const blindOffer: readonly TcpOption[] = [NOP, { type: "windowScale", shift: 0 }];
