import { describe, expect, it } from "vitest";
import { flowMod, multipartRequest, Port } from "../../src/ofp/index.ts";
import { bench, ports, segment } from "./switch-support.ts";

describe("statistics", () => {
  it("describe switch and ports", () => {
    const { send, heard } = bench({ ports: [1, Port.local] });
    send(
      multipartRequest({ xid: 1, body: { type: "desc" } }),
      multipartRequest({ xid: 2, body: { type: "portDesc" } }),
    );
    expect(heard()).toMatchObject([
      { type: "multipartReply", xid: 1, body: { type: "desc", swDesc: "model switch" } },
      { type: "multipartReply", xid: 2, body: { type: "portDesc", ports: [{ portNo: 1 }, { portNo: Port.local }] } },
    ]);
  });

  it("tell of flows by table, match, cookie and output", () => {
    const { send, heard } = bench(
      {},
      "cookie=0x10,priority=3,tcp,tp_dst=80 actions=output:2",
      "cookie=0x11,priority=2,tcp actions=output:3",
      "table=1,cookie=0x20,priority=1 actions=write_actions(output:2)",
    );
    const cookies = (body: object) => {
      send(multipartRequest({ xid: 9, body: { type: "flow", ...body } }));
      return heard().flatMap((message) =>
        message.type === "multipartReply" && message.body.type === "flow"
          ? message.body.flows.map(({ cookie }) => cookie)
          : [],
      );
    };
    expect(cookies({})).toEqual([0x10n, 0x11n, 0x20n]);
    expect(cookies({ tableId: 1 })).toEqual([0x20n]);
    expect(cookies({ outPort: 2 })).toEqual([0x10n, 0x20n]);
    expect(cookies({ cookie: 0x10n, cookieMask: 0xf0n })).toEqual([0x10n, 0x11n]);
    expect(cookies({ match: { ethType: 0x0800 } })).toEqual([0x10n, 0x11n]);
    expect(cookies({ match: { ethType: 0x0800, ipProto: 6, tcpDst: 80 } })).toEqual([0x10n]);
    expect(cookies({ match: { ethType: 0x0800, ipProto: 6, tcpDst: 81 } })).toEqual([]);
  });

  it("count packets and bytes, and tell how old a flow is", () => {
    const { model, inject, send, heard } = bench({}, "tcp,idle_timeout=60 actions=output:2");
    const frame = segment({ payload: new Uint8Array(10) });
    inject(frame);
    inject(frame);
    model.advance(1500);
    send(multipartRequest({ body: { type: "flow" } }));
    expect(heard()).toMatchObject([
      {
        body: {
          flows: [
            {
              packetCount: 2n,
              byteCount: BigInt(2 * frame.length),
              durationSec: 1,
              durationNsec: 500_000_000,
              idleTimeout: 60,
            },
          ],
        },
      },
    ]);
  });

  it("come in several messages when they do not fit one", () => {
    const { send, heard } = bench();
    for (let index = 0; index < 1200; index++) send(flowMod({ match: { inPort: 1, metadata: BigInt(index) } }));
    send(multipartRequest({ xid: 4, body: { type: "flow" } }));
    const replies = heard();
    expect(replies.length).toBeGreaterThan(1);
    let count = 0;
    for (const [index, reply] of replies.entries()) {
      if (reply.type !== "multipartReply" || reply.body.type !== "flow") throw new Error(reply.type);
      expect(reply).toMatchObject({ xid: 4, flags: index < replies.length - 1 ? 1 : 0 });
      count += reply.body.flows.length;
    }
    expect(count).toBe(1200);
  });
});

describe("ports", () => {
  it("that come, go and change are told of", () => {
    const { model, heard } = bench({ ports: [1, 2] });
    model.setPort(2, "down");
    model.setPort(2, "down");
    model.setPort(3, "up");
    model.setPort(1, "absent");
    model.setPort(9, "absent");
    expect(heard()).toMatchObject([
      { type: "portStatus", reason: 2, desc: { portNo: 2, state: 1 } },
      { type: "portStatus", reason: 0, desc: { portNo: 3, state: 4 } },
      { type: "portStatus", reason: 1, desc: { portNo: 1 } },
    ]);
  });

  it("that are down let nothing in or out", () => {
    const { model, inject } = bench({}, "actions=FLOOD");
    model.setPort(3, "down");
    expect(ports(inject(segment()))).toEqual([2, 4]);
    expect(inject(segment(), 3)).toEqual([]);
  });
});
