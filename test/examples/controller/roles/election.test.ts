/** Who leads, by what each controller hears. Times are milliseconds, with 1000 without a beat until there is no master. */
import { describe, expect, it } from "vitest";
import {
  type Beat,
  createElection,
  isLater,
  type Role,
  rankOf,
} from "../../../../examples/controller/roles/election.ts";

const electionOf = (begins: Role, random = 5n) =>
  createElection({ begins, rank: rankOf(begins, random), lostMs: 1_000, at: 0 });
/** The other one begins as this one does not, unless its rank says otherwise. */
const master = (generation: bigint, rank = 5n): Beat => ({ role: "master", generation, rank });
const slave = (generation: bigint, rank = 5n): Beat => ({ role: "slave", generation, rank });
const first = rankOf("master", 5n);

/** Ticks every 250 ms after `from`, and says when there was a change. */
function ticks(election: ReturnType<typeof electionOf>, from: number, to: number): readonly number[] {
  const changes: number[] = [];
  for (let at = from + 250; at <= to; at += 250) if (election.tick(at)) changes.push(at);
  return changes;
}

describe("generations", () => {
  it("are compared as switches do, by the sign of a 64-bit difference", () => {
    expect(isLater(5n, 4n)).toBe(true);
    expect(isLater(4n, 4n)).toBe(false);
    expect(isLater(0n, 0xffff_ffff_ffff_ffffn)).toBe(true);
    // What Open vSwitch answers before there was a master.
    expect(isLater(0xffff_ffff_ffff_ffffn, 0n)).toBe(false);
    expect(isLater(0x8000_0000_0000_0000n, 1n)).toBe(true);
    expect(isLater(0x8000_0000_0000_0001n, 1n)).toBe(false);
  });

  it("go on behind the last one with 0", () => {
    const election = electionOf("slave");
    election.seen(0x7fff_ffff_ffff_ffffn, false, 1);
    election.seen(0xffff_ffff_ffff_fffen, false, 2);
    election.seen(0xffff_ffff_ffff_ffffn, false, 3);
    expect(ticks(election, 0, 1_000)).toEqual([1_000]);
    expect(election.state).toMatchObject({ role: "master", generation: 0n });
  });
});

describe("a controller that begins", () => {
  it("as slave waits for a beat of the other one, and leads when there was none", () => {
    expect(ticks(electionOf("slave"), 0, 2_000)).toEqual([1_000]);
  });

  it("as slave waits also where nothing listens, because the other one may be just beginning", () => {
    const election = electionOf("slave");
    expect(election.unreachable(10)).toBeUndefined();
    expect(ticks(election, 0, 2_000)).toEqual([1_000]);
    expect(election.state).toMatchObject({ role: "master", generation: 1n });
  });

  it("as master leads as soon as nothing listens where the other one should be", () => {
    expect(electionOf("master").unreachable(10)).toMatchObject({ role: "master", generation: 1n });
  });

  it("as master leads as soon as the other one says that it does not", () => {
    expect(electionOf("master").heard(slave(41n), 10)).toMatchObject({ role: "master", generation: 42n });
  });

  it("as master stands by where the other one leads already", () => {
    const election = electionOf("master");
    expect(election.heard(master(3n), 10)).toBeUndefined();
    expect(election.state).toMatchObject({ role: "slave", generation: 3n });
    expect(ticks(election, 10, 1_009)).toEqual([]);
  });

  it("takes a generation behind that which a switch remembers", () => {
    const election = electionOf("slave");
    expect(election.seen(57n, false, 20)).toBeUndefined();
    election.tick(500);
    expect(election.tick(1_000)).toMatchObject({ role: "master", generation: 58n });
  });

  it("is elected once more when the first switch remembers a later master", () => {
    const election = electionOf("master");
    election.unreachable(10);
    expect(election.seen(57n, false, 20)).toMatchObject({ role: "master", generation: 58n });
  });
});

describe("a controller that stands by", () => {
  function following() {
    const election = electionOf("slave");
    election.heard(master(7n, first), 100);
    return election;
  }

  it("leads when it has heard nothing for a second, and says so once", () => {
    const election = following();
    expect(ticks(election, 100, 3_100)).toEqual([1_100]);
    expect(election.state).toMatchObject({ role: "master", generation: 8n });
  });

  it("leads at once when nothing listens any more where the master was", () => {
    expect(following().unreachable(120)).toMatchObject({ role: "master", generation: 8n });
  });

  it("does not lead as long as beats come", () => {
    const election = following();
    for (let at = 200; at < 5_000; at += 250) {
      expect(election.tick(at)).toBeUndefined();
      expect(election.heard(master(7n), at + 1)).toBeUndefined();
    }
  });

  it("leads when the master has become one that stands by, and stays so", () => {
    const election = following();
    expect(election.heard(slave(7n, first), 300)).toBeUndefined();
    expect(ticks(election, 100, 1_200)).toEqual([1_100]);
  });

  it("does not take a time in which it was asleep for silence", () => {
    const election = following();
    election.tick(250);
    expect(election.tick(9_000)).toBeUndefined();
    expect(election.heard(master(7n), 9_001)).toBeUndefined();
    expect(ticks(election, 9_000, 9_750)).toEqual([]);
  });

  it("leads in time although each tick comes a little late", () => {
    const election = electionOf("slave");
    election.heard(master(7n), 100);
    let at = 100;
    while (election.state.role === "slave" && at < 10_000) {
      at += 333.9;
      election.tick(at);
    }
    expect(at).toBeLessThan(1_500);
  });

  it("leads in the end although it sleeps again and again", () => {
    const election = following();
    expect([900, 1_800, 2_700].map((at) => election.tick(at)?.role)).toEqual([undefined, "master", undefined]);
  });

  it("waits longer for one that is there and does not say what it is, unless it was to begin", () => {
    const election = electionOf("slave");
    election.denied(600);
    expect(ticks(election, 0, 2_000)).toEqual([1_750]);
    const first = electionOf("master");
    first.denied(600);
    expect(ticks(first, 0, 2_000)).toEqual([1_000]);
  });

  it("leads after a sleep when there is still nobody", () => {
    const election = following();
    election.tick(250);
    expect(ticks(election, 9_000, 12_000)).toEqual([9_750]);
  });
});

describe("a master", () => {
  function leading() {
    const election = electionOf("master");
    election.unreachable(0);
    return election;
  }

  it("gives way to one that was elected later", () => {
    const election = leading();
    expect(election.heard(master(2n), 10)).toMatchObject({ role: "slave", generation: 2n });
  });

  it("does not give way to one that was elected before", () => {
    const election = leading();
    election.seen(5n, false, 5);
    expect(election.heard(master(5n), 10)).toBeUndefined();
    expect(election.state).toMatchObject({ role: "master", generation: 6n });
  });

  it("gives way in a tie only if it begins as slave, and takes a number of its own otherwise", () => {
    expect(leading().heard(master(1n), 10)).toMatchObject({ role: "master", generation: 2n });
    const other = electionOf("slave");
    ticks(other, 0, 1_000);
    expect(other.state).toMatchObject({ role: "master", generation: 1n });
    expect(other.heard(master(1n, first), 1_010)).toMatchObject({ role: "slave" });
  });

  it("that a switch has deposed waits ten times as long for the new one, and leads again when there is none", () => {
    const election = leading();
    expect(election.deposed(1_000)).toMatchObject({ role: "slave" });
    expect(election.deposed(1_001)).toBeUndefined();
    expect(election.seen(2n, false, 1_002)).toBeUndefined();
    expect(election.unreachable(1_003)).toBeUndefined();
    expect(ticks(election, 1_000, 12_000)).toEqual([11_000]);
    expect(election.state).toMatchObject({ role: "master", generation: 3n });
  });

  it("that was deposed takes over at once when it has heard the new one, and that is gone", () => {
    const election = leading();
    election.deposed(1_000);
    election.heard(master(2n), 1_100);
    expect(election.unreachable(1_200)).toMatchObject({ role: "master", generation: 3n });
  });

  it("is deposed by a switch that has seen a later master, if it has switches and nobody knows where the other one is", () => {
    expect(leading().seen(9n, true, 1_001)).toMatchObject({ role: "slave", generation: 9n });
  });

  it("leads again when the other one has just said that it does not, or was not there: the switch remembers earlier times", () => {
    expect(leading().seen(9n, true, 1_000)).toMatchObject({ role: "master", generation: 10n });
    const election = leading();
    election.heard(slave(1n), 5_000);
    expect(election.seen(9n, true, 5_900)).toMatchObject({ role: "master", generation: 10n });
  });

  it("leads again when the first switch has its own number already, which was another one's then", () => {
    expect(leading().seen(1n, false, 10)).toMatchObject({ role: "master", generation: 2n });
    expect(leading().seen(1n, true, 10)).toBeUndefined();
  });

  it("tells its own number, whatever later ones it has heard of", () => {
    const election = leading();
    expect(election.heard(slave(57n), 10)).toBeUndefined();
    expect(election.state).toMatchObject({ role: "master", generation: 1n });
    expect(election.heard(master(58n), 20)).toMatchObject({ role: "slave", generation: 58n });
  });
});

describe("of two that both begin as master", () => {
  const [low, high] = [electionOf("master", 3n), electionOf("master", 4n)];
  const [lowRank, highRank] = [rankOf("master", 3n), rankOf("master", 4n)];

  it("the one with the greater rank leads at once, and the other one waits for it", () => {
    expect(low.heard(slave(0n, highRank), 10)).toBeUndefined();
    expect(high.heard(slave(0n, lowRank), 10)).toMatchObject({ role: "master", generation: 1n });
    expect(low.heard(high.state, 20)).toBeUndefined();
    expect(low.state).toEqual({ role: "slave", generation: 1n, rank: lowRank });
  });

  it("and were elected at once, that one takes another number, and the other one gives way", () => {
    const [one, two] = [electionOf("master", 3n), electionOf("master", 4n)];
    one.unreachable(0);
    two.unreachable(0);
    const [fromOne, fromTwo] = [one.state, two.state];
    expect(one.heard(fromTwo, 10)).toMatchObject({ role: "slave", generation: 1n });
    expect(two.heard(fromOne, 10)).toMatchObject({ role: "master", generation: 2n });
    expect(one.heard(two.state, 20)).toBeUndefined();
    expect(two.heard(one.state, 20)).toBeUndefined();
  });
});

describe("ranks", () => {
  it("have the beginning in their first bit, and 63 bits of chance", () => {
    expect(rankOf("slave", 0xffff_ffff_ffff_ffffn)).toBe(0x7fff_ffff_ffff_ffffn);
    expect(rankOf("master", 0n)).toBe(0x8000_0000_0000_0000n);
    expect(rankOf("master", 6n)).toBe(0x8000_0000_0000_0006n);
  });
});

describe.each([
  ["master", "slave"],
  ["master", "master"],
  ["slave", "slave"],
] as const)("two controllers that begin as %s and %s and hear each other, whatever happens to them", (...begins) => {
  it.each([
    ["as soon as it is said", false],
    ["after both have spoken", true],
  ])("%s, are never both masters for longer than two beats, nor both slaves for two seconds", (_, crossing) => {
    // A small generator, so that what fails can be seen again.
    let state = 12_345;
    const chance = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    const pair = begins.map((each, index) => electionOf(each, BigInt(index)));
    const sleepsUntil = [0, 0];
    let [both, none] = [0, 0];
    for (let at = 250; at < 1_000_000; at += 250) {
      const said = crossing ? pair.map((election) => election.state) : undefined;
      for (const [index, election] of pair.entries()) {
        if (chance() < 0.02) sleepsUntil[index] = at + Math.floor(chance() * 5_000);
        if ((sleepsUntil[index] ?? 0) > at) continue;
        election.tick(at);
        const other = said?.[1 - index] ?? pair[1 - index]?.state;
        if (other && (sleepsUntil[1 - index] ?? 0) <= at) election.heard(other, at);
      }
      const awake = sleepsUntil.every((until) => until + 2_000 <= at);
      const masters = pair.filter((election) => election.state.role === "master").length;
      both = masters === 2 && awake ? both + 1 : 0;
      none = masters === 0 && awake ? none + 1 : 0;
      expect(both).toBeLessThanOrEqual(2);
      expect(none).toBeLessThanOrEqual(8);
    }
  });
});
