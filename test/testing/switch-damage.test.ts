import fc from "fast-check";
import { expect, it } from "vitest";
import { decode, encode, parseFlow, WireError } from "../../src/index.ts";
import { bundleAdd, bundleControl } from "../../src/nx/index.ts";
import { barrierRequest, multipartRequest, output, Port, packetOut } from "../../src/ofp/index.ts";
import { createModelSwitch } from "../../src/testing/index.ts";
import { CLIENT6, SERVER6, segment } from "./switch-support.ts";

const seeds = [
  encode(
    parseFlow(
      "cookie=5,tcp,reg0=0,tcp_flags=+ack,dl_vlan=5 actions=pop_vlan,inc_tcp_seq:9,load:5->NXM_NX_REG0[0..15]," +
        "set_field:10.0.0.9->ip_dst,dec_ttl,resubmit(,1),output:2,write_actions(output:3,set_field:1->tcp_dst)," +
        "write_metadata:0x5/0xf,goto_table:3",
    ),
  ),
  encode(parseFlow("delete_strict cookie=0x1/0x1,table=1,priority=5,udp,in_port=3")),
  encode(packetOut({ inPort: 1, actions: [output(Port.table), output(Port.controller)], data: segment() })),
  encode(multipartRequest({ body: { type: "flow", match: { ethType: 0x0800 } } })),
  encode(bundleAdd({ bundleId: 1, message: parseFlow("tcp,in_port=1 actions=inc_tcp_seq:9,output:2") })),
  encode(bundleControl({ bundleId: 1, controlType: 0 })),
];

it("answers every damaged message, and never breaks on what it let in", () => {
  const frames = [
    segment(),
    segment({ from: CLIENT6, to: SERVER6 }),
    segment({ vlans: [{ tpid: 0x8100, pcp: 1, dei: false, vid: 5 }] }),
  ];
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom("custom", "stock"),
      (seed, changes, actions) => {
        const model = createModelSwitch({ ports: [1, 2, 3], actions, maxFlows: 5 });
        const damaged = Uint8Array.from(seed);
        // Not the length: the connection would end with it.
        for (const [place, value] of changes) damaged[4 + Math.floor(place * (damaged.length - 4.001))] = value;
        model.receive(encode(parseFlow("table=1,priority=1,ip actions=output:3")));
        model.receive(damaged);
        model.receive(encode(multipartRequest({ body: { type: "flow" } })));
        for (const frame of frames) model.inject(1, frame);
        model.advance(1e9);
        model.receive(encode(barrierRequest({ xid: 77 })));
        const messages = model.take().toController.map((bytes) => decode(bytes));
        expect(messages.at(-1)).toMatchObject({ type: "barrierReply", xid: 77 });
        if (messages.some(({ type }) => type === "error")) refused++;
      },
    ),
    { numRuns: 800, seed: 5 },
  );
  expect(refused).toBeGreaterThan(60);
});

it("throws nothing but a WireError for a stream of junk", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (chunks) => {
      const model = createModelSwitch({ ports: [1] });
      try {
        for (const chunk of chunks) model.receive(chunk);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
    { numRuns: 500, seed: 6 },
  );
});
