/** What a connection begins with, before anything is known of it. */
import type { ConnectionState, Progress, Shadow } from "./state.ts";

/** The shadow of a connection that begins. */
export const justBegun: Shadow = { request: undefined, target: undefined };

/** Stands for an Ethernet address that flows do not tell: nobody has it. */
export const unknownMac = "00:00:00:00:00:00";

const nowhere: Progress = {
  clientNext: 0,
  clientAck: 0,
  serverNext: 0,
  serverAck: 0,
  window: 0,
  serverWindow: 0,
};

/** A connection of which nothing is known but its addresses. */
export function unknownConnection(
  of: Pick<
    ConnectionState,
    "dpid" | "clientPort" | "connection" | "generation" | "serial" | "nextSerial" | "nextId" | "resets" | "dialed"
  >,
  at: number,
): ConnectionState {
  const { dpid, clientPort, connection, generation, serial, nextSerial, nextId, resets, dialed } = of;
  return {
    phase: "dead",
    generation,
    dpid,
    clientPort,
    connection,
    nextId,
    since: at,
    lastAt: at,
    clientIsn: 0,
    serverIsn: undefined,
    syn: undefined,
    synAck: undefined,
    originVlans: undefined,
    spoken: undefined,
    progress: nowhere,
    held: [],
    verdict: undefined,
    originGone: false,
    takeover: undefined,
    previous: undefined,
    beforePrevious: undefined,
    parked: [],
    released: [],
    serial,
    nextSerial,
    oldSerial: undefined,
    late: undefined,
    dialed,
    pending: undefined,
    asked: undefined,
    inSwitch: false,
    flowEnded: undefined,
    clientFin: undefined,
    serverFin: undefined,
    lingerUntil: 0,
    candidates: [],
    strays: [],
    resets,
    cut: false,
    recovered: undefined,
    shadow: undefined,
  };
}
