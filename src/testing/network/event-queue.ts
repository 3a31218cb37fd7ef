/** What is due when, the earliest first, and of the same moment in the order of its coming. */

interface Event {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** A binary heap. */
export class EventQueue {
  private readonly heap: Event[] = [];
  private order = 0;

  /** When the next event is due. */
  get next(): number | undefined {
    return this.heap[0]?.at;
  }

  push(at: number, action: () => void): void {
    const event = { at, order: this.order++, action };
    let index = this.heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.heap[parent];
      if (!above || isBefore(above, event)) break;
      this.heap[index] = above;
      index = parent;
    }
    this.heap[index] = event;
  }

  /** Takes the next event out. */
  pop(): (() => void) | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first && last && first !== last) this.sink(last);
    return first?.action;
  }

  private sink(event: Event): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.earlier(left, left + 1);
      const below = this.heap[child];
      if (!below || isBefore(event, below)) break;
      this.heap[index] = below;
      index = child;
    }
    this.heap[index] = event;
  }

  private earlier(left: number, right: number): number {
    const a = this.heap[left];
    const b = this.heap[right];
    return a && b && isBefore(b, a) ? right : left;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
