/** How far the numbers of a connection are shifted between its client and the server that has it now. */

import { seqAdd, seqOffset } from "../tcp/seq.ts";
import { requireObject, requireUint } from "../wire/require.ts";

/** What is added modulo 2³² to the two numbers of every segment of one direction. Each is a u32: −1 is 0xffffffff. */
export interface Shift {
  readonly seq: number;
  readonly ack: number;
}

/**
 * The shifts of both directions, to be **added**: ready for `shiftSeq` and `shiftAck`. With E the distance of the server's
 * numbers for client bytes from the client's own, and D that of the client's numbers for server bytes from the server's:
 * `clientToServer` is `{ seq: E, ack: −D }`, `serverToClient` is `{ seq: D, ack: −E }`.
 */
export interface Offsets {
  readonly clientToServer: Shift;
  readonly serverToClient: Shift;
}

/** Where a connection stands, in the numbers that its client uses. */
export interface ClientNumbers {
  /** Sequence number of the first client byte that the new server must receive. */
  readonly clientNext: number;
  /** Sequence number of the next server byte that the client expects: its RCV.NXT. */
  readonly serverNext: number;
}

/** Where the same connection stands in the numbers of a server. */
export interface ServerNumbers {
  /** The server's RCV.NXT: after a SYN with sequence number `q`, `q + 1`. */
  readonly receiveNext: number;
  /** The server's SND.NXT: after a SYN-ACK with sequence number `z`, `z + 1`. */
  readonly sendNext: number;
}

/** Nothing is shifted. */
export const noOffsets: Offsets = { clientToServer: { seq: 0, ack: 0 }, serverToClient: { seq: 0, ack: 0 } };

function fromDistances(e: number, d: number): Offsets {
  return {
    clientToServer: { seq: e, ack: seqAdd(0, -d) },
    serverToClient: { seq: d, ack: seqAdd(0, -e) },
  };
}

/**
 * The offsets that make one moment the same for a client and a server.
 *
 * `offsets({ clientNext: 1001, serverNext: 5001 }, { receiveNext: 1001, sendNext: 3001 })` adds 2000 to the server's sequence
 * numbers and takes 2000 from the client's acknowledgments.
 *
 * Throws RangeError or TypeError naming a number that is no integer from 0 to 2³² − 1.
 */
export function offsets(client: ClientNumbers, server: ServerNumbers): Offsets {
  const { clientNext, serverNext } = requireObject("client", client);
  const { receiveNext, sendNext } = requireObject("server", server);
  requireUint("clientNext", clientNext, 32);
  requireUint("serverNext", serverNext, 32);
  requireUint("receiveNext", receiveNext, 32);
  requireUint("sendNext", sendNext, 32);
  return fromDistances(seqOffset(receiveNext, clientNext), seqOffset(serverNext, sendNext));
}

/**
 * The offsets from the client straight to a third server, given those to the second and those from the second to the third:
 * D13 = D12 + D23, and E likewise. Flows get the sum; shifts are never stacked.
 *
 * Throws RangeError or TypeError for what are no offsets.
 */
export function composeOffsets(first: Offsets, second: Offsets): Offsets {
  const a = checkOffsets("first", first);
  const b = checkOffsets("second", second);
  return fromDistances(
    seqAdd(a.clientToServer.seq, b.clientToServer.seq),
    seqAdd(a.serverToClient.seq, b.serverToClient.seq),
  );
}

/** The offsets that undo these. Throws RangeError or TypeError for what are no offsets. */
export function invertOffsets(of: Offsets): Offsets {
  const { clientToServer, serverToClient } = checkOffsets("of", of);
  return fromDistances(seqAdd(0, -clientToServer.seq), seqAdd(0, -serverToClient.seq));
}

/**
 * Throws unless the argument is a pair of shifts that belong together: what is added to one number on its way must be taken
 * from its acknowledgment on the way back.
 */
export function checkOffsets(name: string, value: Offsets): Offsets {
  const { clientToServer, serverToClient } = requireObject(name, value);
  for (const [direction, shift] of Object.entries({ clientToServer, serverToClient })) {
    requireObject(`${name}.${direction}`, shift);
    requireUint(`${name}.${direction}.seq`, shift.seq, 32);
    requireUint(`${name}.${direction}.ack`, shift.ack, 32);
  }
  if (seqAdd(clientToServer.seq, serverToClient.ack) !== 0 || seqAdd(serverToClient.seq, clientToServer.ack) !== 0) {
    throw new RangeError(`${name} must take from acknowledgments what it adds to sequence numbers`);
  }
  return value;
}
