/** All connections at once. */
export { type Budgets, defaultBudgets, type TrackedService, type TrackerConfig, type Vip } from "./config.ts";
export type { Subject, TrackerEffect, UnclaimedEffect } from "./effect.ts";
export type { DrainEvent, TrackerEvent } from "./event.ts";
export type { TrackerStats, TrackerTotals } from "./stats.ts";
export { createTracker, type Tracker } from "./tracker.ts";
export type { ConnectionView } from "./view.ts";
