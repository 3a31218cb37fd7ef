/** A circuit breaker: closed, open for a while, one trial, closed again. */
import { describe, expect, it } from "vitest";
import {
  admits,
  afterAttempt,
  afterOutcome,
  type Breaker,
  closedBreaker,
  type Outcome,
} from "../../../src/migration/operation/breaker.ts";

const settings = { failures: 3, openMs: 1000 };

function having(outcomes: readonly Outcome[], at = 0, breaker: Breaker = closedBreaker): Breaker {
  return outcomes.reduce((state, outcome) => afterOutcome(state, outcome, at, settings), breaker);
}

describe("a breaker", () => {
  it("opens after so many failures in a row", () => {
    expect(admits(having(["failed", "failed"]), 0)).toBe(true);
    expect(having(["failed", "failed", "failed"])).toEqual({ state: "open", until: 1000 });
  });

  it("counts only failures in a row", () => {
    expect(having(["failed", "failed", "accepted", "failed", "failed"])).toEqual({ state: "closed", failures: 2 });
  });

  it("does not count what nobody knows the outcome of", () => {
    expect(having(["failed", "unknown", "failed", "unknown"])).toEqual({ state: "closed", failures: 2 });
  });

  it("admits nobody while it is open, and one when the time is over", () => {
    const open = having(["failed", "failed", "failed"], 500);
    expect([0, 500, 1499, 1500].map((at) => admits(open, at))).toEqual([false, false, false, true]);
    const trial = afterAttempt(open, 1600, settings);
    expect(trial).toEqual({ state: "trial", until: 2600 });
    expect(admits(trial, 1601)).toBe(false);
  });

  it("closes when the trial is accepted, and opens again when it fails", () => {
    const trial: Breaker = { state: "trial", until: 2600 };
    expect(having(["accepted"], 1700, trial)).toEqual(closedBreaker);
    expect(having(["failed"], 1700, trial)).toEqual({ state: "open", until: 2700 });
  });

  it("lets another one try when the trial says nothing, or never ends", () => {
    const trial: Breaker = { state: "trial", until: 2600 };
    expect(admits(having(["unknown"], 1700, trial), 1700)).toBe(true);
    expect(admits(trial, 2600)).toBe(true);
    expect(afterAttempt(trial, 2600, settings)).toEqual({ state: "trial", until: 3600 });
  });

  it("is not kept open by those who were sent before it opened", () => {
    const open: Breaker = { state: "open", until: 1000 };
    expect(having(["failed", "failed"], 900, open)).toBe(open);
  });

  it("is closed by whoever was accepted, however late", () => {
    expect(having(["accepted"], 900, { state: "open", until: 1000 })).toEqual(closedBreaker);
  });

  it("is no other value when nothing changes", () => {
    expect(afterAttempt(closedBreaker, 5, settings)).toBe(closedBreaker);
    expect(having(["accepted"])).toBe(closedBreaker);
  });
});
