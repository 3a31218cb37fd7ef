/** What a tracker asks for. */
import type { FlowKey } from "../../tcp/index.ts";
import type { ConnectionEffect } from "../machine/index.ts";

/** The connection that an effect is about. */
export interface Subject {
  /** Name of the service. */
  readonly service: string;
  /** From the client to the service. */
  readonly key: FlowKey;
  readonly generation: number;
}

/**
 * A frame that belongs to no service, or that only the rest of the network knows the way for. Whatever else the controller does,
 * learning or flooding, does it with `frame`: what the switch sent, or the same with the service's address in place of its
 * server's.
 */
export interface UnclaimedEffect {
  readonly type: "unclaimed";
  readonly id: number;
  readonly dpid: bigint;
  readonly why: string;
  readonly inPort: number;
  readonly frame: Uint8Array;
  /** No connection of a service is concerned. */
  readonly about?: undefined;
}

/** Everything that {@link Tracker.handle} asks for. `about` is absent where no tracked connection is concerned. */
export type TrackerEffect = (ConnectionEffect & { readonly about?: Subject }) | UnclaimedEffect;
