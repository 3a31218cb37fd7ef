/** What the testbed can show: each scenario builds what it needs, measures, and says what should have come out. */

import type { AnalyzerKind } from "../analyzer.ts";
import type { SwitchKind } from "../open-vswitch.ts";
import type { Addressing } from "../topology.ts";

/** One line of the result. */
export interface Measured {
  readonly what: string;
  /** As it is printed: a number with its unit. */
  readonly value: string;
  /** What it should be; nothing when it is only told. */
  readonly wanted?: string;
  readonly ok: boolean;
  /** How fast something is: that depends on what else the machine does. */
  readonly speed?: true;
}

export interface RunOptions {
  readonly switch: SwitchKind;
  readonly addressing: Addressing;
  readonly ipVersion: 4 | 6;
  readonly analyzer: AnalyzerKind;
  /** Fewer repetitions: for a quick look, and for continuous integration. */
  readonly short: boolean;
  /** Where captures and diagrams are left, if anywhere. */
  readonly out: string | undefined;
  readonly say: (line: string) => void;
}

export interface Scenario {
  readonly name: string;
  readonly what: string;
  run(options: RunOptions): Promise<readonly Measured[]>;
}

/** The value below which this part of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A number that must not be more, or not less, than what is wanted. */
export function atMost(what: string, value: number, limit: number, unit: string): Measured {
  return {
    what,
    value: `${value.toFixed(2)} ${unit}`,
    wanted: `at most ${limit} ${unit}`,
    ok: value <= limit,
    speed: true,
  };
}

export function atLeast(what: string, value: number, limit: number, unit: string): Measured {
  const shown = `${value.toFixed(2)}${unit === "" ? "" : ` ${unit}`}`;
  return {
    what,
    value: shown,
    wanted: `at least ${limit}${unit === "" ? "" : ` ${unit}`}`,
    ok: value >= limit,
    speed: true,
  };
}

export function exactly(what: string, value: number | string, wanted: number | string): Measured {
  return { what, value: String(value), wanted: String(wanted), ok: value === wanted };
}

export function told(what: string, value: string): Measured {
  return { what, value, ok: true };
}
