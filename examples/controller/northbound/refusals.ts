/** Connections that were not moved although somebody wanted it, or that never can be: the last ones, with the reasons. */
import { ReportCode, type ReportEffect, type TrackerEffect, type TrackerEvent } from "../../../src/migration/index.ts";

/** What the tracker says of them. */
const refusing: ReadonlySet<ReportCode> = new Set([
  ReportCode.untracked,
  ReportCode.wouldRefuse,
  ReportCode.verdictStale,
  ReportCode.verdictIgnored,
  ReportCode.verdictTooLate,
  ReportCode.notQuiescent,
  ReportCode.bypassed,
  ReportCode.targetUnknown,
  ReportCode.targetDraining,
  ReportCode.targetBroken,
  ReportCode.targetTaken,
  ReportCode.targetSilent,
  ReportCode.targetRefused,
  ReportCode.targetUnfit,
  ReportCode.bannerUnfit,
]);

export function isRefusal({ code, reasons }: Pick<ReportEffect, "code" | "reasons">): boolean {
  return refusing.has(code) || reasons.some(({ level }) => level === "refused");
}

type Report = Extract<TrackerEffect, { type: "report" }>;

export interface Refusals {
  readonly record: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  /** The newest first, and how many there were. */
  readonly tell: () => {
    readonly total: number;
    readonly refusals: readonly { readonly at: number; readonly report: Report }[];
  };
}

/** Remembers so many of them. */
export function createRefusals(limit: number): Refusals {
  const last: { readonly at: number; readonly report: Report }[] = [];
  let total = 0;
  return {
    record({ at }, effects) {
      for (const effect of effects) {
        if (effect.type !== "report" || !isRefusal(effect)) continue;
        total += 1;
        last.push({ at, report: effect });
        if (last.length > limit) last.shift();
      }
    },
    tell: () => ({ total, refusals: last.toReversed() }),
  };
}
