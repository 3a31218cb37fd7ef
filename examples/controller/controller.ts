/**
 * The controller: a tracker of the library, the switches that it works through, and whoever decides about requests. It is given
 * streams, a clock and a log, so that tests can give it others.
 */
import type { Duplex } from "node:stream";
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
} from "../../src/migration/index.ts";
import { flowKeyText, type Verdict } from "../../src/tcp/index.ts";
import { type ChannelTiming, openChannel } from "./channel.ts";
import { createLearning, type Learning } from "./learning.ts";
import type { Fields, Log } from "./log.ts";
import { placementOf } from "./placement.ts";
import { createSwitches } from "./switches.ts";

/** Looks at a request. It may answer at once, later, or not at all. */
export type Inspector = (effect: InspectEffect, decide: (verdict: Verdict) => void) => void;

export interface ControllerOptions {
  readonly tracker: TrackerConfig;
  readonly channel: ChannelTiming;
  readonly inspect: Inspector;
  readonly log: Log;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Gets the lines of a log that `npm run replay` reads. */
  readonly record?: ((line: string) => void) | undefined;
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
  readonly switches: readonly bigint[];
  readonly stop: () => void;
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
  const placement = placementOf(options.tracker.services);
  const learned = new Map<bigint, Learning>();
  const config: TrackerConfig = {
    ...options.tracker,
    macOf: (ip) => {
      for (const learning of learned.values()) {
        const mac = learning.macOf(ip);
        if (mac !== undefined) return mac;
      }
      return undefined;
    },
  };
  const { record } = options;
  const tracker = record ? recordTracker(config, { name: "controller", write: record }) : createTracker(config);
  const switches = createSwitches({
    log,
    now,
    learningFor(dpid) {
      const learning = createLearning(placement(dpid));
      learned.set(dpid, learning);
      return learning;
    },
    tell,
  });
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
        for (const effect of effects) carryOut(effect);
        options.watch?.(next, effects);
      }
    } finally {
      isBusy = false;
    }
    setTimer();
  }

  function carryOut(effect: TrackerEffect): void {
    if (effect.type === "inspect") options.inspect(effect, decide);
    else if (effect.type === "report") report(effect);
    else if (effect.type === "unclaimed") switches.forward(effect.dpid, effect.inPort, effect.frame);
    else if (!switches.send(effect.dpid, encodeEffect(effect)))
      log.debug("for a switch that is gone", { why: effect.why });
  }

  function decide(verdict: Verdict): void {
    tell({ type: "verdict", at: now(), verdict });
  }

  function report({ code, why, numbers, reasons, about, dpid }: Extract<TrackerEffect, { type: "report" }>): void {
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
          message: switches.message,
          damaged(channel, error) {
            log.warn("a message that nobody can read", { peer: channel.peer, error: error.message });
          },
          closed: switches.closed,
        },
        options.channel,
      );
    },
    tell,
    stats: () => tracker.stats(),
    connections: () => tracker.connections(),
    get switches() {
      return switches.dpids;
    },
    stop() {
      isStopped = true;
      switches.closeAll("the controller stops");
      clearTimeout(timer);
    },
  };
}
