/** What a caller decides about the connections of a service, once for all of them. */

import type { FlowKey } from "../../tcp/index.ts";
import { requireNames, requireObject } from "../../wire/require.ts";
import { checkAddress, checkPorts, type ServerAddress } from "../connection.ts";
import { cookieOf, defaultTag } from "../cookie.ts";
import { type Policy, type ResolvedPolicy, resolvePolicy } from "../policy.ts";
import { checkSecret } from "../secret.ts";
import { checkLimits, checkTiming, type Limits, type Timing } from "./bounds.ts";
import { ORIGIN } from "./places.ts";
import { checkProfile, type ResolvedSpeaksFirst, type ServiceProfile } from "./profile.ts";

/** Where a server is. */
export interface ServerPlace extends ServerAddress {
  /** Port of the switch that leads to it. */
  readonly switchPort: number;
}

/** A service whose connections may move. */
export interface Service {
  /** Server 1, which every connection begins with. */
  readonly origin: ServerPlace;
  /** The servers that a connection may move to, by name. `origin` is none: verdicts mean server 1 by it. */
  readonly targets: Readonly<Record<string, ServerPlace>>;
  /** The target of a verdict that names none. Absent: the first one. */
  readonly defaultTarget?: string;
  readonly policy?: Policy;
  /**
   * Shadow mode: every frame is relayed as it came, no connection moves, and reports say which ones would have (`WOULD_MIGRATE`,
   * `WOULD_REFUSE`). A connection that began so stays so; one that has begun to move before goes on. Default false.
   */
  readonly shadow?: boolean;
  /** What is peculiar to its servers. Absent: nothing. */
  readonly profile?: ServiceProfile;
}

/** What is asked when a connection is to move. */
export interface TargetWish {
  /** From the client to the service. */
  readonly key: FlowKey;
  /** The target that the verdict names. */
  readonly named: string | undefined;
  readonly at: number;
}

/** The target that a connection moves to, or why there is none. */
export type ChosenTarget =
  | { readonly target: string }
  | { readonly target: undefined; readonly why: "unknown" | "draining" | "broken"; readonly text: string };

/** See {@link step}. */
export interface ConnectionConfig {
  readonly service: Service;
  /** Who shifts numbers: the switch with its four `actions`, the default, or the planner in `software`. */
  readonly dataPlane?: "actions" | "software";
  /**
   * The switch carries out bundles (ONF EXT-230): the flows of a hand-over then come all at once, which saves a round trip. Only
   * with the four `actions`. Default false; {@link dataPlaneConfig} sets it by what a switch was found to understand.
   */
  readonly bundles?: boolean;
  /**
   * What becomes of the client's SYN: `normalise`, the default, takes out what no hand-over could continue; `lazy` leaves it,
   * and connections that agreed on such options are not moved.
   */
  readonly regime?: "normalise" | "lazy";
  /**
   * Whether a verdict may move a connection that a server has answered already, at a moment when nothing is under way. The handshake
   * is then remembered as long as the connection lives. Default false.
   */
  readonly lateMoves?: boolean;
  readonly timing?: Partial<Timing>;
  readonly limits?: Partial<Limits>;
  /** Parts of the flow cookies: see {@link CookieParts}. */
  readonly cookie?: { readonly tag?: number; readonly epoch?: number };
  /** At least 16 random bytes, needed for the policy's `initialSeq: "keyed"`. Whoever knows them can guess the numbers. */
  readonly secret?: Uint8Array;
  /** Whether a connection from the client to a new server's own address is in use already. Absent: never. */
  readonly isTaken?: (key: FlowKey) => boolean;
  /**
   * Chooses the target when a connection is about to move. Absent: the one that the verdict names, else the service's
   * `defaultTarget`.
   */
  readonly chooseTarget?: (wish: TargetWish) => ChosenTarget;
}

/** A configuration with nothing left open. */
export interface Settings {
  readonly origin: ServerPlace;
  readonly targets: Readonly<Record<string, ServerPlace>>;
  readonly defaultTarget: string | undefined;
  readonly policy: ResolvedPolicy;
  readonly shadow: boolean;
  readonly speaksFirst: ResolvedSpeaksFirst | undefined;
  readonly dataPlane: "actions" | "software";
  readonly bundles: boolean;
  readonly regime: "normalise" | "lazy";
  readonly lateMoves: boolean;
  readonly timing: Timing;
  readonly limits: Limits;
  readonly cookie: { readonly tag: number; readonly epoch: number };
  readonly secret: Uint8Array | undefined;
  readonly isTaken: (key: FlowKey) => boolean;
  readonly chooseTarget: ((wish: TargetWish) => ChosenTarget) | undefined;
}

const serviceNames: Readonly<Record<keyof Service, true>> = {
  origin: true,
  targets: true,
  defaultTarget: true,
  policy: true,
  shadow: true,
  profile: true,
};

const configNames: Readonly<Record<keyof ConnectionConfig, true>> = {
  service: true,
  dataPlane: true,
  bundles: true,
  regime: true,
  lateMoves: true,
  timing: true,
  limits: true,
  cookie: true,
  secret: true,
  isTaken: true,
  chooseTarget: true,
};

const resolved = new WeakMap<ConnectionConfig, Settings>();

/** Checks a configuration the first time it is seen. Throws RangeError or TypeError naming what is wrong. */
export function settingsOf(config: ConnectionConfig): Settings {
  requireObject("config", config);
  let settings = resolved.get(config);
  if (!settings) {
    settings = resolve(config);
    resolved.set(config, settings);
  }
  return settings;
}

function resolve(config: ConnectionConfig): Settings {
  requireNames("config", config, Object.keys(configNames));
  const service = requireNames("service", config.service, Object.keys(serviceNames));
  const { origin, targets, defaultTarget, policy, shadow = false, profile } = service;
  const {
    dataPlane = "actions",
    regime = "normalise",
    lateMoves = false,
    bundles = false,
    cookie = {},
    isTaken = () => false,
  } = config;
  if (!["actions", "software"].includes(dataPlane)) throw new RangeError("dataPlane must be actions or software");
  if (!["normalise", "lazy"].includes(regime)) throw new RangeError("regime must be normalise or lazy");
  if (typeof shadow !== "boolean") throw new TypeError("service.shadow must be a boolean");
  const { tag = defaultTag, epoch = 0 } = requireNames("cookie", cookie, ["tag", "epoch"]);
  cookieOf({ tag, epoch, role: 0, connection: 0 });
  const names = Object.keys(requireObject("service.targets", targets));
  if (names.includes(ORIGIN))
    throw new RangeError(`service.targets.${ORIGIN} must have another name: this is server 1`);
  if (defaultTarget !== undefined && !names.includes(defaultTarget)) {
    throw new RangeError("service.defaultTarget must be one of service.targets");
  }
  return {
    origin: checkPlace("service.origin", origin),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, place]) => [name, checkPlace(`service.targets.${name}`, place)]),
    ),
    defaultTarget: defaultTarget ?? names[0],
    policy: resolvePolicy(policy),
    shadow,
    speaksFirst: speaksFirstOf(profile, policy),
    dataPlane,
    bundles: bundles && dataPlane === "actions",
    regime,
    lateMoves,
    timing: checkTiming(config.timing),
    limits: checkLimits(config.limits),
    cookie: { tag, epoch },
    secret: requireSecret(config.secret, policy?.initialSeq === "keyed"),
    isTaken,
    chooseTarget: config.chooseTarget,
  };
}

function speaksFirstOf(profile: ServiceProfile | undefined, policy: Policy | undefined): Settings["speaksFirst"] {
  const speaksFirst = checkProfile(profile);
  if (speaksFirst && policy?.serverSpokeFirst === "accept") {
    throw new RangeError(
      "policy.serverSpokeFirst accept is for new servers that do not greet, service.profile.speaksFirst for those that do",
    );
  }
  return speaksFirst;
}

function requireSecret(secret: Uint8Array | undefined, needed: boolean): Uint8Array | undefined {
  if (secret === undefined && !needed) return undefined;
  if (secret === undefined) throw new TypeError("secret is missing: policy.initialSeq keyed needs it");
  return checkSecret("secret", secret);
}

function checkPlace(name: string, place: ServerPlace): ServerPlace {
  const { switchPort } = requireObject(name, place);
  checkPorts({ client: 1, origin: switchPort, target: 1 });
  return { switchPort, ...checkAddress(name, place, ["switchPort"]) };
}
