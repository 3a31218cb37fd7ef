/** A client, three servers and a switch in memory, with a controller that runs the machine for one connection. */
import { createEventReader, encodeEffect } from "../../../src/migration/index.ts";
import {
  type ConnectionConfig,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  step,
} from "../../../src/migration/machine/index.ts";
import { nicira, onf } from "../../../src/nx/index.ts";
import { applyActions, createCodec, flowMod, output, Port } from "../../../src/ofp/index.ts";
import type { Endpoint, Verdict } from "../../../src/tcp/index.ts";
import {
  createModelHost,
  createModelSwitch,
  type HostConnection,
  type Listener,
  type ModelHost,
} from "../../../src/testing/index.ts";

const codec = createCodec({ experimenters: [nicira, onf] });

export interface SimulationOptions {
  readonly seed: number;
  /** From 0 to 1: how many frames get lost, come twice. */
  readonly loss: number;
  readonly duplicates: number;
  /** Longest way of a frame, in milliseconds: a random part of it each time, so that frames overtake. */
  readonly delay: number;
  /** Of the client and of each server. */
  readonly isns: readonly [number, number, number, number];
  readonly config: ConnectionConfig;
  readonly stock?: boolean;
  /** Room for flows in the switch. */
  readonly maxFlows?: number;
  readonly requests: readonly Uint8Array[];
  /** How long the client thinks between requests. */
  readonly pause: number;
  readonly verdictAfter: number;
  readonly verdict: "migrate" | "forward" | "none";
  /** What each server says before it is asked; the client waits for as many bytes as the first one says. */
  readonly greetings?: Readonly<Record<string, Uint8Array>>;
  /** Verdicts of later, and whether the server that is left is parked. */
  readonly moves?: readonly { readonly at: number; readonly target: string; readonly park?: boolean }[];
  /** Whether the first verdict parks server 1. */
  readonly park?: boolean;
  /** What hosts do by themselves. */
  readonly also?: readonly { readonly at: number; readonly run: (hosts: Servers) => void }[];
}

/** The connection of each server, the latest one. */
export interface Servers {
  readonly connectionOf: (name: "first" | "second" | "third") => HostConnection | undefined;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface SimulationResult {
  readonly received: Uint8Array;
  readonly requestsSeen: Readonly<Record<string, Uint8Array>>;
  /** The same of all servers, in the order of time, and for each byte the marker of the server. */
  readonly trail: { readonly bytes: readonly number[]; readonly servers: readonly number[] };
  /** What each server's connections have come to. */
  readonly serverStates: Readonly<Record<string, readonly string[]>>;
  readonly error: string | undefined;
  readonly state: ConnectionState | undefined;
  readonly flows: number;
  readonly events: readonly ConnectionEvent[];
  readonly reports: readonly string[];
  readonly errors: number;
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const shared: Endpoint = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 };
const clientEnd: Endpoint = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };

/** Which server answers shows in what it answers: its number, as often as it was sent bytes. */
export const markers: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3 };

export function simulate(options: SimulationOptions): SimulationResult {
  const random = randomOf(options.seed);
  const model = createModelSwitch({
    ports: [1, 2, 3, 4],
    datapathId: 7n,
    actions: options.stock ? "stock" : "custom",
    ...(options.maxFlows !== undefined && { maxFlows: options.maxFlows }),
  });
  const [x, y, z, w] = options.isns;
  const client = createModelHost({ mac: clientEnd.mac, ip: clientEnd.ip, isn: x });
  const seen: Record<string, number[]> = { first: [], second: [], third: [] };
  const received: number[] = [];
  const trail = { bytes: [] as number[], servers: [] as number[] };
  const listeners: Record<string, Listener> = {};
  const serve = (name: "first" | "second" | "third", isn: number): ModelHost => {
    const host = createModelHost({ mac: shared.mac, ip: shared.ip, isn });
    const greeting = options.greetings?.[name];
    listeners[name] = host.listen(shared.port, {
      ...(greeting && { greeting }),
      respond: (data) => {
        seen[name]?.push(...data);
        trail.bytes.push(...data);
        trail.servers.push(...data.map(() => markers[name] ?? 0));
        return new Uint8Array(data.length).fill(markers[name] ?? 0);
      },
    });
    return host;
  };
  const hosts: readonly [number, ModelHost][] = [
    [1, serve("first", y)],
    [2, serve("second", z)],
    [3, client],
    [4, serve("third", w)],
  ];
  let now = 0;
  let order = 0;
  let happenings: Happening[] = [];
  let state: ConnectionState | undefined;
  let errors = 0;
  const events: ConnectionEvent[] = [];
  const reports: string[] = [];
  const later = (ms: number, run: () => void): void => {
    happenings.push({ at: now + ms, order: order++, run });
  };
  const travel = (run: () => void): void => {
    if (random() < options.loss) return;
    later(random() * options.delay, run);
    if (random() < options.duplicates) later(random() * options.delay, run);
  };
  const inject = (port: number, frame: Uint8Array): void => {
    model.inject(port, frame);
    drainSwitch();
  };
  const drainHosts = (): void => {
    for (const [port, host] of hosts) {
      for (const frame of host.take())
        travel(() => {
          inject(port, frame);
        });
    }
  };
  // The channel to the controller is TCP: it loses nothing and keeps the order.
  let up = 0;
  let down = 0;
  const ordered = (last: number): number => Math.max(last, now + (random() * options.delay) / 4);
  function drainSwitch(): void {
    const { out, toController } = model.take();
    for (const { port, frame } of out) {
      const host = hosts.find(([number]) => number === port)?.[1];
      if (host) {
        travel(() => {
          host.receive(frame);
          drainHosts();
        });
      }
    }
    for (const bytes of toController) {
      up = ordered(up);
      later(up - now, () => {
        hear(bytes);
      });
    }
  }
  const reader = createEventReader(7n);
  function hear(bytes: Uint8Array): void {
    const event = reader.read(codec.decode(bytes), now);
    if (event?.type === "error") errors++;
    if (event) take(event);
  }
  let asked = false;
  function take(event: ConnectionEvent): void {
    events.push(event);
    const result = step(state, event, options.config);
    state = result.state;
    for (const effect of result.effects) {
      if (effect.type === "report") reports.push(effect.code);
      if (effect.type === "inspect" && !asked && options.verdict !== "none") {
        asked = true;
        const verdict: Verdict = { action: options.verdict, key: effect.key, generation: effect.generation };
        if (verdict.action === "migrate" && options.park !== undefined) Object.assign(verdict, { park: options.park });
        later(options.verdictAfter, () => {
          take({ type: "verdict", at: now, verdict });
        });
      }
    }
    const bytes = result.effects.map((effect) => encodeEffect(effect)).filter(({ length }) => length > 0);
    if (bytes.length === 0) return;
    down = ordered(down);
    later(down - now, () => {
      for (const message of bytes) model.receive(message);
      drainSwitch();
    });
  }

  model.receive(
    codec.encode(flowMod({ priority: 0, match: {}, instructions: [applyActions([output(Port.controller)])] })),
  );
  drainSwitch();
  let request = 0;
  let wanted = options.greetings?.first?.length ?? 0;
  const connection = client.connect({
    to: shared,
    port: clientEnd.port,
    respond: (data, self) => {
      received.push(...data);
      if (received.length >= wanted)
        later(options.pause, () => {
          ask(self);
        });
      return undefined;
    },
  });
  function ask(self: typeof connection): void {
    const next = options.requests[request++];
    if (next === undefined) {
      self.close();
      return;
    }
    wanted += next.length;
    self.send(next);
  }
  if (wanted === 0) ask(connection);
  drainHosts();
  for (const { at, ...move } of options.moves ?? []) {
    later(at, () => {
      if (!state) return;
      take({ type: "verdict", at: now, verdict: { action: "migrate", ...move, key: state.connection.key } });
    });
  }
  for (const { at, run } of options.also ?? []) {
    later(at, () => {
      run({ connectionOf: (name) => listeners[name]?.connections.at(-1) });
    });
  }
  const end = 8_000_000;
  while (now < end) {
    const times = hosts.map(([, host]) => host.deadline()).filter((time) => time !== undefined);
    const due = state && deadline(state, options.config);
    const first = happenings.reduce<Happening | undefined>(
      (best, one) => (!best || one.at < best.at || (one.at === best.at && one.order < best.order) ? one : best),
      undefined,
    );
    // Flows end by themselves, which nothing announces.
    const idle = state?.phase === "dead" ? Infinity : now + 1000;
    const next = Math.min(...times, due ?? Infinity, first?.at ?? Infinity, idle);
    if (next === Infinity || next > end) break;
    const before = now;
    now = Math.max(now, next);
    model.advance(now - before);
    drainSwitch();
    for (const [, host] of hosts) host.advance(now);
    drainHosts();
    if (first && first.at <= now) {
      happenings = happenings.filter((one) => one !== first);
      first.run();
      drainHosts();
    }
    if (due !== undefined && due <= now) take({ type: "timer", at: now });
  }
  return {
    received: Uint8Array.from(received),
    requestsSeen: Object.fromEntries(Object.entries(seen).map(([name, bytes]) => [name, Uint8Array.from(bytes)])),
    trail,
    serverStates: Object.fromEntries(
      Object.entries(listeners).map(([name, { connections }]) => [
        name,
        connections.map(({ state: tcpState, error }) => (error === undefined ? tcpState : `${tcpState}: ${error}`)),
      ]),
    ),
    error: connection.error,
    state,
    flows: model.flows().length,
    events,
    reports,
    errors,
  };
}
