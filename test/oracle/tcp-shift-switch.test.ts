/** The patched ovs-vswitchd and its data path: what it does with the four TCP actions is what the model switch does. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Action, encode, formatFlow, fromHex, toHex } from "../../src/index.ts";
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq } from "../../src/nx/index.ts";
import { applyActions, flowMod, output, packetOut } from "../../src/ofp/index.ts";
import { encodeFrame, segmentFrame, shiftSegment } from "../../src/tcp/index.ts";
import { createModelSwitch } from "../../src/testing/index.ts";
import { randomFrame } from "./model-switch-frames.ts";
import { PORTS, randomFlowsWith } from "./model-switch-random.ts";
import { NEEDS_PATCHED, patchedOvs } from "./ovs-programs.ts";
import { probed } from "./probed.ts";
import { empty, injectBoth, tellBoth } from "./side-by-side.ts";
import { shiftedFrames } from "./tcp-shift-frames.ts";
import { stories } from "./tcp-shift-stories.ts";
import { startVswitchd, type Vswitchd } from "./vswitchd.ts";

let real: Vswitchd;
beforeAll(async () => {
  if (patchedOvs) real = await startVswitchd(PORTS, { programs: patchedOvs });
});
afterAll(async () => {
  if (patchedOvs) await real.stop();
});

const delta = fc.oneof(
  fc.constantFrom(0, 1, 5, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const shift: fc.Arbitrary<Action> = fc
  .tuple(fc.constantFrom(incTcpSeq, decTcpSeq, incTcpAck, decTcpAck), delta)
  .map(([build, value]) => build(value));

describe.skipIf(!patchedOvs)(`random flow tables with the four TCP actions${NEEDS_PATCHED}`, () => {
  const tables = fc.sample(
    fc.tuple(
      randomFlowsWith(shift),
      fc.array(fc.tuple(fc.constantFrom(...PORTS), randomFrame), { minLength: 30, maxLength: 30 }),
    ),
    { numRuns: 60, seed: 83 },
  );
  let forwarded = 0;
  let cached = 0;

  it.each(tables.map(([flows, packets], index) => ({ index: `${index}`, flows, packets })))(
    "table $index does with every packet what the model switch does, at first and from the cache",
    async ({ flows, packets }) => {
      const model = createModelSwitch({ ports: PORTS });
      model.take();
      await empty(real);
      await tellBoth(
        real,
        model,
        flows.map((flow) => encode(flow)),
        (index) => (flows[index] ? formatFlow(flows[index]) : ""),
      );
      await real.purge();
      for (const [port, frame] of packets) {
        for (let turn = 0; turn < 2; turn++) {
          if ((await injectBoth(real, model, port, frame)).length > 0) forwarded++;
        }
      }
      // Setting the operation of ARP takes the slow path in any Open vSwitch.
      const lines = (await real.cached()).filter((line) => line.includes("proto=6"));
      expect(lines.filter((line) => line.includes("slow_path"))).toEqual([]);
      cached += lines.filter((line) => line.includes("tcp_shift(")).length;
    },
  );

  it("sent packets on, and kept flows that shift in the data path", () => {
    expect(forwarded).toBeGreaterThan(1500);
    expect(cached).toBeGreaterThan(200);
  });
});

const segment = encodeFrame(
  segmentFrame({
    from: { mac: "02:00:00:00:00:01", ip: "10.0.0.1", port: 80 },
    to: { mac: "02:00:00:00:00:03", ip: "10.0.0.3", port: 33333 },
    seq: 0xffff_fffe,
    ack: 3,
    flags: 0x18,
    window: 1000,
    payload: fromHex("6869"),
  }),
);

describe.skipIf(!patchedOvs).each(["in the data path", "in user space, for a data path without the action"])(
  `the actions %s${NEEDS_PATCHED}`,
  (place) => {
    const supported = place === "in the data path";
    beforeAll(async () => {
      await real.appctl("dpif/set-dp-features", "br0", "tcp_shift", `${supported}`);
    });
    afterAll(async () => {
      await real.appctl("dpif/set-dp-features", "br0", "tcp_shift", "true");
    });

    it.each(stories)("$actions", async ({ actions, out: shifts, before = [] }) => {
      await empty(real);
      real.ofctl("del-groups");
      for (const [command, text] of before) real.ofctl(command, text);
      real.ofctl("add-flow", `in_port=1,tcp,actions=${actions}`);
      await real.purge();
      const expected = Object.entries(shifts).map(([port, list]) => [
        Number(port),
        list.map((one) => toHex(shiftSegment(segment, one))),
      ]);
      // From the cache the second time.
      for (let turn = 0; turn < 2; turn++) {
        const { out } = await real.inject(1, segment);
        expect([...out].sort(([a], [b]) => a - b)).toEqual(expected);
      }
      const lines = await real.cached();
      expect(lines.some((line) => line.includes(supported ? "tcp_shift(" : "slow_path(action)"))).toBe(true);
      expect(lines.some((line) => line.includes(supported ? "slow_path" : "tcp_shift("))).toBe(false);
    });
  },
);

describe.skipIf(!patchedOvs)(`a patched switch${NEEDS_PATCHED}`, () => {
  it.each(shiftedFrames)("shifts %s as scapy would, and as the model switch does", async (_, before, after) => {
    await empty(real);
    const flow = flowMod({ instructions: [applyActions([incTcpSeq(5), decTcpAck(7), output(2)])] });
    const model = createModelSwitch({ ports: PORTS });
    await tellBoth(real, model, [encode(flow)], () => formatFlow(flow));
    await real.purge();
    for (let turn = 0; turn < 2; turn++) {
      expect(await injectBoth(real, model, 1, fromHex(before))).toEqual([after]);
    }
  });

  it("shifts what a packet-out sends, too", async () => {
    const actions = [output(2), incTcpSeq(5), output(3), decTcpAck(7), output(3)];
    await real.exchange([encode(packetOut({ data: segment, actions }))]);
    const { out } = await real.settle();
    expect(out).toEqual(
      new Map([
        [2, [toHex(segment)]],
        [3, [{ seq: 5 }, { seq: 5, ack: -7 }].map((one) => toHex(shiftSegment(segment, one)))],
      ]),
    );
  });

  it("shows in a trace what the data path will do", async () => {
    await empty(real);
    real.ofctl("add-flow", "in_port=1,tcp,actions=inc_tcp_seq:5,dec_tcp_ack:7,output:2");
    const trace = await real.trace(1, segment);
    expect(trace).toContain("    inc_tcp_seq:5\n    dec_tcp_ack:7\n    output:2\n");
    expect(trace).toMatch(/^Datapath actions: tcp_shift\(seq=5,ack=4294967289\),2$/m);
    expect(trace).not.toContain("slow path");
  });

  it("gives its flows back as they were given", async () => {
    await empty(real);
    real.ofctl("add-flow", "priority=5,tcp,in_port=1,actions=inc_tcp_seq:5,dec_tcp_ack:4294967295,output:2");
    expect(real.ofctl("dump-flows")).toContain(
      "priority=5,tcp,in_port=1 actions=inc_tcp_seq:5,dec_tcp_ack:4294967295,output:2",
    );
  });

  it("is found to have the four actions by the library's probe", async () => {
    await empty(real);
    expect(await probed((messages) => real.exchange(messages))).toMatchObject({ answered: true, actions: true });
  });
});
