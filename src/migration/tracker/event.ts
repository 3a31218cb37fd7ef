/** What a tracker is told. */
import { quote } from "../../wire/index.ts";
import { checkEvent, checkMoment } from "../machine/check-event.ts";
import type { ConnectionEvent } from "../machine/index.ts";
import type { ServiceSetup } from "./config.ts";

/** Takes a target out of service, or back into it: it gets no more connections, and those that it has stay. */
export interface DrainEvent {
  readonly type: "drain";
  /** When, in milliseconds. */
  readonly at: number;
  /** Names of the service and of its target. */
  readonly service: string;
  readonly target: string;
  readonly draining: boolean;
}

/** Everything that {@link Tracker.handle} understands. `switchBack` is also for a switch that comes for the first time. */
export type TrackerEvent = ConnectionEvent | DrainEvent;

/** Throws RangeError or TypeError naming what is wrong with an event. */
export function checkTrackerEvent(event: TrackerEvent, services: readonly ServiceSetup[]): void {
  if (event.type !== "drain") {
    checkEvent(event);
    return;
  }
  checkMoment(event);
  checkDrain(event, services);
}

function checkDrain({ service, target, draining }: DrainEvent, services: readonly ServiceSetup[]): void {
  const known = services.find(({ name }) => name === service);
  if (!known) throw new RangeError(`event.service must be the name of a service, not ${quote(service)}`);
  if (!Object.hasOwn(known.settings.targets, target)) {
    throw new RangeError(`event.target must be a target of ${service}, not ${quote(target)}`);
  }
  if (typeof draining !== "boolean")
    throw new TypeError(`event.draining must be true or false, not ${quote(draining)}`);
}
