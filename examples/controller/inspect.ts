/** The built-in analyzer: rules of Snort for the bytes that a connection holds. */
import { readFileSync } from "node:fs";
import { createMatcher, type Matcher, parseRules, RulesError, type RuleTables } from "../../src/analyzer/index.ts";
import type { InspectEffect } from "../../src/migration/index.ts";
import { TcpFlags, type Verdict } from "../../src/tcp/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";
import type { Inspector } from "./controller.ts";
import type { Log } from "./log.ts";

/** Throws UserError for a file that is not there, and with everything that is wrong in it. */
export function loadRules(path: string, tables: RuleTables): Matcher {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemCode(error) ?? String(error)}`);
  }
  try {
    return createMatcher(parseRules(text, tables));
  } catch (error) {
    if (error instanceof RulesError) {
      const told = error.problems.map(({ line, column, detail }) => `  line ${line}, column ${column}: ${detail}`);
      throw new UserError(`${path}:\n${told.join("\n")}`);
    }
    throw error;
  }
}

/** A request that a rule matches moves, unless the rule lets it pass; one that none can match any more stays. */
export function ruleInspector(matcher: Matcher, log: Log): Inspector {
  return ({ key, generation, seq, payload, complete }: InspectEffect, decide) => {
    // What the newest segment had besides is not known any more.
    const flags = TcpFlags.psh | TcpFlags.ack | (complete ? TcpFlags.fin : 0);
    const judgement = matcher.judge({ ...{ key, generation, seq, payload, flags, complete } });
    if (judgement.state === "needMore") return;
    const stays: Verdict = { key, generation, seq, action: "forward" };
    const verdict = judgement.state === "match" ? judgement.verdict : stays;
    log.debug("judged", { state: judgement.state, action: verdict.action, bytes: payload.length });
    decide(verdict);
  };
}
