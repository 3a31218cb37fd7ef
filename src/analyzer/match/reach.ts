/** How far a rule has come: where what was matched so far may have ended. */

/** The bytes to judge. */
export interface Held {
  readonly bytes: Uint8Array;
  /** No more bytes will come. */
  readonly complete: boolean;
  /** TCP flags of the segment that brought the newest bytes. */
  readonly flags: number;
}

/**
 * Every way in which the conditions up to one of them hold: an end for each, ascending, and with it the number of bytes that must
 * have come to be sure of it. {@link UNSURE} is a number that no count of bytes reaches: it holds if nothing more comes.
 */
export interface Reach {
  readonly ends: readonly number[];
  readonly sureAt: readonly number[];
  /** More bytes may bring more ends. */
  readonly open: boolean;
}

/** Holds as long as nothing contradicts it, which more bytes may do. */
export const UNSURE = Number.POSITIVE_INFINITY;

/** Before the first condition. */
export const beginning: Reach = { ends: [0], sureAt: [0], open: false };

/** Nothing holds, and nothing will. */
export const nowhere: Reach = { ends: [], sureAt: [], open: false };

/** Neither holds now nor can hold later. */
export function isDead({ ends, open }: Reach): boolean {
  return ends.length === 0 && !open;
}

/** The least of the counts; {@link UNSURE} when there is none. */
export function earliest(sureAt: readonly number[]): number {
  let least = UNSURE;
  for (const count of sureAt) if (count < least) least = count;
  return least;
}

/** The same ends, none of them sure before `count` bytes have come. */
export function notBefore({ ends, sureAt, open }: Reach, count: number): Reach {
  return { ends, sureAt: sureAt.map((other) => Math.max(other, count)), open };
}
