/** The northbound interface of a controller in memory, on a port of its own, and clients that talk to it over loopback. */
import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import type { ControllerOptions } from "../../../../examples/controller/controller.ts";
import { analyzersOf, createInspector, type WrittenAnalyzer } from "../../../../examples/controller/inspect.ts";
import { PROTOCOL } from "../../../../examples/controller/northbound/auth.ts";
import {
  createNorthbound,
  type Northbound,
  type NorthboundLimits,
} from "../../../../examples/controller/northbound/index.ts";
import { alone, type RoleView } from "../../../../examples/controller/roles/index.ts";
import { defaultPolicy } from "../../../../src/analyzer/index.ts";
import type { TrackerConfig } from "../../../../src/migration/index.ts";
import { config, matcher, scene } from "../scene.ts";

export const token = "0123456789abcdef0123456789abcdef";
export const allowed = "http://dashboard.example:5173";

export type Message = Readonly<Record<string, unknown>>;

export interface OpenOptions {
  readonly actions?: "custom" | "stock";
  readonly analyzer?: WrittenAnalyzer;
  readonly limits?: Partial<NorthboundLimits>;
  readonly tracker?: Partial<TrackerConfig>;
  /** Ports of the switch behind which the test puts hosts of its own. */
  readonly others?: number[];
  readonly role?: () => RoleView;
  /** Where it listens; any port when it is absent. */
  readonly port?: number;
}

export async function open({ actions = "custom", analyzer = "rules", limits = {}, ...options }: OpenOptions = {}) {
  const holder: { northbound?: Northbound } = {};
  const setup: TrackerConfig = { ...config, ...options.tracker };
  const setting: Partial<ControllerOptions> = {
    tracker: setup,
    inspect(effect, decide) {
      createInspector(
        () => ({ analyzers: analyzersOf(analyzer), matcher }),
        (asked) => holder.northbound?.inspect(asked),
        world.log,
      )(effect, decide);
    },
    watch: (event, effects) => holder.northbound?.watch(event, effects),
  };
  const world: ReturnType<typeof scene> = scene(actions, setting, options.others);
  const northbound = createNorthbound({
    ...{ controller: world.controller, log: world.log, now: () => world.network.now(), limits },
    services: () => setup.services,
    policy: () => defaultPolicy,
    access: () => ({ token, origins: [allowed] }),
    role: options.role ?? (() => alone),
    metrics: ({ clients }) => `clients ${clients}\n`,
  });
  holder.northbound = northbound;
  const port = await northbound.listen("127.0.0.1", options.port ?? 0);
  await world.run(20);
  return {
    ...world,
    northbound,
    port,
    url: `http://127.0.0.1:${port}`,
    connectClient: (options: ClientOptions = {}) => connectClient(port, options),
    close() {
      northbound.close();
      world.controller.stop();
    },
  };
}

/** A client, and everything that it has been told and nobody has taken yet. */
export async function connectClient(port: number, options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/northbound`, PROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    ...options,
  });
  const messages: Message[] = [];
  let heard: (() => void) | undefined;
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Message);
    heard?.();
  });
  await once(socket, "open");

  /** The next message that fits, waited for; those before it stay. */
  async function take(fits: (message: Message) => boolean): Promise<Message> {
    let seen = 0;
    for (;;) {
      const index = messages.findIndex((message, at) => at >= seen && fits(message));
      seen = messages.length;
      const [found] = index === -1 ? [] : messages.splice(index, 1);
      if (found) return found;
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  }

  return {
    socket,
    messages,
    take,
    closed: once(socket, "close").then(([code]: readonly unknown[]) => code),
    next: (type: string) => take((message) => message.type === type),
    /** The answer to a message with an id. */
    ask(message: Message): Promise<Message> {
      socket.send(JSON.stringify(message));
      return take(({ id }) => id === message.id);
    },
    /** The answer to an alert record, of which it is so many-th. */
    tell(record: Uint8Array | string, number: number): Promise<Message> {
      socket.send(record);
      return take((message) => message.record === number);
    },
  };
}

/** The status with which an attempt to open a WebSocket is turned away. */
export async function refusal(
  port: number,
  path: string,
  protocols: string[],
  options: ClientOptions,
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options);
  socket.on("error", () => {
    // That it was turned away is what is wanted.
  });
  const [, response] = (await once(socket, "unexpected-response")) as [
    unknown,
    { statusCode: number; resume: () => void },
  ];
  response.resume();
  return response.statusCode;
}
