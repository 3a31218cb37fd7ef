/** The plan and its proof for programs. */
import { encodeEffect, type Plan } from "../../src/migration/index.ts";
import { toHex } from "../../src/wire/index.ts";
import type { Proof } from "./proof.ts";

/** JSON text: effects with the hex of their OpenFlow messages, and what the proof compared. */
export function toJson(plan: Plan, proof: Proof | undefined): string {
  const { status, verdict, key, targetKey, numbers, offsets, effects } = plan;
  const value = {
    status,
    verdict,
    key,
    targetKey,
    numbers,
    offsets,
    effects: effects.map((effect) => ({
      id: effect.id,
      dpid: `0x${effect.dpid.toString(16)}`,
      type: effect.type,
      phase: effect.phase,
      why: effect.why,
      message: toHex(encodeEffect(effect)),
    })),
    ...(proof && {
      proof: {
        proved: proof.failures.length === 0,
        failures: proof.failures,
        stopped: proof.stopped,
        segments: proof.rows.map(({ from, to, before, after, bytes, match, absorbed }) => ({
          from,
          to,
          ...(before?.tcp && { before: numbersOf(before.tcp) }),
          ...(after.tcp && { after: { ...numbersOf(after.tcp), checksumValid: after.tcp.checksumValid } }),
          bytes: toHex(bytes),
          match: absorbed && match.kind === "unseen" ? "repetition" : match.kind,
          ...("seen" in match && { seen: match.seen.where }),
        })),
      },
    }),
  };
  return JSON.stringify(value, null, 2);
}

function numbersOf({ seq, ack, checksum }: { seq: number; ack: number; checksum: number }) {
  return { seq, ack, checksum };
}
