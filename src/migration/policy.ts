/** What a hand-over may cost, and how long its flows live. */
import { requireNames, requireUint } from "../wire/require.ts";
import type { ShiftStyle } from "./shift-actions.ts";

/** Everything has a default; {@link defaultPolicy} holds them. */
export interface Policy {
  /**
   * Without SYN and SYN-ACK nobody knows what was agreed on. `"refuse"`, the default, or `"degrade"`: dial with the one offer
   * that suits any client (window scale 0, no MSS), and hope that there are no timestamps and that server 1's window scale is
   * not larger than the new server's.
   */
  readonly unknownOptions?: "refuse" | "degrade";
  /**
   * The client takes segments without timestamps although it had negotiated them, as Linux does; RFC 7323 §3.2 tells it to
   * drop them. Default false.
   */
  readonly clientToleratesMissingTimestamps?: boolean;
  /** By how many bits the new server's window scale may exceed server 1's, 0 to 14; each bit halves the window. Default 3. */
  readonly maxWindowScaleLoss?: number;
  /** When only one server does ECN: `"refuse"`, the default, or `"clear"` the client's ECN field on the way to the new one. */
  readonly ecnMismatch?: "refuse" | "clear";
  /**
   * Sequence number of the SYN to the new server: `"client"`, the default, is the one before the client's next byte, which leaves the
   * numbers of the client's bytes as they are. `"keyed"` is one that nobody can guess (RFC 6528), which shifts all four numbers;
   * it needs `ConnectionConfig.secret`, and only tracked connections use it.
   */
  readonly initialSeq?: "client" | "keyed";
  /**
   * The MSS in the client's SYN and in server 1's answer is lowered to this, so that a server that accepts no larger segments can
   * take the connection over; 0, the default, for not. Only tracked connections use it.
   */
  readonly clampMss?: number;
  /** When server 1 spoke before the client did: `"refuse"`, the default, or `"accept"` for a new server that will not greet. */
  readonly serverSpokeFirst?: "refuse" | "accept";
  /**
   * Connections inside two VLAN tags: `"refuse"`, the default, or `"match"` when the switch looks behind both for the addresses, as
   * Open vSwitch does with `other_config:vlan-limit=2`. Flows see only the outermost tag: networks that differ in the inner one must
   * not use the same addresses. Behind three tags no flow finds anything.
   */
  readonly stackedVlans?: "refuse" | "match";
  /** How offsets become actions: see {@link ShiftStyle}. Default `"canonical"`. */
  readonly style?: ShiftStyle;
  /** Seconds without packets after which the shift flows and SYN traps end, 0 for never. Default 7440, RFC 5382 REQ-5. */
  readonly idleSeconds?: number;
  /** The same once a FIN or RST has passed (`fin_timeout`), 0 for no such action. Default 60, twice the MSL of Linux. */
  readonly finIdleSeconds?: number;
  /** Seconds without packets after which the guard against server 1 ends. Default 60. */
  readonly guardIdleSeconds?: number;
  /** For so many seconds the controller sees what the guard stops; 0 for never. Default 5. */
  readonly guardWatchSeconds?: number;
  /** Meter that limits what the guard sends to the controller; the switch must have it. Default none. */
  readonly guardMeter?: number;
  /**
   * Keep SYNs of this connection away from the shift flows. Default true; false when the controller traps the SYNs of the
   * whole service, or where the switch does not know `tcp_flags`.
   */
  readonly synTrap?: boolean;
}

/** A policy with nothing left open. */
export interface ResolvedPolicy extends Required<Omit<Policy, "guardMeter">> {
  readonly guardMeter: number | undefined;
}

/** What holds where a policy says nothing. */
export const defaultPolicy: ResolvedPolicy = {
  unknownOptions: "refuse",
  clientToleratesMissingTimestamps: false,
  maxWindowScaleLoss: 3,
  ecnMismatch: "refuse",
  initialSeq: "client",
  clampMss: 0,
  serverSpokeFirst: "refuse",
  stackedVlans: "refuse",
  style: "canonical",
  idleSeconds: 7440,
  finIdleSeconds: 60,
  guardIdleSeconds: 60,
  guardWatchSeconds: 5,
  guardMeter: undefined,
  synTrap: true,
};

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) throw new RangeError(`policy.${name} must be ${allowed.join(" or ")}`);
}

function boolean(name: string, value: boolean): void {
  if (typeof value !== "boolean") throw new TypeError(`policy.${name} must be a boolean`);
}

/** Fills the defaults in. Throws RangeError or TypeError naming what is wrong, an unknown name too. */
export function resolvePolicy(policy: Policy = {}): ResolvedPolicy {
  requireNames("policy", policy, Object.keys(defaultPolicy));
  const given = Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined)) as Policy;
  const resolved: ResolvedPolicy = { ...defaultPolicy, ...given };
  oneOf("unknownOptions", resolved.unknownOptions, ["refuse", "degrade"]);
  boolean("clientToleratesMissingTimestamps", resolved.clientToleratesMissingTimestamps);
  requireUint("policy.maxWindowScaleLoss", resolved.maxWindowScaleLoss, 4);
  oneOf("ecnMismatch", resolved.ecnMismatch, ["refuse", "clear"]);
  oneOf("initialSeq", resolved.initialSeq, ["client", "keyed"]);
  requireUint("policy.clampMss", resolved.clampMss, 16);
  oneOf("serverSpokeFirst", resolved.serverSpokeFirst, ["refuse", "accept"]);
  oneOf("stackedVlans", resolved.stackedVlans, ["refuse", "match"]);
  oneOf("style", resolved.style, ["canonical", "prototype"]);
  requireUint("policy.idleSeconds", resolved.idleSeconds, 16);
  requireUint("policy.finIdleSeconds", resolved.finIdleSeconds, 16);
  requireUint("policy.guardIdleSeconds", resolved.guardIdleSeconds, 16);
  requireUint("policy.guardWatchSeconds", resolved.guardWatchSeconds, 16);
  if (resolved.guardMeter !== undefined) requireUint("policy.guardMeter", resolved.guardMeter, 32);
  boolean("synTrap", resolved.synTrap);
  return resolved;
}
