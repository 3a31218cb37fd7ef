/** The effects of each step of a hand-over, in the order in which they must happen. */
import { ackFrame, type Frame, rstFrame, type SegmentPath, synFrame, type TcpOption } from "../tcp/index.ts";
import { type Connection, type ServerAddress, serverEndpoint, serverVlans } from "./connection.ts";
import type { Effect } from "./effect.ts";
import { forwardFlow, guardFlow, guardWatchFlow, type Handover, reverseFlow, synTrapFlows } from "./flows.ts";
import type { HeldSegment } from "./held.ts";
import type { Issuer } from "./issue-effects.ts";

/** From the client to a server, as that server knows it. Tags have the priority that the client's first segment had. */
export function pathTo(connection: Connection, address: ServerAddress): SegmentPath {
  const { client } = connection;
  return {
    from: { ...client, mac: address.gatewayMac ?? client.mac },
    to: serverEndpoint(connection, address),
    vlans: serverVlans(connection, address),
  };
}

/** What the synthetic SYN says. */
export interface SynContent {
  readonly seq: number;
  readonly window: number;
  readonly options: readonly TcpOption[];
  /** ECE and CWR, or nothing. */
  readonly flags: number;
}

/** The SYN by which the planner opens the connection to the new server in the client's name. It never carries data. */
export function syntheticSyn(connection: Connection, target: ServerAddress, content: SynContent): Frame {
  return synFrame({ ...pathTo(connection, target), ...content });
}

export function dialEffects(issue: Issuer, syn: Frame, port: number): Effect[] {
  const why = "Ask the new server for a connection in the client's name, with the options that the client has.";
  return [issue.segment("dial", "syn", syn, port, why)];
}

/** Guard and reverse flow, in place before the new server can say a word. */
export function armEffects(issue: Issuer, handover: Handover): Effect[] {
  const watch = guardWatchFlow(handover);
  const [clientTrap, targetTrap] = synTrapFlows(handover);
  return [
    ...(watch
      ? [issue.flow("arm", "guardWatch", watch, "For a while, see how the old server answers its reset.")]
      : []),
    issue.flow("arm", "guard", guardFlow(handover), "Nothing that the old server still says may reach the client."),
    ...(clientTrap
      ? [issue.flow("arm", "clientSynTrap", clientTrap, "A new SYN from the same port is a new connection.")]
      : []),
    ...(targetTrap
      ? [
          issue.flow(
            "arm",
            "targetSynTrap",
            targetTrap,
            "A repeated SYN-ACK of the new server is not the client's business.",
          ),
        ]
      : []),
    issue.flow(
      "arm",
      "reverse",
      reverseFlow(handover),
      "What the new server sends must look like the old server's, from its first byte on.",
    ),
    issue.barrier("arm", "Guard and reverse flow must work before the new server may speak."),
  ];
}

/** The third segment of the handshake. `window` is the field that the client sent last. */
export function handshakeEffects(issue: Issuer, handover: Handover, window: number): Effect[] {
  const { connection, ports, target, server } = handover;
  const ack = ackFrame({ ...pathTo(connection, target), seq: server.receiveNext, ack: server.sendNext, window });
  const why = "Complete the handshake with the window that the client advertised last.";
  return [issue.segment("handshake", "ack", ack, ports.target, why)];
}

/** The commit: from here on there is no way back to the old server. */
export function commitEffects(issue: Issuer, handover: Handover): Effect[] {
  return [
    issue.flow(
      "commit",
      "forward",
      forwardFlow(handover),
      "What the client sends goes to the new server from now on: this is the commit.",
    ),
    issue.barrier("commit", "Held data must not overtake the forward flow."),
  ];
}

/** The held data goes through the flow table like everything that follows it. */
export function releaseEffects(issue: Issuer, handover: Handover, held: readonly HeldSegment[]): Effect[] {
  return held.map(({ bytes, seq, payload }) => {
    const why = `Release ${payload.length} held bytes from ${seq} on; the forward flow takes them to the new server.`;
    return issue.reinject("release", bytes, handover.ports.client, why);
  });
}

/** Ends the old server's side. Only the exact sequence number works: RFC 5961 §3. */
export function resetEffects(issue: Issuer, handover: Handover, numbers: { seq: number; ack: number }): Effect[] {
  const { connection, ports, origin } = handover;
  const reset = rstFrame({ ...pathTo(connection, origin), ...numbers });
  const why = "End the connection with the old server, at exactly the number that it expects next.";
  return [issue.segment("reset", "rst", reset, ports.origin, why)];
}

/** Ends what the dial began, or an older connection that stands in its way. `seq` is what the new server acknowledged. */
export function abortEffects(
  issue: Issuer,
  connection: Connection,
  target: ServerAddress,
  port: number,
  seq: number,
  why: string,
): Effect[] {
  return [issue.segment("abort", "rst", rstFrame({ ...pathTo(connection, target), seq }), port, why)];
}
