import type { Message } from "../../src/index.ts";
import { beginProbe, type DataPlane, encodeEffect, probeStep } from "../../src/migration/index.ts";
import { BundleControlType } from "../../src/nx/index.ts";

/** Lets a switch answer a probe. */
export async function probed(
  exchange: (messages: readonly Uint8Array[]) => Promise<Message[]>,
): Promise<DataPlane | undefined> {
  const { state: begun, effects } = beginProbe({
    dpid: 7n,
    at: 0,
    firstId: 100,
    abilities: ["actions", "bundles", "tcpFlags", "meter"],
    guardMeter: 9,
  });
  let state = begun;
  const messages = await exchange(effects.map((effect) => encodeEffect(effect)));
  for (const message of messages) {
    const from = { at: 1, dpid: 7n, id: message.xid } as const;
    if (message.type === "error") {
      state = probeStep(state, { type: "error", ...from, errorType: message.errorType, code: message.code });
    } else if (message.type === "bundleControl" && message.controlType === BundleControlType.commitReply) {
      state = probeStep(state, { type: "barrierReply", ...from });
    } else if (message.type === "barrierReply") state = probeStep(state, { type: "barrierReply", ...from });
  }
  return state.result;
}
