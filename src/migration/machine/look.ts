/** What comes to a connection in shadow mode: relayed first, looked at afterwards. */
import type { Arrival, IcmpArrival } from "./arrival.ts";
import { carry, keepAck } from "./carry.ts";
import { classify } from "./classify.ts";
import { decideKnown, holdMore } from "./hold.ts";
import { judgeIntake } from "./holding.ts";
import { ReportCode } from "./report.ts";
import { asIfHeld } from "./shadow.ts";
import { report, sendOn, type Turn } from "./turn.ts";

/** Relays a segment of the client's or of server 1's; its handler only looks at it then. Whether it came from one of them. */
export function relayLooking(turn: Turn, arrival: Arrival): boolean {
  if (arrival.side === "target") {
    report(turn, ReportCode.foreign, `${arrival.target} has no part in this connection, which is only looked at.`);
    return false;
  }
  carry(turn, arrival);
  turn.muted = true;
  return true;
}

/** The same for a damaged frame or ICMP error, which cannot be readdressed without hiding that. Whether it was relayed. */
export function relayDamaged(turn: Turn, frame: Uint8Array, { side, inPort }: Arrival | IcmpArrival): boolean {
  const { origin } = turn.settings;
  const { mac, ip, port, gatewayMac, vlan } = origin;
  if (side === "target" || (mac ?? ip ?? port ?? gatewayMac ?? vlan) !== undefined) return false;
  const to = side === "client" ? origin.switchPort : turn.state.clientPort;
  sendOn(turn, new Uint8Array(frame), inPort, to, "It is damaged, which its receiver shall see.");
  return true;
}

/** More of a request that nobody has decided about. */
export function follow(turn: Turn, arrival: Arrival): void {
  const { shadow, phase } = turn.state;
  if (!shadow?.request || phase !== "forwarded" || arrival.side !== "client") return;
  asIfHeld(turn, (held) => {
    const kind = classify(held, arrival);
    if (kind === "clientAck" || kind === "clientKeepalive") keepAck(held, arrival);
    const isData = kind === "clientData" || kind === "clientFin";
    // What would not be held has been relayed all the same: there is nothing to say about it.
    if (isData && judgeIntake(held.state, arrival.segment, held.settings.limits) === "held") holdMore(held, arrival);
    decideKnown(held);
  });
}
