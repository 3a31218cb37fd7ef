/**
 * Which of two controllers is the master of the switches, OpenFlow 1.3.5 §6.3.6. Each knows the other by its beats, and the switches by
 * the generation that they have last seen; nobody else decides. It has no clock and no sockets: whoever owns it says what happened when.
 */

/** OFPCR_ROLE_MASTER, OFPCR_ROLE_SLAVE. */
export type Role = "master" | "slave";

/** What a controller says of itself. */
export interface Beat {
  readonly role: Role;
  /** The latest that it knows. A master's is its own. */
  readonly generation: bigint;
}

export interface ElectionOptions {
  /** Who it is when both begin together: that one waits for nobody who does not answer. */
  readonly begins: Role;
  /** So long without a beat of a master, and there is none. Milliseconds. */
  readonly lostMs: number;
  readonly at: number;
}

/** This controller's role has changed. */
export interface Change extends Beat {
  readonly why: string;
}

/** Each says what has changed by it, if anything. Times are milliseconds. */
export interface Election {
  readonly state: Beat;
  /** The other controller has said this. */
  readonly heard: (beat: Beat, at: number) => Change | undefined;
  /** Nothing listens where the other controller should be. */
  readonly unreachable: (at: number) => Change | undefined;
  /** A switch has seen a master or a slave of this generation. `hasLed`: since it was elected, some switch has done what it says. */
  readonly seen: (generation: bigint, hasLed: boolean, at: number) => Change | undefined;
  /** A switch has another master. */
  readonly deposed: (at: number) => Change | undefined;
  /** Time goes by: to be called several times in `lostMs`. */
  readonly tick: (at: number) => Change | undefined;
}

/**
 * A switch obeys whoever was elected last. Who was deposed by a controller that it cannot hear waits for so many times `lostMs`: else two
 * that cannot hear each other would take the switches from each other all the time.
 */
const PATIENCE = 10;

/** As switches compare them: by the sign of the 64-bit difference. */
export function isLater(generation: bigint, than: bigint): boolean {
  return BigInt.asIntN(64, generation - than) > 0n;
}

export function createElection({ begins, lostMs, at: beginning }: ElectionOptions): Election {
  let role: Role = "slave";
  let latest = 0n;
  /** From then on it takes over. */
  let due = beginning + lostMs;
  /** Nobody who is gone needs to be waited for: this one was to begin, or has heard the other one lead. */
  let isHeir = begins === "master";
  let ticked = beginning;

  function follow(why: string, until: number): Change | undefined {
    due = until;
    if (role === "slave") return undefined;
    role = "slave";
    return { role, generation: latest, why };
  }

  function lead(why: string): Change {
    role = "master";
    latest = BigInt.asUintN(64, latest + 1n);
    return { role, generation: latest, why };
  }

  function check(at: number): Change | undefined {
    if (role === "master" || at < due) return undefined;
    return lead("there is no other master");
  }

  function deposed(why: string, at: number): Change | undefined {
    isHeir = false;
    return follow(why, at + PATIENCE * lostMs);
  }

  return {
    get state() {
      return { role, generation: latest };
    },
    heard({ role: theirs, generation }, at) {
      const isNew = isLater(generation, latest);
      const isTie = generation === latest && begins === "slave";
      if (isNew) latest = generation;
      if (theirs === "master") {
        // The other one will hear it, and give way.
        if (role === "master" && !isNew && !isTie) return undefined;
        isHeir = true;
        return follow("the other controller was elected", at + lostMs);
      }
      if (isHeir && begins === "master") due = Math.min(due, at);
      return check(at);
    },
    unreachable(at) {
      if (isHeir) due = Math.min(due, at);
      return check(at);
    },
    seen(generation, hasLed, at) {
      if (!isLater(generation, latest)) return undefined;
      latest = generation;
      if (role === "slave") return undefined;
      // A number that is left of earlier times, if no switch has said yes so far.
      return hasLed ? deposed("a switch has seen a later master", at) : lead("a switch remembers later masters");
    },
    deposed: (at) => (role === "master" ? deposed("a switch has another master", at) : undefined),
    tick(at) {
      // Who has slept has not listened either.
      if (at - ticked > lostMs / 2) due = Math.max(due, at + lostMs / 2);
      ticked = at;
      return check(at);
    },
  };
}
