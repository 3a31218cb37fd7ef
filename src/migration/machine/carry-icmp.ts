/**
 * ICMP errors about a connection. They are passed on with the numbers and addresses that their receiver knows, the hard ones like
 * the soft ones: path MTU discovery needs them, and an end that has a connection takes none as its end (RFC 5461 §4.1, RFC 5927
 * §5.2). Nothing is ended because of an error but a dial, which is only taken back.
 */
import { loseTarget } from "./arm.ts";
import type { IcmpArrival } from "./arrival.ts";
import { currentServer, isTakenOver, oldServer } from "./handover.ts";
import { errorTowardsClient, errorTowardsServer } from "./icmp-change.ts";
import { ReportCode } from "./report.ts";
import { report, sendOn, type Turn } from "./turn.ts";

/** To the end whose segment it quotes. */
export function passIcmp(turn: Turn, { side, error, inPort }: IcmpArrival): void {
  const { connection, clientPort } = turn.state;
  if (side === "client") {
    const { place, side: server } = currentServer(turn);
    const bytes = errorTowardsServer(connection, error, server);
    sendOn(turn, bytes, inPort, place.switchPort, "An ICMP error about what the server sent, in its own numbers.");
  } else {
    const { side: server } = side === "origin" ? oldServer(turn) : currentServer(turn);
    const bytes = errorTowardsClient(connection, error, server);
    sendOn(turn, bytes, inPort, clientPort, "An ICMP error about what the client sent, in its own numbers.");
  }
}

/** An error about what went to server 1: the client's business while server 1 has the connection. */
export function passOriginIcmp(turn: Turn, arrival: IcmpArrival): void {
  if (isTakenOver(turn.state)) dropIcmp(turn, arrival);
  else passIcmp(turn, arrival);
}

/** While the switch is armed for the new server nothing has come of it yet; once committed, the client's data goes there. */
export function loseTargetOrPassIcmp(turn: Turn, arrival: IcmpArrival): void {
  if (isTakenOver(turn.state)) passIcmp(turn, arrival);
  else loseTarget(turn);
}

/** An ICMP error about a server that does not have the connection. */
export function dropIcmp(turn: Turn, { error }: IcmpArrival): void {
  const why = "An ICMP error quotes a segment to a server that does not have the connection.";
  report(turn, ReportCode.icmpDropped, why, { seq: error.seq });
}
