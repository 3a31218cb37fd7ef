/** What a run needs of whoever controls its switch. */
import type { ConnectionEvent, ConnectionPhase } from "../../../src/migration/machine/index.ts";
import type { TrackerEffect } from "../../../src/migration/tracker/index.ts";
import type { ServerName } from "./scenario.ts";

/** What is known of a connection from outside. */
export interface Known {
  /** The client's. */
  readonly port: number;
  readonly phase: ConnectionPhase;
  readonly generation: number;
  /** The server that has it for good. */
  readonly owner: ServerName;
  /** SYNs that may begin the next one. */
  readonly candidates: () => number;
  /** The switch may have carried some of it unseen. */
  readonly inSwitch: boolean;
  /** Segments. */
  readonly held: number;
  /** The channel is broken, and it waits. */
  readonly cut: boolean;
}

export interface Controller {
  handle(event: ConnectionEvent): readonly TrackerEffect[];
  deadline(): number | undefined;
  /** Goes on from what can be written down, which must be everything. */
  restart(): void;
  /** Forgets everything. */
  crash(): void;
  /** Of the client with this port. */
  knownOf(port: number): Known | undefined;
  known(): readonly Known[];
  /** Throws Broken unless all that is left is nothing. */
  check(): void;
}
