/** What is wrong with a text of rules. */
import { WireError, type WireErrorCode } from "../../wire/index.ts";

/** One thing that is wrong with one rule. */
export interface RuleProblem {
  readonly code: WireErrorCode;
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in UTF-16 code units as editors count them. */
  readonly column: number;
  /** In characters from the beginning of the text. */
  readonly offset: number;
  /** The part of the rule: `content`, `pcre`, `header`, … */
  readonly option: string;
  /** A sentence for people. */
  readonly detail: string;
}

/** Thrown for a text of rules; a WireError about the first problem that has them all. */
export class RulesError extends WireError {
  /** At least one, in the order of the text. */
  readonly problems: readonly RuleProblem[];

  constructor(first: RuleProblem, problems: readonly RuleProblem[]) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
    super(first.code, `${first.detail}${more}`, first.offset, pathOf(first));
    this.problems = problems;
  }
}

function pathOf({ line, column, option }: RuleProblem): string {
  return `line ${line}, column ${column}, ${option}`;
}
