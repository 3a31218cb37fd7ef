/** Verdicts about connections. */
import type { FlowKey, Verdict } from "../tcp/index.ts";
import type { AlertFacts, Meaning } from "./policy.ts";

/** Which connection, and what else is known of it. */
export interface Subject {
  readonly key: FlowKey;
  readonly seq?: number;
  readonly generation?: number;
}

/** A verdict in the words of a policy; undefined for an alert that is to be ignored. */
export function verdictOf({ key, seq, generation }: Subject, facts: AlertFacts, meaning: Meaning): Verdict | undefined {
  const { action, target, park } = meaning;
  if (action === "ignore") return undefined;
  const about = {
    key,
    ...(seq !== undefined && { seq }),
    ...(generation !== undefined && { generation }),
    rule: `${facts.gid}:${facts.sid}:${facts.rev}`,
    ...(facts.message !== undefined && { reason: facts.message }),
  };
  if (action === "forward") return { ...about, action };
  return { ...about, action, ...(target !== undefined && { target }), ...(park !== undefined && { park }) };
}
