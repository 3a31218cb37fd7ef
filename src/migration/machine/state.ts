/** What is remembered of one connection: plain data, and nothing that follows from the rest. */
import type { VlanTag } from "../../tcp/index.ts";
import type { Connection } from "../connection.ts";
import type { ClientNumbers } from "../offsets.ts";
import type { Heard } from "./heard.ts";
import type { ConnectionPhase } from "./phase.ts";

/** How far a connection has come, in the client's numbers. What is held or absorbed has not passed. */
export interface Progress {
  /** Behind the last client byte that went to a server. */
  readonly clientNext: number;
  /** The highest acknowledgment of the client's. */
  readonly clientAck: number;
  /** Behind the last server byte that went to the client. */
  readonly serverNext: number;
  /** The highest acknowledgment of the server's. */
  readonly serverAck: number;
  /** The window field that the client sent last. */
  readonly window: number;
  /** Bytes that server 1 accepts beyond `serverAck`. */
  readonly serverWindow: number;
}

/** The new server's answer to our SYN. */
export interface TargetAccepted {
  /** z + 1, in its own numbers. */
  readonly sendNext: number;
  /** Bytes of its own accord that were acknowledged and kept from the client: its first byte for it is `sendNext` + `skip`. */
  readonly skip: number;
  /** Bytes that it takes at first: the window field of its SYN-ACK, which is never scaled, or what it said when it was parked. */
  readonly window: number;
  readonly vlans: readonly VlanTag[];
  /** It does without ECN, and the policy says to clear the client's marks. */
  readonly clearEcn: boolean;
}

/** What a new server says before it is asked. */
export interface Greeting {
  readonly heard: Heard;
  /** ACKs sent by the timer's order, and the first one. */
  readonly tries: number;
}

/** A hand-over that has begun, or is done. */
export interface Takeover {
  /** Name of the new server. */
  readonly target: string;
  /** Where the connection stands at the moment of the hand-over. */
  readonly client: ClientNumbers;
  /** Sequence number of our SYN. */
  readonly initialSeq: number;
  readonly dialedAt: number;
  /** SYNs sent by the timer's order since. */
  readonly tries: number;
  /** How often an older connection was reset to make way. */
  readonly redials: number;
  readonly accepted: TargetAccepted | undefined;
  /** Only while it is awaited. */
  readonly greeting: Greeting | undefined;
  /** When the forward flow, or with software shifting the first held byte, was sent; from then on nothing leads back. */
  readonly committedAt: number | undefined;
  /** How often the old server was reset. */
  readonly resets: number;
}

/** A server that another one took the connection from, and that was not reset: it stands where the connection left it. */
export interface Parked {
  /** Its name; server 1 is `origin`. */
  readonly server: string;
  /** The hand-over that had brought the connection to it, which says how its numbers differ; undefined for server 1's own. */
  readonly takeover: Takeover | undefined;
  /** Where the connection left it. */
  readonly client: ClientNumbers;
  /** Bytes that it takes beyond that, as it said last. */
  readonly window: number;
  /** Number of the set of flows that keeps it quiet. */
  readonly serial: number;
  readonly until: number;
  /** ACKs that may be sent to it. */
  readonly answers: Bucket;
}

/** An attempt to move a connection whose server has had requests: it waits for a moment when nothing is under way. */
export interface LateMove {
  /** Name of the new server. */
  readonly target: string;
  /** The server that it leaves is to be parked. */
  readonly park: boolean;
  readonly since: number;
  /** The barrier behind the flows that show both directions to the controller. */
  readonly barrier: number | undefined;
  /** Ids of those flows. */
  readonly flows: readonly number[];
  /** When they were confirmed: from then on everything is seen. */
  readonly watchedAt: number | undefined;
  /** Whether data of the client's, and anything of the server's, was seen since. */
  readonly clientSeen: boolean;
  readonly serverSeen: boolean;
}

/** Flow-mods and the barrier behind them that the switch has not confirmed. */
export interface Pending {
  readonly barrier: number | undefined;
  /** Ids of flow-mods without which the step has failed; `forward` marks the one that commits. */
  readonly flows: readonly number[];
  readonly forward: number | undefined;
  readonly sentAt: number;
  /** The same was asked before, and no answer came. */
  readonly again: boolean;
  /**
   * All flows were sent as one bundle, and the new server is acknowledged when they are there; `doubtful` when the switch has
   * refused a part. Undefined without a bundle.
   */
  readonly bundle: "sent" | "doubtful" | undefined;
}

/** A SYN with the addresses of this connection and another sequence number: perhaps the next connection, perhaps forged. */
export interface Candidate {
  /** As it went to server 1. */
  readonly syn: Uint8Array;
  readonly clientIsn: number;
  /** Server 1's answer to it, once there is one. */
  readonly synAck: Uint8Array | undefined;
  readonly serverIsn: number | undefined;
  readonly seenAt: number;
  /** When it goes to server 1; undefined when it has gone. */
  readonly sendAt: number | undefined;
  /** The switch carried the connection when the SYN came, and was told to show the rest of its handshake. */
  readonly watched: boolean;
}

/** A token bucket. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** What was decided before there was anything to decide about. */
export interface StickyVerdict {
  readonly action: "migrate" | "forward";
  readonly target: string | undefined;
  /** The server that the connection leaves is to be parked. */
  readonly park: boolean;
}

/** Of a connection that was found again by its flows: what of it has been seen since. */
export interface Recovered {
  readonly clientSeen: boolean;
  readonly serverSeen: boolean;
}

/** Of a connection that is only looked at: shadow mode. */
export interface Shadow {
  /** Its first request, which has gone to server 1, while nobody has decided about it: as if it were held. */
  readonly request:
    | {
        readonly since: number;
        /** Where the connection would stand. */
        readonly progress: Progress;
      }
    | undefined;
  /** Name of the server that would have the connection. */
  readonly target: string | undefined;
}

/** State of one connection. A caller keeps it and hands it to {@link step}; only `phase` is worth looking at. */
export interface ConnectionState {
  readonly phase: ConnectionPhase;
  /** Counts the connections of these addresses and ports. */
  readonly generation: number;
  readonly dpid: bigint;
  readonly clientPort: number;
  readonly connection: Connection;
  /** Id of the next effect. */
  readonly nextId: number;
  /** When the phase began. */
  readonly since: number;
  /** When the last packet came. */
  readonly lastAt: number;
  /** x */
  readonly clientIsn: number;
  /** y; undefined until server 1 has answered. */
  readonly serverIsn: number | undefined;
  /** The handshake's frames as server 1 got and sent them, kept while the connection can still move. */
  readonly syn: Uint8Array | undefined;
  readonly synAck: Uint8Array | undefined;
  /** The tags of server 1's answer: what it sends is matched as it comes. Undefined until it has answered. */
  readonly originVlans: readonly VlanTag[] | undefined;
  /** What server 1 said before it was asked, without a profile only that it did; kept while the connection can still move. */
  readonly spoken: Heard | undefined;
  readonly progress: Progress;
  /** The client's frames that nobody has acknowledged, as they came; in shadow mode copies of what an undecided request is made of. */
  readonly held: readonly Uint8Array[];
  readonly verdict: StickyVerdict | undefined;
  /** Server 1 reset the connection while its client did not know. */
  readonly originGone: boolean;
  readonly takeover: Takeover | undefined;
  /** The hand-over that brought the connection to the server from which `takeover` takes it; undefined when that is server 1. */
  readonly previous: Takeover | undefined;
  /** The same for the server before that one, until the connection is really moved on: a hand-over that fails leads back. */
  readonly beforePrevious: Takeover | undefined;
  /** Servers that wait for the connection to come back. */
  readonly parked: readonly Parked[];
  /** Names of servers that were parked, and have a guard among the present flows of the connection. */
  readonly released: readonly string[];
  /** Number of the set of flows that the connection has: the last part of their cookies. A u32. */
  readonly serial: number;
  /** Number of the next set. Whoever tracks many connections sets it before each step, so that no two have the same. */
  readonly nextSerial: number;
  /** The set that still carries the connection while the next one is prepared. */
  readonly oldSerial: number | undefined;
  readonly late: LateMove | undefined;
  /** Name of the server that was dialled last; kept when the hand-over failed, to know its answers. */
  readonly dialed: string | undefined;
  readonly pending: Pending | undefined;
  /** Id of the question for flows that the switch has not answered. */
  readonly asked: number | undefined;
  /** The switch has flows of this connection that carry its data. */
  readonly inSwitch: boolean;
  /** Role of the one shift or plain flow that has ended: its direction is quiet. */
  readonly flowEnded: number | undefined;
  /** Sequence numbers of the FINs that have passed, client space. */
  readonly clientFin: number | undefined;
  readonly serverFin: number | undefined;
  readonly lingerUntil: number;
  readonly candidates: readonly Candidate[];
  /** Segments that were sent through the flow table again: each only once. */
  readonly strays: readonly string[];
  readonly resets: Bucket;
  /** The channel to the switch is broken. */
  readonly cut: boolean;
  /** The connection was found again by its flows: its handshake and its progress are unknown. */
  readonly recovered: Recovered | undefined;
  readonly shadow: Shadow | undefined;
}
