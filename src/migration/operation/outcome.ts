/** What a step tells about a target. */
import type { ConnectionEffect } from "../machine/effect.ts";
import { ReportCode } from "../machine/report.ts";
import type { ConnectionState } from "../machine/state.ts";
import type { Outcome } from "./breaker.ts";

/** An attempt that has begun or ended. */
export type Attempt =
  | { readonly type: "begun"; readonly target: string }
  | { readonly type: "ended"; readonly target: string; readonly outcome: Outcome };

const failures: readonly string[] = [
  ReportCode.targetSilent,
  ReportCode.targetRefused,
  ReportCode.targetUnfit,
  ReportCode.bannerUnfit,
];

function dialled(state: ConnectionState | undefined): string | undefined {
  return state?.phase === "dial" || state?.phase === "greet" ? state.takeover?.target : undefined;
}

/** A server that was parked is not asked anew. */
function isReturn({ parked, takeover }: ConnectionState): boolean {
  return parked.some(({ server }) => server === takeover?.target);
}

/** What became of attempts in one step, in order. */
export function attemptsOf(
  before: ConnectionState | undefined,
  after: ConnectionState | undefined,
  effects: readonly ConnectionEffect[],
): readonly Attempt[] {
  const was = dialled(before);
  const is = dialled(after);
  const failed = effects.some((effect) => effect.type === "report" && failures.includes(effect.code));
  const attempts: Attempt[] = [];
  if (was !== undefined && was !== is) {
    const accepted = after?.phase === "arm" && after.takeover?.target === was;
    attempts.push({ type: "ended", target: was, outcome: accepted ? "accepted" : failed ? "failed" : "unknown" });
  } else if (before?.phase === "arm" && after?.phase !== "arm" && failed && before.takeover && !isReturn(before)) {
    // It had accepted, and gave up before the commit.
    attempts.push({ type: "ended", target: before.takeover.target, outcome: "failed" });
  }
  if (is !== undefined && was !== is) attempts.push({ type: "begun", target: is });
  return attempts;
}
