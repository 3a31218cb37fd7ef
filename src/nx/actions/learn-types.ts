/** OVS ofp-actions.c, struct nx_action_learn and nx_action_learn2: what the action learn holds. */
import type { Subfield } from "../subfield.ts";
import type { LearnSpec } from "./learn-spec.ts";

/** OVS ofp-actions.h, NX_LEARN_F_*; combined with `|`. A third one, that there is a `resultDst`, is no part of a value. */
export const LearnFlags = {
  /** The flows that are learned send a flow-removed when they end. */
  sendFlowRem: 1,
  /** When the flow with the action goes, so do the flows of its table and cookie. */
  deleteLearned: 2,
} as const;
export type LearnFlags = (typeof LearnFlags)[keyof typeof LearnFlags];

/** The flow that is learned, as the packet in hand makes it. */
export interface Learned {
  readonly idleTimeout: number; // seconds, 0 for none
  readonly hardTimeout: number; // seconds, 0 for none
  readonly priority: number;
  readonly cookie: bigint;
  /** See {@link LearnFlags}. */
  readonly flags: number;
  /** Not 255. */
  readonly tableId: number;
  /** What the idle timeout becomes at most when a FIN or RST passes: see `finTimeout`. */
  readonly finIdleTimeout: number; // seconds, 0 for none
  readonly finHardTimeout: number; // seconds, 0 for none
  readonly specs: readonly LearnSpec[];
}

/** Adds a flow, or modifies the one that has the same match and priority. */
export interface LearnAction extends Learned {
  readonly type: "learn";
}

/** The same with a limit, and with a bit that tells whether the flow was learned. */
export interface Learn2Action extends Learned {
  readonly type: "learn2";
  /** So many flows of the table and cookie at most; 0 for any number. */
  readonly limit: number;
  /** One bit that becomes 1 when the flow is there, 0 when the limit forbids it. */
  readonly resultDst?: Subfield;
}
