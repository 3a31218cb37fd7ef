/** One run of a scenario: throws Broken as soon as something happens that must not, and tells at the end how it went. */
import { cookieParts } from "../../../src/migration/cookie.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  ConnectionRole,
  type ReportCode,
} from "../../../src/migration/machine/index.ts";
import { seqAdd, seqDiff } from "../../../src/tcp/index.ts";
import type { HostConnection, ModelHost } from "../../../src/testing/index.ts";
import { toHex } from "../../../src/wire/index.ts";
import { type Channel, createChannel } from "./channel.ts";
import { type Attempt, begin, createClient } from "./clients.ts";
import type { Controller, Known } from "./controller.ts";
import { floodSyn, forge } from "./forger.ts";
import type { Ledger } from "./ledger.ts";
import { congested, decorate, describe, peek } from "./peek.ts";
import { clientPort, DPID, linkOf, serverNames, serviceOf, switchPorts, verdictOf } from "./places.ts";
import type { Link, Scenario, VerdictPlan } from "./scenario.ts";
import { createServer } from "./servers.ts";
import { createShadowWatch } from "./shadow-watch.ts";
import { createStepping } from "./stepping.ts";
import { createTracking } from "./tracking.ts";
import { Watch } from "./watch.ts";
import { Broken, World } from "./world.ts";

/** Longer than anything waits; a run's clock jumps. */
const END = 400_000;
const MAX_EVENTS = 30_000;

export interface Outcome {
  readonly attempts: readonly Attempt[];
  readonly servers: ReturnType<typeof createServer>[];
  readonly reports: readonly ReportCode[];
  /** Everything that the planner was told. */
  readonly events: readonly ConnectionEvent[];
  /** Connections that are not forgotten. */
  readonly left: readonly Known[];
  /** Flows that are left of connections. */
  readonly flows: number;
  readonly errors: number;
  readonly endedAt: number;
  readonly trace: readonly string[];
}

export function configOf(scenario: Scenario): ConnectionConfig {
  const { dataPlane, regime, lateMoves, bundles, keyed, parkMs } = scenario;
  return {
    ...{ service: serviceOf(scenario), dataPlane, regime, lateMoves, bundles },
    ...(keyed && { secret: Uint8Array.from({ length: 16 }, (_, index) => index) }),
    timing: { lingerMs: 20_000, parkMs },
  };
}

export function run(scenario: Scenario, options: { readonly traces?: boolean } = {}): Outcome {
  const world = new World(scenario.weather, scenario.faults, options.traces ?? false);
  try {
    return play(world, scenario);
  } catch (error) {
    if (error instanceof Broken && world.trace) error.message += `\n${world.trace.join("\n")}`;
    throw error;
  }
}

function play(world: World, scenario: Scenario): Outcome {
  const attempts: Attempt[] = [];
  const reports: ReportCode[] = [];
  const events: ConnectionEvent[] = [];
  const bound = new Map<HostConnection, Ledger>();
  const ledgerOf = (connection: HostConnection, data: Uint8Array): Ledger | undefined => {
    const known = bound.get(connection);
    if (known) return known;
    const ours = attempts.filter(({ index }) => clientPort(index) === connection.remote.port).reverse();
    // Single bytes may be alike: then the numbers tell.
    const distance = (attempt: Attempt) => Math.abs(seqDiff(connection.irs, attempt.isn));
    const fitting = ours.filter((attempt) => attempt.ledger.fits(data)).sort((a, b) => distance(a) - distance(b));
    const ledger = (fitting[0] ?? ours[0])?.ledger;
    if (ledger) bound.set(connection, ledger);
    return ledger;
  };
  const servers = serverNames.map((name) => createServer(scenario, name, ledgerOf, world));
  const clients = [createClient(scenario, 0), createClient(scenario, 1)];
  const hosts = new Map<Link, ModelHost>();
  for (const { name, host } of servers) if (scenario.servers[name].habit !== "silent") hosts.set(name, host);
  for (const [index, host] of clients.entries()) hosts.set(index === 0 ? "client" : "other", host);
  const last = new Map<Link, Uint8Array>();
  const forgedNumbers = new Set<number>();
  const lies = new Set<string>();
  const muted = new Set<number>();
  const asked = new Set<string>();
  const { tracker } = scenario;
  const plain: Controller = tracker
    ? createTracking(scenario, tracker)
    : createStepping(configOf(scenario), (port) =>
        scenario.connections[port - clientPort(0)]?.client === 1 ? switchPorts.other : switchPorts.client,
      );
  const controller: Controller = {
    ...plain,
    crash() {
      for (const attempt of attempts) {
        if (attempt.again && attempt.ledger.delivered === 0) attempt.orphaned = true;
      }
      plain.crash();
    },
  };
  const shadow = scenario.shadow ? createShadowWatch(scenario) : undefined;
  const watch = new Watch({ scenario, attempts, servers, controller, forgedNumbers, lies });
  const channel: Channel = createChannel(world, scenario, controller, {
    sent(port, sent, from) {
      const link = linkOf(port);
      if (!link) return;
      last.set(link, sent);
      shadow?.left(link, sent);
      const host = hosts.get(link);
      if (!host) return;
      world.note(() => `    ${link} <- ${noteOf(sent)}`);
      watch.frame(link, sent, from);
      const frame = world.isCongested(link, "out") ? congested(sent) : sent;
      world.travel(link, "out", () => {
        const segment = peek(frame);
        if (segment && muted.has(segment.dstPort)) return;
        host.receive(frame);
        for (const server of servers) server.renumber();
        collect();
      });
    },
    effects(effects, event, before) {
      events.push(event);
      watch.effects(event, effects, before);
      shadow?.asked(effects, event);
      for (const effect of effects) {
        if (effect.type === "report") reports.push(effect.code);
        if (effect.type === "inspect") question(effect);
      }
    },
  });

  /** Frames that hosts have sent go their way. */
  function collect(): void {
    for (const [link, host] of hosts) {
      for (const sent of host.take()) {
        const segment = peek(sent);
        if (!segment || muted.has(segment.srcPort)) continue;
        const attempt = attemptAt(segment.srcPort);
        const isClient = link === "client" || link === "other";
        const whole = isClient && attempt ? decorate(sent, attempt.plan.extra, firstBytes(attempt)) : sent;
        if (isClient && attempt) watch.offered(attempt, segment);
        const frame = world.isCongested(link, "in") ? congested(whole) : whole;
        world.note(() => `    ${link} -> ${noteOf(frame)}`);
        world.travel(link, "in", () => {
          shadow?.came(link, frame);
          channel.inject(link, frame);
        });
      }
    }
    for (const attempt of attempts) {
      const isLast = attempt === attemptAt(clientPort(attempt.index));
      if (isLast && attempt.gaveUp && attempt.plan.ending === "vanishes") muted.add(clientPort(attempt.index));
    }
  }

  function attemptAt(port: number): Attempt | undefined {
    return attempts.findLast(({ index }) => clientPort(index) === port);
  }

  function firstBytes({ ledger }: Attempt): Uint8Array {
    return Uint8Array.from({ length: Math.min(100, ledger.asked) }, (_, place) => ledger.byteAt(place));
  }

  function question({ key, generation }: Extract<ConnectionEffect, { type: "inspect" }>): void {
    const name = `${key.srcPort} ${generation}`;
    if (asked.has(name)) return;
    asked.add(name);
    const plan = attemptAt(key.srcPort)?.plan;
    for (const verdict of plan?.verdicts ?? []) {
      if (verdict.from === "question") decide(verdict, key.srcPort, generation);
    }
  }

  function decide(plan: VerdictPlan, port: number, generation?: number): void {
    const verdict = verdictOf(scenario, plan, port - clientPort(0), generation);
    world.later(plan.after, () => {
      channel.tell({ type: "verdict", at: world.now, verdict });
    });
  }

  function start(index: number, isn: number, salt: number): void {
    const plan = scenario.connections[index];
    const host = clients[plan?.client ?? 0];
    if (!plan || !host) return;
    attempts.push(begin(world, scenario, host, index, isn, salt));
    for (const verdict of plan.verdicts) if (verdict.from === "start") decide(verdict, clientPort(index));
    collect();
  }

  function startAgain(index: number, isn: number): void {
    const old = attemptAt(clientPort(index));
    if (old) {
      old.gaveUp = true;
      muted.add(clientPort(index));
      old.connection.abort();
      collect();
      muted.delete(clientPort(index));
    }
    // RFC 9293 §3.4.1: numbers near the old ones could be taken for them, whoever carries the segments.
    const near = old !== undefined && Math.abs(seqDiff(isn, old.isn)) < 0x1000_0000;
    start(index, near ? seqAdd(old.isn, 0x2000_0000) : isn, index + 100);
  }

  for (const [index, { startAt, isn, again }] of scenario.connections.entries()) {
    world.later(startAt, () => {
      start(index, isn, index);
    });
    if (again)
      world.later(startAt + again.at, () => {
        startAgain(index, again.isn);
      });
  }
  for (const flood of tracker?.floods ?? []) {
    for (let nth = 0; nth < flood.length; nth++) {
      world.later(flood.at + nth, () => {
        channel.inject("client", floodSyn(scenario, flood, nth));
      });
    }
  }
  for (const forgery of scenario.forgeries) {
    world.later((scenario.connections[forgery.connection]?.startAt ?? 0) + forgery.at, () => {
      const attempt = attemptAt(clientPort(forgery.connection));
      const ours = servers.find(({ name }) => name === forgery.link)?.connections() ?? [];
      const served = ours.findLast(({ remote }) => remote.port === clientPort(forgery.connection));
      const frame = attempt && forge(scenario, forgery, { attempt, served, last: last.get(forgery.link) });
      if (!frame) return;
      world.note(() => `    forged ${forgery.what} by ${forgery.link}: ${noteOf(frame)}`);
      forgedNumbers.add(peek(frame)?.seq ?? 0);
      lies.add(toHex(frame));
      channel.inject(forgery.link, frame);
    });
  }
  if (tracker) channel.tell({ type: "switchBack", at: 0, dpid: DPID });
  loop(world, controller, channel, [...hosts.values()], collect);
  controller.check();
  shadow?.end();
  return {
    ...{ attempts, servers, reports, events, trace: world.trace ?? [] },
    left: controller.known().filter(({ phase }) => phase !== "dead"),
    flows: channel.model.flows().filter(({ cookie }) => isOfConnection(cookie)).length,
    errors: channel.errors(),
    endedAt: world.now,
  };
}

/** The flows that showed everything in the beginning are nobody's. */
function isOfConnection(cookie: bigint): boolean {
  return cookie !== 0n && cookieParts(cookie).role !== ConnectionRole.serviceTrap;
}

function noteOf(frame: Uint8Array): string {
  const segment = peek(frame);
  return segment ? describe(segment) : `${frame.length} bytes`;
}

function loop(
  world: World,
  controller: Controller,
  channel: Channel,
  hosts: readonly ModelHost[],
  collect: () => void,
): void {
  const { model } = channel;
  let switchTime = 0;
  for (let count = 0; ; count++) {
    if (count > MAX_EVENTS) throw new Broken("the run does not end: too many events");
    const due = controller.deadline();
    const inSwitch = model.deadline();
    const next = Math.min(
      world.queue.next ?? Infinity,
      due ?? Infinity,
      inSwitch === undefined ? Infinity : switchTime + inSwitch,
      ...hosts.map((host) => host.deadline() ?? Infinity),
    );
    if (next === Infinity) return;
    if (next > END) throw new Broken("the run does not end: something waits for ever");
    world.now = Math.max(world.now, next);
    const { now } = world;
    if (now > switchTime) {
      model.advance(now - switchTime);
      switchTime = now;
      channel.drain();
    }
    for (const host of hosts) host.advance(now);
    collect();
    if (world.queue.next !== undefined && world.queue.next <= now) {
      world.queue.pop()?.();
      collect();
    }
    if (due !== undefined && due <= now) {
      channel.tell({ type: "timer", at: now });
      const after = controller.deadline();
      if (after !== undefined && after <= now) throw new Broken(`deadline ${after} has passed without progress`);
    }
  }
}
