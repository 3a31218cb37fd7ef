import { describe, expect, it } from "vitest";
import { ErrorType, FlowModFailedCode, FlowModFlags, FlowRemovedReason, flowMod } from "../../src/ofp/index.ts";
import { bench, ports, segment } from "./switch-support.ts";

describe("looking up", () => {
  it("takes the flow of the highest priority, whatever the order in which they came", () => {
    const flows = ["priority=5 actions=output:2", "priority=7,tcp actions=output:3", "priority=6,tcp actions=output:4"];
    for (const order of [flows, [...flows].reverse()]) {
      expect(ports(bench({}, ...order).inject(segment()))).toEqual([3]);
    }
  });

  it("drops what no flow matches, without a word to the controller", () => {
    const { inject, heard } = bench({}, "udp actions=output:2");
    expect(inject(segment())).toEqual([]);
    expect(heard()).toEqual([]);
  });

  it("looks at the bits of a mask and at no others", () => {
    const flow =
      "ip,nw_dst=10.0.0.0/24,nw_src=0.0.0.1/0.0.0.1,dl_dst=00:00:00:00:00:00/01:00:00:00:00:00 actions=output:2";
    const { inject } = bench({}, flow);
    expect(inject(segment())).toHaveLength(1);
    expect(inject(segment({ to: { mac: "02:00:00:00:00:00", ip: "10.0.0.9", port: 1 } }))).toHaveLength(1);
    expect(inject(segment({ to: { mac: "03:00:00:00:00:00", ip: "10.0.0.9", port: 1 } }))).toEqual([]);
    expect(inject(segment({ to: { mac: "02:00:00:00:00:00", ip: "10.0.1.9", port: 1 } }))).toEqual([]);
    expect(inject(segment({ from: { mac: "02:00:00:00:00:00", ip: "10.0.0.2", port: 1 } }))).toEqual([]);
  });

  it("looks at TCP flags, with and without a mask", () => {
    const { inject } = bench(
      {},
      "priority=2,tcp,tcp_flags=syn actions=output:2",
      "priority=1,tcp,tcp_flags=+fin actions=output:3",
    );
    expect(ports(inject(segment({ flags: 0x02 })))).toEqual([2]);
    expect(inject(segment({ flags: 0x12 }))).toEqual([]);
    expect(ports(inject(segment({ flags: 0x11 })))).toEqual([3]);
  });
});

describe("adding", () => {
  it("replaces a flow of the same match and priority, and keeps its counters", () => {
    const { model, inject, send } = bench({}, "cookie=1,priority=5,tcp actions=output:2");
    inject(segment());
    send("cookie=2,priority=5,tcp actions=output:3");
    expect(ports(inject(segment()))).toEqual([3]);
    expect(model.flows()).toMatchObject([{ cookie: 2n, packetCount: 2n }]);
    send("cookie=3,priority=5,reset_counts,tcp actions=output:4");
    expect(model.flows()).toMatchObject([{ cookie: 3n, packetCount: 0n, byteCount: 0n }]);
  });

  it("takes a match for the same whatever the order of its fields and its masks of nothing", () => {
    const { model, send } = bench({}, "priority=5,ip,in_port=1 actions=output:2");
    send(flowMod({ priority: 5, match: { reg0: { value: 0, mask: 0 }, ethType: 0x0800, inPort: 1 } }));
    expect(model.flows()).toHaveLength(1);
  });

  it("says nothing of a flow that it replaces", () => {
    const { send, heard } = bench({}, "send_flow_rem,tcp actions=output:2");
    send("tcp actions=output:3");
    expect(heard()).toEqual([]);
  });

  it("refuses an overlap when it is asked to", () => {
    const { model, send, heard } = bench({}, "priority=5,in_port=1 actions=output:2");
    send("priority=5,check_overlap,tcp actions=output:3");
    expect(heard()).toMatchObject([{ errorType: ErrorType.flowModFailed, code: FlowModFailedCode.overlap }]);
    // Another priority, a contradiction, or the same flow again: no overlap.
    send("priority=6,check_overlap,tcp actions=output:3");
    send("priority=5,check_overlap,in_port=2,tcp actions=output:3");
    send("priority=5,check_overlap,in_port=1 actions=output:3");
    expect(heard()).toEqual([]);
    expect(model.flows()).toHaveLength(3);
  });

  it("has an end", () => {
    const { model, send, heard } = bench(
      { maxFlows: 2 },
      "in_port=1 actions=output:2",
      "table=1,in_port=2 actions=drop",
    );
    send("in_port=3 actions=output:2");
    expect(heard()).toMatchObject([{ errorType: ErrorType.flowModFailed, code: FlowModFailedCode.tableFull }]);
    send("in_port=1 actions=output:3");
    expect(heard()).toEqual([]);
    expect(model.flows()).toHaveLength(2);
  });
});

describe("modifying", () => {
  const FLOWS = [
    "cookie=0x1,priority=5,tcp,tp_dst=80 actions=output:2",
    "cookie=0x2,priority=6,tcp actions=output:2",
    "cookie=0x3,priority=5,udp actions=output:2",
  ];
  const portsOf = (flows: readonly { instructions: readonly unknown[] }[]) =>
    flows.map(({ instructions }) => JSON.stringify(instructions).replace(/.*"port":(\d+).*/, "$1"));

  it("changes the actions of every flow that is at least as specific, and nothing else of it", () => {
    const { model, send, inject } = bench({}, ...FLOWS);
    inject(segment());
    send("modify cookie=0x9,idle_timeout=9,tcp actions=output:3");
    expect(portsOf(model.flows())).toEqual(["3", "3", "2"]);
    expect(model.flows()).toMatchObject([
      { cookie: 2n, idleTimeout: 0, packetCount: 1n },
      { cookie: 1n },
      { cookie: 3n },
    ]);
  });

  it("changes the one of the same match and priority, when it is strict", () => {
    const { model, send } = bench({}, ...FLOWS);
    send("modify_strict priority=6,tcp actions=output:3", "modify_strict priority=4,udp actions=output:3");
    expect(portsOf(model.flows())).toEqual(["3", "2", "2"]);
  });

  it("keeps to the cookies that it is told", () => {
    const { model, send } = bench({}, ...FLOWS);
    send("modify cookie=0x1/0x1 actions=output:3");
    expect(portsOf(model.flows())).toEqual(["2", "3", "3"]);
  });

  it("adds nothing when there is nothing to change", () => {
    const { model, send, heard } = bench();
    send("modify tcp actions=output:3");
    expect(model.flows()).toEqual([]);
    expect(heard()).toEqual([]);
  });

  it("clears counters when it is asked to", () => {
    const { model, send, inject } = bench({}, "tcp actions=output:2");
    inject(segment());
    send("modify reset_counts,tcp actions=output:2");
    expect(model.flows()).toMatchObject([{ packetCount: 0n, byteCount: 0n }]);
  });
});

describe("deleting", () => {
  const FLOWS = [
    "cookie=0x1,priority=5,tcp,tp_dst=80 actions=output:2",
    "cookie=0x2,priority=6,tcp actions=output:3",
    "table=1,cookie=0x3,priority=5,udp actions=write_actions(output:2)",
  ];
  const left = (...commands: string[]) => {
    const { model, send, heard } = bench({}, ...FLOWS);
    send(...commands);
    expect(heard()).toEqual([]);
    return model.flows().map(({ cookie }) => Number(cookie));
  };

  it("takes every flow that is at least as specific", () => {
    expect(left("delete table=0,tcp")).toEqual([3]);
    expect(left("delete tcp,tp_dst=80")).toEqual([2, 3]);
    expect(left("delete udp")).toEqual([2, 1]);
    expect(left("delete table=0,udp")).toEqual([2, 1, 3]);
    expect(left("delete ")).toEqual([]);
  });

  it("takes the one of the same match and priority, when it is strict", () => {
    expect(left("delete_strict table=0,priority=6,tcp")).toEqual([1, 3]);
    expect(left("delete_strict table=0,priority=5,tcp")).toEqual([2, 1, 3]);
  });

  it("keeps to the cookies and outputs that it is told", () => {
    expect(left("delete cookie=0x1/0x1")).toEqual([2]);
    expect(left("delete out_port=2")).toEqual([2]);
    expect(left("delete cookie=0x3/0x3,out_port=2")).toEqual([2, 1]);
  });

  it("tells of flows that asked for it, with what they had counted", () => {
    const { send, inject, heard, model } = bench(
      {},
      "cookie=0x7,priority=5,idle_timeout=60,send_flow_rem,tcp actions=output:2",
      "priority=4,tcp actions=output:3",
    );
    const frame = segment();
    inject(frame);
    model.advance(2500);
    send("delete ");
    expect(heard()).toEqual([
      {
        type: "flowRemoved",
        xid: 0,
        cookie: 7n,
        priority: 5,
        reason: FlowRemovedReason.delete,
        tableId: 0,
        durationSec: 2,
        durationNsec: 500_000_000,
        idleTimeout: 60,
        hardTimeout: 0,
        packetCount: 1n,
        byteCount: BigInt(frame.length),
        match: { ethType: 0x0800, ipProto: 6 },
      },
    ]);
  });
});

describe("time", () => {
  it("ends a flow that was idle for long enough, and tells of it", () => {
    const { model, inject, heard } = bench({}, "idle_timeout=10,send_flow_rem,tcp actions=output:2");
    model.advance(9000);
    inject(segment());
    model.advance(9999);
    expect(model.flows()).toHaveLength(1);
    model.advance(1);
    expect(model.flows()).toEqual([]);
    expect(heard()).toMatchObject([{ type: "flowRemoved", reason: FlowRemovedReason.idleTimeout, durationSec: 19 }]);
  });

  it("ends a flow that is old enough, however busy", () => {
    const { model, inject, heard } = bench({}, "hard_timeout=10,idle_timeout=10,send_flow_rem,tcp actions=output:2");
    model.advance(9000);
    inject(segment());
    model.advance(1000);
    expect(heard()).toMatchObject([{ type: "flowRemoved", reason: FlowRemovedReason.hardTimeout }]);
  });

  it("does not end flows without timeouts, and says nothing of flows that did not ask", () => {
    const { model, heard } = bench({}, "tcp actions=output:2", "idle_timeout=1,udp actions=output:2");
    model.advance(1e9);
    expect(model.flows()).toHaveLength(1);
    expect(heard()).toEqual([]);
  });

  it("runs shorter once a FIN or RST has passed a flow with fin_timeout", () => {
    for (const flags of [0x11, 0x14]) {
      const flow = "idle_timeout=600,tcp actions=fin_timeout(idle_timeout=10,hard_timeout=30),output:2";
      const { model, inject } = bench({}, flow);
      inject(segment());
      expect(model.flows()).toMatchObject([{ idleTimeout: 600, hardTimeout: 0 }]);
      inject(segment({ flags }));
      expect(model.flows()).toMatchObject([{ idleTimeout: 10, hardTimeout: 30 }]);
    }
  });

  it("is never made longer by fin_timeout", () => {
    const flow = "idle_timeout=5,tcp actions=fin_timeout(idle_timeout=10),output:2";
    const { model, inject } = bench({}, flow);
    inject(segment({ flags: 0x11 }));
    expect(model.flows()).toMatchObject([{ idleTimeout: 5, hardTimeout: 0 }]);
  });
});

it("keeps the flags of a flow for those who ask", () => {
  const { model } = bench({}, "send_flow_rem,check_overlap,tcp actions=drop");
  expect(model.flows()).toMatchObject([{ flags: FlowModFlags.sendFlowRem | FlowModFlags.checkOverlap }]);
});
