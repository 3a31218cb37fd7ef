/** Two ends of a wire, for what would be a socket. */
import { Duplex } from "node:stream";

class End extends Duplex {
  other: End | undefined;

  override _read(): void {
    // What the other end writes is pushed.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    setImmediate(() => {
      this.other?.push(chunk);
      done();
    });
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "utf8", done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { other } = this;
    if (other && !other.readableEnded) other.push(null);
    done(error);
  }
}

export function wire(): readonly [Duplex, Duplex] {
  const a = new End();
  const b = new End();
  a.other = b;
  b.other = a;
  return [a, b];
}
