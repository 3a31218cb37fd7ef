/** How a connection that has moved ends, and what stays of it for how long. x = 1000, y = 5000, z = 3000, D = 2000. */
import { describe, expect, it } from "vitest";
import { ACK, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "../machine/scene.ts";
import { actionsOf, flowOf } from "./scene.ts";

const software = { ...plainConfig, dataPlane: "software" } as const;

/** Answer of 100 bytes; the client at 1019, its next server byte 5101. */
function answered(): Run {
  const run = new Run({}, software).toMigrated();
  return run.target({ seq: 3001, ack: 1019, payload: letters(100) }).client({ seq: 1019, ack: 5101 });
}

describe("both FINs", () => {
  it("are counted in the client's numbers, and it is over when both are acknowledged", () => {
    const run = answered();
    // Server 2's FIN at 3101: the client's 5101, and 5102 is what the client acknowledges.
    expect(run.target({ seq: 3101, ack: 1019, flags: FIN | ACK }).story).toEqual(["client:FA 5101,1019+0"]);
    // Half closed: the client may go on sending.
    expect(run.client({ seq: 1019, ack: 5102, payload: letters(7) }).story).toEqual(["s2:A 1019,3102+7"]);
    expect(run.phase).toBe("migrated");
    // The client's FIN at 1026; 5102 − 2000 = 3102.
    expect(run.client({ seq: 1026, ack: 5102, flags: FIN | ACK }).story).toEqual(["s2:FA 1026,3102+0"]);
    expect(run.phase).toBe("closing");
    // 1027 acknowledges the FIN, 1026 would not.
    expect(run.target({ seq: 3102, ack: 1026 }).phase).toBe("closing");
    run.at = 30;
    expect(run.target({ seq: 3102, ack: 1027 })).toMatchObject({ phase: "linger", story: ["client:A 5102,1027+0"] });
    expect(run.deadline).toBe(60_030);
  });

  it("are over after a minute of silence also when the last ACK was not seen", () => {
    const run = answered().target({ seq: 3101, ack: 1019, flags: FIN | ACK });
    run.at = 100;
    run.client({ seq: 1019, ack: 5102, flags: FIN | ACK });
    expect(run.phase).toBe("closing");
    expect(run.deadline).toBe(60_100);
    expect(run.wait(60_000).phase).toBe("linger");
    expect(run.deadline).toBe(120_100);
  });

  it("may be one: data that follows still counts", () => {
    const run = answered().client({ seq: 1019, ack: 5101, flags: FIN | ACK });
    expect(run.target({ seq: 3101, ack: 1020, payload: letters(50) }).story).toEqual(["client:A 5101,1020+50"]);
    expect(run.phase).toBe("migrated");
  });
});

describe("what lingers", () => {
  const lingering = () => {
    const run = answered().target({ seq: 3101, ack: 1019, flags: FIN | ACK });
    run.client({ seq: 1019, ack: 5102, flags: FIN | ACK });
    return run.target({ seq: 3102, ack: 1020 });
  };

  it("still translates late segments, and does not live longer for them", () => {
    const run = lingering();
    run.at = 30_000;
    // The last ACK of the client's was lost: the FIN comes again, and its acknowledgment.
    expect(run.target({ seq: 3101, ack: 1020, flags: FIN | ACK }).story).toEqual(["client:FA 5101,1020+0"]);
    expect(run.client({ seq: 1020, ack: 5102 }).story).toEqual(["s2:A 1020,3102+0"]);
    expect(run.deadline).toBe(60_000);
    run.at = 59_999;
    expect(run.wait(0).effects).toEqual([]);
    expect(run.wait(1)).toMatchObject({ phase: "dead", story: ["delete", "barrier"], reports: ["ENDED"] });
  });

  it("makes way at once for the client's next connection, and takes its flows out before", () => {
    const run = lingering().client({ seq: 4294967295, ack: 0, flags: SYN });
    expect(run.story).toEqual(["delete", "barrier", "s1:S 4294967295,0+0"]);
    expect(run).toMatchObject({ phase: "syn", state: { generation: 2 } });
  });

  it("is ten seconds after a reset", () => {
    const run = answered();
    run.at = 1;
    // 3101 + 2000 = 5101, what the client expects.
    expect(run.target({ seq: 3101, ack: 0, flags: RST })).toMatchObject({
      story: ["client:R 5101,0+0"],
      phase: "linger",
    });
    expect(run.deadline).toBe(10_001);
  });
});

describe("a switch that shifts", () => {
  it("lets FINs pass by itself, shortens its flows' lives and tells when they end", () => {
    const run = new Run().toCommitted();
    const { actions } = { actions: actionsOf(run, "forward") };
    expect(actions.map(({ type }) => type)).toEqual(["decTcpAck", "finTimeout", "output"]);
    const forward = flowOf(run, "forward").cookie;
    run.barrier();
    // One direction has been silent for 60 s since its FIN, the other has not.
    run.at = 61_000;
    const gone = (cookie: bigint) => run.event({ type: "flowRemoved", at: run.at, dpid: 7n, cookie, reason: 0 });
    expect(gone(forward).phase).toBe("migrated");
    // Role 1 is forward, role 2 reverse.
    expect(gone(forward + (1n << 32n)).phase).toBe("linger");
    expect(run.deadline).toBe(71_000);
    expect(run.wait(10_000)).toMatchObject({ story: ["delete", "barrier"], phase: "dead" });
  });

  it("gets a flow back whose direction speaks again", () => {
    const run = new Run().toCommitted();
    const { cookie } = flowOf(run, "forward");
    run.barrier();
    run.at = 7_440_000;
    run.event({ type: "flowRemoved", at: run.at, dpid: 7n, cookie, reason: 0 });
    run.client({ seq: 1019, flags: PSH | ACK, payload: letters(3) });
    // 5001 − 2000 = 3001
    expect(run.story).toEqual(["s2:PA 1019,3001+3", "forward"]);
  });
});

describe("a client that uses its port again", () => {
  it("ends the old connection only by acknowledging what server 1 answered: 20001, and not 20002", () => {
    const run = new Run().toMigrated().client({ seq: 70_000, ack: 0, flags: SYN });
    run.origin({ seq: 20_000, ack: 70_001, flags: SYN | ACK });
    expect(run.client({ seq: 70_001, ack: 20_002 })).toMatchObject({ phase: "migrated", state: { generation: 1 } });
    run.client({ seq: 70_001, ack: 20_001 });
    // 18 bytes went to server 2, which expects 1019.
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1019,0+0", "s1:A 70001,20001+0"]);
    expect(run).toMatchObject({ phase: "ready", state: { generation: 2 } });
  });

  it("has five seconds for it", () => {
    const run = new Run().toMigrated();
    run.at = 100;
    run.client({ seq: 70_000, ack: 0, flags: SYN }).origin({ seq: 20_000, ack: 70_001, flags: SYN | ACK });
    expect(run.deadline).toBe(5100);
    run.at = 5100;
    expect(run.client({ seq: 70_001, ack: 20_001 })).toMatchObject({ phase: "migrated", state: { generation: 1 } });
  });
});
