/** Hosts and switches in memory, joined by cables that lose, repeat and reorder. */
import type { Bytes } from "../../wire/index.ts";
import { requireObject } from "../../wire/require.ts";
import type { ModelHost } from "../host/host-types.ts";
import { createDraw } from "../host/random.ts";
import { earliest } from "../host/timers.ts";
import type { ModelSwitch } from "../switch/options.ts";
import { fatesOf } from "./conditions.ts";
import { EventQueue } from "./event-queue.ts";
import type { Fate, Network, NetworkOptions, Plug, SwitchPort, TappedFrame } from "./network-types.ts";

const MAX_EVENTS = 1_000_000;

interface CableEnd {
  readonly to: Plug;
  readonly fate: Fate;
}

/** A switch of the network: what sits in its ports, and who controls it. */
interface Site {
  readonly ports: Map<number, CableEnd>;
  controller: ((message: Bytes) => void) | undefined;
}

/**
 * Makes a network without anything in it. Nothing happens but in its `run` functions, and all of it is decided by the seed.
 *
 * ```ts
 * const network = createNetwork({ seed: 7, link: { delayMs: 5, loss: 0.02 } });
 * network.cable(client, { switch: model, port: 3 });
 * network.cable(server, { switch: model, port: 1 });
 * const connection = client.connect({ to: { mac: server.mac, ip: "10.0.0.1", port: 80 } });
 * network.runUntil(() => connection.state === "established");
 * ```
 *
 * Throws RangeError or TypeError naming the option that is wrong.
 */
export function createNetwork(options: NetworkOptions = {}): Network {
  requireObject("options", options);
  const draw = createDraw(options.seed ?? 1);
  const hosts = new Map<ModelHost, CableEnd | undefined>();
  const switches = new Map<ModelSwitch, Site>();
  const taps: ((frame: TappedFrame) => void)[] = [];
  const events = new EventQueue();
  let now = 0;

  function siteOf(model: ModelSwitch): Site {
    const site = switches.get(model) ?? { ports: new Map<number, CableEnd>(), controller: undefined };
    switches.set(model, site);
    return site;
  }

  function endAt(plug: Plug): CableEnd | undefined {
    return isSwitchPort(plug) ? siteOf(plug.switch).ports.get(plug.port) : hosts.get(plug);
  }

  function plugIn(plug: Plug, end: CableEnd): void {
    if (isSwitchPort(plug)) siteOf(plug.switch).ports.set(plug.port, end);
    else hosts.set(plug, end);
  }

  function carry(from: Plug, end: CableEnd | undefined, frame: Bytes): void {
    if (!end) return;
    const { to, fate } = end;
    const arrivals = fate({ at: now, from, to, frame }).map((delay) => now + delay);
    for (const tap of taps) tap({ at: now, from, to, frame, arrivals });
    for (const at of arrivals) {
      events.push(at, () => {
        if (isSwitchPort(to)) to.switch.inject(to.port, frame);
        else to.receive(frame);
      });
    }
  }

  /** Takes out of every device what it has to say, until they are silent. */
  function collect(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const [host, end] of hosts) {
        for (const frame of host.take()) carry(host, end, frame);
      }
      for (const [model, { ports, controller }] of switches) {
        const { out, toController } = model.take();
        for (const { port, frame } of out) carry({ switch: model, port }, ports.get(port), frame);
        for (const message of toController) controller?.(message);
        // The controller may have answered, or a host been told to send.
        busy ||= controller !== undefined && toController.length > 0;
      }
    }
  }

  function nextMoment(): number | undefined {
    let next = events.next;
    for (const host of hosts.keys()) next = earliest(next, host.deadline());
    return next;
  }

  function setClock(to: number): void {
    if (to > now) for (const model of switches.keys()) model.advance(to - now);
    now = to;
    for (const host of hosts.keys()) host.advance(to);
  }

  /** One event, or the timers of one moment. Returns whether there was any up to `untilMs`. */
  function step(untilMs: number): boolean {
    collect();
    const next = nextMoment();
    if (next === undefined || next > untilMs) return false;
    setClock(Math.max(now, next));
    const isEvent = events.next !== undefined && events.next <= now;
    if (isEvent) events.pop()?.();
    collect();
    return true;
  }

  function steps(untilMs: number, maxEvents: number, isDone: () => boolean): void {
    for (let count = 0; !isDone(); count++) {
      if (count >= maxEvents) throw new Error(`the network is still busy after ${maxEvents} events, at ${now} ms`);
      if (!step(untilMs)) return;
    }
  }

  return {
    now: () => now,
    cable(a, b, conditions = options.link ?? {}) {
      for (const plug of [a, b]) if (endAt(plug)) throw new RangeError(`${nameOf(plug)} has a cable already`);
      const { there, back } = fatesOf(conditions, draw);
      plugIn(a, { to: b, fate: there });
      plugIn(b, { to: a, fate: back });
      setClock(now);
    },
    control(model, controller) {
      siteOf(model).controller = controller;
    },
    tap(listener) {
      taps.push(listener);
    },
    schedule(atMs, action) {
      if (!(atMs >= now && atMs < Infinity)) throw new RangeError(`atMs must be a moment from ${now} on, not ${atMs}`);
      events.push(atMs, action);
    },
    run({ untilMs, maxEvents = MAX_EVENTS }) {
      if (!(untilMs >= now && untilMs < Infinity)) {
        throw new RangeError(`untilMs must be a moment from ${now} on, not ${untilMs}`);
      }
      steps(untilMs, maxEvents, () => false);
      setClock(untilMs);
      collect();
    },
    runUntilIdle({ maxEvents = MAX_EVENTS } = {}) {
      steps(Infinity, maxEvents, () => false);
    },
    runUntil(condition, { maxEvents = MAX_EVENTS } = {}) {
      steps(Infinity, maxEvents, condition);
      if (!condition()) throw new Error(`the network is idle at ${now} ms, and what was waited for has not come`);
    },
  };
}

function isSwitchPort(plug: Plug): plug is SwitchPort {
  return "switch" in plug;
}

function nameOf(plug: Plug): string {
  return isSwitchPort(plug) ? `port ${plug.port}` : `the host ${plug.mac}`;
}
