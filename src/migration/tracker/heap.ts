/** What is due when: a binary heap in which everything knows its place, so that a deadline can be moved or taken out. */

/** Something with a deadline. */
export interface Timed {
  /** Milliseconds; meaningless while it is not in the heap. */
  due: number;
  /** Decides between equal deadlines: the older one comes first. */
  readonly ordinal: number;
  /** Where it is in the heap; -1 when it is not. */
  slot: number;
}

/** A heap of deadlines. */
export interface DeadlineHeap<T extends Timed> {
  first(): T | undefined;
  /** Puts it in, moves it, or takes it out when `due` is undefined. */
  schedule(item: T, due: number | undefined): void;
  readonly size: number;
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.due < b.due || (a.due === b.due && a.ordinal < b.ordinal);
}

export function createDeadlineHeap<T extends Timed>(): DeadlineHeap<T> {
  const items: T[] = [];

  function put(item: T, slot: number): void {
    items[slot] = item;
    item.slot = slot;
  }

  function rise(item: T, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = items[above];
      if (!parent || !isBefore(item, parent)) break;
      put(parent, slot);
      slot = above;
    }
    put(item, slot);
  }

  function sink(item: T, from: number): void {
    let slot = from;
    for (;;) {
      const left = items[2 * slot + 1];
      const right = items[2 * slot + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, item)) break;
      const below = child.slot;
      put(child, slot);
      slot = below;
    }
    put(item, slot);
  }

  function remove(item: T): void {
    const { slot } = item;
    const last = items.pop();
    item.slot = -1;
    if (last && last !== item) place(last, slot);
  }

  function place(item: T, slot: number): void {
    const parent = items[(slot - 1) >> 1];
    if (slot > 0 && parent && isBefore(item, parent)) rise(item, slot);
    else sink(item, slot);
  }

  return {
    first: () => items[0],
    schedule(item, due) {
      if (item.slot === -1) {
        if (due === undefined) return;
        item.due = due;
        rise(item, items.length);
      } else if (due === undefined) {
        remove(item);
      } else if (due !== item.due) {
        item.due = due;
        place(item, item.slot);
      }
    },
    get size() {
      return items.length;
    },
  };
}
