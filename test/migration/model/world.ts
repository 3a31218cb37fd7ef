/** What everything of a run stands on: its clock, its queue of events, and the cables, which follow the weather. */
import { EventQueue } from "../../../src/testing/network/event-queue.ts";
import type { Fault, Link, Weather } from "./scenario.ts";

/** What a run found wrong. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** A number from 0 to 1 that depends on its arguments alone, so that one frame less changes nothing for the others. */
export function chance(...parts: readonly number[]): number {
  let value = 0x9e3779b9;
  for (const part of parts) {
    value = Math.imul(value ^ part, 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    value ^= value >>> 16;
  }
  return (value >>> 0) / 2 ** 32;
}

const links: readonly Link[] = ["client", "other", "first", "second", "third"];

export class World {
  now = 0;
  readonly queue = new EventQueue();
  /** The last things that happened, for who must find out why. */
  readonly trace: string[] | undefined;
  private readonly counts = new Map<string, number>();
  private readonly weather: Weather;
  private readonly faults: ReadonlyMap<string, Fault["what"]>;

  constructor(weather: Weather, faults: readonly Fault[], traces: boolean) {
    this.weather = weather;
    this.faults = new Map(faults.map(({ link, way, nth, what }) => [`${link} ${way} ${nth}`, what]));
    this.trace = traces ? [] : undefined;
  }

  later(ms: number, action: () => void): void {
    this.queue.push(this.now + ms, action);
  }

  /** Whether the next frame on this cable comes where there is congestion. */
  isCongested(link: Link, way: "in" | "out"): boolean {
    const { seed, marks } = this.weather;
    return marks > 0 && 100 * chance(seed, ...this.place(link, way), 5) < marks;
  }

  private place(link: Link, way: "in" | "out"): readonly [number, number, number] {
    return [links.indexOf(link), way === "in" ? 0 : 1, this.counts.get(`${link} ${way}`) ?? 0];
  }

  /** Lets a frame travel: `arrive` is called as often as it arrives. */
  travel(link: Link, way: "in" | "out", arrive: () => void): void {
    const key = `${link} ${way}`;
    const place = this.place(link, way);
    const [, , nth] = place;
    this.counts.set(key, nth + 1);
    const { seed, loss, duplication, jitter } = this.weather;
    const draw = (salt: number) => chance(seed, ...place, salt);
    const fault = this.faults.get(`${key} ${nth}`);
    if (fault === "lost" || 100 * draw(1) < loss) return;
    this.later(1 + jitter * draw(2) + (fault === "late" ? 30 : 0), arrive);
    if (fault === "doubled" || 100 * draw(3) < duplication) this.later(1 + (10 + jitter) * draw(4), arrive);
  }

  note(line: () => string): void {
    this.trace?.push(`${this.now.toFixed(1)} ${line()}`);
  }
}
