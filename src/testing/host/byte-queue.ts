import type { Bytes } from "../../wire/index.ts";

/** Bytes that are added behind and taken away in front. */
export class ByteQueue {
  private bytes = new Uint8Array(4096);
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(data: Uint8Array): void {
    if (this.end + data.length > this.bytes.length) {
      const grown = new Uint8Array(2 * (this.length + data.length));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.end -= this.start;
      this.start = 0;
      this.bytes = grown;
    }
    this.bytes.set(data, this.end);
    this.end += data.length;
  }

  drop(count: number): void {
    this.start = Math.min(this.end, this.start + count);
  }

  /** A view that later changes of the queue do not touch. */
  view(from = 0, to = this.length): Bytes {
    return this.bytes.subarray(this.start + from, Math.min(this.start + to, this.end));
  }
}
