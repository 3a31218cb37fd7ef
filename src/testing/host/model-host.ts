/** A TCP endpoint in memory: frames in, frames out. */
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type Frame,
  flowKeyText,
  rstFrame,
  segmentFrame,
  segmentLength,
  seqAdd,
  seqAfter,
  type Tcp,
  TcpFlags,
} from "../../tcp/index.ts";
import type { Bytes } from "../../wire/index.ts";
import { requireIp, requireMac, requireObject, requireUint } from "../../wire/require.ts";
import { acceptSyn, arrive } from "./arrival.ts";
import { connectionOf } from "./connection.ts";
import type { HostConnection } from "./connection-types.ts";
import { type ControlBlock, createControlBlock, endConnection, type Segment } from "./control-block.ts";
import type { ConnectOptions, ListenOptions, ModelHost } from "./host-types.ts";
import { answerNeighbour, isAddressedTo } from "./neighbours.ts";
import {
  type Application,
  hostIdentity,
  type ModelHostOptions,
  type ResolvedSettings,
  resolveSettings,
} from "./options.ts";
import { sendSyn } from "./output.ts";
import { createDraw } from "./random.ts";
import { deadlineOf, earliest, expire } from "./timers.ts";

interface OpenPort {
  readonly settings: ResolvedSettings;
  readonly application: Application;
  readonly connections: HostConnection[];
}

/** A connection and what its user holds of it. */
interface Entry {
  readonly block: ControlBlock;
  readonly connection: HostConnection;
}

const FIRST_EPHEMERAL_PORT = 49_152;

/**
 * Makes a host that answers ARP requests, neighbour solicitations and TCP segments for its addresses.
 *
 * It does RFC 9293 with the options that it is told to agree on, RFC 5961 (a reset counts only with the exact number) and
 * RFC 7323, retransmits after a fixed time and after three duplicate acknowledgments, and acknowledges each segment at once. It
 * has no congestion window. The same calls give the same frames.
 *
 * ```ts
 * const server = createModelHost({ mac: "00:00:00:00:00:01", ip: "10.0.0.1", isn: 5000 });
 * const { connections } = server.listen(80, { respond: (data) => data });
 * server.receive(syn);
 * const [synAck] = server.take();
 * ```
 *
 * Throws RangeError or TypeError naming the option that is wrong.
 */
export function createModelHost(options: ModelHostOptions): ModelHost {
  const host = hostIdentity(options);
  const hostSettings = resolveSettings(options);
  const draw = createDraw(host.seed);
  const listeners = new Map<number, OpenPort>();
  const entries = new Map<string, Entry>();
  let out: Bytes[] = [];
  let now = 0;
  let nextPort = FIRST_EPHEMERAL_PORT;

  function emit(frame: Frame): void {
    out.push(encodeFrame(frame));
  }

  function open(
    local: Endpoint,
    remote: Endpoint,
    settings: ResolvedSettings,
    { greeting, respond }: Application,
    active: boolean,
  ): Entry {
    const key = keyOf(local, remote);
    const block = createControlBlock({
      ...{ local, remote, settings, active },
      state: active ? "synSent" : "synReceived",
      iss: settings.isn ?? draw(),
      host: {
        now: () => now,
        emit: (segment) => {
          emit(segmentFrame({ ...segment, from: local, to: remote, vlans: host.vlans }));
        },
        deliver(data) {
          const answer = respond?.(data, connection);
          if (answer && answer.length > 0) connection.send(answer);
        },
        forget() {
          if (entries.get(key)?.block === block) entries.delete(key);
        },
      },
    });
    const connection = connectionOf(block);
    const entry = { block, connection };
    entries.set(key, entry);
    if (greeting && greeting.length > 0) connection.send(greeting);
    return entry;
  }

  function takeSegment(frame: Frame, tcp: Tcp, src: string, dst: string, ecn: number): void {
    const local = { mac: host.mac, ip: dst, port: tcp.dstPort };
    const remote = { mac: frame.ethernet.src, ip: src, port: tcp.srcPort };
    const segment: Segment = { ...tcp, payload: frame.payload, ecn };
    const existing = entries.get(keyOf(local, remote));
    const listener = listeners.get(tcp.dstPort);
    const isSyn = (tcp.flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst | TcpFlags.fin)) === TcpFlags.syn;
    if (existing) {
      const { block } = existing;
      // RFC 9293 §3.10.7.4: a new SYN behind all old numbers ends TIME-WAIT.
      const reopens = block.state === "timeWait" && isSyn && listener && !seqAfter(block.rcvNxt, tcp.seq);
      if (!reopens) {
        arrive(block, segment);
        return;
      }
      endConnection(block, undefined);
    }
    if (listener && isSyn) {
      const { block, connection } = open(local, remote, listener.settings, listener.application, false);
      listener.connections.push(connection);
      acceptSyn(block, segment);
    } else if ((tcp.flags & TcpFlags.rst) === 0) {
      // RFC 9293 §3.10.7.1
      const hasAck = (tcp.flags & TcpFlags.ack) !== 0;
      const numbers = hasAck ? { seq: tcp.ack } : { seq: 0, ack: seqAdd(tcp.seq, segmentLength(frame)) };
      emit(rstFrame({ from: local, to: remote, vlans: host.vlans, ...numbers }));
    }
  }

  function freePort(remote: Endpoint, ip: string): number {
    while (entries.has(keyOf({ mac: host.mac, ip, port: nextPort }, remote))) nextPort++;
    return nextPort++;
  }

  function nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const { block } of entries.values()) next = earliest(next, deadlineOf(block));
    return next;
  }

  return {
    mac: host.mac,
    ips: host.addresses,
    receive(bytes) {
      const frame = decodeFrame(bytes);
      if (!isAddressedTo(host, frame.ethernet)) return;
      const answer = answerNeighbour(host, frame);
      if (answer) emit(answer);
      const ip = frame.ipv4 ?? frame.ipv6;
      if (!ip || frame.tcp?.checksumValid !== true || frame.ipv4?.checksumValid === false) return;
      if (host.addresses.includes(ip.dst)) takeSegment(frame, frame.tcp, ip.src, ip.dst, ip.ecn);
    },
    take() {
      const frames = out;
      out = [];
      return frames;
    },
    advance(toMs) {
      if (typeof toMs !== "number" || !(toMs >= now && toMs < Infinity)) {
        throw new RangeError(`toMs must be a moment from ${now} on, not ${toMs}`);
      }
      for (let next = nextDeadline(); next !== undefined && next <= toMs; next = nextDeadline()) {
        now = Math.max(now, next);
        for (const { block } of [...entries.values()]) expire(block, now);
      }
      now = toMs;
    },
    deadline: nextDeadline,
    listen(port: number, options: ListenOptions = {}) {
      if (requireUint("port", port, 16) === 0) throw new RangeError("port must not be 0");
      if (listeners.has(port)) throw new RangeError(`port ${port} is in use`);
      const connections: HostConnection[] = [];
      const listener = { settings: resolveSettings(options, hostSettings), application: options, connections };
      listeners.set(port, listener);
      return {
        ...{ port, connections },
        close() {
          if (listeners.get(port) === listener) listeners.delete(port);
        },
      };
    },
    connect(options: ConnectOptions) {
      const settings = resolveSettings(options, hostSettings);
      const { mac, ip: peer, port: peerPort } = requireObject("to", options.to);
      const to = {
        mac: requireMac("to.mac", mac),
        ip: requireIp("to.ip", peer),
        port: requireUint("to.port", peerPort, 16),
      };
      const ip = host.addresses.find((address) => address.includes(":") === to.ip.includes(":"));
      if (ip === undefined) throw new RangeError(`to.ip: the host has no address to reach ${to.ip} from`);
      const port = options.port === undefined ? freePort(to, ip) : requireUint("port", options.port, 16);
      const local = { mac: host.mac, ip, port };
      if (entries.has(keyOf(local, to))) throw new RangeError(`port ${port} has a connection to there already`);
      const { block, connection } = open(local, to, settings, options, true);
      sendSyn(block);
      block.retransmitAt = now + settings.rtoMs;
      return connection;
    },
    connections: () => [...entries.values()].map(({ connection }) => connection),
  };
}

function keyOf(local: Endpoint, remote: Endpoint): string {
  return flowKeyText({ vlans: [], src: local.ip, dst: remote.ip, srcPort: local.port, dstPort: remote.port });
}
