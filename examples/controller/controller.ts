/**
 * The controller: a tracker of the library, the switches that it works through, and whoever decides about requests. It is given
 * streams, a clock and a log, so that tests can give it others.
 */
import type { Duplex } from "node:stream";
import type { Message } from "../../src/index.ts";
import {
  createTracker,
  encodeEffect,
  type InspectEffect,
  type ReportCode,
  recordTracker,
  type Tracker,
  type TrackerConfig,
  type TrackerEffect,
  type TrackerEvent,
  type TrackerStats,
  type TrackerTotals,
} from "../../src/migration/index.ts";
import { type FlowKey, flowKeyText, type Verdict } from "../../src/tcp/index.ts";
import { boundedWarn } from "./analyzers/bounded-log.ts";
import { type Channel, type ChannelTiming, openChannel } from "./channel.ts";
import type { Fields, Log } from "./log.ts";
import { placementOf } from "./placement.ts";
import { createSwitches, type SwitchRoles, type SwitchView } from "./switches.ts";
import { addTotals } from "./totals.ts";

type WriteLine = (line: string) => void;
type ReportEffect = Extract<TrackerEffect, { type: "report" }>;

/** Looks at a request. It may answer at once, later, or not at all. */
export type Inspector = (effect: InspectEffect, decide: (verdict: Verdict) => void) => void;

export interface ControllerOptions {
  readonly tracker: TrackerConfig;
  readonly channel: ChannelTiming;
  readonly inspect: Inspector;
  readonly log: Log;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Begins a log that `npm run replay` reads: each tracker has its own. */
  readonly record?: (() => WriteLine) | undefined;
  /** Absent: there is no other controller. Given, switches are this one's from {@link Controller.lead} on. */
  readonly roles?: SwitchRoles | undefined;
  /** What happened to the connections, for whoever watches. */
  readonly watch?: ((event: TrackerEvent, effects: readonly TrackerEffect[]) => void) | undefined;
}

export interface Controller {
  /** A switch has connected. */
  readonly accept: (stream: Duplex, peer: string) => void;
  /** Something that is no switch's: a verdict, a target that is to be drained. */
  readonly tell: (event: TrackerEvent) => void;
  readonly stats: () => TrackerStats;
  readonly connections: () => ReturnType<Tracker["connections"]>;
  /** From the client to the service; undefined when it is not tracked. */
  readonly connection: Tracker["connection"];
  /** Sends a copy of a frame out of a switch's port. False when it is left out: copies come last. */
  readonly copy: (dpid: bigint, port: number, frame: Uint8Array) => boolean;
  readonly switches: readonly bigint[];
  readonly channels: readonly SwitchView[];
  /**
   * Goes on with another configuration: a new tracker takes over what this one remembers, in no time, so that nothing is lost. `secret` and
   * `cookie` must stay. With `places`, services or targets have come: the switches are asked and told as if they had come
   * anew. A log goes on as another one. Throws WireError where connections do not fit the configuration, RangeError or
   * TypeError for what is none; nothing has changed then.
   */
  readonly reconfigure: (tracker: TrackerConfig, change: Reconfiguration) => void;
  /**
   * This controller is the master now. It knows nothing but what the switches have: their flows, with cookies of another epoch, are those
   * of the master before.
   */
  readonly lead: (epoch: number) => void;
  /** It is no more: what it knows is of no use. */
  readonly follow: () => void;
  readonly stop: () => void;
}

export interface Reconfiguration {
  readonly places: boolean;
}

/** Reports that want somebody's attention; the others are what is meant to happen. */
const alarming: ReadonlySet<ReportCode> = new Set<ReportCode>([
  "SWITCH_ERROR",
  "BARRIER_LOST",
  "TARGET_SILENT",
  "TARGET_REFUSED",
  "TARGET_UNFIT",
  "TARGET_GONE",
  "BREAKER_OPENED",
  "STRANGE_FLOWS",
  "FLOWS_UNKNOWN",
]);
/** Longest delay that a timer of Node's can have. */
const MAX_DELAY = 2 ** 31 - 1;

export function createController({ log, now, ...options }: ControllerOptions): Controller {
  let config: TrackerConfig = { ...options.tracker, macOf };
  let placement = placementOf(config.services);
  /** Its tracker is one that has switches: the events of the others are worth no log. */
  let isLeading = options.roles === undefined;
  let tracker = trackerFor(config, nextLog());
  let before: TrackerTotals | undefined;
  const switches = createSwitches({
    log,
    now,
    placement: (dpid) => placement(dpid),
    tell,
    roles: options.roles,
  });

  function nextLog(): WriteLine | undefined {
    return isLeading ? options.record?.() : undefined;
  }

  function trackerFor(given: TrackerConfig, write: WriteLine | undefined): Tracker {
    return write ? recordTracker(given, { name: "controller", write }) : createTracker(given);
  }

  function macOf(ip: string): string | undefined {
    return switches.macOf(ip);
  }

  /** A switch that says many a thing like that shall not fill the log. */
  const warnOfDamage = boundedWarn(log, now);
  let timer: NodeJS.Timeout | undefined;
  let due: number | undefined;
  const waiting: TrackerEvent[] = [];
  let isBusy = false;
  let isStopped = false;

  /** All effects of an event go out before the next event is handled, or messages would overtake each other. */
  function tell(event: TrackerEvent): void {
    waiting.push(event);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const effects = tracker.handle(next);
        for (const effect of effects) if (effect.type !== "report") carryOut(effect);
        // Whoever waits for a switch does not wait for a log.
        switches.flush();
        for (const effect of effects) if (effect.type === "report") report(effect);
        options.watch?.(next, effects);
      }
    } finally {
      isBusy = false;
      setTimer();
    }
  }

  /** What one message does must not end what all switches do. */
  function hear(channel: Channel, message: Message): void {
    try {
      switches.message(channel, message);
    } catch (error) {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error("a message of a switch has failed", { peer: channel.peer, type: message.type, error: told });
    }
  }

  function carryOut(effect: Exclude<TrackerEffect, ReportEffect>): void {
    if (effect.type === "inspect") options.inspect(effect, decide);
    else if (effect.type === "unclaimed") switches.forward(effect.dpid, effect.inPort, effect.frame);
    else if (!switches.send(effect.dpid, encodeEffect(effect)))
      log.debug("for a switch that is gone", { why: effect.why });
  }

  function goOnWith(next: Tracker, given: TrackerConfig): void {
    before = addTotals(before, tracker.stats().totals);
    tracker = next;
    config = given;
  }

  function decide(verdict: Verdict): void {
    tell({ type: "verdict", at: now(), verdict });
  }

  function report({ code, why, numbers, reasons, about, dpid }: ReportEffect): void {
    const fields: Fields = {
      code,
      ...(dpid !== 0n && { dpid }),
      ...(about && { service: about.service, connection: flowKeyText(about.key) }),
      ...(Object.keys(numbers).length > 0 && { numbers }),
      ...(reasons.length > 0 && { reasons: reasons.map(({ level, code: reason, text }) => ({ level, reason, text })) }),
    };
    if (alarming.has(code)) log.warn(why, fields);
    else log.info(why, fields);
  }

  function setTimer(): void {
    const next = isStopped ? undefined : tracker.deadline();
    if (next === due) return;
    due = next;
    clearTimeout(timer);
    if (next === undefined) return;
    timer = setTimeout(
      () => {
        due = undefined;
        tell({ type: "timer", at: now() });
      },
      Math.min(MAX_DELAY, Math.max(0, Math.ceil(next - now()))),
    );
  }

  return {
    accept(stream, peer) {
      openChannel(
        stream,
        peer,
        {
          up: switches.up,
          message: hear,
          damaged(channel, error) {
            warnOfDamage("a message that nobody can read", { peer: channel.peer, error: error.message });
          },
          closed: switches.closed,
        },
        options.channel,
      );
    },
    tell,
    stats() {
      const stats = tracker.stats();
      return { ...stats, totals: addTotals(before, stats.totals) };
    },
    connections: () => tracker.connections(),
    connection: (key: FlowKey) => tracker.connection(key),
    copy: switches.copy,
    get switches() {
      return switches.channels.map(({ dpid }) => dpid);
    },
    get channels() {
      return switches.channels;
    },
    reconfigure(given, { places }) {
      const changed = { ...given, ...(config.cookie && { cookie: config.cookie }), macOf };
      const lines: string[] = [];
      let write: WriteLine = (line) => lines.push(line);
      const next = trackerFor(
        changed,
        isLeading && options.record
          ? (line) => {
              write(line);
            }
          : undefined,
      );
      next.restore(tracker.snapshot());
      // Only now: a configuration that does not fit leaves no log behind.
      write = nextLog() ?? write;
      for (const line of lines) write(line);
      goOnWith(next, changed);
      placement = placementOf(given.services);
      switches.placeAll();
      if (places) switches.announceAll();
      setTimer();
    },
    lead(epoch) {
      const own = { ...config, cookie: { ...config.cookie, epoch } };
      isLeading = true;
      goOnWith(trackerFor(own, nextLog()), own);
      switches.askRoles();
      setTimer();
    },
    follow() {
      switches.askRoles();
      isLeading = false;
      goOnWith(trackerFor(config, nextLog()), config);
      setTimer();
    },
    stop() {
      isStopped = true;
      switches.closeAll("the controller stops");
      clearTimeout(timer);
    },
  };
}
