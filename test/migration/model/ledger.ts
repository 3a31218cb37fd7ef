/**
 * Which byte went to which server and which answer came back. Bytes say where they belong: a request's follow from the
 * connection and their place, and an answer's hold the number of its server and part of the byte that it answers. Every delivery
 * is checked at once.
 */
import { ANSWERS } from "./greeting-plan.ts";
import { GreetingHeard, type Greetings } from "./greetings.ts";
import type { ServerName } from "./scenario.ts";
import { Broken, chance } from "./world.ts";

const servers: readonly ServerName[] = ["first", "second", "third"];

/** One connection of the client's: another one when it uses its port again. */
export class Ledger {
  /** For messages. */
  readonly name: string;
  private readonly salt: number;
  private readonly ratio: number;
  /** By place of the byte: the server that got it. */
  private readonly owners: ServerName[] = [];
  /** Bytes of answers that reached the client's application. */
  answered = 0;
  /** Bytes that the client's application has asked with. */
  asked = 0;
  readonly greeting: GreetingHeard;

  constructor(name: string, salt: number, ratio: number, greetings: Greetings) {
    this.name = name;
    this.greeting = new GreetingHeard(greetings);
    this.salt = salt;
    this.ratio = ratio;
  }

  get delivered(): number {
    return this.owners.length;
  }

  /** The servers in the order in which they had the connection. */
  get path(): ServerName[] {
    return this.owners.filter((owner, index) => index === 0 || owner !== this.owners[index - 1]);
  }

  byteAt(place: number): number {
    return Math.floor(256 * chance(this.salt, place));
  }

  /** The next bytes for the client to ask with. */
  ask(length: number): Uint8Array {
    const from = this.asked;
    this.asked += length;
    return Uint8Array.from({ length }, (_, index) => this.byteAt(from + index));
  }

  /** Whether these would be the next bytes for a server. */
  fits(data: Uint8Array): boolean {
    return (
      this.owners.length + data.length <= this.asked &&
      data.every((byte, index) => byte === this.byteAt(this.owners.length + index))
    );
  }

  /** A server's application gets data. */
  deliver(server: ServerName, data: Uint8Array): void {
    const from = this.owners.length;
    if (!this.fits(data)) {
      throw new Broken(
        `${this.name}: the ${server} server got ${data.length} bytes that are not those from ${from} on`,
      );
    }
    data.forEach(() => {
      this.owners.push(server);
    });
  }

  answer(server: ServerName, data: Uint8Array): Uint8Array {
    const mark = (servers.indexOf(server) + 1) << 6;
    return Uint8Array.from({ length: data.length * this.ratio }, (_, index) => {
      const asked = data[Math.floor(index / this.ratio)] ?? 0;
      return mark | (asked & 0x3f);
    });
  }

  /** The client's application gets data. */
  receive(data: Uint8Array): void {
    for (const byte of data) {
      if (byte < ANSWERS) {
        if (this.answered > 0 || !this.greeting.take(byte)) throw new Broken(`${this.name} is greeted with ${byte}`);
        continue;
      }
      if (!this.greeting.isWhole) throw new Broken(`${this.name} has got an answer, and half of a greeting`);
      const place = Math.floor(this.answered / this.ratio);
      const owner = this.owners[place];
      const from = servers[(byte >> 6) - 1];
      if (owner === undefined || from !== owner || (byte & 0x3f) !== (this.byteAt(place) & 0x3f)) {
        throw new Broken(
          `${this.name}: byte ${this.answered} of the answers is from ${from ?? "nobody"}, and was asked of ${owner ?? "nobody"}`,
        );
      }
      this.answered++;
    }
  }

  get isAnswered(): boolean {
    return this.greeting.isWhole && this.answered === this.asked * this.ratio;
  }
}
