/** The other conditions, and all of them in a row. */
import { compilePattern } from "../regex/program.ts";
import { oneSubject, runProgram } from "../regex/run.ts";
import type { Condition, FlagsCondition, PcreCondition, SizeCondition } from "../rule/types.ts";
import { contentStage, type Stage } from "./content.ts";
import { beginning, earliest, type Held, isDead, notBefore, nowhere, type Reach, UNSURE } from "./reach.ts";

/** What may be said about a rule. */
export type State = "match" | "noMatch" | "needMore";

/** What may be said about a rule, and for a match how many bytes were enough to be sure of it. */
export interface Outcome {
  readonly state: State;
  /** {@link UNSURE} when only the end of the bytes made sure, or there is no match. */
  readonly sureAt: number;
}

/** A function that judges bytes by the conditions of a rule. Throws WireError for a pattern that is none. */
export function compileConditions(conditions: readonly Condition[]): (held: Held) => Outcome {
  const stages = conditions.map(compileCondition);
  return (held) => {
    let reach = beginning;
    for (const stage of stages) {
      reach = stage(reach, held);
      if (isDead(reach)) return { state: "noMatch", sureAt: UNSURE };
    }
    const sureAt = earliest(reach.sureAt);
    const isMatch = held.complete ? reach.ends.length > 0 : sureAt !== UNSURE;
    if (isMatch) return { state: "match", sureAt };
    return { state: held.complete ? "noMatch" : "needMore", sureAt: UNSURE };
  };
}

function compileCondition(condition: Condition): Stage {
  switch (condition.type) {
    case "flags":
      return (before, held) => flags(condition, before, held);
    case "dsize":
      return (before, held) => size(condition, before, held);
    case "content":
      return contentStage(condition);
    case "pcre":
      return pcreStage(condition);
  }
}

/** The flags of a later segment may be other ones. */
function flags(condition: FlagsCondition, before: Reach, held: Held): Reach {
  if (hasFlags(condition, held.flags)) return before;
  return held.complete ? nowhere : notBefore(before, UNSURE);
}

function hasFlags({ mode, flags, ignored }: FlagsCondition, given: number): boolean {
  // Snort looks at the lower eight bits: AE is none of its flags.
  const relevant = given & 0xff & ~ignored;
  switch (mode) {
    case "exactly":
      return relevant === flags;
    case "all":
      return (relevant & flags) === flags;
    case "any":
      return (relevant & flags) !== 0;
    case "none":
      return (relevant & flags) === 0;
  }
}

function size({ least, most }: SizeCondition, before: Reach, { bytes, complete }: Held): Reach {
  if (most !== undefined && bytes.length > most) return nowhere;
  if (bytes.length < least) return complete ? nowhere : notBefore(before, UNSURE);
  return notBefore(before, most === undefined ? least : UNSURE);
}

function pcreStage(condition: PcreCondition): Stage {
  const program = compilePattern(condition.pattern, condition);
  if (condition.negated) {
    return (before, held) => {
      const { ends, sureAt } = before;
      if (ends.length === 0) return before;
      const found = runProgram(program, oneSubject(0, sureAt), held);
      if (found.ends.length > 0 || (held.complete && held.bytes.length === 0)) return nowhere;
      return notBefore(before, UNSURE);
    };
  }
  return (before, held) => {
    if (before.ends.length === 0) return before;
    const subjects = condition.relative ? { starts: before.ends, sureAt: before.sureAt } : oneSubject(0, before.sureAt);
    const { ends, sureAt, open } = runProgram(program, subjects, held);
    return { ends, sureAt, open: open || before.open };
  };
}
