import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatActions } from "../../src/index.ts";
import { decTcpAck, incTcpAck, incTcpSeq, shiftAck, shiftSeq } from "../../src/nx/index.ts";
import { applyActions, flowMod, output } from "../../src/ofp/index.ts";
import { decodeFrame, seqAdd, shiftSegment } from "../../src/tcp/index.ts";
import { bench, CLIENT6, ports, SERVER6, segment, withPayload } from "./switch-support.ts";

const u32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1),
);

describe.each([
  ["IPv4", "tcp", {}],
  ["IPv6", "tcp6", { from: CLIENT6, to: SERVER6 }],
])("the four TCP actions over %s", (_, words, ends) => {
  it.each([
    ["inc_tcp_seq:5", { seq: 4, ack: 0x80000000 }],
    ["dec_tcp_seq:4294967295", { seq: 0, ack: 0x80000000 }],
    ["inc_tcp_ack:2147483648", { seq: 0xffffffff, ack: 0 }],
    ["dec_tcp_ack:2147483649", { seq: 0xffffffff, ack: 0xffffffff }],
    ["inc_tcp_seq:0", { seq: 0xffffffff, ack: 0x80000000 }],
    ["inc_tcp_seq:2,inc_tcp_seq:3,dec_tcp_ack:1", { seq: 4, ack: 0x7fffffff }],
  ])("%s wraps around and leaves the checksum right", (action, expected) => {
    const { inject } = bench({}, `${words} actions=${action},output:2`);
    const frame = segment({ ...ends, seq: 0xffffffff, ack: 0x80000000, payload: Uint8Array.of(1, 2, 3) });
    const [sent] = inject(frame);
    expect(sent?.frame.tcp).toMatchObject({ ...expected, checksumValid: true });
    expect(sent?.frame.payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("shift by any offset, undone by its complement", () => {
    fc.assert(
      fc.property(u32, u32, u32, u32, fc.uint8Array({ maxLength: 33 }), (seq, ack, seqOffset, ackOffset, payload) => {
        const frame = segment({ ...ends, seq, ack, payload });
        const there = formatActions([...shiftSeq(seqOffset), ...shiftAck(ackOffset), output(2)]);
        const [sent] = bench({}, `${words} actions=${there}`).inject(frame);
        expect(sent?.frame.tcp).toMatchObject({
          seq: seqAdd(seq, seqOffset),
          ack: seqAdd(ack, ackOffset),
          checksumValid: true,
        });
        expect(sent?.bytes).toEqual(shiftSegment(frame, { seq: seqOffset, ack: ackOffset }));
        const back = [...shiftSeq(seqAdd(0, -seqOffset)), ...shiftAck(seqAdd(0, -ackOffset)), output(2)];
        const [again] = bench({}, `${words} actions=${formatActions(back)}`).inject(sent?.bytes ?? frame);
        expect(again?.bytes).toEqual(frame);
      }),
      { numRuns: 200 },
    );
  });
});

it("changes nothing but TCP segments", () => {
  const udp = withPayload(segment(), new Uint8Array(40).fill(3), { protocol: 17 });
  const { model, send } = bench();
  send(flowMod({ instructions: [applyActions([incTcpSeq(5), output(2)])] }));
  model.inject(1, udp);
  expect(model.take().out).toEqual([{ port: 2, frame: udp }]);
});

describe("where an output stands", () => {
  const flow = "tcp actions=output:2,inc_tcp_seq:5,output:3,inc_tcp_seq:5,controller";
  const frame = segment({ seq: 100 });
  const seqs = (dataPlane: "exact" | "prototype", ...flows: string[]) => {
    const { inject, heard } = bench({ dataPlane }, ...flows);
    const out = inject(frame);
    const told = heard().flatMap((message) => (message.type === "packetIn" ? [decodeFrame(message.data)] : []));
    const all = [...out.map(({ frame: sent }) => sent), ...told];
    for (const { tcp } of all) expect(tcp?.checksumValid).toBe(true);
    return all.map(({ tcp }) => tcp?.seq);
  };

  it("decides what it sees on an exact data plane", () => {
    expect(seqs("exact", flow)).toEqual([100, 105, 110]);
  });

  it("does not on the prototype's: every copy has all shifts", () => {
    expect(seqs("prototype", flow)).toEqual([110, 110, 110]);
  });

  it("does not on the prototype's across tables either, while other rewrites stay in their places", () => {
    const flows = [
      "table=0,tcp actions=output:2,set_field:10.0.0.9->ip_dst,goto_table:1",
      "table=1,tcp actions=inc_tcp_seq:5,output:3",
    ];
    expect(seqs("exact", ...flows)).toEqual([100, 105]);
    expect(seqs("prototype", ...flows)).toEqual([105, 105]);
    const out = bench({ dataPlane: "prototype" }, ...flows).inject(frame);
    expect(out.map(({ frame: { ipv4 } }) => ipv4?.dst)).toEqual(["10.0.0.2", "10.0.0.9"]);
  });
});

it("takes them in the action set and from packet-outs", () => {
  const { inject, model, send } = bench({}, "tcp actions=write_actions(output:2,dec_tcp_ack:7)");
  expect(inject(segment({ ack: 3 }))[0]?.frame.tcp).toMatchObject({ ack: 0xfffffffc, checksumValid: true });
  send({
    type: "packetOut",
    xid: 0,
    bufferId: 0xffffffff,
    inPort: 1,
    actions: [incTcpAck(9), decTcpAck(1), output(3)],
    data: segment({ ack: 3 }),
  });
  const { out } = model.take();
  expect(ports(out)).toEqual([3]);
  expect(out.map(({ frame }) => decodeFrame(frame).tcp?.ack)).toEqual([11]);
});
