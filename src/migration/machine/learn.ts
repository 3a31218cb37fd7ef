/** What the flows of a recovered connection did not tell, from the first segments that are seen again. */
import type { VlanTag } from "../../tcp/index.ts";
import type { Segment } from "../segment.ts";
import type { Arrival } from "./arrival.ts";
import { currentServer, oldServer } from "./handover.ts";
import type { ConnectionState } from "./state.ts";
import { type Turn, update } from "./turn.ts";
import { unknownMac } from "./unknown.ts";

/**
 * The state with the inner one of two tags. `outer` are the tags that a flow can match of a frame like this: a switch that looks behind
 * both tags still sees no more than the outermost.
 */
export function withInnerTag(state: ConnectionState, segment: Segment, outer: readonly VlanTag[]): ConnectionState {
  const { recovered, connection } = state;
  const [own, ...others] = connection.vlans;
  const inner = segment.vlans.slice(outer.length);
  if (!recovered || !own || others.length > 0 || inner.length !== 1) return state;
  if (outer.some(({ vid }, index) => vid !== segment.vlans[index]?.vid)) return state;
  const vlans = [own, ...inner];
  const vids = vlans.map(({ vid }) => vid).filter((vid) => vid !== 0);
  return { ...state, connection: { ...connection, vlans, key: { ...connection.key, vlans: vids } } };
}

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
