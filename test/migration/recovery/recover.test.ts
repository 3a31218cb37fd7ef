/** A controller dies, and the next one knows nothing but the flows in the switch: every byte still arrives. */
import { describe, expect, it } from "vitest";
import { encodeEffect } from "../../../src/migration/index.ts";
import { settingsOf } from "../../../src/migration/machine/config.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  type ReportedFlow,
  step,
} from "../../../src/migration/machine/index.ts";
import { recover } from "../../../src/migration/recovery/recover.ts";
import { nicira, onf } from "../../../src/nx/index.ts";
import { applyActions, createCodec, flowMod, multipartRequest, output, Port } from "../../../src/ofp/index.ts";
import { createModelHost, createModelSwitch } from "../../../src/testing/index.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
const tag = 0x544d;

interface Scene {
  readonly name: string;
  readonly plane: "actions" | "software";
  readonly version: 4 | 6;
  readonly nat: boolean;
}

const scenes: readonly Scene[] = (["actions", "software"] as const).flatMap((plane) =>
  ([4, 6] as const).flatMap((version) =>
    [false, true].map((nat) => ({
      name: `${plane}, IPv${version}, ${nat ? "a server with addresses of its own" : "the service's address"}`,
      plane,
      version,
      nat,
    })),
  ),
);

/** Hosts and a switch; the controller can be replaced at any time. */
function world({ plane, version, nat }: Scene) {
  const ip = (last: number): string => (version === 4 ? `10.0.0.${last}` : `2001:db8::${last}`);
  const model = createModelSwitch({
    ports: [1, 2, 3],
    datapathId: 7n,
    actions: plane === "actions" ? "custom" : "stock",
  });
  const client = createModelHost({ mac: "00:00:00:00:00:03", ip: ip(3), isn: 4294967290 });
  const first = createModelHost({ mac: "00:00:00:00:00:01", ip: ip(1), isn: 5000 });
  const secondMac = nat ? "00:00:00:00:00:02" : "00:00:00:00:00:01";
  const second = createModelHost({ mac: secondMac, ip: ip(nat ? 2 : 1), isn: 3000 });
  const seen: number[] = [];
  const firstSeen: number[] = [];
  const answer = (to: number[], marker: number) => ({
    respond: (data: Uint8Array) => {
      to.push(...data);
      return new Uint8Array(data.length).fill(marker);
    },
  });
  first.listen(80, answer(firstSeen, 1));
  second.listen(nat ? 8080 : 80, answer(seen, 2));
  const hosts = new Map([
    [1, first],
    [2, second],
    [3, client],
  ]);
  const target = nat ? { switchPort: 2, mac: secondMac, ip: ip(2), port: 8080 } : { switchPort: 2 };
  const configOf = (epoch: number): ConnectionConfig => ({
    service: { origin: { switchPort: 1 }, targets: { second: target } },
    dataPlane: plane,
    cookie: { epoch },
  });
  let config = configOf(1);
  let state: ConnectionState | undefined;
  let at = 0;
  let alive = true;
  let stats: ReportedFlow[] = [];
  const errors: string[] = [];
  model.receive(codec.encode(flowMod({ priority: 0, instructions: [applyActions([output(Port.controller)])] })));

  function send(effects: readonly ConnectionEffect[]): void {
    for (const effect of effects) {
      const bytes = encodeEffect(effect);
      if (bytes.length > 0) model.receive(bytes);
    }
  }
  function handle(event: ConnectionEvent): void {
    if (!alive) return;
    const result = step(state, event, config);
    state = result.state;
    send(result.effects);
    for (const effect of result.effects) {
      if (effect.type !== "inspect") continue;
      handle({ type: "verdict", at, verdict: { action: "migrate", key: effect.key } });
    }
  }
  function settle(): void {
    for (let round = 0; round < 60; round++) {
      at += 10;
      for (const [port, host] of hosts) {
        host.advance(at);
        for (const frame of host.take()) model.inject(port, frame);
      }
      const { out, toController } = model.take();
      for (const { port, frame } of out) hosts.get(port)?.receive(frame);
      for (const bytes of toController) hear(bytes);
    }
  }
  function hear(bytes: Uint8Array): void {
    const message = codec.decode(bytes);
    if (message.type === "packetIn") {
      const { inPort } = message.match;
      if (typeof inPort !== "number") throw new Error("no inPort");
      handle({ type: "packetIn", at, dpid: 7n, inPort, frame: message.data.slice(), cookie: message.cookie });
    } else if (message.type === "barrierReply") handle({ type: "barrierReply", at, dpid: 7n, id: message.xid });
    else if (message.type === "multipartReply" && message.body.type === "flow") stats.push(...message.body.flows);
    else if (message.type === "error") errors.push(`${message.errorType} ${message.code}`);
  }
  function flows(): readonly ReportedFlow[] {
    stats = [];
    const body = { type: "flow", cookie: BigInt(tag) << 48n, cookieMask: 0xffff_0000_0000_0000n } as const;
    model.receive(codec.encode(multipartRequest({ xid: 1, body })));
    for (const bytes of model.take().toController) hear(bytes);
    return stats;
  }
  return {
    client,
    seen,
    firstSeen,
    errors,
    model,
    flows,
    settle,
    ip,
    get state() {
      return state;
    },
    die: () => {
      alive = false;
      state = undefined;
    },
    /** The next controller, with another epoch or the same. */
    revive: (epoch: number, keep: (flow: ReportedFlow) => boolean = () => true) => {
      alive = true;
      config = configOf(epoch);
      const vip = { ip: ip(1), port: 80 };
      const recovery = recover({
        dpid: 7n,
        at,
        flows: flows().filter(keep),
        services: [{ name: "web", vip, dpid: undefined, settings: settingsOf(config) }],
        cookie: { tag, epoch },
        nextId: 1000,
        nextSerial: 50,
      });
      // Before anything else comes: a segment of a moved connection must not be taken for one of server 1's.
      state = recovery.connections[0]?.state;
      send(recovery.effects);
      settle();
      send(recovery.cleanUp);
      return recovery;
    },
  };
}

const letters = (length: number, from = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index) & 0xff);

function moved(scene: Scene) {
  const w = world(scene);
  const connection = w.client.connect({ to: { mac: "00:00:00:00:00:01", ip: w.ip(1), port: 80 } });
  w.settle();
  connection.send(letters(600));
  w.settle();
  expect(w.state?.phase).toBe("migrated");
  expect(w.seen).toHaveLength(600);
  return { w, connection };
}

describe.each(scenes)("a connection of a controller that died: $name", (scene) => {
  it.each([
    ["of the same epoch", 1],
    ["of the next epoch", 2],
  ])("goes on with the controller %s", (_, epoch) => {
    const { w, connection } = moved(scene);
    w.die();
    connection.send(letters(300, 600));
    const recovery = w.revive(epoch);
    w.settle();
    expect(recovery.strange).toEqual([]);
    expect(recovery.connections).toMatchObject([{ service: "web", targets: ["second"], state: { phase: "migrated" } }]);
    connection.send(letters(100, 900));
    for (let wait = 0; wait < 4; wait++) w.settle();
    expect(w.seen).toEqual([...letters(1000)]);
    expect(w.firstSeen).toEqual([]);
    expect([...connection.received]).toEqual(new Array(1000).fill(2));
    expect(w.errors).toEqual([]);
    expect(w.flows().map(({ cookie }) => Number((cookie >> 40n) & 0xffn))).toEqual(w.flows().map(() => epoch));
  });
});

const roleOf = ({ cookie }: ReportedFlow): number => Number((cookie >> 32n) & 0xffn);
const FORWARD = 1;
const REVERSE = 2;
const GUARD = 3;

describe.each(scenes)("half of a connection: $name", (scene) => {
  it.each([
    ["forward", FORWARD],
    ["reverse", REVERSE],
  ])("is made whole when the %s flow is gone", (_, role) => {
    const { w, connection } = moved(scene);
    w.die();
    const lost = w.flows().find((flow) => roleOf(flow) === role);
    if (!lost) throw new Error("no such flow");
    w.model.receive(codec.encode(flowMod({ command: 3, cookie: lost.cookie, cookieMask: 0xffff_ffff_ffff_ffffn })));
    const recovery = w.revive(2);
    expect(recovery.connections).toHaveLength(1);
    connection.send(letters(400, 600));
    for (let wait = 0; wait < 4; wait++) w.settle();
    expect(w.seen).toEqual([...letters(1000)]);
    expect(w.firstSeen).toEqual([]);
    expect([...connection.received]).toEqual(new Array(1000).fill(2));
    expect(
      w
        .flows()
        .map(roleOf)
        .filter((there) => there === FORWARD || there === REVERSE)
        .sort(),
    ).toEqual([FORWARD, REVERSE]);
  });
});

describe("what recovery leaves alone or takes away", () => {
  const scene: Scene = { name: "", plane: "actions", version: 4, nat: false };
  const input = (flows: readonly ReportedFlow[], services: Parameters<typeof recover>[0]["services"]) => ({
    dpid: 7n,
    at: 0,
    flows,
    services,
    cookie: { tag, epoch: 1 },
    nextId: 1,
    nextSerial: 1,
  });
  const settings = settingsOf({
    service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } },
    cookie: { epoch: 1 },
  });
  const web = { name: "web", vip: { ip: "10.0.0.1", port: 80 }, dpid: undefined, settings };

  it("keeps flows that fit no service", () => {
    const { w } = moved(scene);
    const { connections, effects, strange } = recover(
      input(w.flows(), [{ ...web, vip: { ip: "10.0.0.9", port: 80 } }]),
    );
    expect({ connections, effects }).toEqual({ connections: [], effects: [] });
    expect(strange).toMatchObject([{ why: "no service has this address" }]);
  });

  it("keeps flows whose target is gone", () => {
    const { w } = moved(scene);
    const other = settingsOf({ service: { origin: { switchPort: 1 }, targets: { third: { switchPort: 3 } } } });
    const { effects, strange } = recover(input(w.flows(), [{ ...web, settings: other }]));
    expect(effects).toEqual([]);
    expect(strange).toMatchObject([{ why: "no target of the service is where the flows lead" }]);
  });

  it("names every target that has the same place", () => {
    const { w } = moved(scene);
    const twins = { switchPort: 2 };
    const both = settingsOf({ service: { origin: { switchPort: 1 }, targets: { a: twins, b: twins } } });
    expect(recover(input(w.flows(), [{ ...web, settings: both }])).connections).toMatchObject([
      { targets: ["a", "b"] },
    ]);
  });

  it("deletes a hand-over that was not committed, whatever its epoch", () => {
    const { w } = moved(scene);
    const before = w
      .flows()
      .filter((flow) => roleOf(flow) !== FORWARD)
      .map((flow) => ({ ...flow, packetCount: 0n }));
    expect(before.map(roleOf)).toContain(GUARD);
    const { connections, effects } = recover(input(before, [web]));
    expect(connections).toEqual([]);
    expect(effects.map(({ type }) => type)).toEqual(["flowMod", "barrier"]);
    expect(effects[0]).toMatchObject({ message: { command: 3, cookieMask: 0xffff_ff00_ffff_ffffn } });
  });

  it("asks for nothing when the flows are its own and whole", () => {
    const { w } = moved(scene);
    const { effects, cleanUp, serials } = recover(input(w.flows(), [web]));
    expect(effects.map(({ type }) => type)).toEqual(["report"]);
    expect(cleanUp).toEqual([]);
    expect(serials.size).toBe(1);
  });

  it("keeps the timeouts that the switch has lowered after a FIN", () => {
    const { w } = moved(scene);
    const closing = w.flows().map((flow) => (flow.idleTimeout > 60 ? { ...flow, idleTimeout: 60 } : flow));
    const { connections, effects } = recover({ ...input(closing, [web]), cookie: { tag, epoch: 9 } });
    expect(connections).toMatchObject([{ state: { phase: "closing" } }]);
    const again = effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.idleTimeout] : []));
    expect(again.length).toBeGreaterThan(2);
    expect(Math.max(...again)).toBe(60);
  });

  it("reads past damaged and foreign flows", () => {
    const { w } = moved(scene);
    const [flow] = w.flows();
    if (!flow) throw new Error("no flow");
    const foreign = { ...flow, cookie: flow.cookie ^ (1n << 50n) };
    const damaged = { ...flow, match: { inPort: 1 }, cookie: flow.cookie ^ 1n };
    const { connections, effects, strange } = recover(input([foreign, damaged], [web]));
    expect({ connections, effects }).toEqual({ connections: [], effects: [] });
    expect(strange).toHaveLength(1);
  });
});
