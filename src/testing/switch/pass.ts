/** One packet on its way through the switch, with everything that it has led to so far. */
import type { PacketInReason } from "../../ofp/enums/packet.ts";
import type { Bytes } from "../../wire/index.ts";
import type { SwitchAction } from "./flow-entry.ts";
import type { Packet } from "./packet.ts";

/** A frame that leaves by a port. */
export interface SentFrame {
  readonly port: number;
  readonly frame: Bytes;
}

/** A packet that goes to the controller, with what the switch knew when it was sent. */
export interface Punt {
  readonly frame: Bytes;
  readonly reason: PacketInReason;
  readonly tableId: number;
  readonly cookie: bigint;
  /** Fields of the switch's own. */
  readonly state: ReadonlyMap<string, bigint>;
}

/** Where an action stands: what a message to the controller says of it. */
export interface Origin {
  readonly tableId: number;
  readonly cookie: bigint;
  readonly reason: PacketInReason;
}

export interface Pass {
  readonly packet: Packet;
  readonly sent: SentFrame[];
  readonly punts: Punt[];
  /** By kind of action, set-fields by field: a later one takes the place of an earlier one. */
  readonly actionSet: Map<string, SwitchAction>;
  /** The entry that was hit first: what Open vSwitch says of packets that the action set sends. */
  first: Origin | undefined;
  /** Resubmits inside each other, and in all. */
  depth: number;
  resubmits: number;
  /** The prototype's switch shifts what it sends only when all is known: what to add to the numbers, modulo 2³². */
  readonly late: { seq: number; ack: number } | undefined;
}

/** A cookie that says that there is none. */
export const NO_COOKIE = 0xffff_ffff_ffff_ffffn;

/** Thrown when a packet goes round and round; nothing of it is sent. */
export class Loop extends Error {
  override readonly name = "Loop";
}
