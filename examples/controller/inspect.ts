/** Decides about requests until the rules of an analyzer do: by a word in the first line. */
import type { InspectEffect } from "../../src/migration/index.ts";
import type { Verdict } from "../../src/tcp/index.ts";
import type { Inspector } from "./controller.ts";
import type { Log } from "./log.ts";

const decoder = new TextDecoder("latin1");

export function requestLines(log: Log, word = "migrate"): Inspector {
  return ({ key, generation, seq, payload }: InspectEffect, decide) => {
    const text = decoder.decode(payload);
    const verdict: Verdict = { key, generation, seq, action: text.includes(word) ? "migrate" : "forward" };
    log.debug("decided", { action: verdict.action, bytes: payload.length });
    decide(verdict);
  };
}
