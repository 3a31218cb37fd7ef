/** Running a machine over bytes: all of its ways at once, a step for each byte, whatever the pattern and the bytes are. */
import { earliest, type Held, type Reach, UNSURE } from "../match/reach.ts";
import { holds } from "./place.ts";
import { Kind, type Program } from "./program.ts";

/** Where the subject may begin; each is a subject of its own, and all end where the bytes do. */
export interface Subjects {
  /** Ascending. */
  readonly starts: readonly number[];
  /** How many bytes must have come to be sure of a start. */
  readonly sureAt: readonly number[];
}

/** The subject of which one could be sure soonest, as the only one. */
export function oneSubject(start: number, sureAt: readonly number[]): Subjects {
  return { starts: [start], sureAt: [earliest(sureAt)] };
}

/** Every place where a match can end, in any of the subjects. */
export function runProgram(program: Program, subjects: Subjects, held: Held): Reach {
  return new Run(program, subjects, held).result();
}

/** What was found out about the states at one place. Stamped with the place, so that nothing must be cleared between steps. */
class Marks {
  private readonly places: Int32Array;
  private readonly counts: Float64Array;

  constructor(size: number) {
    this.places = new Int32Array(size).fill(-1);
    this.counts = new Float64Array(size);
  }

  /** What is known of a state at a place; undefined for nothing. */
  get(index: number, at: number): number | undefined {
    return this.places[index] === at ? this.counts[index] : undefined;
  }

  /** Whether this was not known of a state, or only with a larger count; it is known then. */
  lower(index: number, at: number, count: number): boolean {
    if (this.places[index] === at && (this.counts[index] ?? UNSURE) <= count) return false;
    this.places[index] = at;
    this.counts[index] = count;
    return true;
  }
}

/**
 * In one visit a state can be known with three counts: the one that the visit began with, one more than the place, and UNSURE. So its
 * edges are taken at most three times, and the stack holds no more than that.
 */
const STACK_PER_EDGE = 4;

/**
 * A state knows the least number of bytes that must have come to be sure that it is reached. One step visits a state at most a few
 * times: once at the beginning of a subject and once behind it, and again only with a smaller number, which the order of the visits
 * makes rare.
 */
class Run {
  private readonly program: Program;
  private readonly subjects: Subjects;
  private readonly held: Held;
  private readonly ends: number[] = [];
  private readonly sureAt: number[] = [];
  private readonly inside: Marks;
  private readonly atStart: Marks;
  private readonly waits: Marks;
  /** States that wait for the byte at the present place. */
  private readonly waiting: Int32Array;
  private waitingCount = 0;
  /** Where those that got their byte have come, and how many bytes must have come to be sure of each. */
  private readonly arrivals: Int32Array;
  private readonly arrivalSure: Float64Array;
  private arrivalCount = 0;
  /** What is still to be visited. */
  private readonly stack: Int32Array;
  private readonly stackCounts: Float64Array;
  /** Where a match last ended, and how many bytes must have come to be sure of it. */
  private acceptedAt = -1;
  private acceptedWith = UNSURE;
  /** Only later bytes tell whether a place is what a state wants. */
  private undecided = false;
  /** The least count of the subjects that have begun; undefined while none has. */
  private begun: number | undefined;
  private nextSubject = 0;
  private at: number;

  constructor(program: Program, subjects: Subjects, held: Held) {
    const size = program.states.length;
    this.program = program;
    this.subjects = subjects;
    this.held = held;
    this.inside = new Marks(size);
    this.atStart = new Marks(size);
    this.waits = new Marks(size);
    this.waiting = new Int32Array(size);
    this.arrivals = new Int32Array(size);
    this.arrivalSure = new Float64Array(size);
    const height = STACK_PER_EDGE * (size + program.table.edges.length);
    this.stack = new Int32Array(height);
    this.stackCounts = new Float64Array(height);
    this.at = subjects.starts[0] ?? held.bytes.length;
  }

  result(): Reach {
    const { bytes, complete } = this.held;
    let isOver = false;
    while (!isOver) {
      this.look();
      isOver = this.at >= bytes.length;
      if (!isOver) {
        this.step(bytes[this.at] ?? 0);
        this.at++;
        if (this.arrivalCount === 0) isOver = !this.skip();
      }
    }
    const canGoOn = this.waitingCount > 0 || this.undecided || (this.program.floating && this.begun !== undefined);
    return { ends: this.ends, sureAt: this.sureAt, open: !complete && canGoOn };
  }

  /** Everything that can be at this place. */
  private look(): void {
    this.waitingCount = 0;
    if (this.program.floating && this.begun !== undefined) this.visit(this.program.start, this.begun, false);
    for (let way = 0; way < this.arrivalCount; way++) {
      this.visit(this.arrivals[way] ?? 0, this.arrivalSure[way] ?? UNSURE, false);
    }
    if (this.subjects.starts[this.nextSubject] === this.at) this.begin();
    if (this.acceptedAt !== this.at) return;
    this.ends.push(this.at);
    this.sureAt.push(Math.max(this.acceptedWith, this.at));
  }

  /** Snort does not ask PCRE about an empty subject, so a subject is there when its first byte is. */
  private begin(): void {
    const sureOfStart = this.subjects.sureAt[this.nextSubject++] ?? UNSURE;
    if (this.at === this.held.bytes.length) {
      this.undecided = true;
      return;
    }
    const count = Math.max(sureOfStart, this.at + 1);
    this.visit(this.program.start, count, true);
    this.begun = Math.min(this.begun ?? count, count);
  }

  /** Goes everywhere that can be reached from a state without another byte. */
  private visit(start: number, sureOfStart: number, isStart: boolean): void {
    const { stack, stackCounts, at } = this;
    const { kinds, next, firstEdge, edges } = this.program.table;
    const marks = isStart ? this.atStart : this.inside;
    let height = 1;
    stack[0] = start;
    stackCounts[0] = sureOfStart;
    while (height > 0) {
      height--;
      const index = stack[height] ?? 0;
      const count = stackCounts[height] ?? UNSURE;
      if (!marks.lower(index, at, count)) continue;
      switch (kinds[index]) {
        case Kind.byte:
          if (this.waits.get(index, at) === undefined) this.waiting[this.waitingCount++] = index;
          this.waits.lower(index, at, count);
          break;
        case Kind.accept:
          this.acceptedWith = this.acceptedAt === at ? Math.min(this.acceptedWith, count) : count;
          this.acceptedAt = at;
          break;
        case Kind.split:
          for (let edge = firstEdge[index] ?? 0; edge < (firstEdge[index + 1] ?? 0); edge++) {
            stack[height] = edges[edge] ?? 0;
            stackCounts[height] = count;
            height++;
          }
          break;
        case Kind.assertion: {
          const needed = this.placeOf(index, isStart);
          if (needed === "never") break;
          stack[height] = next[index] ?? 0;
          stackCounts[height] = Math.max(count, needed);
          height++;
          break;
        }
        default:
          throw new TypeError(`no state ${index}`);
      }
    }
  }

  /** How sure one can be that an assertion holds here. */
  private placeOf(index: number, isStart: boolean): number | "never" {
    const state = this.program.states[index];
    if (state?.type !== "assertion") return "never";
    const needed = holds(state.assertion, this.held, this.at, isStart);
    if (needed !== "later") return needed;
    this.undecided = true;
    return "never";
  }

  /** Those that wait for this byte arrive at their next states; the surest first, so that visits need no repetition. */
  private step(byte: number): void {
    const { sets, next } = this.program.table;
    const word = byte >>> 5;
    const bit = 1 << (byte & 31);
    if (this.waitingCount > 1 && this.subjects.starts.length > 1) {
      const countOf = (index: number) => this.waits.get(index, this.at) ?? UNSURE;
      this.waiting.subarray(0, this.waitingCount).sort((a, b) => countOf(a) - countOf(b));
    }
    this.arrivalCount = 0;
    for (let way = 0; way < this.waitingCount; way++) {
      const index = this.waiting[way] ?? 0;
      if (((sets[8 * index + word] ?? 0) & bit) === 0) continue;
      this.arrivals[this.arrivalCount] = next[index] ?? 0;
      this.arrivalSure[this.arrivalCount++] = this.waits.get(index, this.at) ?? UNSURE;
    }
    this.waitingCount = 0;
  }

  /** No way is under way: goes to where the next one may begin. False when none can. */
  private skip(): boolean {
    const { program, held } = this;
    const upcoming = this.subjects.starts[this.nextSubject];
    if (!program.floating || this.begun === undefined) {
      if (upcoming === undefined) return false;
      this.at = upcoming;
      return true;
    }
    const { first } = program;
    if (!first) return true;
    const limit = Math.min(upcoming ?? held.bytes.length, held.bytes.length);
    while (this.at < limit && first[held.bytes[this.at] ?? 0] === 0) this.at++;
    return true;
  }
}
