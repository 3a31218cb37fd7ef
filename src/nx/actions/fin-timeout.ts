/** OVS ofp-actions.c, struct nx_action_fin_timeout: shorter timeouts for the flow once a FIN or RST has passed. */
import type { Definition } from "../../ofp/definition.ts";
import { fixed } from "../../ofp/tagged.ts";
import { parseUint } from "../../ofp/text/number.ts";
import { pad, quote, shifted, struct, u16, WireError } from "../../wire/index.ts";
import { requireObject, requireUint } from "../../wire/require.ts";

/** When a TCP packet with FIN or RST hits the flow, its timeouts become at most these. The flow must match TCP. */
export interface FinTimeoutAction {
  readonly type: "finTimeout";
  readonly idleTimeout: number; // seconds, 0 leaves the flow's own
  readonly hardTimeout: number; // seconds, 0 leaves the flow's own
}

const base = fixed<FinTimeoutAction>("finTimeout", 19, struct({ idleTimeout: u16, hardTimeout: u16, pad: pad(2) }));

export const finTimeoutDefinition: Definition<FinTimeoutAction> = {
  ...base,
  format: ({ idleTimeout, hardTimeout }) => {
    const parts = [];
    if (idleTimeout !== 0) parts.push(`idle_timeout=${idleTimeout}`);
    if (hardTimeout !== 0) parts.push(`hard_timeout=${hardTimeout}`);
    return `fin_timeout(${parts.join(",")})`;
  },
  words: { fin_timeout: parseFinTimeout },
};

/** `idle_timeout=5,hard_timeout=10`, either of them or none. */
function parseFinTimeout(argument: string): FinTimeoutAction {
  const timeouts = { idleTimeout: 0, hardTimeout: 0 };
  for (const { 0: part, index } of argument.matchAll(/[^,\s]+/g)) {
    const parts = /^(idle|hard)_timeout[=:](.*)$/.exec(part);
    if (!parts) throw new WireError("syntax", `${quote(part)} is not idle_timeout=N or hard_timeout=N`, index);
    const [, which, number = ""] = parts;
    try {
      timeouts[which === "idle" ? "idleTimeout" : "hardTimeout"] = parseUint(number, 16);
    } catch (error) {
      throw shifted(index + part.length - number.length, error);
    }
  }
  return { type: "finTimeout", ...timeouts };
}

/** What {@link finTimeout} takes, in seconds; 0 or absent leaves the flow's own timeout. */
export interface FinTimeouts {
  readonly idleTimeout?: number;
  readonly hardTimeout?: number;
}

/** `finTimeout({ idleTimeout: 60 })`. Throws RangeError or TypeError for a timeout that is no u16. */
export function finTimeout(timeouts: FinTimeouts): FinTimeoutAction {
  const { idleTimeout = 0, hardTimeout = 0 } = requireObject("timeouts", timeouts);
  return {
    type: "finTimeout",
    idleTimeout: requireUint("idleTimeout", idleTimeout, 16),
    hardTimeout: requireUint("hardTimeout", hardTimeout, 16),
  };
}
