/** What a caller decides about all connections. */
import { flowKeyText } from "../../tcp/index.ts";
import { quote } from "../../wire/index.ts";
import { requireBigUint, requireIp, requireMac, requireNames, requireObject, requireUint } from "../../wire/require.ts";
import { cookieOf, defaultTag } from "../cookie.ts";
import { type ConnectionConfig, type ServerPlace, type Service, type Settings, settingsOf } from "../machine/config.ts";
import type { MacOf } from "../neighbour/index.ts";
import type { BreakerSettings } from "../operation/breaker.ts";
import { checkBreakerSettings, type TargetChoice } from "../operation/target.ts";
import { checkSecret } from "../secret.ts";

/** A service whose connections are tracked. */
export interface TrackedService extends Service {
  /** Where clients find it. */
  readonly vip: Vip;
  /** The switch on which it is. Absent: every switch. */
  readonly dpid?: bigint;
  /**
   * The target of a verdict that names none. Absent, or while it takes no connections: one of those that do, the same one for the same
   * client.
   */
  readonly defaultTarget?: string;
  /**
   * Chooses the target of a verdict that names none. It must give the same answer to the same question. Undefined leaves the choice
   * to `defaultTarget`.
   */
  readonly selectTarget?: (choice: TargetChoice) => string | undefined;
}

/** The address of a service. */
export interface Vip {
  readonly ip: string;
  /** 1 to 65535. */
  readonly port: number;
  /**
   * Ethernet address that clients know for `ip`; the tracker then answers ARP and neighbour discovery with it. Needed when server 1
   * has another IP address, or is in another VLAN than its clients: nobody else can answer then.
   */
  readonly mac?: string;
}

/** Bounds of everything together. Beyond them connections are relayed to server 1 and not tracked; nothing is refused. */
export interface Budgets {
  /** Connections. Default 65,536. */
  readonly connections: number;
  /** Connections whose handshake is not complete. Default 4,096; one drawn at random makes room for the next. */
  readonly halfOpen: number;
  /** The same of one source: an IPv4 network of 256 addresses, an IPv6 network of 64 bits. Default 64. */
  readonly halfOpenPerSource: number;
  /**
   * Bytes of frames held for all connections. Default 64 MiB. Beyond that, a connection's first data goes to server 1 without a
   * verdict, and further data is dropped for its client to send it again.
   */
  readonly heldBytes: number;
  /** Segments held for all connections. Default 65,536. */
  readonly heldSegments: number;
  /** RSTs that may be sent at once, over all connections. Default 1,024. */
  readonly resetBurst: number;
  /** One more RST may be sent every so many milliseconds. Default 1. */
  readonly resetEveryMs: number;
  /** Connections that are relayed without being tracked, and whose clients' places are remembered. Default 4,096. */
  readonly relayed: number;
}

export const defaultBudgets: Budgets = {
  connections: 65_536,
  halfOpen: 4_096,
  halfOpenPerSource: 64,
  heldBytes: 64 * 2 ** 20,
  heldSegments: 65_536,
  resetBurst: 1_024,
  resetEveryMs: 1,
  relayed: 4_096,
};

/** See {@link createTracker}. What it does not say itself means the same as for one connection: see {@link ConnectionConfig}. */
export interface TrackerConfig
  extends Omit<ConnectionConfig, "service" | "chooseTarget" | "secret" | "dataPlane" | "bundles"> {
  /** By name. */
  readonly services: Readonly<Record<string, TrackedService>>;
  /** At least 16 bytes that nobody else knows: decides what would be random otherwise. */
  readonly secret: Uint8Array;
  /** Who shifts numbers; `probe`, the default, asks each switch whether it has the four actions. */
  readonly dataPlane?: "actions" | "software" | "probe";
  /** Whether switches carry out bundles; `probe`, the default, asks each of them. */
  readonly bundles?: boolean | "probe";
  /**
   * Whether each switch that comes is given flows that show the controller what concerns a service: needed beside flows of others,
   * of a learning switch for example. Default true; false where every switch sends what no flow matches to the controller.
   */
  readonly traps?: boolean;
  readonly budgets?: Partial<Budgets>;
  /** How long a switch may be away before its connections are forgotten, in milliseconds. Default 600,000. */
  readonly awayMs?: number;
  /** When a target that fails is left alone, and for how long. */
  readonly breaker?: Partial<BreakerSettings>;
  /**
   * The Ethernet address at which frames of an IP address come in, for hosts that the tracker has not seen as clients. `vlans` are
   * those of the question, outermost first.
   */
  readonly macOf?: MacOf;
}

/** What a connection's configuration takes from its tracker. */
export type Hooks = Required<Pick<ConnectionConfig, "isTaken" | "chooseTarget">>;

/** A service, checked. */
export interface ServiceSetup {
  readonly name: string;
  readonly vip: Vip;
  readonly dpid: bigint | undefined;
  readonly config: ConnectionConfig;
  readonly settings: Settings;
}

/** A configuration with nothing left open. */
export interface TrackerSetup {
  readonly services: readonly ServiceSetup[];
  readonly secret: Uint8Array;
  readonly dataPlane: "actions" | "software" | "probe";
  readonly bundles: boolean | "probe";
  readonly traps: boolean;
  readonly budgets: Budgets;
  readonly awayMs: number;
  readonly breaker: BreakerSettings;
  readonly cookie: Settings["cookie"];
  readonly macOf: MacOf;
}

/** `hooksOf` is asked for every service. Throws RangeError or TypeError naming what is wrong. */
export function resolveTracker(
  config: TrackerConfig,
  hooksOf: (name: string, service: TrackedService) => Hooks,
): TrackerSetup {
  const { services, secret, dataPlane, bundles, traps, budgets, awayMs, breaker, macOf, ...common } = requireObject(
    "config",
    config,
  );
  const checked = checkSecret("secret", secret);
  const setups = Object.entries(requireObject("services", services)).map(([name, service]) =>
    setUp(name, service, { ...common, secret: checked }, hooksOf(name, service)),
  );
  setups.forEach((setup, index) => {
    const other = setups.slice(0, index).find((before) => collide(before, setup));
    if (other) throw new RangeError(`services.${setup.name} and services.${other.name} have the same address`);
  });
  const { tag = defaultTag, epoch = 0 } = requireObject("cookie", common.cookie, {});
  cookieOf({ tag, epoch, role: 0, connection: 0 });
  if (macOf !== undefined && typeof macOf !== "function") throw new TypeError("macOf must be a function");
  return {
    services: setups,
    secret: checked,
    dataPlane: oneOf("dataPlane", dataPlane, ["probe", "actions", "software"]),
    bundles: oneOf("bundles", bundles, ["probe", true, false]),
    traps: oneOf("traps", traps, [true, false]),
    budgets: checkBudgets(budgets),
    awayMs: requireUint("awayMs", awayMs, 32, 600_000),
    breaker: checkBreakerSettings("breaker", breaker),
    cookie: { tag, epoch },
    macOf: macOf ?? (() => undefined),
  };
}

/** The first one allowed is the default. */
function oneOf<T extends string | boolean>(name: string, given: T | undefined, allowed: readonly [T, ...T[]]): T {
  const value = given ?? allowed[0];
  if (!allowed.includes(value)) throw new RangeError(`${name} must be ${allowed.join(" or ")}, not ${quote(value)}`);
  return value;
}

function setUp(
  name: string,
  tracked: TrackedService,
  common: Omit<ConnectionConfig, "service" | keyof Hooks>,
  hooks: Hooks,
): ServiceSetup {
  const { vip, dpid, selectTarget, ...service } = requireObject(`services.${name}`, tracked);
  const { ip, port, mac } = requireNames(`services.${name}.vip`, vip, ["ip", "port", "mac"]);
  if (requireUint(`services.${name}.vip.port`, port, 16) === 0) {
    throw new RangeError(`services.${name}.vip.port must be from 1 to 65535, not 0`);
  }
  if (dpid !== undefined) requireBigUint(`services.${name}.dpid`, dpid, 64);
  if (selectTarget !== undefined && typeof selectTarget !== "function") {
    throw new TypeError(`services.${name}.selectTarget must be a function`);
  }
  const address = requireIp(`services.${name}.vip.ip`, ip);
  const config: ConnectionConfig = { ...common, service, ...hooks };
  const settings = settingsFor(name, config);
  for (const place of placesOf(settings)) {
    if (place.ip !== undefined && place.ip.includes(":") !== address.includes(":")) {
      throw new RangeError(`services.${name}: ${place.ip} is not of the IP version of ${address}`);
    }
  }
  const ethernet = mac === undefined ? {} : { mac: requireMac(`services.${name}.vip.mac`, mac) };
  return { name, vip: { ip: address, port, ...ethernet }, dpid, config, settings };
}

function settingsFor(name: string, config: ConnectionConfig): Settings {
  try {
    return settingsOf(config);
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    if (error instanceof RangeError) throw new RangeError(`services.${name}: ${text}`, { cause: error });
    if (error instanceof TypeError) throw new TypeError(`services.${name}: ${text}`, { cause: error });
    throw error;
  }
}

/** Server 1 and every target. */
export function placesOf({ origin, targets }: Settings): readonly ServerPlace[] {
  return [origin, ...Object.values(targets)];
}

function collide(a: ServiceSetup, b: ServiceSetup): boolean {
  const address = ({ vip }: ServiceSetup): string =>
    flowKeyText({ vlans: [], src: vip.ip, dst: vip.ip, srcPort: vip.port, dstPort: vip.port });
  return address(a) === address(b) && (a.dpid === undefined || b.dpid === undefined || a.dpid === b.dpid);
}

function checkBudgets(given: Partial<Budgets> = {}): Budgets {
  const budgets: Budgets = { ...defaultBudgets, ...requireNames("budgets", given, Object.keys(defaultBudgets)) };
  for (const [name, value] of Object.entries(budgets) as [string, number][]) requireUint(`budgets.${name}`, value, 32);
  return budgets;
}
