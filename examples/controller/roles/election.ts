/**
 * Which of two controllers is the master of the switches, OpenFlow 1.3.5 §6.3.6. Each knows the other by its beats, and the switches by
 * the generation that they have last seen; nobody else decides. It has no clock and no sockets: whoever owns it says what happened when.
 */

/** OFPCR_ROLE_MASTER, OFPCR_ROLE_SLAVE. */
export type Role = "master" | "slave";

export interface Standing {
  readonly role: Role;
  /** A master's is its own; a slave's is the latest that it knows. */
  readonly generation: bigint;
}

/** What a controller says of itself. */
export interface Beat extends Standing {
  /** Of two that have the same right to lead, the one with the greater rank does. It stays as long as the controller runs. */
  readonly rank: bigint;
}

export interface ElectionOptions {
  /** Who it is when both begin together. A `master` waits for nobody who does not answer. */
  readonly begins: Role;
  /** See {@link rankOf}. */
  readonly rank: bigint;
  /** So long without a beat of a master, and there is none. Milliseconds. */
  readonly lostMs: number;
  readonly at: number;
}

/** This controller's role has changed, or its generation. */
export interface Change extends Standing {
  readonly why: string;
}

/** Each says what has changed by it, if anything. Times are milliseconds. */
export interface Election {
  readonly state: Beat;
  /** The other controller has said this. */
  readonly heard: (beat: Beat, at: number) => Change | undefined;
  /** Nothing listens where the other controller should be. */
  readonly unreachable: (at: number) => Change | undefined;
  /** The other controller is there, and does not say what it is. */
  readonly denied: (at: number) => void;
  /** A switch has seen a master or a slave of this generation. `hasLed`: since it was elected, some switch has done what it says. */
  readonly seen: (generation: bigint, hasLed: boolean, at: number) => Change | undefined;
  /** A switch has another master. */
  readonly deposed: (at: number) => Change | undefined;
  /** Time goes by: to be called at least three times in `lostMs`. */
  readonly tick: (at: number) => Change | undefined;
}

/**
 * A switch obeys whoever was elected last. Who was deposed by a controller that it cannot hear waits for so many times `lostMs`: else two
 * that cannot hear each other would take the switches from each other all the time.
 */
const PATIENCE = 10;
/** Of `lostMs`: who was not called for so long has slept. With the time between two beats it is less than all of it. */
const SLEEP = 0.6;

const MASTER_RANK = 1n << 63n;

/** Whoever begins as master is before whoever does not; `random` decides between two of a kind. */
export function rankOf(begins: Role, random: bigint): bigint {
  return BigInt.asUintN(63, random) | (begins === "master" ? MASTER_RANK : 0n);
}

export function beginsAsMaster({ rank }: Beat): boolean {
  return rank >= MASTER_RANK;
}

/** As switches compare them: by the sign of the 64-bit difference. */
export function isLater(generation: bigint, than: bigint): boolean {
  return BigInt.asIntN(64, generation - than) > 0n;
}

export function createElection({ begins, rank, lostMs, at: beginning }: ElectionOptions): Election {
  let role: Role = "slave";
  let own = 0n;
  let latest = 0n;
  /** From then on it takes over. */
  let due = beginning + lostMs;
  /** Nobody who is gone needs to be waited for: this one was to begin, or has heard the other one lead. */
  let isHeir = begins === "master";
  /** When the other one was last known not to lead. */
  let absentAt = Number.NEGATIVE_INFINITY;
  let ticked = beginning;
  /** It has slept since it last heard a master: once is no reason to believe that there is none. */
  let hasSlept = false;

  function note(generation: bigint): void {
    if (isLater(generation, latest)) latest = generation;
  }

  function follow(why: string, until: number): Change | undefined {
    due = until;
    if (role === "slave") return undefined;
    role = "slave";
    return { role, generation: latest, why };
  }

  function lead(why: string): Change {
    role = "master";
    latest = BigInt.asUintN(64, latest + 1n);
    own = latest;
    return { role, generation: own, why };
  }

  function check(at: number): Change | undefined {
    if (role === "master" || at < due) return undefined;
    return lead("there is no other master");
  }

  function depose(why: string, at: number): Change | undefined {
    isHeir = false;
    return follow(why, at + PATIENCE * lostMs);
  }

  function heardMaster({ generation, rank: theirs }: Beat, at: number): Change | undefined {
    if (role === "master") {
      // The other one will hear the later number, and give way.
      if (isLater(own, generation)) return undefined;
      if (own === generation && rank > theirs) return lead("both were elected at once");
    }
    isHeir = true;
    hasSlept = false;
    return follow("the other controller was elected", at + lostMs);
  }

  return {
    get state() {
      return { role, generation: role === "master" ? own : latest, rank };
    },
    heard(beat, at) {
      note(beat.generation);
      if (beat.role === "master") return heardMaster(beat, at);
      absentAt = at;
      if (isHeir && rank > beat.rank) due = Math.min(due, at);
      return check(at);
    },
    unreachable(at) {
      absentAt = at;
      if (isHeir) due = Math.min(due, at);
      return check(at);
    },
    denied(at) {
      // One of the two must lead, even if they never hear each other.
      if (begins === "slave") due = Math.max(due, at + lostMs);
    },
    seen(generation, hasLed, at) {
      const isOther = hasLed ? isLater(generation, own) : !isLater(own, generation);
      note(generation);
      if (role === "slave" || !isOther) return undefined;
      // A number that is left of earlier times, if nobody else can have led since.
      if (!hasLed || at <= absentAt + lostMs) return lead("a switch remembers another master");
      return depose("a switch has seen a later master", at);
    },
    deposed: (at) => (role === "master" ? depose("a switch has another master", at) : undefined),
    tick(at) {
      if (at > ticked + SLEEP * lostMs && !hasSlept) {
        // Who has slept has not listened either.
        hasSlept = true;
        due = Math.max(due, at + lostMs / 2);
      }
      ticked = at;
      return check(at);
    },
  };
}
