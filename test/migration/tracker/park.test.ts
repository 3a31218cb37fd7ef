/** Connections whose servers wait for them, as a tracker follows them. */
import { expect, it } from "vitest";
import { cookieParts } from "../../../src/migration/index.ts";
import { type Endpoint, encodeFrame, segmentFrame } from "../../../src/tcp/index.ts";
import { ACK, PSH, plainConfig, ports, RST, SYN, service, TrackerRun, talk } from "./scene.ts";

const own: Endpoint = { mac: "00:00:00:00:00:09", ip: "10.0.0.9", port: 8080 };
const config = {
  ...plainConfig,
  lateMoves: true,
  services: { web: { ...service, targets: { own: { switchPort: ports.target, ...own }, third: { switchPort: 4 } } } },
};
const one = talk();

/** A segment of the server with addresses of its own. */
function fromOwn(run: TrackerRun, fields: Partial<Parameters<typeof segmentFrame>[0]>): TrackerRun {
  const frame = { from: own, to: one.from, seq: one.z + 1, ack: one.x + 1, flags: ACK, window: 509, ...fields };
  return run.packet(ports.target, encodeFrame(segmentFrame(frame)));
}

/** Server 1 waits: 18 bytes went to a server with addresses of its own. */
function parked(): TrackerRun {
  const run = new TrackerRun(config).handshake(one).request(one);
  run.verdict(one, { action: "migrate", target: "own", park: true });
  fromOwn(run, { seq: one.z, flags: SYN | ACK });
  return run.barrier().barrier();
}

/** Back at server 1 after one more byte, and the server with addresses of its own waits. */
function back(): TrackerRun {
  const run = parked();
  const { x, z } = one;
  run.at += 10_000;
  run.verdict(one, { action: "migrate", target: "origin", park: true }).barrier();
  run.at += 1000;
  run.client(one, { seq: x + 19, payload: Uint8Array.of(1) });
  fromOwn(run, { seq: z + 1, ack: x + 20 });
  run.client(one, { seq: x + 20, flags: ACK | PSH, payload: Uint8Array.of(2) });
  return run.barrier().barrier();
}

it("shows who waits and where a connection is", () => {
  const [there] = parked().tracker.connections();
  expect(there).toMatchObject({ target: "own", moved: true, parked: ["origin"] });
  const run = back();
  const [here] = run.tracker.connections();
  expect(here).toMatchObject({ target: "origin", moved: true, parked: ["own"] });
  expect(run.tracker.stats().targets).toEqual({ web: { own: 0, third: 0, origin: 1 } });
});

it("finds the connection of a server that waits, whatever its addresses, and after a restart, too", () => {
  const run = back();
  const answer = [{ port: ports.target, frame: { tcp: { seq: one.x + 20, ack: one.z + 1 } } }];
  expect(fromOwn(run, { seq: one.z, ack: one.x + 20 }).sent).toMatchObject(answer);
  const next = new TrackerRun(config);
  next.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
  next.at = run.at;
  expect(fromOwn(next, { seq: one.z, ack: one.x + 20 }).sent).toMatchObject(answer);
});

it("gives no other connection the number of a set that keeps a server quiet", () => {
  const run = parked();
  const flow = run.effects.find((effect) => effect.type === "flowMod" && effect.role === "parked");
  const number = flow?.type === "flowMod" ? cookieParts(flow.message.cookie).connection : 0;
  const others = Array.from({ length: 20 }, (_, index) => talk({ from: { ...one.from, port: 40_000 + index } }));
  for (const other of others) run.handshake(other);
  const numbers = [...run.tracker.connections()].map(({ serial }) => serial);
  expect(numbers).toHaveLength(21);
  expect(numbers).not.toContain(number);
});

it("resets who waits when the connection ends, and forgets all", () => {
  const run = back().client(one, { seq: one.x + 21, ack: 0, flags: RST });
  const resets = run.sent.filter(({ frame: { tcp } }) => tcp && (tcp.flags & RST) !== 0 && tcp.dstPort === 8080);
  expect(resets).toMatchObject([{ port: ports.target, frame: { tcp: { seq: one.x + 20, ack: one.z + 1 } } }]);
  run.settle(120_000);
  expect(run.tracker.stats()).toMatchObject({ connections: 0, awaited: 0 });
  expect(run.tracker.stats().targets).toEqual({ web: { own: 0, third: 0 } });
  expect(run.tracker.deadline()).toBeUndefined();
});

it("takes nothing but true or false for whether to park", () => {
  const run = parked();
  const wrong = { action: "migrate", park: "yes" as unknown as boolean } as const;
  expect(() => run.verdict(one, wrong)).toThrow(TypeError);
});
