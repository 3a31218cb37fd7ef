/** Flows that show the controller what concerns a service and no connection that is tracked. */
import { applyActions, flowMod, type Match, output, Port } from "../../ofp/index.ts";
import { EtherType, IpProtocol } from "../../tcp/index.ts";
import { cookieOf } from "../cookie.ts";
import { Priority } from "../flows.ts";
import { ConnectionRole, type ErrorEvent, type FlowEffect, ReportCode } from "../machine/index.ts";
import { serviceTraps } from "../service-traps.ts";
import type { ServiceSetup } from "./config.ts";
import { endOf, serversOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { say } from "./report.ts";
import { type Switch, takeId, type World } from "./world.ts";

/** A switch whose table was full may have room by then; after each failure it is given twice the time, up to the last. Milliseconds. */
const AGAIN_MS = 5_000;
const MAX_AGAIN_MS = 300_000;

/** Sends all traps of a switch, if traps are the tracker's business. */
export function sendTraps(world: World, known: Switch, out: TrackerEffect[], tries = 0): void {
  if (!world.setup.traps) return;
  const flows = trapFlows(world, known.dpid);
  known.traps = { ids: new Set(flows.map(({ id }) => id)), again: undefined, tries };
  out.push(...flows);
}

/** Whether the switch has refused a trap: it gets them all again in a while, or what begins meanwhile would never be tracked. */
export function trapRefused(world: World, known: Switch, event: ErrorEvent, out: TrackerEffect[]): boolean {
  const { traps, dpid } = known;
  const { id, at, errorType, code } = event;
  if (!traps?.ids.has(id)) return false;
  const delay = Math.min(MAX_AGAIN_MS, AGAIN_MS * 2 ** traps.tries);
  known.traps = { ...traps, again: traps.again ?? at + delay };
  const why = "The switch refuses a flow that shows what concerns a service: it is sent again in a while.";
  say(world, out, { dpid, code: ReportCode.switchError, why, numbers: { id, errorType, code } });
  return true;
}

/** Sends traps again that were refused. */
export function trapsAgain(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { again, tries } = known.traps ?? { again: undefined, tries: 0 };
  if (again !== undefined && at >= again) sendTraps(world, known, out, tries + 1);
}

/** All traps of a switch. */
function trapFlows(world: World, dpid: bigint): readonly FlowEffect[] {
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
