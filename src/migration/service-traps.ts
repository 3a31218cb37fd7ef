/** Frames of a service that are no segments of TCP, and that the controller should see all the same. */
import type { Match } from "../ofp/index.ts";
import { EtherType, IpProtocol } from "../tcp/index.ts";
import { IcmpErrorType, Icmpv6ErrorType } from "./machine/icmp.ts";
import type { NeighbourService } from "./neighbour/index.ts";

/** A match of what should go to the controller. */
export interface ServiceTrap {
  readonly match: Match;
  /** Why, for people. */
  readonly why: string;
}

const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;

/**
 * What a switch should send to the controller for a service besides its connections, of the IP version of its address: ICMP errors
 * for the service or out of its servers' ports, which quote segments and must be translated for a connection that has moved, and the
 * neighbour discovery that `helpNeighbour` looks at. They are needed where the switch does more than send the controller what no
 * flow matches: beside a learning switch, say. Priorities, cookies and the output are the caller's; everything else about the
 * service's ports stays with the caller's own flows.
 */
export function serviceTraps({ vip, origin, targets }: NeighbourService): readonly ServiceTrap[] {
  const targetPorts = new Set(Object.values(targets).map(({ switchPort }) => switchPort));
  const serverPorts = new Set([origin.switchPort, ...targetPorts]);
  const isIpv6 = vip.ip.includes(":");
  const errors: readonly Match[] = isIpv6
    ? Object.values(Icmpv6ErrorType).map((icmpv6Type) => ({
        ethType: EtherType.ipv6,
        ipProto: IpProtocol.icmpv6,
        icmpv6Type,
      }))
    : Object.values(IcmpErrorType).map((icmpv4Type) => ({
        ethType: EtherType.ipv4,
        ipProto: IpProtocol.icmp,
        icmpv4Type,
      }));
  return [
    ...errors.flatMap((match) => [
      {
        match: { ...match, ...(isIpv6 ? { ipv6Dst: vip.ip } : { ipv4Dst: vip.ip }) },
        why: "An ICMP error for the service quotes what one of its servers sent.",
      },
      ...[...serverPorts].map((inPort) => ({
        match: { inPort, ...match },
        why: "An ICMP error from a server's side may quote a segment of a client's.",
      })),
    ]),
    ...(isIpv6 ? neighbourTraps(vip.ip, targetPorts) : arpTraps(vip.ip, targetPorts)),
  ];
}

const question = "Who asks for the service's address must hear of server 1 alone.";
const statement = "A target must not teach anybody that it has the service's address.";

function arpTraps(ip: string, targetPorts: ReadonlySet<number>): ServiceTrap[] {
  return [
    { match: { ethType: EtherType.arp, arpTpa: ip }, why: question },
    ...[...targetPorts].map((inPort) => ({ match: { inPort, ethType: EtherType.arp }, why: statement })),
  ];
}

function neighbourTraps(ip: string, targetPorts: ReadonlySet<number>): ServiceTrap[] {
  const message = (icmpv6Type: number): Match => ({
    ethType: EtherType.ipv6,
    ipProto: IpProtocol.icmpv6,
    icmpv6Type,
  });
  return [
    { match: { ...message(NEIGHBOUR_SOLICITATION), ipv6NdTarget: ip }, why: question },
    ...[...targetPorts].flatMap((inPort) => [
      { match: { inPort, ...message(NEIGHBOUR_SOLICITATION) }, why: statement },
      { match: { inPort, ...message(NEIGHBOUR_ADVERTISEMENT) }, why: statement },
    ]),
  ];
}
