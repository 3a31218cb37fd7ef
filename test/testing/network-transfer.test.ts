import { describe, expect, it } from "vitest";
import { createModelHost, createNetwork, type LinkConditions, type TcpSettings } from "../../src/testing/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { client, pattern, server } from "./wire-tap.ts";

const BAD: LinkConditions = { delayMs: 3, loss: 0.03, duplication: 0.03, reordering: 0.05 };
const SIZE = 2_000_000;

/** Both sides send at the same time, then close. */
function exchange(seed: number, link: LinkConditions, size: number, isn: [number, number], settings: TcpSettings = {}) {
  const network = createNetwork({ seed, link });
  const a = createModelHost({ mac: client.mac, ip: client.ip, isn: isn[0], ...settings });
  const b = createModelHost({ mac: server.mac, ip: server.ip, isn: isn[1], ...settings });
  network.cable(a, b);
  const { connections } = b.listen(80, { closesWithPeer: false });
  const dialled = a.connect({ to: server, closesWithPeer: false });
  dialled.send(pattern(size, 1));
  dialled.close();
  network.runUntil(() => connections[0]?.state !== undefined);
  const [accepted] = connections;
  if (!accepted) throw new Error("nothing accepted");
  accepted.send(pattern(size, 2));
  accepted.close();
  network.runUntilIdle();
  return { dialled, accepted, network };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe("two megabytes each way through a link that loses, repeats and reorders", () => {
  it.each([1, 2, 3])("arrive whole, with initial sequence numbers near the wrap (seed %i)", (seed) => {
    const { dialled, accepted } = exchange(seed, BAD, SIZE, [0xffffffff - seed * 1000, 0xffffff00]);
    expect(isSame(accepted.received, pattern(SIZE, 1))).toBe(true);
    expect(isSame(dialled.received, pattern(SIZE, 2))).toBe(true);
    expect([dialled.state, accepted.state, dialled.error, accepted.error]).toEqual([
      "closed",
      "closed",
      undefined,
      undefined,
    ]);
    expect(dialled.retransmissions).toBeGreaterThan(10);
  });

  it("arrive whole with timestamps, SACK, ECN and large windows", () => {
    const settings = {
      timestamps: true,
      sackPermitted: true,
      ecn: true,
      receiveWindow: 1_000_000,
      timestampBase: 0xffffff00,
    };
    const { dialled, accepted } = exchange(4, BAD, SIZE, [0x7fffff00, 0xfffff000], settings);
    expect(isSame(accepted.received, pattern(SIZE, 1))).toBe(true);
    expect(isSame(dialled.received, pattern(SIZE, 2))).toBe(true);
    expect(dialled).toMatchObject({ timestamps: true, sackPermitted: true, ecn: true });
  });

  it("need nothing sent again on a link that is good", () => {
    const { dialled, accepted } = exchange(5, { delayMs: 3 }, SIZE, [1, 2]);
    expect(isSame(accepted.received, pattern(SIZE, 1))).toBe(true);
    expect([dialled.retransmissions, accepted.retransmissions]).toEqual([0, 0]);
  });
});

it.each([10, 11, 12, 13, 14, 15])("survives a link that loses every third frame (seed %i)", (seed) => {
  const { dialled, accepted } = exchange(
    seed,
    { loss: 0.33, duplication: 0.2, reordering: 0.3 },
    40_000,
    [0xfffffff0, 0xffffffff],
  );
  expect(isSame(accepted.received, pattern(40_000, 1))).toBe(true);
  expect(isSame(dialled.received, pattern(40_000, 2))).toBe(true);
});

it("does the same again for the same seed", () => {
  const frames = [1, 2].map(() => {
    const seen: string[] = [];
    const network = createNetwork({ seed: 9, link: BAD });
    network.tap(({ at, frame, arrivals }) => seen.push(`${at} ${arrivals.join()} ${toHex(frame)}`));
    const a = createModelHost({ mac: client.mac, ip: client.ip, seed: 1 });
    const b = createModelHost({ mac: server.mac, ip: server.ip, seed: 2 });
    network.cable(a, b);
    b.listen(80, { respond: (data) => data });
    a.connect({ to: server }).send(pattern(30_000));
    network.run({ untilMs: 5000 });
    return seen;
  });
  expect(frames[0]?.length).toBeGreaterThan(60);
  expect(frames[1]).toEqual(frames[0]);
});
