/** Ethernet addresses that the flows of a recovered connection did not tell, from the first segments that are seen again. */
import type { Arrival } from "./arrival.ts";
import { currentServer, oldServer } from "./handover.ts";
import { unknownMac } from "./state.ts";
import { type Turn, update } from "./turn.ts";

/** Takes what a segment shows of its ends, where nothing is known of them. */
export function learnAddresses(turn: Turn, { side, segment, target }: Arrival): void {
  const { connection, takeover } = turn.state;
  // A connection that was found again has no parked servers.
  if (side === "parked" || (side === "target" && target !== takeover?.target)) return;
  const { client, server } = connection;
  if (client.mac !== unknownMac && server.mac !== unknownMac) return;
  const { from, to } = segment;
  const { mac, ip, gatewayMac } = (side === "origin" ? oldServer(turn) : currentServer(turn)).place;
  const seen =
    side === "client"
      ? { client: from.mac, server: to.mac }
      : {
          // Behind a router a server knows the router's address, and only a server without addresses of its own has the service's.
          client: gatewayMac === undefined ? to.mac : unknownMac,
          server: (mac ?? ip ?? gatewayMac) === undefined ? from.mac : unknownMac,
        };
  update(turn, {
    connection: {
      ...connection,
      client: client.mac === unknownMac ? { ...client, mac: seen.client } : client,
      server: server.mac === unknownMac ? { ...server, mac: seen.server } : server,
    },
  });
}
