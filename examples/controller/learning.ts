/** A learning switch for everything that is no tracked service: which port an Ethernet address is behind. */
import { Port, PortConfig, type PortDesc, PortState } from "../../src/ofp/index.ts";
import { decodeFrame, WireError } from "../../src/tcp/index.ts";

/** What is known from the configuration. */
export interface Placement {
  /** Ethernet addresses of services and servers, and the ports that they are behind. */
  readonly known: ReadonlyMap<string, number>;
  /** Ports of servers that have the addresses of another one: nothing is learned there, and nothing flooded. */
  readonly twins: ReadonlySet<number>;
}

/** See {@link createLearning}. */
export interface Learning {
  /** The configuration has changed. */
  setPlacement(placement: Placement): void;
  /** The ports of the switch, as it has told them. */
  setPorts(ports: readonly PortDesc[]): void;
  /** One that has come, changed or gone. */
  changePort(port: PortDesc, isGone: boolean): void;
  /** Where this frame goes: the ports to send it out of, none when it stays where it came from. */
  switchFrame(inPort: number, frame: Uint8Array, at: number): readonly number[];
  /** Ethernet address of an IP address that ARP has told. */
  macOf(ip: string): string | undefined;
  readonly size: number;
  /** By number. */
  readonly ports: readonly PortView[];
}

/** A port of the switch, as it was told last. */
export interface PortView {
  readonly number: number;
  readonly name: string;
  readonly isUp: boolean;
}

/** After this silence an address may be anywhere. Milliseconds. */
const AGE = 300_000;
const MAX_ADDRESSES = 16_384;
/** More than Open vSwitch can number. */
const MAX_PORTS = 65_536;
const BROADCAST_BIT = 0x01;

interface Seen {
  readonly port: number;
  readonly at: number;
}

/** A Map keeps the order in which things were put in: the first one is the oldest. */
function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ADDRESSES && oldest !== undefined) map.delete(oldest);
}

function isUp({ portNo, config, state }: PortDesc): boolean {
  const isOff = (config & (PortConfig.portDown | PortConfig.noFwd)) !== 0;
  return portNo <= Port.max && !isOff && (state & PortState.linkDown) === 0;
}

/** Undefined for what is too short to be one. */
function decoded(frame: Uint8Array): ReturnType<typeof decodeFrame> | undefined {
  try {
    return decodeFrame(frame);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function isGroup(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & BROADCAST_BIT) !== 0;
}

export function createLearning(placement: Placement): Learning {
  let { known, twins } = placement;
  const ports = new Map<number, PortDesc>();
  const addresses = new Map<string, Seen>();
  const hosts = new Map<string, string>();

  /** Everywhere but back, and not to those that would answer in another one's name. */
  function everywhere(inPort: number): readonly number[] {
    return [...ports.values()]
      .filter((port) => isUp(port) && port.portNo !== inPort && !twins.has(port.portNo))
      .map(({ portNo }) => portNo);
  }

  return {
    setPlacement(next) {
      ({ known, twins } = next);
      for (const mac of known.keys()) addresses.delete(mac);
      for (const [mac, { port }] of addresses) if (twins.has(port)) addresses.delete(mac);
    },
    setPorts(all) {
      ports.clear();
      for (const port of all) ports.set(port.portNo, port);
    },
    changePort(port, isGone) {
      if (isGone) ports.delete(port.portNo);
      else if (ports.has(port.portNo) || ports.size < MAX_PORTS) ports.set(port.portNo, port);
      // Whoever was there may be somewhere else now.
      if (!isGone && isUp(port)) return;
      for (const [mac, seen] of addresses) if (seen.port === port.portNo) addresses.delete(mac);
    },
    switchFrame(inPort, frame, at) {
      const whole = decoded(frame);
      if (!whole) return [];
      const { ethernet, arp } = whole;
      const { src, dst } = ethernet;
      if (!twins.has(inPort) && !known.has(src) && !isGroup(src)) {
        put(addresses, src, { port: inPort, at });
        if (arp && !isGroup(arp.senderMac)) put(hosts, arp.senderIp, arp.senderMac);
      }
      if (isGroup(dst)) return everywhere(inPort);
      const seen = addresses.get(dst);
      const port = known.get(dst) ?? (seen && at < seen.at + AGE ? seen.port : undefined);
      if (port === undefined) return everywhere(inPort);
      return port === inPort ? [] : [port];
    },
    macOf: (ip) => hosts.get(ip),
    get size() {
      return addresses.size;
    },
    get ports() {
      return [...ports.values()]
        .filter(({ portNo }) => portNo <= Port.max)
        .map((port) => ({ number: port.portNo, name: port.name, isUp: isUp(port) }))
        .sort((a, b) => a.number - b.number);
    },
  };
}
