import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutToken } from "../../../src/migration/machine/reset.ts";
import { createBag } from "../../../src/migration/tracker/bag.ts";
import { createDeadlineHeap } from "../../../src/migration/tracker/heap.ts";
import { createRelayedTable } from "../../../src/migration/tracker/relayed.ts";

describe("the deadlines of all connections", () => {
  it("come in their order, whatever was moved or taken out before", () => {
    const operations = fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(50), { nil: undefined })), { maxLength: 200 });
    fc.assert(
      fc.property(operations, (changes) => {
        const heap = createDeadlineHeap<{ due: number; slot: number; readonly ordinal: number }>();
        const items = Array.from({ length: 21 }, (_, ordinal) => ({ due: 0, slot: -1, ordinal }));
        const expected = new Map<number, number>();
        for (const [index, due] of changes) {
          const item = items[index];
          if (!item) continue;
          heap.schedule(item, due);
          if (due === undefined) expected.delete(index);
          else expected.set(index, due);
          const first = [...expected].sort(([a, x], [b, y]) => x - y || a - b)[0];
          expect(heap.first()?.ordinal).toBe(first?.[0]);
          expect(heap.size).toBe(expected.size);
        }
        const drained: (readonly [number, number])[] = [];
        for (let item = heap.first(); item; item = heap.first()) {
          drained.push([item.ordinal, item.due]);
          heap.schedule(item, undefined);
        }
        expect(drained).toEqual([...expected].sort(([a, x], [b, y]) => x - y || a - b));
      }),
    );
  });
});

describe("a bag", () => {
  it("draws each of its items, and no other", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9))), (changes) => {
        const bag = createBag<number>();
        const expected = new Set<number>();
        for (const [adds, item] of changes) {
          if (adds) bag.add(item);
          else bag.delete(item);
          if (adds) expected.add(item);
          else expected.delete(item);
        }
        expect(bag.size).toBe(expected.size);
        const drawn = Array.from({ length: bag.size }, (_, random) => bag.draw(random));
        expect(new Set(drawn)).toEqual(expected);
        expect(expected.size === 0 ? bag.draw(7) : 0).toBe(expected.size === 0 ? undefined : 0);
        for (const item of expected) expect(drawn[bag.placeOf(item)]).toBe(item);
      }),
    );
  });
});

describe("a bucket of tokens", () => {
  it("earns one every so often, up to its size, and loses no part of one", () => {
    const limits = { resetBurst: 10, resetEveryMs: 100 };
    // 3 tokens of 10 at 0, one every 100 ms: 2 more at 250, and 50 ms are earned towards the next one. One goes.
    const later = withoutToken({ tokens: 3, at: 0 }, 250, limits);
    expect(later).toEqual({ tokens: 4, at: 200 });
    expect(withoutToken({ tokens: 5, at: 200 }, 300, limits)).toEqual({ tokens: 5, at: 300 });
    expect(withoutToken({ tokens: 5, at: 200 }, 10_000, limits)).toEqual({ tokens: 9, at: 10_000 });
    expect(withoutToken({ tokens: 0, at: 5 }, 5, { resetBurst: 10, resetEveryMs: 0 })).toEqual({ tokens: 9, at: 5 });
    expect(withoutToken({ tokens: 1, at: 50 }, 20, limits)).toEqual({ tokens: 0, at: 50 });
    expect(withoutToken({ tokens: 0, at: 50 }, 149, limits)).toBeUndefined();
  });
});

describe("the table of relayed connections", () => {
  const relayed = {
    dpid: 1n,
    service: undefined,
    client: undefined,
    claims: [],
    answer: undefined,
    serial: undefined,
  };

  it("forgets who was silent longest", () => {
    const table = createRelayedTable(2, 100_000);
    table.note("a", relayed, 0);
    table.note("b", relayed, 1);
    table.note("a", relayed, 2);
    table.note("c", relayed, 3);
    expect([...table.all()].map(({ name }) => name)).toEqual(["a", "c"]);
    expect(table.deadline()).toBe(60_002);
    table.expire(60_002);
    expect(table.size).toBe(1);
    expect(table.find("a")).toBeUndefined();
  });

  it("keeps one that the switch carries as long as its flows may be there", () => {
    const table = createRelayedTable(2, 100_000);
    table.note("a", { ...relayed, serial: 7 }, 0);
    table.expire(60_000);
    expect([table.size, table.hasSerial(7), table.deadline()]).toEqual([1, true, 120_000]);
    table.expire(120_000);
    expect([table.size, table.hasSerial(7)]).toEqual([0, false]);
  });

  it("takes what others say of one for no sign that it is there", () => {
    const table = createRelayedTable(2, 100_000);
    table.note("a", relayed, 0);
    table.note("b", relayed, 1);
    table.amend("a", { ...relayed, answer: { seq: 7, ack: 9 } });
    table.amend("c", relayed);
    expect([table.size, table.find("a")?.answer?.seq, table.deadline()]).toEqual([2, 7, 60_000]);
    table.note("c", relayed, 3);
    expect(table.find("a")).toBeUndefined();
  });
});
