/** A set out of which one can be drawn at random in constant time. */
export interface Bag<T> {
  add(item: T): void;
  delete(item: T): void;
  /** One of them: which one follows from `random`, any u32. Undefined when it is empty. */
  draw(random: number): T | undefined;
  readonly size: number;
  has(item: T): boolean;
  /** Where it is; -1 when it is not in here. Which one is drawn depends on the places. */
  placeOf(item: T): number;
}

export function createBag<T>(): Bag<T> {
  const items: T[] = [];
  const places = new Map<T, number>();
  return {
    add(item) {
      if (places.has(item)) return;
      places.set(item, items.length);
      items.push(item);
    },
    delete(item) {
      const place = places.get(item);
      if (place === undefined) return;
      places.delete(item);
      const last = items.pop();
      if (last === undefined || last === item) return;
      items[place] = last;
      places.set(last, place);
    },
    has: (item) => places.has(item),
    placeOf: (item) => places.get(item) ?? -1,
    draw: (random) => items[random % items.length],
    get size() {
      return items.length;
    },
  };
}
