/** A whole text of rules. */
import { quote, WireError } from "../../wire/index.ts";
import { requireNames, requireObject, requireUint } from "../../wire/require.ts";
import { type RuleProblem, RulesError } from "./error.ts";
import { readHeader } from "./header.ts";
import { createLocator, type LogicalLine, logicalLines, originalOffset } from "./lines.ts";
import { readOptions } from "./options.ts";
import { splitRule } from "./scan.ts";
import type { Rule } from "./types.ts";

/** What rules may refer to. */
export interface RuleTables {
  /** What `$HOME_NET` and the like stand for, by their names without the dollar sign: `{ HOME_NET: "[10.0.0.0/8,!10.0.0.9]" }`. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Priorities of classtypes, 1 for the most urgent, as Snort's `classification.config` has them. With a table, a classtype that is
   * not in it is an error; without one, a classtype gives no priority.
   */
  readonly classifications?: Readonly<Record<string, number>>;
}

/** What {@link readRules} found. */
export interface RuleReading {
  /** The rules that are understood, in the order of the text. */
  readonly rules: readonly Rule[];
  /** One for each line that is not, in the order of the text. */
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads a rules file of Snort 2.9: a rule a line, `#` before comments, a backslash at the end of a line that goes on. Throws a
 * {@link RulesError}, which is a WireError with all its `problems`, unless everything is understood: nothing is skipped.
 *
 * Throws TypeError or RangeError for tables that are none.
 *
 * ```ts
 * const rules = parseRules(`alert tcp any any -> 10.0.0.1 80 (msg:"report"; content:"GET /report/"; depth:12; sid:1000001;)`);
 * ```
 */
export function parseRules(text: string, tables: RuleTables = {}): Rule[] {
  const { rules, problems } = readRules(text, tables);
  const [first] = problems;
  if (first) throw new RulesError(first, problems);
  return [...rules];
}

/** Like {@link parseRules}, for those who want the rules that are understood whatever the others are like. */
export function readRules(text: string, tables: RuleTables = {}): RuleReading {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  const { variables, classifications } = checkTables(tables);
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  const lineOf = createLocator(text);
  const known = new Set<string>();
  // A problem lies behind the beginning of its rule, and the next rule behind that: one locator each.
  const placeOf = createLocator(text);
  const tell = (error: unknown, originalOf: (offset: number) => number) => {
    if (!(error instanceof WireError)) throw error;
    const offset = originalOf(error.offset);
    problems.push({ code: error.code, ...placeOf(offset), offset, option: error.path, detail: error.detail });
  };
  try {
    for (const logical of logicalLines(text)) {
      try {
        const rule = readRule(logical, lineOf(originalOffset(logical, 0)).line);
        const id = `${rule.gid}:${rule.sid}`;
        if (known.has(id)) throw new WireError("duplicate", `a second rule with gid:sid ${id}`, 0, "sid");
        known.add(id);
        rules.push(rule);
      } catch (error) {
        tell(error, (offset) => originalOffset(logical, offset));
      }
    }
  } catch (error) {
    tell(error, (offset) => offset);
  }
  return { rules, problems };

  function readRule(logical: LogicalLine, line: number): Rule {
    const { header, options } = splitRule(logical.text);
    const end = logical.text.trimEnd().length - 1;
    return { ...readHeader(header, variables), ...readOptions(options, classifications, end), line };
  }
}

function checkTables(tables: RuleTables) {
  requireNames("tables", tables, ["variables", "classifications"]);
  const variables = new Map(Object.entries(requireObject("tables.variables", tables.variables, {})));
  for (const [name, value] of variables) {
    if (typeof value !== "string")
      throw new TypeError(`tables.variables.${name} must be a string, not ${quote(value)}`);
  }
  const classifications = new Map(Object.entries(requireObject("tables.classifications", tables.classifications, {})));
  for (const [name, value] of classifications) requireUint(`tables.classifications.${name}`, value, 32);
  return { variables, classifications };
}
