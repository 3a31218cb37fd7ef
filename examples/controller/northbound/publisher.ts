/** What happens, for those who have subscribed. No message is made where nobody has. */
import type {
  ConnectionView,
  InspectEffect,
  TrackerEffect,
  TrackerEvent,
  TrackerStats,
} from "../../../src/migration/index.ts";
import { type FlowKey, flowKeyText } from "../../../src/tcp/index.ts";
import type { RoleView } from "../roles/index.ts";
import type { Client } from "./client.ts";
import type { Topic } from "./messages.ts";
import { connectionJson, dpidText, effectEvents, plain } from "./views.ts";

export interface PublisherOptions {
  readonly clients: ReadonlySet<Client>;
  readonly connection: (key: FlowKey) => ConnectionView | undefined;
  readonly stats: () => TrackerStats;
  readonly role: () => RoleView;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Publisher {
  readonly watch: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  readonly inspect: (effect: InspectEffect) => void;
  /** The requests that are held, to one who was not there when they came. */
  readonly catchUp: (client: Client) => void;
  /** The counters, every now and then. */
  readonly tick: () => void;
  /** The role, far more often: whoever does not hear it takes it for lost. */
  readonly beat: () => void;
}

/** So many connections are known again when something changes; of others a change is told that may be none. */
const MAX_KNOWN = 65_536;

export function createPublisher({ clients, connection, stats, role, now }: PublisherOptions): Publisher {
  /** How the connections were when something was last said of them. */
  const known = new Map<string, string>();
  /** What was last asked of each connection whose request is held. The tracker bounds how much it holds. */
  const asked = new Map<string, InspectEffect>();

  function hasReader(topic: Topic): boolean {
    for (const client of clients) if (client.topics.has(topic)) return true;
    return false;
  }

  function publish(topic: Topic, message: object): void {
    const text = JSON.stringify(message, plain);
    for (const client of clients) client.publish(topic, text);
  }

  function isHeld({ key, generation }: InspectEffect): boolean {
    const view = connection(key);
    return view?.phase === "hold" && view.generation === generation;
  }

  /** Forgets what is not held any more. */
  function forget(names: Iterable<string>): void {
    for (const name of names) {
      const effect = asked.get(name);
      if (effect && !isHeld(effect)) asked.delete(name);
    }
  }

  function inspectJson({ key, generation, seq, payload, complete, dpid }: InspectEffect): object {
    const data = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("base64");
    const about = { dpid: dpidText(dpid), connection: flowKeyText(key), key, generation };
    return { type: "inspect", at: now(), ...about, seq, payload: data, complete };
  }

  function changes(effects: readonly TrackerEffect[], at: number): void {
    const keys = new Map(effects.flatMap(({ about }) => (about ? [[flowKeyText(about.key), about] as const] : [])));
    for (const [name, { key, service }] of keys) {
      const view = connection(key);
      const state = view && `${view.generation} ${view.phase} ${view.target ?? ""} ${view.parked.join()}`;
      if (known.get(name) === state && state !== undefined) continue;
      known.delete(name);
      if (state !== undefined) known.set(name, state);
      const [oldest] = known.keys();
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      // Without a phase: it is forgotten.
      publish("events", { type: "connection", at, ...(view ? connectionJson(view) : { service, connection: name }) });
    }
  }

  return {
    watch({ at }, effects) {
      if (asked.size > 0) forget(effects.flatMap(({ about }) => (about ? [flowKeyText(about.key)] : [])));
      if (!hasReader("events")) {
        known.clear();
        return;
      }
      for (const effect of effects) for (const message of effectEvents(effect, at)) publish("events", message);
      changes(effects, at);
    },
    inspect(effect) {
      asked.set(flowKeyText(effect.key), effect);
      if (hasReader("inspect")) publish("inspect", inspectJson(effect));
    },
    catchUp(client) {
      forget([...asked.keys()]);
      for (const effect of asked.values()) client.publish("inspect", JSON.stringify(inspectJson(effect), plain));
    },
    tick() {
      // A connection may go without an effect, with its switch or its tracker.
      forget([...asked.keys()]);
      if (hasReader("events")) publish("events", { type: "stats", at: now(), stats: stats() });
    },
    beat() {
      if (hasReader("role")) publish("role", { type: "role", at: now(), ...role() });
    },
  };
}
