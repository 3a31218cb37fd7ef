/** What a model switch is made of, and what it gives. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import { Port } from "../../ofp/enums/port.ts";
import type { FlowStats } from "../../ofp/messages/multipart/flow.ts";
import type { Bytes } from "../../wire/index.ts";
import { requireBigUint, requireList, requireObject, requireUint } from "../../wire/require.ts";
import type { SentFrame } from "./pass.ts";

/** What a model switch is made of. */
export interface ModelSwitchOptions {
  /** Port numbers, 1 to 0xfeff, or `Port.local`. Frames that flood leave in this order. */
  readonly ports: readonly number[];
  /** 1n unless given. */
  readonly datapathId?: bigint;
  /**
   * `"exact"` (the default): the four TCP actions change what is output behind them, as OpenFlow means it. `"prototype"`: like
   * the research prototype's switch, every output of a packet, before or behind, to a port or to the controller, sees the
   * numbers that all actions together make.
   */
  readonly dataPlane?: "exact" | "prototype";
  /** `"custom"` (the default) knows the four TCP actions; `"stock"` refuses them as an unmodified Open vSwitch does. */
  readonly actions?: "custom" | "stock";
  /** Whether it carries out bundles (ONF EXT-230), as Open vSwitch does; true unless given. */
  readonly bundles?: boolean;
  /** How many tables there are, 1 to 254; 254 unless given. */
  readonly tables?: number;
  /** How many flows there is room for in all tables together; without end unless given. */
  readonly maxFlows?: number;
}

/** What came out of a switch since it was last asked. */
export interface SwitchOutput {
  /** Whole OpenFlow messages, in order. */
  readonly toController: readonly Bytes[];
  /** Frames that left by a port, in order. */
  readonly out: readonly SentFrame[];
}

/** An OpenFlow 1.3 switch in memory. It has no clock: `advance` is its time. */
export interface ModelSwitch {
  /**
   * Bytes from the controller, in pieces of any size. Answers stand in the next `take`. What the switch refuses it answers with an
   * OpenFlow error; a header from which no length can be believed ends the connection: throws WireError `badLength` then, and
   * until `reconnect`.
   */
  receive(bytes: Uint8Array): void;
  /**
   * A frame that comes in by a port. A port that is down takes nothing in.
   *
   * Throws RangeError for a port that the switch has not, or a frame shorter than an Ethernet header or longer than 65,000 bytes.
   */
  inject(port: number, frame: Uint8Array): void;
  /** What came out since the last call. */
  take(): SwitchOutput;
  /** Lets time pass, in milliseconds: timeouts of flows are noticed here and nowhere else. Throws RangeError below 0. */
  advance(ms: number): void;
  /** In how many milliseconds a flow would run out if no packet came; undefined when none would. */
  deadline(): number | undefined;
  /**
   * Takes a port up, down, or away, and tells the controller when that changes something. A number that the switch did not have
   * becomes a new port.
   */
  setPort(port: number, state: "up" | "down" | "absent"): void;
  /** The flows, by table, highest priority first. */
  flows(): readonly FlowStats<NiciraAction>[];
  /** A new connection to the controller: HELLO again. Flows stay. */
  reconnect(): void;
}

export type CheckedOptions = Required<ModelSwitchOptions>;

/** With the defaults filled in. Throws RangeError or TypeError naming the option. */
export function checkedOptions(options: ModelSwitchOptions): CheckedOptions {
  requireObject("options", options);
  const { datapathId = 1n, dataPlane = "exact", actions = "custom", tables = 254, maxFlows = Infinity } = options;
  const { bundles = true } = options;
  const ports = requireList("ports", options.ports).map(requirePort);
  if (new Set(ports).size < ports.length) throw new RangeError("ports must not hold a number twice");
  if (!["exact", "prototype"].includes(dataPlane)) throw new RangeError('dataPlane must be "exact" or "prototype"');
  if (!["custom", "stock"].includes(actions)) throw new RangeError('actions must be "custom" or "stock"');
  if (requireUint("tables", tables, 8) < 1 || tables > 254) throw new RangeError("tables must be from 1 to 254");
  if (typeof maxFlows !== "number" || !(maxFlows >= 0)) throw new RangeError("maxFlows must be a number from 0");
  if (typeof bundles !== "boolean") throw new TypeError("bundles must be a boolean");
  requireBigUint("datapathId", datapathId, 64);
  return { ports, datapathId, dataPlane, actions, bundles, tables, maxFlows };
}

/** Throws RangeError or TypeError unless it can be the number of a port. */
export function requirePort(port: number): number {
  requireUint("port", port, 32);
  if (port !== Port.local && (port < 1 || port >= 0xff00)) throw new RangeError(`port ${port} is not from 1 to 0xfeff`);
  return port;
}
