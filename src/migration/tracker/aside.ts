/** Frames that are no segments: ICMP errors, fragments, ARP and neighbour discovery. */
import { output, Port, packetOut } from "../../ofp/index.ts";
import { decodeFrame, IpProtocol, reverseFlowKey } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { viewOf } from "../../wire/index.ts";
import { type IcmpError, icmpErrorOf, quotedKey } from "../machine/icmp.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import { helpNeighbour } from "../neighbour/index.ts";
import { advance } from "./advance.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, clientName, isHalfOpen } from "./entry.ts";
import { isBeyondOrigin } from "./phases.ts";
import { drop } from "./report.ts";
import { leave } from "./stranger.ts";
import { macOf, takeId, type World } from "./world.ts";

/** What becomes of a frame that is no segment. */
export function routeOther(world: World, event: PacketInEvent, out: TrackerEffect[]): void {
  const { dpid, inPort, frame } = event;
  const error = icmpErrorOf(frame);
  if (error) {
    const quoted = quotedKey(error);
    const fromClientSide = reverseFlowKey(quoted);
    const service = world.directory.serviceAt(dpid, { ip: quoted.src, port: quoted.srcPort });
    const entry =
      (service && world.book.byClient.get(clientName(service.name, fromClientSide))) ??
      world.book.byAnswer.get(answerName(dpid, quoted));
    if (entry?.state.dpid === dpid && isAboutIt(entry.state, error)) advance(world, entry, event, out);
    else leave(world, event, frame, "This ICMP error is about no connection that is tracked.", out);
    return;
  }
  if (isFragmentOfHeld(world, event)) {
    drop(world, event, "Server 1 must not have a fragment of a connection that is held, or has moved.", out);
    return;
  }
  const services = world.directory.servicesOn(dpid);
  const neighbours = services.map(({ vip, settings: { origin, targets } }) => ({ vip, origin, targets }));
  const help = helpNeighbour({ inPort, frame }, neighbours, (ip, vlans) => macOf(world, ip, vlans));
  switch (help.type) {
    case "unclaimed":
      leave(world, event, frame, "This frame is none of a service's.", out);
      return;
    case "absorb":
      drop(world, event, help.why, out);
      return;
    case "send": {
      const id = takeId(world);
      const port = help.port === inPort ? Port.inPort : help.port;
      const message = packetOut({ xid: id, inPort, actions: [output(port)], data: help.frame });
      out.push({ type: "packetOut", id, dpid, why: help.why, message });
    }
  }
}

/** While nobody has shown to be its client, only what quotes the handshake is surely about this connection. */
function isAboutIt(state: ConnectionState, { seq }: IcmpError): boolean {
  const { clientIsn, serverIsn } = state;
  return !isHalfOpen(state) || [clientIsn, seqAdd(clientIsn, 1), serverIsn].includes(seq);
}

/** Later fragments do not tell their ports; without the first one, nobody can use them. */
function isFragmentOfHeld({ directory, book }: World, { dpid, frame: bytes }: PacketInEvent): boolean {
  if (bytes.length < ETHERNET_SIZE) return false;
  const { ipv4, ipv6, tcp, payload } = decodeFrame(bytes);
  const ip = ipv4 ?? ipv6;
  if (ip?.protocol !== IpProtocol.tcp) return false;
  const { srcPort, dstPort } = tcp ?? portsIn(payload);
  const service = directory.serviceAt(dpid, { ip: ip.dst, port: dstPort });
  if (!service) return false;
  const entry = book.byClient.get(clientName(service.name, { vlans: [], src: ip.src, dst: ip.dst, srcPort, dstPort }));
  return entry?.state.dpid === dpid && isBeyondOrigin(entry.state);
}

/** What a later fragment has there are no ports, and it hardly looks like those of a connection that is held. */
function portsIn(payload: Uint8Array): { readonly srcPort: number; readonly dstPort: number } {
  if (payload.length < PORTS_SIZE) return { srcPort: 0, dstPort: 0 };
  const view = viewOf(payload);
  return { srcPort: view.getUint16(0), dstPort: view.getUint16(2) };
}

const ETHERNET_SIZE = 14;
const PORTS_SIZE = 4;
