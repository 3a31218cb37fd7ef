/** What a network is made of, and what it shows. */
import type { Bytes } from "../../wire/index.ts";
import type { ModelHost } from "../host/host-types.ts";
import type { ModelSwitch } from "../switch/options.ts";

/** One port of a switch. */
export interface SwitchPort {
  readonly switch: ModelSwitch;
  readonly port: number;
}

/** Where a cable ends. */
export type Plug = ModelHost | SwitchPort;

/** A frame that enters a cable. */
export interface CarriedFrame {
  /** Milliseconds on the network's clock. */
  readonly at: number;
  readonly from: Plug;
  readonly to: Plug;
  readonly frame: Bytes;
}

/**
 * What becomes of a frame: for each copy that arrives, how many milliseconds it takes. None is a loss, two are a duplicate, and a
 * longer one than that of the next frame lets that one overtake.
 */
export type Fate = (frame: CarriedFrame) => readonly number[];

/** How a cable treats frames. Each probability is from 0 to 1 and decided for each frame by the network's seed. */
export interface LinkConditions {
  /** Absent: 1. */
  readonly delayMs?: number;
  /** Probability that a frame is lost. Absent: 0. */
  readonly loss?: number;
  /** Probability that a frame arrives twice. Absent: 0. */
  readonly duplication?: number;
  /** Probability that a frame takes up to `reorderMs` longer, so that later ones overtake it. Absent: 0. */
  readonly reordering?: number;
  /** Absent: 10. */
  readonly reorderMs?: number;
}

/** Conditions for both directions, or for each one. */
export type CableConditions =
  | LinkConditions
  | Fate
  | { readonly there: LinkConditions | Fate; readonly back: LinkConditions | Fate };

/** What the tap shows. */
export interface TappedFrame extends CarriedFrame {
  /** When each copy arrives; empty for a frame that is lost. */
  readonly arrivals: readonly number[];
}

/** What a network is made of. */
export interface NetworkOptions {
  /** For what is drawn, a u32. Absent: 1. */
  readonly seed?: number;
  /** Of cables that say nothing else. */
  readonly link?: LinkConditions | Fate;
}

/** How far {@link Network.run} goes. */
export interface RunOptions {
  /** A moment on the network's clock. */
  readonly untilMs: number;
  /** How many frames may arrive and timers run out. Absent: 1,000,000. */
  readonly maxEvents?: number;
}

/** Hosts and switches, the cables between them, and a clock for all. */
export interface Network {
  /** Milliseconds since its beginning. */
  now(): number;
  /** Joins two ends. Throws RangeError when there is a cable in one of them already, or for conditions that are wrong. */
  cable(a: Plug, b: Plug, conditions?: CableConditions): void;
  /** Gives each message of a switch to a controller, which answers by the switch's `receive`. */
  control(model: ModelSwitch, controller: (message: Bytes) => void): void;
  /** Shows each frame that enters a cable, also one that will be lost. */
  tap(listener: (frame: TappedFrame) => void): void;
  /** Calls `action` when the clock comes to `atMs`: a test's own timer. */
  schedule(atMs: number, action: () => void): void;
  /** Lets time pass up to a moment. Throws Error after `maxEvents`. */
  run(options: RunOptions): void;
  /**
   * Lets time pass until no frame is on its way and no host waits for anything; a connection in TIME-WAIT does wait. Throws Error
   * after `maxEvents` (absent: 1,000,000).
   */
  runUntilIdle(options?: { readonly maxEvents?: number }): void;
  /**
   * Lets time pass until `condition` holds, which is asked after each event. Throws Error when the network is idle before, or
   * after `maxEvents` (absent: 1,000,000).
   */
  runUntil(condition: () => boolean, options?: { readonly maxEvents?: number }): void;
}
