/**
 * Copies for an analyzer's port: an intrusion detector sees the handshake and the request of a connection that nobody has decided
 * about. It sees what the tracker lets through or holds, each segment once, and nothing else: whoever sends something that the
 * tracker does not take cannot make the analyzer believe in it. What flows carry is not copied.
 */
import type {
  ConnectionPhase,
  ConnectionView,
  InspectEffect,
  TrackerEffect,
  TrackerEvent,
} from "../../../src/migration/index.ts";
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
  TcpFlags,
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

/** What was known of a connection that nobody has decided about, to see what an event has changed. */
interface Known {
  readonly generation: number;
  readonly phase: ConnectionPhase;
  readonly held: number;
}

const MAX_KNOWN = 65_536;
const undecided: ReadonlySet<ConnectionPhase> = new Set<ConnectionPhase>(["syn", "synAck", "ready", "hold"]);

function decoded(frame: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(frame);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** The frame that was sent on out of this port, changed or not. */
function relayed(effects: readonly TrackerEffect[], port: number): Uint8Array | undefined {
  for (const effect of effects) {
    if (effect.type !== "packetOut") continue;
    if (effect.message.actions.some((action) => action.type === "output" && action.port === port)) {
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
  const known = new Map<string, Known>();
  let sent = 0;
  let dropped = 0;

  function copy({ dpid }: ConnectionView, port: number, frame: Uint8Array | undefined): void {
    if (!frame) return;
    if (send(dpid, port, frame)) sent += 1;
    else dropped += 1;
  }

  function remember(name: string, view: ConnectionView): Known | undefined {
    const before = known.get(name);
    known.delete(name);
    if (undecided.has(view.phase)) {
      const { generation, phase, heldSegments: held } = view;
      known.set(name, { generation, phase, held });
      const [oldest] = known.keys();
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    }
    return before?.generation === view.generation ? before : undefined;
  }

  /** Whether the tracker has taken this segment of the client's, and for the first time. */
  function isTaken(frame: Frame, view: ConnectionView, before: Known | undefined): boolean {
    switch (view.phase) {
      case "syn":
        return before === undefined && ((frame.tcp?.flags ?? 0) & TcpFlags.syn) !== 0;
      case "ready":
        return before?.phase === "synAck";
      case "hold":
        return view.heldSegments > (before?.held ?? 0);
      default:
        // In shadow mode all of a request is relayed, and looked at.
        return view.phase === "forwarded" && services()[view.service]?.shadow === true && segmentLength(frame) > 0;
    }
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
      const before = remember(flowKeyText(view.key), view);
      if (!own) {
        // A server's, as its client is told; in the phases that follow, nobody hears it any more or flows carry it.
        const isHeard =
          view.phase === "synAck" ? before?.phase === "syn" : view.phase === "ready" && segmentLength(frame) > 0;
        if (isHeard) copy(view, port, relayed(effects, view.clientPort));
        return;
      }
      if (!isTaken(frame, view, before)) return;
      copy(view, port, event.frame);
      for (const effect of effects) if (effect.type === "inspect") copy(view, port, acknowledgment(frame, effect));
    },
    stats: () => ({ sent, dropped }),
  };
}
