/** The flows that a switch has reported, by the connection that each set of them belongs to. */
import { flowKeyText } from "../../tcp/index.ts";
import { WireError } from "../../wire/index.ts";
import { type CookieParts, cookieParts } from "../cookie.ts";
import { settingsOf } from "../machine/config.ts";
import { ConnectionRole, type ReportedFlow } from "../machine/index.ts";
import { reportedFlow } from "../recovery/flow-shape.ts";
import { readFlow, roleOf } from "../recovery/read-flow.ts";
import { identify, type RecoverableService } from "../recovery/state-of.ts";
import { clientName, type Entry } from "./entry.ts";
import { configFor } from "./plane.ts";
import type { Switch, World } from "./world.ts";

/** A set of flows with one number. */
export interface FlowGroup {
  readonly cookie: CookieParts;
  readonly flows: readonly ReportedFlow[];
  /** The tracked connection whose addresses, ports and VLANs they have. */
  readonly entry: Entry | undefined;
  /** It is this controller's own set of that connection. */
  readonly isCurrent: boolean;
  /** One of them carries the client's data: that decides which server has the connection. */
  readonly carries: boolean;
}

/** What a switch reported. */
export interface SortedFlows {
  readonly groups: readonly FlowGroup[];
  /** Cookies of traps. */
  readonly traps: readonly bigint[];
  /** Cookies of flows that hold what no switch sends. */
  readonly unreadable: readonly bigint[];
}

/** The services of a switch, for finding connections again. */
export function recoverableServices({ setup, configurations }: World, { plane }: Switch): RecoverableService[] {
  return setup.services.map((service) => ({
    name: service.name,
    vip: service.vip,
    dpid: service.dpid,
    settings: settingsOf(configFor(configurations, service, plane)),
  }));
}

/** Sets of flows that are no tracked connection's: deleted since the question was asked, or of one that is only relayed. */
function isApart({ book, relayed }: World, serial: number): boolean {
  return book.released?.has(serial) === true || relayed.hasSerial(serial);
}

/** Flows of other controllers are left out, and those that belong to nobody here. */
export function sortFlows(world: World, known: Switch, flows: readonly ReportedFlow[]): SortedFlows {
  const { tag, epoch } = world.setup.cookie;
  const sets = new Map<string, { readonly cookie: CookieParts; readonly flows: ReportedFlow[] }>();
  const traps: bigint[] = [];
  const unreadable: bigint[] = [];
  for (const flow of flows) {
    const cookie = cookieParts(flow.cookie);
    if (cookie.tag !== tag) continue;
    if (cookie.role === ConnectionRole.serviceTrap) traps.push(flow.cookie);
    else if (!isReadable(flow)) unreadable.push(flow.cookie);
    else {
      const name = `${cookie.epoch} ${cookie.connection}`;
      const set = sets.get(name) ?? { cookie, flows: [] };
      sets.set(name, set);
      set.flows.push(flow);
    }
  }
  const services = recoverableServices(world, known);
  const groups = [...sets.values()]
    .filter(({ cookie: { epoch: of, connection } }) => of !== epoch || !isApart(world, connection))
    .map((set) => groupOf(world, known, services, set));
  return { groups, traps, unreadable };
}

function isReadable(flow: ReportedFlow): boolean {
  try {
    const { tableId, priority, idleTimeout, hardTimeout, cookie, packetCount, match, instructions } = flow;
    reportedFlow.read({ tableId, priority, idleTimeout, hardTimeout, cookie, packetCount, match, instructions });
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

function groupOf(
  { book, setup }: World,
  { dpid }: Switch,
  services: readonly RecoverableService[],
  { cookie, flows }: { readonly cookie: CookieParts; readonly flows: readonly ReportedFlow[] },
): FlowGroup {
  const own = flows.flatMap((installed) => {
    const parts = cookieParts(installed.cookie);
    const role = roleOf(parts);
    const flow = role && readFlow(role, parts, installed);
    return flow ? [flow] : [];
  });
  const toServer = own.find(({ role }) => role === "forward" || role === "plainToServer");
  const toClient = own.find(({ role }) => role === "reverse" || role === "plainToClient");
  const identity = identify({ toServer, toClient }, dpid, services);
  const carries = toServer !== undefined;
  const byNumber = cookie.epoch === setup.cookie.epoch ? book.byNumber.get(cookie.connection) : undefined;
  if ("why" in identity) {
    // Guards and traps alone do not tell whose they are.
    const entry = toServer === undefined && byNumber?.state.dpid === dpid ? byNumber : undefined;
    return { cookie, flows, entry, isCurrent: entry !== undefined, carries };
  }
  const { service, connection } = identity;
  const entry = book.byClient.get(clientName(service.name, connection.key));
  const isSame = entry?.state.dpid === dpid && sameText(entry, connection.key);
  return {
    cookie,
    flows,
    entry: isSame ? entry : undefined,
    isCurrent: isSame && entry === byNumber,
    carries,
  };
}

function sameText({ state }: Entry, key: Parameters<typeof flowKeyText>[0]): boolean {
  return flowKeyText(state.connection.key) === flowKeyText(key);
}
