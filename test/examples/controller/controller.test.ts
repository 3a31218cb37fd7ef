/** The whole controller, with switch and hosts in memory and its channel over a wire. */
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { defaultTiming } from "../../../examples/controller/channel.ts";
import { createController } from "../../../examples/controller/controller.ts";
import { ruleInspector } from "../../../examples/controller/inspect.ts";
import { createLog } from "../../../examples/controller/log.ts";
import { createMatcher, parseRules } from "../../../src/analyzer/index.ts";
import { FrameReader } from "../../../src/index.ts";
import { readEventLog, replay, type TrackerConfig } from "../../../src/migration/index.ts";
import { createModelHost, createModelSwitch, createNetwork } from "../../../src/testing/index.ts";
import { wire } from "./streams.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);
const web = { mac: "00:00:00:00:00:01", ip: "10.0.0.1" };

const matcher = createMatcher(
  parseRules('alert tcp any any -> any 80 (msg:"move"; content:"migrate"; depth:7; sid:1;)'),
);

const config: TrackerConfig = {
  secret: new Uint8Array(32).fill(5),
  services: {
    web: {
      vip: { ip: web.ip, port: 80, mac: web.mac },
      origin: { switchPort: 1 },
      targets: { twin: { switchPort: 2 } },
    },
  },
};

/** Server 1 behind port 1, its twin behind 2, a client behind 3. */
function scene(actions: "custom" | "stock") {
  const network = createNetwork({ seed: 3 });
  const model = createModelSwitch({ ports: [1, 2, 3], datapathId: 7n, actions });
  const lines: string[] = [];
  const record: string[] = [];
  const log = createLog(
    "info",
    (line) => lines.push(line),
    () => 0,
  );
  const controller = createController({
    ...{ tracker: config, channel: defaultTiming, log },
    now: () => network.now(),
    inspect: ruleInspector(matcher, log),
    record: (line) => record.push(line),
  });
  for (const [index, name] of ["one", "two"].entries()) {
    const host = createModelHost({ ...web, isn: 5000 + 70_000 * index });
    network.cable(host, { switch: model, port: index + 1 });
    for (const port of [80, 22]) host.listen(port, { respond: (data) => bytes(`${name}: ${text(data)}`) });
  }
  const client = createModelHost({ mac: "00:00:00:00:00:03", ip: "10.0.0.3", isn: 4_294_967_290 });
  network.cable(client, { switch: model, port: 3 });
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

  async function run(ms: number): Promise<void> {
    const until = network.now() + ms;
    while (network.now() < until) {
      network.run({ untilMs: network.now() + 1 });
      for (let turns = 0; turns < 6; turns += 1) await turn();
    }
  }

  async function ask(words: string, port = 80): Promise<string> {
    const connection = client.connect({ to: { ...web, port } });
    connection.send(bytes(words));
    await run(40);
    return text(connection.received);
  }
  connect();
  return { controller, run, ask, lines, record, connect, cut: () => theirs?.destroy() };
}

describe.each(["custom", "stock"] as const)("with a switch whose actions are %s", (actions) => {
  it("moves a connection whose request asks for it, leaves another, and switches what is no service's", async () => {
    const { ask, run, controller, lines } = scene(actions);
    await run(20);
    expect(controller.switches).toEqual([7n]);
    expect(await ask("migrate me")).toBe("two: migrate me");
    expect(await ask("plain request")).toBe("one: plain request");
    expect(await ask("shell", 22)).toBe("one: shell");
    const codes = lines.map((line) => (JSON.parse(line) as { code?: string }).code);
    expect(codes).toContain("DATA_PLANE");
    expect(codes).toContain("MIGRATED");
    expect([...controller.connections()].map(({ phase }) => phase)).toEqual(["migrated", "forwarded"]);
    controller.stop();
  });
});

it("writes a log that replays to the same effects", async () => {
  const { ask, run, controller, record } = scene("custom");
  await run(20);
  await ask("migrate me");
  controller.stop();
  const { events, first } = replay(readEventLog(record.join("")));
  expect(events).toBeGreaterThan(10);
  expect(first).toBeUndefined();
});

it("says that a switch is gone, and goes on with it when it comes again", async () => {
  const { ask, run, controller, connect, cut, lines } = scene("custom");
  await run(20);
  await ask("migrate me");
  cut();
  await run(5);
  expect(controller.switches).toEqual([]);
  connect();
  await run(20);
  expect(controller.switches).toEqual([7n]);
  expect(lines.filter((line) => line.includes('"switch up"'))).toHaveLength(2);
  expect([...controller.connections()].map(({ phase }) => phase)).toEqual(["migrated"]);
  controller.stop();
});
