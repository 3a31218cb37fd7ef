import { describe, expect, it } from "vitest";
import { ACK, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

/** What was released in one piece: every byte that went through the table, by its place. */
function released(run: Run): string {
  const bytes: (string | undefined)[] = [];
  for (const { tcp, frame, port } of run.sent) {
    if (port !== 0xfffffff9) continue;
    frame.payload.forEach((byte, index) => {
      const place = tcp.seq + index - 1001;
      if (bytes[place] !== undefined) throw new Error(`byte ${place} twice`);
      bytes[place] = String.fromCharCode(byte);
    });
  }
  return Array.from(bytes, (byte) => byte ?? ".").join("");
}

function at(from: number, length: number, text = letters(length, from)) {
  return { seq: 1001 + from, flags: PSH | ACK, payload: text };
}

const alphabet = "abcdefghijklmnopqrstuvwxyzabcd";

describe("held data", () => {
  it.each([
    ["in order", [at(0, 10), at(10, 10), at(20, 10)]],
    ["backwards", [at(20, 10), at(10, 10), at(0, 10)]],
    ["with repetitions", [at(0, 10), at(0, 10), at(10, 10), at(20, 10), at(10, 10)]],
    ["cut anew", [at(0, 10), at(0, 25), at(20, 10), at(5, 12)]],
    ["with a gap that is filled last", [at(0, 10), at(20, 10), at(10, 10)]],
  ])("that came %s is released once and in order", (_, segments) => {
    const run = new Run().toReady();
    for (const segment of segments) run.client(segment);
    run.verdict().targetSynAck().barrier().barrier();
    expect(released(run)).toBe(alphabet);
    expect(run.sent.at(-1)).toMatchObject({ port: 1, tcp: { flags: RST | ACK, seq: 1001, ack: 5001 } });
    expect(run.state?.progress.clientNext).toBe(1031);
  });

  it("asks about what follows without a gap, and only when there is more of it", () => {
    const run = new Run().toReady();
    const asked = (segment: ReturnType<typeof at>) =>
      run.client(segment).effects.flatMap((effect) => (effect.type === "inspect" ? [effect.payload.length] : []));
    expect(asked(at(10, 10))).toEqual([]);
    expect(run.phase).toBe("hold");
    expect(asked(at(0, 10))).toEqual([20]);
    expect(asked(at(0, 10))).toEqual([]);
    expect(asked(at(30, 5))).toEqual([]);
    expect(asked(at(20, 10))).toEqual([35]);
  });

  it("says that it is complete when a FIN follows without a gap", () => {
    const run = new Run().toReady().client(at(0, 10));
    run.client({ seq: 1011, flags: FIN | ACK });
    expect(run.effects).toMatchObject([{ type: "inspect", complete: true, payload: letters(10) }]);
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5001+10", "table:FA 1011,5001+0", "s1:RA 1001,5001+0"]);
    // The FIN took a number, too.
    expect(run.state?.progress.clientNext).toBe(1012);
  });

  it("never changes once it is held", () => {
    const run = new Run().toReady().client(at(0, 10));
    run.client(at(5, 15, letters(15, 0)));
    expect(run.reports).toEqual(["HELD_CONFLICT"]);
    // A segment that reaches back before the held data may not rewrite it either.
    run.client({ seq: 996, flags: ACK, payload: letters(30, 3) });
    expect(run.reports).toEqual(["HELD_CONFLICT"]);
    run.client(at(5, 15)).verdict().targetSynAck().barrier().barrier();
    expect(released(run)).toBe(alphabet.slice(0, 20));
  });

  it("stops at 64 segments", () => {
    const run = new Run().toReady();
    for (let index = 0; index < 64; index++) expect(run.client(at(index, 1)).reports).toEqual([]);
    expect(run.client(at(64, 1)).reports).toEqual(["HELD_FULL"]);
    expect(run.state?.held).toHaveLength(64);
  });

  it("stops at the bytes that the limits say", () => {
    const run = new Run({}, { ...plainConfig, limits: { heldBytes: 25 } }).toReady();
    run.client(at(0, 10)).client(at(10, 10)).client(at(20, 10));
    expect(run.reports).toEqual(["HELD_FULL"]);
    run.verdict().targetSynAck().barrier().barrier();
    expect(released(run)).toBe(alphabet.slice(0, 20));
    // The client will send the rest again, and the forward flow takes it along.
    expect(run.state?.progress.clientNext).toBe(1021);
  });

  it.each([
    ["beyond server 1's window", { seq: 1001 + 65160 }],
    ["that acknowledges what server 1 has not sent", { seq: 1001, ack: 5002 }],
    ["that acknowledges nothing of this connection", { seq: 1001, ack: 5000 }],
  ])("does not include data %s", (_, fields) => {
    const run = new Run().toReady().data(10, fields);
    expect(run.effects).toEqual([]);
    expect(run.phase).toBe("ready");
    run.data().data(10, fields);
    expect(run.state?.held).toHaveLength(1);
  });

  it("beyond the new server's first window stays with the client", () => {
    const run = new Run().toReady().client(at(0, 10)).client(at(10, 10)).verdict().targetSynAck({ window: 15 });
    run.barrier().barrier();
    expect(released(run)).toBe(alphabet.slice(0, 10));
    expect(run.state?.progress.clientNext).toBe(1011);
  });

  it("goes on with the window that the client told last", () => {
    const run = new Run().toHold().client({ seq: 1019, window: 77 }).verdict().targetSynAck().barrier();
    expect(run.sent[0]?.tcp).toMatchObject({ seq: 1001, ack: 3001, window: 77, flags: ACK });
  });

  it("is held although the ACK before it was lost, and server 1 gets that ACK", () => {
    const run = new Run().syn().synAck().data();
    expect(run.story).toEqual(["s1:A 1001,5001+0"]);
    expect(run.phase).toBe("hold");
    expect(run.effects.some(({ type }) => type === "inspect")).toBe(true);
  });

  it("makes a zero-window probe a request of one byte, not a keepalive", () => {
    const run = new Run().toReady().client({ payload: letters(1) });
    expect(run.phase).toBe("hold");
  });

  it("does not begin with a keepalive", () => {
    const run = new Run().toReady().client({ seq: 1000, payload: letters(1) });
    expect(run.story).toEqual(["s1:A 1000,5001+1"]);
    expect(run.phase).toBe("ready");
    expect(run.data().state?.progress.clientNext).toBe(1001);
  });

  it("is not passed by when a FIN comes before it", () => {
    const run = new Run().toReady().client({ seq: 1019, flags: FIN | ACK });
    expect(run.story).toEqual([]);
    expect(run.phase).toBe("hold");
    expect(run.data().effects).toMatchObject([{ type: "inspect", complete: true }]);
  });
});

describe("while data is held", () => {
  it("server 1 is not heard: not its SYN-ACK, keepalive, data or FIN", () => {
    const run = new Run().toHold();
    expect(run.synAck().effects).toEqual([]);
    expect(run.origin({ seq: 5000 }).effects).toEqual([]);
    expect(run.origin({ payload: letters(9) }).effects).toEqual([]);
    expect(run.origin({ flags: FIN | ACK }).effects).toEqual([]);
    expect(run.phase).toBe("hold");
  });

  it("a reset of server 1 leaves only the new server", () => {
    const run = new Run().toHold().origin({ ack: 0, flags: RST });
    expect(run.reports).toEqual(["ORIGIN_GONE"]);
    run.verdict().targetSynAck().barrier().barrier();
    // Nobody is left there to be reset.
    expect(run.story).toEqual(["table:PA 1001,5001+18"]);
    expect(run.phase).toBe("migrated");
  });

  it("a reset of server 1 resets the client when there is no new server", () => {
    const run = new Run().toHold().origin({ ack: 0, flags: RST }).verdict({ action: "forward" });
    expect(run.story).toEqual(["client:RA 5001,1001+0"]);
    expect(run.phase).toBe("dead");
  });

  it("an inexact reset of server 1's means nothing", () => {
    const run = new Run().toHold().origin({ seq: 5100, ack: 0, flags: RST });
    expect(run.effects).toEqual([]);
    expect(run.state?.originGone).toBe(false);
  });

  it("the client's end also ends what was dialled, and the flows that were made", () => {
    const reset = { seq: 1019, ack: 0, flags: RST };
    expect(new Run().toDial().client(reset).story).toEqual(["s1:RA 1001,5001+0", "s2:R 1001,0+0"]);
    expect(new Run().toArm().client(reset).story).toEqual(["delete", "barrier", "s1:RA 1001,5001+0", "s2:R 1001,0+0"]);
    expect(new Run().toFwdArm().client(reset).story).toEqual(["delete", "barrier", "s1:RA 1001,5001+0"]);
  });

  it("a switch that is lost loses it, and the client's repetition is held anew", () => {
    const run = new Run().toHold().event({ type: "switchLost", at: 5, dpid: 7n });
    expect(run.phase).toBe("ready");
    run.event({ type: "switchBack", at: 6, dpid: 7n }).data();
    expect(run.phase).toBe("hold");
  });
});

describe("server 1 that has spoken", () => {
  const greeted = () =>
    new Run()
      .toReady()
      .origin({ payload: letters(100) })
      .client({ seq: 1001, ack: 5101 });

  it("keeps the connection by default", () => {
    const run = greeted().data(18, { ack: 5101 }).verdict();
    expect(run.reports).toEqual(["FORWARDED"]);
    expect(run.effects[0]).toMatchObject({ reasons: [{ code: "SERVER_SPOKE_FIRST" }] });
    expect(run.story).toEqual(["clientSynTrap", "plainToServer", "plainToClient", "barrier"]);
  });

  const tolerant = {
    ...plainConfig,
    service: { ...plainConfig.service, policy: { serverSpokeFirst: "accept" as const } },
  };

  it("may lose it by policy, once the client has acknowledged every word", () => {
    const run = new Run({}, tolerant).toReady().origin({ payload: letters(100) });
    run.data(18, { ack: 5001 }).verdict();
    expect(run.effects[0]).toMatchObject({ code: "FORWARDED" });
    const later = new Run({}, tolerant).toReady().origin({ payload: letters(100) });
    // The client's data was sent before the greeting came; its acknowledgment follows. D = 5101 − 3001.
    later.data(18, { ack: 5001 }).client({ seq: 1019, ack: 5101 }).verdict().targetSynAck().barrier().barrier();
    expect(later.story).toEqual(["table:PA 1001,5101+18", "s1:RA 1001,5101+0"]);
    expect(later.effects).toContainEqual(expect.objectContaining({ numbers: { e: 0, d: 2100, released: 18 } }));
  });
});

describe("a SYN", () => {
  it("reaches server 1 without what no hand-over could continue, each time the same", () => {
    const options = [
      { type: "mss", value: 1460 },
      { type: "sackPermitted" },
      { type: "timestamps", value: 1, echo: 0 },
      { type: "nop" },
      { type: "windowScale", shift: 7 },
    ] as const;
    const run = new Run().syn({ options });
    const first = run.sent[0];
    expect(first?.tcp.options.filter(({ type }) => type !== "nop")).toEqual([options[0], options[4]]);
    expect(run.syn({ options }).sent).toEqual([first]);
  });

  it("stays as it is in the lazy regime, and what was agreed on is judged", () => {
    const options = [
      { type: "mss", value: 1460 },
      { type: "timestamps", value: 1, echo: 0 },
    ] as const;
    const run = new Run({}, { ...plainConfig, regime: "lazy" }).syn({ options });
    expect(run.sent[0]?.tcp.options.slice(0, 2)).toEqual(options);
    run
      .synAck({ options: [options[0], { type: "timestamps", value: 9, echo: 1 }] })
      .client({})
      .data()
      .verdict();
    expect(run.effects[0]).toMatchObject({ code: "FORWARDED", reasons: [{ code: "TS_NEGOTIATED" }] });
  });

  it("that is signed is left alone", () => {
    const run = new Run().syn({ options: [{ type: "md5", digest: new Uint8Array(16) }] });
    expect(run.story).toEqual(["s1:S 1000,0+0", "clientSynTrap", "plainToServer", "plainToClient"]);
    expect(run.phase).toBe("nonMig");
  });

  it("answered by another SYN leaves the connection alone", () => {
    const run = new Run().syn().origin({ seq: 5000, ack: 0, flags: SYN });
    expect(run.story).toEqual(["client:S 5000,0+0", "clientSynTrap", "plainToServer", "plainToClient"]);
    expect(run.phase).toBe("nonMig");
  });
});
