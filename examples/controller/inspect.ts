/** Who decides about the bytes that a connection holds: rules of Snort here, analyzers elsewhere, or both. */
import { readFileSync } from "node:fs";
import {
  createMatcher,
  type Judgement,
  type Matcher,
  parseRules,
  RulesError,
  type RuleTables,
  type VerdictPolicy,
} from "../../src/analyzer/index.ts";
import type { InspectEffect } from "../../src/migration/index.ts";
import { TcpFlags } from "../../src/tcp/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";
import type { Inspector } from "./controller.ts";
import type { Log } from "./log.ts";

/** Throws UserError for a file that is not there, and with everything that is wrong in it. */
export function loadRules(path: string, tables: RuleTables, policy?: VerdictPolicy): Matcher {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemCode(error) ?? String(error)}`);
  }
  try {
    return createMatcher(parseRules(text, tables), policy);
  } catch (error) {
    if (error instanceof RulesError) {
      const told = error.problems.map(({ line, column, detail }) => `  line ${line}, column ${column}: ${detail}`);
      throw new UserError(`${path}:\n${told.join("\n")}`);
    }
    throw error;
  }
}

/** Whose verdicts count. */
export type Analyzer = "rules" | "northbound" | "snort" | "eve";

/** As the configuration has it. */
export type WrittenAnalyzer = Analyzer | "both" | readonly Analyzer[];

export function analyzersOf(written: WrittenAnalyzer): ReadonlySet<Analyzer> {
  if (written === "both") return new Set(["rules", "northbound"]);
  return new Set(typeof written === "string" ? [written] : written);
}

function judge(matcher: Matcher, { key, generation, seq, payload, complete }: InspectEffect, log: Log): Judgement {
  // What the newest segment had besides is not known any more.
  const flags = TcpFlags.psh | TcpFlags.ack | (complete ? TcpFlags.fin : 0);
  const judgement = matcher.judge({ ...{ key, generation, seq, payload, flags, complete } });
  log.debug("judged", { state: judgement.state, bytes: payload.length });
  return judgement;
}

/** A request that a rule matches moves, unless the rule lets it pass; one that none can match any more stays. */
export function ruleInspector(matcher: Matcher, log: Log): Inspector {
  return (effect, decide) => {
    const judgement = judge(matcher, effect, log);
    if (judgement.state === "needMore") return;
    const { key, generation, seq } = effect;
    decide(judgement.state === "match" ? judgement.verdict : { key, generation, seq, action: "forward" });
  };
}

/**
 * With `rules` alone what none of them matches stays at once. With others beside them a rule that matches decides at once, and every
 * other request is theirs: with `northbound` whoever listens to `ask` is asked, and programs that watch the network have their own way to
 * see it. What nobody decides in time stays with server 1.
 */
export function createInspector(
  live: () => { readonly analyzers: ReadonlySet<Analyzer>; readonly matcher: Matcher },
  ask: (effect: InspectEffect) => void,
  log: Log,
): Inspector {
  return (effect, decide) => {
    const { analyzers, matcher } = live();
    if (analyzers.has("rules") && analyzers.size === 1) {
      ruleInspector(matcher, log)(effect, decide);
      return;
    }
    const judgement = analyzers.has("rules") ? judge(matcher, effect, log) : undefined;
    if (judgement?.state === "match") decide(judgement.verdict);
    else if (analyzers.has("northbound")) ask(effect);
  };
}
