/** From the flows of one connection to its state, as far as flows tell it. */
import { Port } from "../../ofp/index.ts";
import type { VlanTag } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { Connection } from "../connection.ts";
import type { Settings } from "../machine/config.ts";
import { addressNumber } from "../machine/note.ts";
import type { ConnectionState, Takeover } from "../machine/state.ts";
import { unknownConnection, unknownMac } from "../machine/unknown.ts";
import { targetsOf } from "./find-target.ts";
import type { Address, OwnFlow } from "./read-flow.ts";

/** A service whose connections may be found again. */
export interface RecoverableService {
  readonly name: string;
  /** `mac`: of the service as its clients know it, if that is known. */
  readonly vip: Address & { readonly mac?: string };
  readonly dpid: bigint | undefined;
  readonly settings: Settings;
}

/** The flows of one connection that carry it, one of them at least. */
export interface Pair {
  readonly toServer: OwnFlow | undefined;
  readonly toClient: OwnFlow | undefined;
}

/** What a pair of flows tells. */
export interface Identity {
  readonly service: RecoverableService;
  readonly connection: Connection;
  readonly clientPort: number;
  readonly serverVlans: readonly VlanTag[] | undefined;
  readonly moved: Moved | undefined;
}

/** How the numbers of a migrated connection are shifted, and where it went. */
export interface Moved {
  /** Names of the targets that it may have gone to; the first one is taken. */
  readonly targets: readonly string[];
  readonly e: number;
  readonly d: number;
  readonly clearEcn: boolean;
}

/** Undefined with the reason when the flows fit nothing that is configured. */
export type Identified = Identity | { readonly why: string };

function sameAddress(a: Address, b: Address): boolean {
  return a.ip === b.ip && a.port === b.port;
}

function serviceOf(
  { toServer, toClient }: Pair,
  dpid: bigint,
  services: readonly RecoverableService[],
): RecoverableService | undefined {
  return services.find((service) => {
    if (service.dpid !== undefined && service.dpid !== dpid) return false;
    if (toServer) return sameAddress(toServer.to, service.vip);
    if (toClient?.note) return toClient.note.service === addressNumber(service.vip);
    return toClient !== undefined && sameAddress(toClient.becomes.from, service.vip);
  });
}

function isMigrated({ toServer, toClient }: Pair): boolean {
  return toServer?.role === "forward" || toClient?.role === "reverse";
}

function shiftOf({ toServer, toClient }: Pair): { readonly e: number; readonly d: number } | undefined {
  const told = [
    toServer && (toServer.note ?? { e: toServer.seq, d: seqAdd(0, -toServer.ack) }),
    toClient && (toClient.note ?? { e: seqAdd(0, -toClient.ack), d: toClient.seq }),
  ].filter((shift) => shift !== undefined);
  const [first, second] = told;
  return second && (first?.e !== second.e || first.d !== second.d) ? undefined : first;
}

/** Who talks to whom by these flows. */
export function identify(pair: Pair, dpid: bigint, services: readonly RecoverableService[]): Identified {
  const { toServer, toClient } = pair;
  const flow = toServer ?? toClient;
  const service = serviceOf(pair, dpid, services);
  if (!flow) return { why: "no flow carries data" };
  if (!service) return { why: "no service has this address" };
  const { vip, settings } = service;
  const end = toServer?.from ?? toClient?.to ?? flow.from;
  const note = toServer?.note ?? toClient?.note;
  const vlans = toServer?.vlans ?? flow.vlans;
  const client = { ...end, mac: note?.clientMac ?? toClient?.becomes.ethDst ?? unknownMac };
  const { ip, port, mac = unknownMac } = vip;
  const server = { ip, port, mac: note?.serverMac ?? toClient?.becomes.ethSrc ?? mac };
  const connection: Connection = {
    ipVersion: flow.ipVersion,
    client,
    server,
    vlans,
    key: {
      vlans: vlans.map(({ vid }) => vid).filter((vid) => vid !== 0),
      src: client.ip,
      dst: server.ip,
      srcPort: client.port,
      dstPort: server.port,
    },
  };
  const outPort = toClient?.outPort === Port.inPort ? toClient.inPort : toClient?.outPort;
  const clientPort = toServer?.inPort ?? note?.clientPort ?? outPort;
  if (clientPort === undefined) return { why: "the client's port is unknown" };
  const identity = { service, connection, clientPort, serverVlans: toClient?.vlans };
  if (!isMigrated(pair)) return { ...identity, moved: undefined };
  const shift = shiftOf(pair);
  if (!shift) return { why: "the two directions are shifted by different numbers" };
  const targets = targetsOf(settings, vip, toServer, toClient);
  if (targets.length === 0) return { why: "no target of the service is where the flows lead" };
  return { ...identity, moved: { targets, ...shift, clearEcn: note?.clearEcn ?? toServer?.clearsEcn ?? false } };
}

/**
 * The state of a connection that was found by its flows. It knows neither the handshake nor how far the connection has come: such
 * a connection does not move any more, its old server is reset only with numbers that it tells, and it ends when its flows do or
 * when FINs or a reset are seen.
 */
export function recoveredState(
  { service, connection, clientPort, serverVlans, moved }: Identity,
  dpid: bigint,
  at: number,
  numbers: Pick<ConnectionState, "serial" | "nextSerial" | "nextId">,
): ConnectionState {
  const { timing, limits } = service.settings;
  const resets = { tokens: limits.resetBurst, at };
  const state: ConnectionState = {
    ...unknownConnection({ dpid, clientPort, connection, generation: 1, ...numbers, resets, dialed: undefined }, at),
    phase: moved ? "migrated" : "forwarded",
    inSwitch: true,
    recovered: { clientSeen: false, serverSeen: false },
  };
  const [target] = moved?.targets ?? [];
  if (!moved || target === undefined) return { ...state, originVlans: serverVlans };
  // Any numbers with these distances: only the distances count from now on.
  const takeover: Takeover = {
    target,
    client: { clientNext: 0, serverNext: moved.d },
    initialSeq: seqAdd(moved.e, -1),
    dialedAt: at,
    tries: 1,
    redials: 0,
    accepted: {
      sendNext: 0,
      skip: 0,
      window: 0,
      vlans: serverVlans ?? connection.vlans,
      clearEcn: moved.clearEcn,
    },
    greeting: undefined,
    committedAt: at - timing.strayMs,
    // Server 1 may have it still: it is reset with the number that it tells itself.
    resets: 0,
  };
  return { ...state, takeover, dialed: target };
}
