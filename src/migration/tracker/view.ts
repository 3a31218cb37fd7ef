/** What can be seen of a tracked connection. */
import type { FlowKey } from "../../tcp/index.ts";
import { isTakenOver } from "../machine/handover.ts";
import type { ConnectionPhase } from "../machine/index.ts";
import type { Entry } from "./entry.ts";

/** A tracked connection, as it is at the moment. */
export interface ConnectionView {
  /** Name of its service. */
  readonly service: string;
  readonly dpid: bigint;
  /** From the client to the service. */
  readonly key: FlowKey;
  readonly generation: number;
  readonly phase: ConnectionPhase;
  /** When the phase began, in milliseconds. */
  readonly since: number;
  /** When the last packet of it came to the controller. */
  readonly lastAt: number;
  readonly clientPort: number;
  /**
   * Name of the target that has it, or is being asked to take it; `origin` when it has come back to a parked server 1, and undefined
   * while only server 1 has to do with it.
   */
  readonly target: string | undefined;
  /** The target has it for good. */
  readonly moved: boolean;
  /** Names of the servers that wait for it to come back. */
  readonly parked: readonly string[];
  readonly heldSegments: number;
  /** Who shifts its numbers. */
  readonly dataPlane: "actions" | "software";
  /** The last part of its flows' cookies. */
  readonly serial: number;
}

export function viewOf({ service, state, plane }: Entry): ConnectionView {
  const { dpid, connection, generation, phase, since, lastAt, clientPort, takeover, previous, held, serial, parked } =
    state;
  return {
    service: service.name,
    dpid,
    key: connection.key,
    generation,
    phase,
    since,
    lastAt,
    clientPort,
    target: takeover?.target ?? previous?.target,
    moved: isTakenOver(state),
    parked: parked.map(({ server }) => server),
    heldSegments: held.length,
    dataPlane: plane.actions ? "actions" : "software",
    serial,
  };
}
