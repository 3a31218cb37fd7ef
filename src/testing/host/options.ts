/** What a model host and its connections are made of. */
import type { VlanTag } from "../../tcp/index.ts";
import { quote } from "../../wire/index.ts";
import { requireIp, requireList, requireMac, requireObject, requireUint } from "../../wire/require.ts";
import type { HostConnection } from "./connection-types.ts";

/** How a host does TCP. Everything has a default; a listener and a connection may differ from their host. */
export interface TcpSettings {
  /** Initial sequence number. Absent: drawn from the host's seed, another one for each connection. */
  readonly isn?: number;
  /** The maximum segment size to announce, 1 to 65535, or false for no such option. Absent: 1460, over IPv6 1440. */
  readonly mss?: number | false;
  /** The shift to announce, 0 to 14, or false for no such option. Absent: 7. In use only when both sides announce one. */
  readonly windowScale?: number | false;
  /** Agree on selective acknowledgments, and send them. Those that come in are not used. Absent: false. */
  readonly sackPermitted?: boolean;
  /** Agree on timestamps (RFC 7323), with PAWS. Absent: false. */
  readonly timestamps?: boolean;
  /** TSval at time 0; one more each millisecond. Absent: 0. */
  readonly timestampBase?: number;
  /** Accept segments without timestamps although they were agreed on, as Linux does. Absent: true. */
  readonly toleratesMissingTimestamps?: boolean;
  /** Agree on ECN (RFC 3168). Absent: false. */
  readonly ecn?: boolean;
  /** Room for received data that the application has not read, 1 to 2³⁰ bytes. Absent: 64240. */
  readonly receiveWindow?: number;
  /** Time until a retransmission and between window probes; the same each time. Absent: 200. */
  readonly rtoMs?: number;
  /** After so many retransmissions of one segment the connection ends with the error `"timeout"`. Absent: 15. */
  readonly maxRetransmissions?: number;
  /** How long the side that closed first remembers the connection. Absent: 60000. */
  readonly timeWaitMs?: number;
  /** Close when the peer has closed and everything that it sent is read. Absent: true. */
  readonly closesWithPeer?: boolean;
}

/** What an application does with data. */
export interface Application {
  /** What it says as soon as the connection is open, before it is asked. Absent: nothing. */
  readonly greeting?: Uint8Array;
  /** Gets each piece as it comes in order, and may return what to send. */
  readonly respond?: (data: Uint8Array, connection: HostConnection) => Uint8Array | undefined;
}

/** What a model host is made of. */
export interface ModelHostOptions extends TcpSettings {
  readonly mac: string;
  /** One address or several, IPv4 and IPv6. */
  readonly ip: string | readonly string[];
  /** Tags of its frames, outermost first; it takes no others in. Absent: none. */
  readonly vlans?: readonly VlanTag[];
  /** For what is drawn, a u32. Absent: 1. */
  readonly seed?: number;
}

/** {@link TcpSettings} with nothing left open. */
export interface ResolvedSettings extends Required<Omit<TcpSettings, "isn" | "mss">> {
  readonly isn: number | undefined;
  /** Undefined: as the IP version says. */
  readonly mss: number | false | undefined;
}

const MAX_WINDOW = 2 ** 30;
const MAX_SHIFT = 14;

const defaults: ResolvedSettings = {
  isn: undefined,
  mss: undefined,
  windowScale: 7,
  sackPermitted: false,
  timestamps: false,
  timestampBase: 0,
  toleratesMissingTimestamps: true,
  ecn: false,
  receiveWindow: 64_240,
  rtoMs: 200,
  maxRetransmissions: 15,
  timeWaitMs: 60_000,
  closesWithPeer: true,
};

/** `base` with what `given` says otherwise. Throws RangeError or TypeError naming the setting that is wrong. */
export function resolveSettings(given: TcpSettings, base: ResolvedSettings = defaults): ResolvedSettings {
  requireObject("options", given);
  const { isn = base.isn, mss = base.mss, windowScale = base.windowScale } = given;
  if (isn !== undefined) requireUint("isn", isn, 32);
  if (mss !== undefined && mss !== false && requireUint("mss", mss, 16) < 1) throw new RangeError("mss must not be 0");
  if (windowScale !== false && requireUint("windowScale", windowScale, 8) > MAX_SHIFT) {
    throw new RangeError(`windowScale must be from 0 to ${MAX_SHIFT}, or false`);
  }
  const receiveWindow = requireUint("receiveWindow", given.receiveWindow, 31, base.receiveWindow);
  if (receiveWindow < 1 || receiveWindow > MAX_WINDOW) throw new RangeError("receiveWindow must be from 1 to 2 ** 30");
  return {
    ...{ isn, mss, windowScale, receiveWindow },
    sackPermitted: flag("sackPermitted", given.sackPermitted, base.sackPermitted),
    timestamps: flag("timestamps", given.timestamps, base.timestamps),
    timestampBase: requireUint("timestampBase", given.timestampBase, 32, base.timestampBase),
    toleratesMissingTimestamps: flag(
      "toleratesMissingTimestamps",
      given.toleratesMissingTimestamps,
      base.toleratesMissingTimestamps,
    ),
    ecn: flag("ecn", given.ecn, base.ecn),
    rtoMs: duration("rtoMs", given.rtoMs, base.rtoMs),
    maxRetransmissions: requireUint("maxRetransmissions", given.maxRetransmissions, 16, base.maxRetransmissions),
    timeWaitMs: duration("timeWaitMs", given.timeWaitMs, base.timeWaitMs),
    closesWithPeer: flag("closesWithPeer", given.closesWithPeer, base.closesWithPeer),
  };
}

/** Null is not absent: callers without types pass it by mistake. */
function present<T>(given: T | undefined, fallback: T): T {
  return given === undefined ? fallback : given;
}

function flag(name: string, given: boolean | undefined, fallback: boolean): boolean {
  const value = present(given, fallback);
  if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean, not ${quote(value)}`);
  return value;
}

function duration(name: string, given: number | undefined, fallback: number): number {
  const value = present(given, fallback);
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, not ${quote(value)}`);
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be more than 0 milliseconds, not ${value}`);
  return value;
}

/** A host's own part of its options, checked. */
export interface HostIdentity {
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly vlans: readonly VlanTag[];
  readonly seed: number;
}

/** Throws RangeError or TypeError naming the option that is wrong. */
export function hostIdentity(options: ModelHostOptions): HostIdentity {
  requireObject("options", options);
  const given = typeof options.ip === "string" ? [options.ip] : requireList("ip", options.ip);
  if (given.length === 0) throw new RangeError("ip must hold an address");
  return {
    mac: requireMac("mac", options.mac),
    addresses: given.map((address) => requireIp("ip", address)),
    vlans: requireList("vlans", options.vlans, []),
    seed: requireUint("seed", options.seed, 32, 1),
  };
}
