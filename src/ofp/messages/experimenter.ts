import type { ExperimenterMessage } from "../message.ts";
import { onlyKnown, requireBytes, requireObject, requireUint } from "../require.ts";

/** What {@link experimenterMessage} takes. */
export interface ExperimenterMessageInit {
  readonly xid?: number;
  /** The vendor's OUI, or a number that the ONF assigned. */
  readonly experimenter: number;
  readonly expType: number;
  /** What follows; nothing unless given. */
  readonly data?: Uint8Array;
}

/**
 * OpenFlow 1.3.5 §7.5.4: a message that a vendor defined, by its bytes.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function experimenterMessage(init: ExperimenterMessageInit): ExperimenterMessage {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "experimenter",
    xid: requireUint("xid", init.xid, 32, 0),
    experimenter: requireUint("experimenter", init.experimenter, 32),
    expType: requireUint("expType", init.expType, 32),
    data: requireBytes("data", init.data, new Uint8Array()),
  });
}
