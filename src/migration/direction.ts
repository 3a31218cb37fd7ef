/** One direction of a connection in the switch: what it matches, and how addresses are rewritten on the way. */
import { type Action, type Match, type OutputAction, output, Port, popVlan, pushVlan, setField } from "../ofp/index.ts";
import { type Endpoint, EtherType, IpProtocol, type VlanTag } from "../tcp/index.ts";
import { type Connection, type ServerAddress, serverEndpoint } from "./connection.ts";

/** Segments from one end to the other, as they come into the switch. */
export interface Direction {
  readonly inPort: number;
  readonly vlans: readonly VlanTag[];
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** OFPVID_PRESENT; a vlanVid of 0 matches untagged packets only. */
const VLAN_PRESENT = 0x1000;

/**
 * A match of one direction. It pins the IP protocol: the switch runs the four actions on any IP packet and would rewrite the
 * payload of what is no TCP.
 */
export function matchOf({ ipVersion }: Connection, { inPort, vlans, from, to }: Direction): Match {
  const [tag] = vlans;
  return {
    inPort,
    ethType: ipVersion === 4 ? EtherType.ipv4 : EtherType.ipv6,
    vlanVid: tag ? VLAN_PRESENT | tag.vid : 0,
    ipProto: IpProtocol.tcp,
    ...(ipVersion === 4 ? { ipv4Src: from.ip, ipv4Dst: to.ip } : { ipv6Src: from.ip, ipv6Dst: to.ip }),
    tcpSrc: from.port,
    tcpDst: to.port,
  };
}

/** OpenFlow 1.3.5 §7.2.1: a packet goes back out of the port that it came in by only when told so by name. */
export function outputTo(port: number, inPort: number): OutputAction {
  return output(port === inPort ? Port.inPort : port);
}

function setVlan(vid: number): Action {
  return setField({ vlanVid: VLAN_PRESENT | vid });
}

function tagTowards({ vlans }: Connection, { vlan }: ServerAddress): Action[] {
  const [outer] = vlans;
  if (vlan === undefined || vlan === (outer?.vid ?? 0)) return outer?.vid === 0 && vlan === 0 ? [popVlan()] : [];
  if (vlan === 0) return [popVlan()];
  return [...(outer ? [] : [pushVlan(EtherType.vlan)]), setVlan(vlan)];
}

/** The tag that a client's frame has gets back its identifier; where it has to be made anew, its priority, too. */
function tagBack({ vlans }: Connection, { vlan }: ServerAddress): Action[] {
  const [outer] = vlans;
  if (vlan === undefined) return [];
  if (!outer) return vlan === 0 ? [] : [popVlan()];
  if (vlan !== 0) return vlan === outer.vid ? [] : [setVlan(outer.vid)];
  return [pushVlan(outer.tpid), setVlan(outer.vid), ...(outer.pcp === 0 ? [] : [setField({ vlanPcp: outer.pcp })])];
}

/** From the service as its client sees it to a server with an address of its own. */
export function rewriteTowards(connection: Connection, address: ServerAddress): Action[] {
  const { server, ipVersion } = connection;
  const { mac, gatewayMac } = address;
  const end = serverEndpoint(connection, address);
  return [
    ...tagTowards(connection, address),
    ...(gatewayMac === undefined ? [] : [setField({ ethSrc: gatewayMac })]),
    ...(mac === undefined ? [] : [setField({ ethDst: mac })]),
    ...(end.ip === server.ip ? [] : [setField(ipVersion === 4 ? { ipv4Dst: end.ip } : { ipv6Dst: end.ip })]),
    ...(end.port === server.port ? [] : [setField({ tcpDst: end.port })]),
  ];
}

/** And back: a server with an address of its own answers from it, maybe through a router. */
export function rewriteBack(connection: Connection, address: ServerAddress): Action[] {
  const { server, client, ipVersion } = connection;
  const { mac, ip, gatewayMac } = address;
  const end = serverEndpoint(connection, address);
  return [
    ...tagBack(connection, address),
    ...((mac ?? ip ?? gatewayMac) === undefined
      ? []
      : [setField({ ethSrc: server.mac }), setField({ ethDst: client.mac })]),
    ...(end.ip === server.ip ? [] : [setField(ipVersion === 4 ? { ipv4Src: server.ip } : { ipv6Src: server.ip })]),
    ...(end.port === server.port ? [] : [setField({ tcpSrc: server.port })]),
  ];
}
