/**
 * Copies for an analyzer's port: an intrusion detector sees the handshake and the request of a connection that nobody has decided
 * about. It sees what the tracker lets through or holds, each segment once, and nothing else: whoever sends something that the
 * tracker does not take cannot make the analyzer believe in it. What flows carry is not copied.
 */
import type { ConnectionView, InspectEffect, TrackerEffect, TrackerEvent } from "../../../src/migration/index.ts";
import { Port } from "../../../src/ofp/index.ts";
import {
  ackFrame,
  decodeFrame,
  encodeFrame,
  type FlowKey,
  type Frame,
  flowKey,
  flowKeyText,
  segmentLength,
  seqAdd,
  WireError,
} from "../../../src/tcp/index.ts";
import type { Services } from "./records.ts";

export interface MirrorOptions {
  readonly services: () => Services;
  /** By name of the service: the port that its copies go to. */
  readonly ports: () => ReadonlyMap<string, number>;
  readonly connection: (key: FlowKey) => ConnectionView | undefined;
  /** False when the switch has too much to take already. */
  readonly send: (dpid: bigint, port: number, frame: Uint8Array) => boolean;
}

export interface MirrorStats {
  readonly sent: number;
  readonly dropped: number;
}

export interface Mirror {
  /** For the controller's `watch`. */
  readonly watch: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  readonly stats: () => MirrorStats;
}

/** Requests that are held at the same time, and more than a tracker's bounds let it hold. */
const MAX_KNOWN = 65_536;

function decoded(frame: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(frame);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** The frame that was sent on to the client, changed or not. */
function relayed(effects: readonly TrackerEffect[], inPort: number, clientPort: number): Uint8Array | undefined {
  const out = inPort === clientPort ? Port.inPort : clientPort;
  for (const effect of effects) {
    if (effect.type !== "packetOut") continue;
    if (effect.message.actions.some((action) => action.type === "output" && action.port === out)) {
      return effect.message.data;
    }
  }
  return undefined;
}

/**
 * An ACK of what is held, from the service to the client, that only the analyzer gets: many look at data only when its receiver has
 * it, and the receiver shall not have this yet. Timestamps are as a server would echo them.
 */
function acknowledgment({ ethernet, ipv4, ipv6, tcp }: Frame, asked: InspectEffect): Uint8Array | undefined {
  const ip = ipv4 ?? ipv6;
  if (!ip || !tcp) return undefined;
  const stamp = tcp.options.find(({ type }) => type === "timestamps");
  return encodeFrame(
    ackFrame({
      from: { mac: ethernet.dst, ip: ip.dst, port: tcp.dstPort },
      to: { mac: ethernet.src, ip: ip.src, port: tcp.srcPort },
      vlans: ethernet.vlans,
      seq: tcp.ack,
      ack: seqAdd(asked.seq, asked.payload.length + (asked.complete ? 1 : 0)),
      window: tcp.window,
      ...(stamp?.type === "timestamps" && { options: [{ ...stamp, value: stamp.echo, echo: stamp.value }] }),
    }),
  );
}

export function createMirror({ services, ports, connection, send }: MirrorOptions): Mirror {
  /** How many segments of a connection were held when one of them came. */
  const known = new Map<string, number>();
  let sent = 0;
  let dropped = 0;

  function copy({ dpid }: ConnectionView, port: number, frame: Uint8Array | undefined): void {
    if (!frame) return;
    if (send(dpid, port, frame)) sent += 1;
    else dropped += 1;
  }

  /** How many segments were held before this event. */
  function heldBefore(view: ConnectionView, at: number): number {
    const name = flowKeyText(view.key);
    const before = known.get(name) ?? 0;
    known.delete(name);
    if (view.phase !== "hold") return 0;
    known.set(name, view.heldSegments);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    // What is remembered may be of an older connection of these ports.
    return view.since === at ? 0 : before;
  }

  /** Whether the tracker has taken this segment of the client's, and for the first time. */
  function isTaken(frame: Frame, view: ConnectionView, at: number, held: number): boolean {
    switch (view.phase) {
      case "syn":
      case "ready":
        return view.since === at;
      case "hold":
        return view.heldSegments > held;
      default:
        // In shadow mode all of a request is relayed, and looked at.
        return view.phase === "forwarded" && services()[view.service]?.shadow === true && segmentLength(frame) > 0;
    }
  }

  /** Whether it is server 1's answer to the SYN, or what it says before it is asked. Later flows carry it, or nobody hears it. */
  function isHeard(frame: Frame, { phase, since }: ConnectionView, at: number): boolean {
    return phase === "synAck" ? since === at : phase === "ready" && segmentLength(frame) > 0;
  }

  return {
    watch(event, effects) {
      if (event.type !== "packetIn" || ports().size === 0) return;
      const frame = decoded(event.frame);
      if (!frame?.tcp) return;
      const own = connection(flowKey(frame));
      // A server may have other addresses than its service.
      const about = effects.find((effect) => effect.about)?.about;
      const view = own ?? (about && connection(about.key));
      const port = view && ports().get(view.service);
      if (!view || port === undefined || view.dpid !== event.dpid) return;
      const held = heldBefore(view, event.at);
      if (!own) {
        if (isHeard(frame, view, event.at)) copy(view, port, relayed(effects, event.inPort, view.clientPort));
        return;
      }
      if (!isTaken(frame, view, event.at, held)) return;
      copy(view, port, event.frame);
      for (const effect of effects) if (effect.type === "inspect") copy(view, port, acknowledgment(frame, effect));
    },
    stats: () => ({ sent, dropped }),
  };
}
