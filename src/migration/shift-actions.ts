/** From offsets to the actions of a flow. */
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq, shiftAck, shiftSeq, type TcpShiftAction } from "../nx/index.ts";
import { seqAdd } from "../tcp/seq.ts";
import { quote } from "../wire/index.ts";
import { requireObject } from "../wire/require.ts";
import { type ClientNumbers, offsets, type ServerNumbers } from "./offsets.ts";

/**
 * How an offset becomes an action. `"canonical"`: the shorter way round, at most 2³¹. `"prototype"`: by the sign of the
 * difference of the initial sequence numbers as integers, so that a delta may exceed 2³¹; the effect on segments is the same.
 * Neither makes an action of 0.
 */
export type ShiftStyle = "canonical" | "prototype";

/** The actions of both directions. */
export interface ShiftActions {
  readonly clientToServer: readonly TcpShiftAction[];
  readonly serverToClient: readonly TcpShiftAction[];
}

/**
 * The actions that carry out `offsets(client, server)`.
 *
 * Throws RangeError or TypeError naming a number that is no integer from 0 to 2³² − 1, or a style that is none.
 */
export function shiftActions(
  client: ClientNumbers,
  server: ServerNumbers,
  style: ShiftStyle = "canonical",
): ShiftActions {
  const { clientToServer, serverToClient } = offsets(client, requireObject("server", server));
  if (style === "canonical") {
    return {
      clientToServer: [...shiftSeq(clientToServer.seq), ...shiftAck(clientToServer.ack)],
      serverToClient: [...shiftSeq(serverToClient.seq), ...shiftAck(serverToClient.ack)],
    };
  }
  if (!isPrototype(style)) throw new RangeError(`style must be canonical or prototype, not ${quote(style)}`);
  // Differences of plain integers, of the numbers before the next ones: the initial ones when nothing has been sent yet.
  const e = before(server.receiveNext) - before(client.clientNext);
  const d = before(client.serverNext) - before(server.sendNext);
  return {
    clientToServer: [...signed(e, incTcpSeq, decTcpSeq), ...signed(-d, incTcpAck, decTcpAck)],
    serverToClient: [...signed(d, incTcpSeq, decTcpSeq), ...signed(-e, incTcpAck, decTcpAck)],
  };
}

/** Asked of a value that a caller without types may have passed. */
function isPrototype(style: string): boolean {
  return style === "prototype";
}

function before(next: number): number {
  return seqAdd(next, -1);
}

function signed(
  difference: number,
  increase: (delta: number) => TcpShiftAction,
  decrease: (delta: number) => TcpShiftAction,
): TcpShiftAction[] {
  if (difference === 0) return [];
  return [difference > 0 ? increase(difference) : decrease(-difference)];
}
