import type { Message } from "../../src/ofp/index.ts";
import { type Bytes, fromHex } from "../../src/wire/index.ts";

export interface MessageVector {
  readonly name: string;
  readonly value: Message;
  readonly bytes: Bytes;
  /** What ovs-ofctl's output begins with; absent for what it does not know. */
  readonly ovs?: string;
}

/** Hex with a comment behind `#` on each line. */
export function annotated(text: string): Bytes {
  return fromHex(text.replace(/#.*$/gm, ""));
}

/** A port in two forms. */
export const ETH0 = {
  portNo: 1,
  hwAddr: "aa:55:aa:55:00:01",
  name: "eth0",
  config: 0x01,
  state: 0x04,
  curr: 0x2840,
  advertised: 0x20,
  supported: 0x2820,
  peer: 0x40,
  currSpeed: 10_000_000,
  maxSpeed: 1_000_000,
};

export const ETH0_BYTES = `
  00000001 00000000     # portNo 1, pad
  aa55aa550001 0000     # hwAddr, pad
  65746830 00000000 00000000 00000000  # name "eth0"
  00000001 00000004     # config: portDown; state: live
  00002840 00000020     # curr: 10gbFd copper autoneg; advertised: 1gbFd
  00002820 00000040     # supported: 1gbFd copper autoneg; peer: 10gbFd
  00989680 000f4240     # currSpeed 10,000,000 kb/s, maxSpeed 1,000,000 kb/s
`;

/** The beginning of an Ethernet frame. */
export const FRAME = "ffffffffffff 00000000000a 0806";
