/** A controller with a switch and hosts in memory, and its channel over a wire. */
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { defaultTiming } from "../../../examples/controller/channel.ts";
import { type ControllerOptions, createController } from "../../../examples/controller/controller.ts";
import { ruleInspector } from "../../../examples/controller/inspect.ts";
import { createLog } from "../../../examples/controller/log.ts";
import { createMatcher, parseRules } from "../../../src/analyzer/index.ts";
import { FrameReader } from "../../../src/index.ts";
import type { TrackerConfig } from "../../../src/migration/index.ts";
import { createModelHost, createModelSwitch, createNetwork } from "../../../src/testing/index.ts";
import { wire } from "./streams.ts";

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
export const bytes = (words: string) => new TextEncoder().encode(words);
export const web = { mac: "00:00:00:00:00:01", ip: "10.0.0.1" };

export const matcher = createMatcher(
  parseRules('alert tcp any any -> any 80 (msg:"move"; content:"migrate"; depth:7; sid:1;)'),
);

export const config: TrackerConfig = {
  secret: new Uint8Array(32).fill(5),
  services: {
    web: {
      vip: { ip: web.ip, port: 80, mac: web.mac },
      origin: { switchPort: 1 },
      targets: { twin: { switchPort: 2 } },
    },
  },
};

/** Server 1 behind port 1, its twin behind 2, a client behind 3; nobody behind the `others`. */
export function world(actions: "custom" | "stock", others: readonly number[] = []) {
  const network = createNetwork({ seed: 3 });
  const model = createModelSwitch({ ports: [1, 2, 3, ...others], datapathId: 7n, actions });
  for (const [index, name] of ["one", "two"].entries()) {
    const host = createModelHost({ ...web, isn: 5000 + 70_000 * index });
    network.cable(host, { switch: model, port: index + 1 });
    for (const port of [80, 22]) host.listen(port, { respond: (data) => bytes(`${name}: ${text(data)}`) });
  }
  const client = createModelHost({ mac: "00:00:00:00:00:03", ip: "10.0.0.3", isn: 4_294_967_290 });
  network.cable(client, { switch: model, port: 3 });

  async function run(ms: number): Promise<void> {
    const until = network.now() + ms;
    while (network.now() < until) {
      network.run({ untilMs: network.now() + 1 });
      for (let turns = 0; turns < 6; turns += 1) await turn();
    }
  }

  /** A client's connection that has said something, which may be held. */
  function say(words: string, port = 80) {
    const connection = client.connect({ to: { ...web, port } });
    connection.send(bytes(words));
    return connection;
  }

  async function ask(words: string, port = 80): Promise<string> {
    const connection = say(words, port);
    await run(40);
    return text(connection.received);
  }

  return { network, model, run, say, ask };
}

/** What a controller of these tests is like, unless it is told otherwise: with its log's lines, and the logs of its events. */
export function plainOptions(now: () => number) {
  const logs: string[][] = [];
  const lines: string[] = [];
  const log = createLog(
    "info",
    (line) => lines.push(line),
    () => 0,
  );
  const options: ControllerOptions = {
    ...{ tracker: config, channel: defaultTiming, log, now },
    inspect: ruleInspector(matcher, log),
    record() {
      const own: string[] = [];
      logs.push(own);
      return (line) => own.push(line);
    },
  };
  return { log, lines, logs, options };
}

/** A controller with this world's switch. */
export function scene(actions: "custom" | "stock", changes: Partial<ControllerOptions> = {}, others: number[] = []) {
  const { network, model, ...rest } = world(actions, others);
  const { options, ...told } = plainOptions(() => network.now());
  const controller = createController({ ...options, ...changes });
  let theirs: Duplex | undefined;
  network.control(model, (message) => theirs?.write(message));

  /** The switch opens a channel. */
  function connect(): void {
    const [ours, end] = wire();
    theirs = end;
    const frames = new FrameReader();
    end.on("data", (chunk: Buffer) => {
      for (const message of frames.push(chunk)) model.receive(message);
    });
    model.reconnect();
    controller.accept(ours, "the model");
  }

  connect();
  return { controller, network, model, ...rest, ...told, connect, cut: () => theirs?.destroy() };
}
