/** The greetings of a run, and what a client hears of them. */
import { greetingBytes } from "./greeting-plan.ts";
import { serverNames } from "./places.ts";
import type { Scenario, ServerName } from "./scenario.ts";

export type Greetings = Readonly<Record<ServerName, Uint8Array>>;

export function greetingsOf({ servers }: Scenario): Greetings {
  const of = (name: ServerName) => {
    const { greeting } = servers[name];
    return greeting ? greetingBytes(greeting) : new Uint8Array(0);
  };
  return { first: of("first"), second: of("second"), third: of("third") };
}

/** What a client hears before the first answer: each byte must be one of a single server's greeting. */
export class GreetingHeard {
  private readonly greetings: Greetings;
  /** Those whose greeting this may be. */
  private greeters = serverNames;
  private heard = 0;

  constructor(greetings: Greetings) {
    this.greetings = greetings;
  }

  /** Whether the next byte of some greeting is this one. */
  take(byte: number): boolean {
    const place = this.heard++;
    this.greeters = this.greeters.filter((name) => this.greetings[name][place] === byte);
    return this.greeters.length > 0;
  }

  /** Whether this may have been the whole greeting of a server. */
  isWholeOf(name: ServerName): boolean {
    return this.greeters.includes(name) && this.greetings[name].length === this.heard;
  }

  get isWhole(): boolean {
    return serverNames.some((name) => this.isWholeOf(name));
  }
}
