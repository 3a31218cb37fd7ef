/** The built-in analyzer: rules against the bytes that are held of a connection. */
import type { FlowKey, Verdict } from "../tcp/index.ts";
import { quote, WireError } from "../wire/index.ts";
import { requireBytes, requireList, requireObject, requireUint } from "../wire/require.ts";
import { UNSURE } from "./match/reach.ts";
import { compileConditions, type Outcome, type State } from "./match/stages.ts";
import { compilePolicy, defaultPolicy, type Meaning, type VerdictPolicy } from "./policy.ts";
import { endpointTest } from "./rule/endpoint.ts";
import type { Rule } from "./rule/types.ts";
import { verdictOf } from "./verdict.ts";

/** What a {@link Matcher} is asked about. */
export interface MatcherInput {
  /** The connection, from the client to the server, with addresses in the spelling of a decoded frame. */
  readonly key: FlowKey;
  /** Everything that the client has sent so far, in order and without a gap. */
  readonly payload: Uint8Array;
  /** TCP flags of the segment that brought the newest of these bytes; a rule's `flags` looks at them. */
  readonly flags: number;
  /** Nothing more will be waited for: the request is whole, time is up, or no more can be held. */
  readonly complete: boolean;
  /** Comes back in the verdict. */
  readonly seq?: number;
  /** Comes back in the verdict. */
  readonly generation?: number;
}

/** What rules say about a connection. */
export type Judgement =
  /** This rule decides, and goes on to do so whatever comes. */
  | { readonly state: "match"; readonly rule: Rule; readonly verdict: Verdict }
  /** More bytes may bring a match. */
  | { readonly state: "needMore" }
  /** No rule matches, and none would with more bytes. */
  | { readonly state: "noMatch" };

/** Rules, ready to judge. */
export interface Matcher {
  /** The verdict, or undefined when there is none, or none yet. */
  (input: MatcherInput): Verdict | undefined;
  /** The same, and whether it is worth waiting for more bytes. */
  judge(input: MatcherInput): Judgement;
}

/** A rule, ready to judge. */
interface Candidate {
  readonly rule: Rule;
  readonly meaning: Meaning;
  readonly concerns: (key: FlowKey) => boolean;
  readonly judge: (held: { bytes: Uint8Array; flags: number; complete: boolean }) => Outcome;
}

/**
 * Makes an analyzer of rules. It may be asked whenever more bytes have come; in how many pieces they came makes no difference: the
 * rule decides that matches with the fewest bytes, and of several with as many, `pass` before `alert`, then the first in the list.
 *
 * A verdict of a `pass` rule is `forward`; what an alert means the policy says. Rules that it ignores are left out.
 *
 * The work of one call is linear in the number of bytes, for any bytes and any rules. It looks at all of them again in each call, so
 * hold no more than you would judge in one.
 *
 * Throws TypeError or RangeError for rules or a policy that are none.
 *
 * ```ts
 * const matcher = createMatcher(parseRules(text));
 * const verdict = matcher({ key, payload, flags, complete: false });
 * ```
 */
export function createMatcher(rules: readonly Rule[], policy: VerdictPolicy = defaultPolicy): Matcher {
  const meaningOf = compilePolicy(policy);
  const candidates = requireList("rules", rules)
    .map((rule, index) => compileRule(rule, `rules[${index}]`, meaningOf))
    .filter(({ meaning }) => meaning.action !== "ignore");
  // The first of equals wins below.
  const inOrder = [
    ...candidates.filter(({ rule }) => rule.action === "pass"),
    ...candidates.filter(({ rule }) => rule.action === "alert"),
  ];
  const judge = (input: MatcherInput) => judgeAll(inOrder, input);
  const verdict = (input: MatcherInput) => {
    const judgement = judge(input);
    return judgement.state === "match" ? judgement.verdict : undefined;
  };
  return Object.assign(verdict, { judge });
}

function judgeAll(candidates: readonly Candidate[], input: MatcherInput): Judgement {
  const { key, payload, flags, complete } = requireObject("input", input);
  requireObject("input.key", key);
  const held = {
    bytes: requireBytes("input.payload", payload),
    flags: requireUint("input.flags", flags, 12),
    complete: requireBoolean("input.complete", complete),
  };
  let best: Candidate | undefined;
  let bestSureAt = UNSURE;
  let state: State = "noMatch";
  for (const candidate of candidates) {
    if (!candidate.concerns(key)) continue;
    const outcome = candidate.judge(held);
    if (outcome.state === "needMore") state = "needMore";
    if (outcome.state !== "match" || (best && outcome.sureAt >= bestSureAt)) continue;
    best = candidate;
    bestSureAt = outcome.sureAt;
  }
  if (!best) return { state };
  const { rule, meaning } = best;
  const facts = factsOf(rule);
  const verdict = verdictOf(input, facts, meaning);
  return verdict ? { state: "match", rule, verdict } : { state };
}

function factsOf({ gid, sid, rev, msg, classtype, priority }: Rule) {
  return {
    gid,
    sid,
    rev,
    ...(msg !== undefined && { message: msg }),
    ...(classtype !== undefined && { classtype }),
    ...(priority !== undefined && { priority }),
  };
}

function compileRule(rule: Rule, name: string, meaningOf: (facts: ReturnType<typeof factsOf>) => Meaning): Candidate {
  requireObject(name, rule);
  requireList(`${name}.conditions`, rule.conditions);
  const fromSource = endpointTest(rule.source);
  const toDestination = endpointTest(rule.destination);
  const runs = (src: string, srcPort: number, dst: string, dstPort: number) =>
    fromSource(src, srcPort) && toDestination(dst, dstPort);
  return {
    rule,
    meaning: rule.action === "pass" ? { action: "forward" } : meaningOf(factsOf(rule)),
    concerns: ({ src, srcPort, dst, dstPort }) =>
      runs(src, srcPort, dst, dstPort) || (rule.bidirectional && runs(dst, dstPort, src, srcPort)),
    judge: compileBody(rule, name),
  };
}

function compileBody({ conditions }: Rule, name: string) {
  try {
    return compileConditions(conditions);
  } catch (error) {
    if (error instanceof WireError) throw new RangeError(`${name}.conditions: ${error.message}`, { cause: error });
    throw error;
  }
}

function requireBoolean(name: string, value: boolean): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean, not ${quote(value)}`);
  return value;
}
