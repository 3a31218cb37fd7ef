/** The switches that are there: each with its channel, its ports and what it is told. */
import type { Bytes, Message } from "../../src/index.ts";
import { encode } from "../../src/index.ts";
import { createEventReader, type EventReader, type SwitchEvent, type TrackerEvent } from "../../src/migration/index.ts";
import {
  applyActions,
  type FeaturesReply,
  flowMod,
  multipartRequest,
  output,
  Port,
  PortReason,
  packetOut,
} from "../../src/ofp/index.ts";
import type { Channel } from "./channel.ts";
import { createLearning, type Learning, type Placement, type PortView } from "./learning.ts";
import type { Log } from "./log.ts";
import { type ChannelRole, createChannelRole, type RoleOwner } from "./roles/channel-role.ts";
import type { Role } from "./roles/election.ts";

/** What a controller that is not alone makes of what switches say about its role. */
export interface SwitchRoles extends Pick<RoleOwner, "wanted" | "deposed"> {
  /** A switch has seen this generation. `hasLed`: since the role changed, some switch has been this controller's. */
  readonly seen: (generation: bigint, hasLed: boolean) => void;
}

/** What the switches need of their controller. */
export interface SwitchOwner {
  readonly log: Log;
  readonly now: () => number;
  /** Where the servers of a switch are. */
  readonly placement: (dpid: bigint) => Placement;
  readonly tell: (event: TrackerEvent) => void;
  /** Absent: there is no other controller. */
  readonly roles?: SwitchRoles | undefined;
}

/** A switch that is there. */
export interface SwitchView {
  readonly dpid: bigint;
  readonly peer: string;
  /** Bytes that it has not taken yet. */
  readonly waiting: number;
  readonly ports: readonly PortView[];
  /** What this controller is to it; absent until it has said so. */
  readonly role: Role | "equal" | undefined;
}

/** See {@link createSwitches}. */
export interface Switches {
  readonly up: (channel: Channel, features: FeaturesReply) => void;
  readonly message: (channel: Channel, message: Message) => void;
  readonly closed: (channel: Channel, why: string) => void;
  readonly send: (dpid: bigint, bytes: Bytes) => boolean;
  /** Switches a frame that is no service's as any learning switch does. */
  readonly forward: (dpid: bigint, inPort: number, frame: Uint8Array) => void;
  /** Sends a copy out of a port, for whoever watches there. False when it is left out, because the switch has much to take already. */
  readonly copy: (dpid: bigint, port: number, frame: Uint8Array) => boolean;
  /** What they were told goes out now. */
  readonly flush: () => void;
  readonly closeAll: (why: string) => void;
  /** The owner's `placement` has changed. */
  readonly placeAll: () => void;
  /** Ethernet address of an IP address, as far as the rest of the network has told it to some switch. */
  readonly macOf: (ip: string) => string | undefined;
  /** The tracker is to look at every switch as if it had come anew. */
  readonly announceAll: () => void;
  /** The role that is wanted has changed: every switch is asked for it, and none is this controller's before it has said yes. */
  readonly askRoles: () => void;
  readonly channels: readonly SwitchView[];
}

interface Session {
  readonly channel: Channel;
  readonly reader: EventReader;
  readonly learning: Learning;
  /** What this controller is to it. */
  role: SwitchView["role"] | undefined;
  asks: ChannelRole | undefined;
}

/** Bytes. With so much waiting for a switch nobody gets copies. */
const COPY_LIMIT = 2 ** 20;
/** Below the priorities of the planner's flows. */
const TABLE_MISS = 0;
/** The planner counts its ids from 1 upwards: these never meet them. */
const OWN_XID = 0xffff_0000;

export function createSwitches(owner: SwitchOwner): Switches {
  const sessions = new Map<bigint, Session>();
  const { log } = owner;
  let hasLed = false;
  const waiting = new Set<Channel>();

  /** It does what this controller says. Of all others nothing is heard, and nothing is said to them. */
  function isOurs({ role }: Session): boolean {
    return role === "master" || role === "equal";
  }

  function sessionOf({ dpid }: Channel): Session | undefined {
    return dpid === undefined ? undefined : sessions.get(dpid);
  }

  function changed(type: SwitchEvent["type"], dpid: bigint): void {
    owner.tell({ type, at: owner.now(), dpid });
  }

  /** Those that do what this controller says. */
  function ourOwn(dpid: bigint): Session | undefined {
    const session = sessions.get(dpid);
    return session && isOurs(session) ? session : undefined;
  }

  function begin(dpid: bigint, session: Session): void {
    const { channel } = session;
    hasLed = true;
    session.learning.setPorts([]);
    channel.send(encode(multipartRequest({ xid: OWN_XID, body: { type: "portDesc" } })));
    const toController = [applyActions([output(Port.controller)])];
    channel.send(encode(flowMod({ xid: OWN_XID, priority: TABLE_MISS, instructions: toController })));
    // Only once its channel is the one that answers are sent on.
    changed("switchBack", dpid);
  }

  function lose(dpid: bigint, session: Session): void {
    const wasOurs = isOurs(session);
    session.role = undefined;
    if (wasOurs) changed("switchLost", dpid);
  }

  function askerAt(dpid: bigint, session: Session, roles: SwitchRoles): ChannelRole {
    const { channel } = session;
    return createChannelRole(
      (bytes) => {
        channel.send(bytes);
      },
      {
        wanted: roles.wanted,
        deposed() {
          // What it refuses later is of an earlier time.
          if (session.role === "master") roles.deposed();
        },
        refusing() {
          log.warn("the switch gives this controller no role", { dpid });
        },
        seen(generation) {
          roles.seen(generation, hasLed);
        },
        has(role) {
          // It may have changed again since it was asked.
          if (role !== roles.wanted().role || role === session.role) return;
          session.role = role;
          log.info("role", { dpid, role });
          if (role === "master") begin(dpid, session);
        },
        lacking() {
          log.warn("the switch knows no roles: two controllers must not both be its master", { dpid });
        },
      },
    );
  }

  return {
    up(channel, { datapathId: dpid, nTables, auxiliaryId }) {
      // It would take the place of the switch's main one, OpenFlow 1.3.5 §6.3.7.
      if (auxiliaryId !== 0) {
        channel.close("auxiliary channels are not used");
        return;
      }
      const before = sessions.get(dpid);
      const reader = createEventReader(dpid);
      const session: Session = {
        ...{ channel, reader, learning: createLearning(owner.placement(dpid)), role: undefined, asks: undefined },
      };
      if (before && owner.roles) lose(dpid, before);
      sessions.set(dpid, session);
      before?.channel.close("the switch has opened another channel");
      log.info("switch up", { dpid, peer: channel.peer, tables: nTables });
      if (owner.roles) session.asks = askerAt(dpid, session, owner.roles);
      else {
        session.role = "equal";
        begin(dpid, session);
      }
    },
    message(channel, message) {
      const session = sessionOf(channel);
      const { dpid } = channel;
      if (session?.channel !== channel || dpid === undefined) return;
      if (session.asks?.hear(message) || !isOurs(session)) return;
      const { learning, reader } = session;
      if (message.type === "portStatus") {
        const isGone = message.reason === PortReason.delete;
        learning.changePort(message.desc, isGone);
        log.info("port", { dpid, port: message.desc.portNo, name: message.desc.name, reason: message.reason });
      } else if (message.type === "multipartReply" && message.body.type === "portDesc") {
        // In several parts, if there are many.
        for (const port of message.body.ports) learning.changePort(port, false);
      } else if (message.type === "error" && message.xid === OWN_XID) {
        log.warn("the switch refuses a message", { dpid, type: message.errorType, code: message.code });
      } else {
        const event = reader.read(message, owner.now());
        if (event) owner.tell(event);
      }
    },
    closed(channel, why) {
      const { dpid, peer } = channel;
      log.info("switch down", { ...(dpid !== undefined && { dpid }), peer, why });
      const session = sessionOf(channel);
      if (dpid === undefined || session?.channel !== channel) return;
      sessions.delete(dpid);
      lose(dpid, session);
    },
    send(dpid, bytes) {
      const session = ourOwn(dpid);
      if (!session) return false;
      session.channel.send(bytes);
      waiting.add(session.channel);
      return true;
    },
    forward(dpid, inPort, frame) {
      const session = ourOwn(dpid);
      if (!session) return;
      const ports = session.learning.switchFrame(inPort, frame, owner.now());
      if (ports.length === 0) return;
      const actions = ports.map((port) => output(port));
      session.channel.send(encode(packetOut({ xid: OWN_XID, inPort, actions, data: frame })));
    },
    copy(dpid, port, frame) {
      const session = ourOwn(dpid);
      if (!session || session.channel.waiting > COPY_LIMIT) return false;
      session.channel.send(encode(packetOut({ xid: OWN_XID, actions: [output(port)], data: frame })));
      return true;
    },
    flush() {
      for (const channel of waiting) channel.flush();
      waiting.clear();
    },
    closeAll(why) {
      for (const { channel } of [...sessions.values()]) channel.close(why);
    },
    placeAll() {
      for (const [dpid, { learning }] of sessions) learning.setPlacement(owner.placement(dpid));
    },
    macOf(ip) {
      for (const { learning } of sessions.values()) {
        const mac = learning.macOf(ip);
        if (mac !== undefined) return mac;
      }
      return undefined;
    },
    announceAll() {
      for (const [dpid, session] of [...sessions]) if (isOurs(session)) changed("switchBack", dpid);
    },
    askRoles() {
      hasLed = false;
      for (const [dpid, session] of [...sessions]) lose(dpid, session);
      for (const { asks } of [...sessions.values()]) asks?.ask();
    },
    get channels() {
      return [...sessions].map(([dpid, { channel, learning, role }]) => ({
        ...{ dpid, peer: channel.peer, waiting: channel.waiting, ports: learning.ports, role },
      }));
    },
  };
}
