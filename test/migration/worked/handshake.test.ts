/** The handshake with server 1, in order and in every other way. x = 1000, y = 5000 unless a test says otherwise. */
import { describe, expect, it } from "vitest";
import { ACK, FIN, letters, plainConfig, RST, Run, SYN } from "../machine/scene.ts";

describe("a SYN", () => {
  it("that is repeated reaches server 1 each time, until data is held", () => {
    const run = new Run();
    for (const step of ["syn", "synAck"] as const) {
      run[step]();
      expect(run.syn().story).toEqual(["s1:S 1000,0+0"]);
    }
    run.client({});
    // From here on server 1 would only challenge it.
    expect(run.syn().story).toEqual(["s1:S 1000,0+0"]);
    expect(run.data().syn().story).toEqual([]);
    expect(run.phase).toBe("hold");
  });

  it("with another number is a candidate while the handshake is under way, and wins by its own ACK", () => {
    // x' = 4294967295, y' = 4294967295: the ACK that proves it has both numbers 0.
    const run = new Run().syn().client({ seq: 4294967295, ack: 0, flags: SYN });
    expect(run.story).toEqual(["s1:S 4294967295,0+0"]);
    expect(run.phase).toBe("syn");
    run.origin({ seq: 4294967295, ack: 0, flags: SYN | ACK });
    expect(run.story).toEqual(["client:SA 4294967295,0+0"]);
    run.client({ seq: 0, ack: 0 });
    expect(run.story.at(-1)).toBe("s1:A 0,0+0");
    expect(run).toMatchObject({ phase: "ready", state: { generation: 2, clientIsn: 4294967295 } });
  });
});

describe("a SYN-ACK of server 1's", () => {
  it("that is repeated passes each time", () => {
    const run = new Run().syn().synAck();
    expect(run.synAck().story).toEqual(["client:SA 5000,1001+0"]);
    expect(run.client({}).synAck().story).toEqual(["client:SA 5000,1001+0"]);
    expect(run.phase).toBe("ready");
  });

  it("with another number makes the connection one that is left alone", () => {
    const run = new Run().syn().synAck().client({}).synAck({ seq: 6000 });
    expect(run.story[0]).toBe("client:SA 6000,1001+0");
    expect(run.phase).toBe("nonMig");
  });

  it("that acknowledges what was not sent is the client's to answer, and decides nothing", () => {
    // x + 1 = 1001, not 1002: server 1 still waits for another client of these addresses, or for a forged one.
    const run = new Run().syn().synAck({ seq: 4000, ack: 1002 });
    expect(run.story).toEqual(["client:SA 4000,1002+0"]);
    expect(run.phase).toBe("syn");
    // The client resets it, in numbers that server 1 knows, and its SYN begins a connection after all.
    expect(run.client({ seq: 1002, ack: 0, flags: RST }).story).toEqual(["s1:R 1002,0+0"]);
    expect(run.syn().story).toEqual(["s1:S 1000,0+0"]);
    expect(run.synAck().client({}).phase).toBe("ready");
  });

  it("that acknowledges data of the SYN leaves the connection alone: server 1 has had a request unseen", () => {
    // Shadow mode takes nothing out of a SYN. 1000 + 1 + 4 = 1005.
    const service = { ...plainConfig.service, shadow: true };
    const run = new Run({}, { ...plainConfig, service }).client({
      seq: 1000,
      ack: 0,
      flags: SYN,
      payload: Uint8Array.of(1, 2, 3, 4),
    });
    expect(run.synAck({ ack: 1005 }).story[0]).toBe("client:SA 5000,1005+0");
    expect(run.phase).toBe("nonMig");
  });

  it("takes x + 1 = 0 for what it is", () => {
    const run = new Run({ x: 4294967295 }).syn().synAck();
    expect(run.story).toEqual(["client:SA 5000,0+0"]);
    expect(run.phase).toBe("synAck");
  });
});

it("lets both sides open at once, and moves nothing then", () => {
  const run = new Run().syn().origin({ seq: 5000, ack: 0, flags: SYN });
  expect(run.story[0]).toBe("client:S 5000,0+0");
  expect(run.phase).toBe("nonMig");
  expect(run.client({ seq: 1000, ack: 5001, flags: SYN | ACK }).story).toEqual(["s1:SA 1000,5001+0"]);
});

describe("the client's ACK", () => {
  it("that is lost is made up for when data comes, with the window of that data", () => {
    const run = new Run({ x: 4294967295, y: 4294967295 }).syn().synAck().data(18, { window: 321 });
    // x + 1 = 0, y + 1 = 0
    expect(run.sent).toMatchObject([{ port: 1, tcp: { seq: 0, ack: 0, flags: ACK, window: 321 } }]);
    expect(run.phase).toBe("hold");
    // Nothing of the data has gone to server 1.
    expect(run.sent[0]?.frame.payload).toHaveLength(0);
  });

  it("with the wrong number establishes nothing", () => {
    const run = new Run().syn().synAck().client({ ack: 5002 });
    expect(run.effects).toEqual([]);
    expect(run.phase).toBe("synAck");
    expect(run.client({ ack: 5001 }).phase).toBe("ready");
  });

  it("is not waited for longer than five seconds from the SYN on", () => {
    const run = new Run();
    run.at = 700;
    expect(run.syn().deadline).toBe(5700);
    run.at = 4000;
    // Each phase has its own five seconds.
    expect(run.synAck().deadline).toBe(9000);
    run.at = 8999;
    expect(run.wait(0).phase).toBe("synAck");
    expect(run.wait(1).phase).toBe("dead");
  });
});

describe("an end before there was a request", () => {
  it.each([
    ["synAck", () => new Run().syn().synAck()],
    ["ready", () => new Run().toReady()],
  ])("by a FIN of the client's passes, and nothing moves any more (%s)", (_, start) => {
    const run = start().client({ flags: FIN | ACK });
    expect(run.story[0]).toBe("s1:FA 1001,5001+0");
    expect(run.phase).toBe("nonMig");
  });

  it("by a FIN of server 1's passes, too", () => {
    const run = new Run().toReady().origin({ flags: FIN | ACK });
    expect(run.story[0]).toBe("client:FA 5001,1001+0");
    expect(run.phase).toBe("nonMig");
  });

  it("by an exact reset passes and ends it", () => {
    expect(new Run().toReady().client({ seq: 1001, ack: 0, flags: RST })).toMatchObject({
      story: ["s1:R 1001,0+0"],
      phase: "dead",
    });
    expect(new Run().toReady().origin({ seq: 5001, ack: 0, flags: RST })).toMatchObject({
      story: ["client:R 5001,0+0"],
      phase: "dead",
    });
    // Server 1 refuses a SYN with seq 0 and ack x + 1.
    expect(new Run().syn().origin({ seq: 0, ack: 1001, flags: RST | ACK })).toMatchObject({
      story: ["client:RA 0,1001+0"],
      phase: "dead",
    });
  });

  it.each([
    ["client", { seq: 1002, ack: 0, flags: RST }, "s1:R 1002,0+0"],
    ["origin", { seq: 5002, ack: 0, flags: RST }, "client:R 5002,0+0"],
  ] as const)("by a reset of the %s that is one off passes and ends nothing here", (side, fields, passed) => {
    const run = new Run().toReady()[side](fields);
    expect(run).toMatchObject({ story: [passed], phase: "ready" });
  });
});

describe("server 1 that speaks first", () => {
  it("passes and is counted: y = 4294967290 and 20 bytes make 15", () => {
    // 4294967290 + 1 + 20 − 2³² = 15
    const run = new Run({ y: 4294967290 }).toReady().origin({ payload: letters(20) });
    expect(run.story).toEqual(["client:A 4294967291,1001+20"]);
    expect(run.state?.progress.serverNext).toBe(15);
    run.client({ ack: 15 }).data(18, { ack: 15 }).verdict();
    // 15 − 4294967290 − 1 + 2³² = 20
    expect(run.effects[0]).toMatchObject({ reasons: [{ code: "SERVER_SPOKE_FIRST", numbers: { server: 20 } }] });
  });

  it("with a keepalive has said nothing", () => {
    const run = new Run().toReady().origin({ seq: 5000, payload: letters(1) });
    expect(run.story).toEqual(["client:A 5000,1001+1"]);
    expect(run.state?.progress.serverNext).toBe(5001);
    expect(run.data().verdict().phase).toBe("dial");
  });
});

it("takes a SYN with data or a FIN beside it for no beginning", () => {
  const run = new Run().client({ seq: 1000, ack: 0, flags: SYN | FIN });
  expect(run.phase).toBe("dead");
  expect(run.story).toEqual(["s1:SF 1000,0+0"]);
});
