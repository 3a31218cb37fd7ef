/** Who sends and receives the segments of a connection. */
import type { Endpoint, FlowKey, Frame } from "../../tcp/index.ts";
import { flowKey, reverseFlowKey } from "../../tcp/index.ts";
import { type Connection, connectionOf, keyTowards, sameKey, serverEndpoint } from "../connection.ts";
import type { ServerPlace, Service } from "../machine/index.ts";
import type { Segment } from "../segment.ts";
import type { Party, PartyId } from "./types.ts";

/** Where the servers are. */
export type HistoryService = Pick<Service, "origin" | "targets">;

/** A server, and its name in a history. */
interface Server {
  readonly id: Exclude<PartyId, "client" | "switch">;
  readonly place: ServerPlace;
}

/** The parties of a service, and of one connection once its client has been seen. */
export interface Cast {
  readonly connection: Connection | undefined;
  readonly parties: (seen: ReadonlySet<PartyId>) => readonly Party[];
  /** Who sent a segment that came in by a port; undefined when it is none of the connection's. */
  readonly senderOf: (segment: Segment, inPort: number) => PartyId | undefined;
  /** Who is at a port; `switch` where nobody is known. */
  readonly receiverAt: (port: number) => PartyId;
  /** Who gets a frame that leaves by a port: the one with these addresses, if there are several. */
  readonly receiverOf: (frame: Frame, port: number) => PartyId;
}

export function castOf(
  { origin, targets }: HistoryService,
  first: Segment | undefined,
  clientPort: number | undefined,
): Cast {
  const connection = first && connectionOf(first);
  const servers: readonly Server[] = [
    { id: "origin", place: origin },
    ...Object.entries(targets).map(([name, place]): Server => ({ id: `target:${name}`, place })),
  ];
  return {
    connection,
    parties: (seen) => [
      partyOf("client", "Client", clientPort, connection?.client),
      partyOf("switch", "Switch", undefined, undefined),
      ...servers
        .filter(({ id }) => id === "origin" || seen.has(id))
        .map(({ id, place }) => {
          const name = id === "origin" ? "Server 1" : id.slice("target:".length);
          return partyOf(id, name, place.switchPort, connection && serverEndpoint(connection, place));
        }),
    ],
    senderOf(segment, inPort) {
      if (!connection) return undefined;
      if (inPort === clientPort && sameKey(segment.key, connection.key)) return "client";
      const back = reverseFlowKey(segment.key);
      return servers.find(({ place }) => place.switchPort === inPort && sameKey(back, keyTowards(connection, place)))
        ?.id;
    },
    receiverAt: (port) =>
      port === clientPort ? "client" : (servers.find(({ place }) => place.switchPort === port)?.id ?? "switch"),
    receiverOf(frame, port) {
      if (!connection) return "switch";
      const { tcp, ipv4, ipv6, ethernet } = frame;
      const dst = (ipv4 ?? ipv6)?.dst;
      if (port === clientPort && dst === connection.client.ip && tcp?.dstPort === connection.client.port)
        return "client";
      const there = servers.filter(({ place }) => place.switchPort === port);
      const named = there.filter(
        ({ place }) => tcp !== undefined && sameKey(flowKey(frame), keyTowards(connection, place)),
      );
      const owned = named.find(({ place }) => serverEndpoint(connection, place).mac === ethernet.dst);
      return (owned ?? named[0] ?? there[0])?.id ?? (port === clientPort ? "client" : "switch");
    },
  };
}

function partyOf(id: PartyId, name: string, switchPort: number | undefined, end: Endpoint | undefined): Party {
  const kind = id === "client" || id === "switch" || id === "origin" ? id : "target";
  return { id, kind, name, switchPort, mac: end?.mac, ip: end?.ip, port: end?.port };
}

/** Whether a segment of a client's is of this connection, as far as that can be told. */
export function isClientOf(
  segment: Segment,
  key: FlowKey | undefined,
  { origin, targets }: HistoryService,
  inPort: number,
): boolean {
  if (key) return sameKey(segment.key, key);
  const serverPorts = [origin, ...Object.values(targets)].map(({ switchPort }) => switchPort);
  return !serverPorts.includes(inPort);
}
