/** Flows that show the controller what concerns a service and no connection that is tracked. */
import { applyActions, flowMod, type Match, output, Port } from "../../ofp/index.ts";
import { EtherType, IpProtocol } from "../../tcp/index.ts";
import { cookieOf } from "../cookie.ts";
import { Priority } from "../flows.ts";
import { ConnectionRole, type FlowEffect } from "../machine/index.ts";
import { serviceTraps } from "../service-traps.ts";
import type { ServiceSetup } from "./config.ts";
import { endOf, serversOf } from "./directory.ts";
import { takeId, type World } from "./world.ts";

/** All traps of a switch. */
export function trapFlows(world: World, dpid: bigint): readonly FlowEffect[] {
  const cookie = trapCookie(world);
  const services = world.directory.servicesOn(dpid);
  const seen = new Set<string>();
  const effects: FlowEffect[] = [];
  for (const { match, why } of services.flatMap(trapsOf)) {
    // Services share servers, and a second flow would only replace the first one.
    const name = JSON.stringify(match);
    if (seen.has(name)) continue;
    seen.add(name);
    const id = takeId(world);
    const message = flowMod({
      xid: id,
      cookie,
      priority: Priority.serviceTrap,
      match,
      instructions: [applyActions([output(Port.controller)])],
    });
    effects.push({ type: "flowMod", id, dpid, why, role: "serviceTrap", message });
  }
  return effects;
}

export function trapCookie({ setup }: World): bigint {
  return cookieOf({ ...setup.cookie, role: ConnectionRole.serviceTrap, connection: 0 });
}

function trapsOf(service: ServiceSetup): readonly { readonly match: Match; readonly why: string }[] {
  const { vip, settings } = service;
  const { origin, targets } = settings;
  return [
    { match: segmentsTo(vip), why: "A client's connection to the service begins with a SYN that nobody may miss." },
    ...serversOf(service).map((server) => ({
      match: { inPort: server.place.switchPort, ...segmentsFrom(endOf(server)) },
      why: "What a server answers belongs to a connection of the service.",
    })),
    ...serviceTraps({ vip, origin, targets }),
  ];
}

interface End {
  readonly ip: string;
  readonly port: number;
}

function segmentsTo({ ip, port }: End): Match {
  return ip.includes(":")
    ? { ethType: EtherType.ipv6, ipProto: IpProtocol.tcp, ipv6Dst: ip, tcpDst: port }
    : { ethType: EtherType.ipv4, ipProto: IpProtocol.tcp, ipv4Dst: ip, tcpDst: port };
}

function segmentsFrom({ ip, port }: End): Match {
  return ip.includes(":")
    ? { ethType: EtherType.ipv6, ipProto: IpProtocol.tcp, ipv6Src: ip, tcpSrc: port }
    : { ethType: EtherType.ipv4, ipProto: IpProtocol.tcp, ipv4Src: ip, tcpSrc: port };
}
