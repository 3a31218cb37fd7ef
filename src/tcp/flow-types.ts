/** The words that analyzers and the planner share. */

/** One direction of a TCP connection, as the switch sees it. */
export interface FlowKey {
  /** VLAN identifiers, outermost first; empty when untagged. Priority tags (identifier 0) are left out. */
  readonly vlans: readonly number[];
  /** IPv4 or IPv6 address in the spelling of a decoded frame. */
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
}

/** What an analyzer says about a connection: move it, or let the first server have it. */
export type Verdict = MigrateVerdict | ForwardVerdict;

/** Move the connection. */
export interface MigrateVerdict extends VerdictFields {
  readonly action: "migrate";
  /** Name of the server to move to; absent leaves the choice to the planner's configuration. `"origin"` is server 1, when it is parked. */
  readonly target?: string;
  /** The server that has the connection is not reset but kept waiting, so that it can have the connection back. Default false. */
  readonly park?: boolean;
}

/** Leave the connection with the first server. */
export interface ForwardVerdict extends VerdictFields {
  readonly action: "forward";
}

interface VerdictFields {
  /** The connection, from the client to the server. */
  readonly key: FlowKey;
  /** Sequence number of the client segment that the verdict is about: tells an old connection of the same key apart. */
  readonly seq?: number;
  /** Generation of the connection, when the analyzer was given one; a stale verdict is ignored. */
  readonly generation?: number;
  /** The rule that decided, as its source names it: `1:1000001:3`. */
  readonly rule?: string;
  /** For people. */
  readonly reason?: string;
}
