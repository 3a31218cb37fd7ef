/** Shadow mode: what comes in goes out, unchanged but for the addresses of server 1, and nothing else does. */
import type { ConnectionEvent } from "../../../src/migration/machine/index.ts";
import type { TrackerEffect } from "../../../src/migration/tracker/index.ts";
import { decodeFrame, type Endpoint, encodeFrame, type Frame, type VlanTag } from "../../../src/tcp/index.ts";
import { toHex } from "../../../src/wire/index.ts";
import { describe, peek } from "./peek.ts";
import { clientEnd, clientVlans, serverEnd, serviceEnd, serviceOf, switchPorts, vlansOf } from "./places.ts";
import type { Link, Scenario } from "./scenario.ts";
import { Broken } from "./world.ts";

export interface ShadowWatch {
  /** A frame comes to the switch. */
  came(link: Link, frame: Uint8Array): void;
  /** A frame leaves it. */
  left(link: Link, frame: Uint8Array): void;
  asked(effects: readonly TrackerEffect[], event: ConnectionEvent): void;
  end(): void;
}

/** The frame with these ends and tags: what a network that readdresses makes of it. */
function between(frame: Frame, from: Partial<Endpoint>, to: Partial<Endpoint>, vlans: readonly VlanTag[]): Uint8Array {
  const { ethernet, ipv4, ipv6, tcp } = frame;
  const network = { ...(from.ip && { src: from.ip }), ...(to.ip && { dst: to.ip }) };
  return encodeFrame({
    ...frame,
    ethernet: { ...ethernet, src: from.mac ?? ethernet.src, dst: to.mac ?? ethernet.dst, vlans },
    ...(ipv4 && { ipv4: { ...ipv4, ...network } }),
    ...(ipv6 && { ipv6: { ...ipv6, ...network } }),
    ...(tcp && { tcp: { ...tcp, srcPort: from.port ?? tcp.srcPort, dstPort: to.port ?? tcp.dstPort } }),
  });
}

function nameOf(frame: Uint8Array): string {
  const segment = peek(frame);
  return segment ? describe(segment) : toHex(frame);
}

export function createShadowWatch(scenario: Scenario): ShadowWatch {
  const { ownAddress, routed = false, vlan } = scenario.servers.first;
  const underWay = new Map<string, number>();
  const { weather, faults, troubles, maxFlows } = scenario;

  /** What must come out of it; undefined for what is no part of a connection. */
  function becomes(inPort: number, frame: Uint8Array): Uint8Array | undefined {
    if (inPort !== switchPorts.first && inPort !== switchPorts.client && inPort !== switchPorts.other) return undefined;
    if (!ownAddress && !routed && vlan === undefined) return frame;
    const decoded = decodeFrame(frame);
    if (inPort !== switchPorts.first) {
      const to = ownAddress ? serverEnd(scenario, "first", 0) : {};
      const tags = vlansOf(scenario, "first");
      return between(decoded, routed ? { mac: serviceOf(scenario).origin.gatewayMac ?? "" } : {}, to, tags);
    }
    const { dst = "" } = decoded.ipv4 ?? decoded.ipv6 ?? {};
    const { mac } = [0, 1].map((client) => clientEnd(scenario, client)).find(({ ip }) => ip === dst) ?? {};
    const isAddressed = (ownAddress || routed) && mac !== undefined;
    return between(
      decoded,
      isAddressed ? serviceEnd(scenario, 0) : {},
      isAddressed ? { mac } : {},
      clientVlans(scenario),
    );
  }

  function count(frame: Uint8Array, by: number): number {
    const name = toHex(frame);
    const number = (underWay.get(name) ?? 0) + by;
    if (number === 0) underWay.delete(name);
    else underWay.set(name, number);
    return number;
  }

  return {
    came(link, frame) {
      const out = becomes(switchPorts[link], frame);
      if (out) count(out, 1);
    },
    left(link, frame) {
      if (link === "second" || link === "third") throw new Broken(`a target was told ${nameOf(frame)}`);
      if (count(frame, -1) < 0) throw new Broken(`nobody has sent this: ${nameOf(frame)}`);
    },
    asked(effects, event) {
      const out = event.type === "packetIn" ? becomes(event.inPort, event.frame) : undefined;
      const sent = effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.message.data] : []));
      if (sent.map(toHex).join() !== (out ? toHex(out) : "")) {
        const what = event.type === "packetIn" ? nameOf(event.frame) : event.type;
        throw new Broken(`${what} led to ${sent.map(nameOf).join(", ") || "nothing"}`);
      }
      for (const effect of effects) {
        const plain = effect.type !== "flowMod" || ["all", "plainToServer", "plainToClient"].includes(effect.role);
        if (!plain || effect.type === "bundle") throw new Broken(`${effect.type} was asked for: ${effect.why}`);
      }
    },
    end() {
      const isLossless = weather.loss === 0 && faults.every(({ what }) => what !== "lost");
      const vanishes = scenario.connections.some(({ ending, again }) => ending === "vanishes" || again);
      if (!isLossless || troubles.length > 0 || maxFlows !== undefined || vanishes) return;
      for (const name of underWay.keys()) throw new Broken(`this did not come through: ${name}`);
    },
  };
}
