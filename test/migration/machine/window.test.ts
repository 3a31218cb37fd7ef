/** Windows at a hand-over: the client's, server 1's and the new server's. */
import { describe, expect, it } from "vitest";
import { ACK, letters, PSH, plainConfig, Run } from "./scene.ts";

const software = { ...plainConfig, dataPlane: "software" } as const;

describe("a client without room", () => {
  it("tells the new server so: the third segment of the handshake has its latest window", () => {
    const run = new Run().toDial().client({ seq: 1019, window: 0 });
    // Kept, and passed to nobody.
    expect(run.sent).toEqual([]);
    run.targetSynAck().barrier();
    expect(run.sent).toMatchObject([{ port: 2, tcp: { flags: ACK, seq: 1001, ack: 3001, window: 0 } }]);
  });

  it("tells the new server when it has room again before the hand-over", () => {
    const run = new Run().toDial().client({ seq: 1019, window: 0 }).client({ seq: 1019, window: 77 });
    run.targetSynAck().barrier();
    expect(run.sent).toMatchObject([{ port: 2, tcp: { window: 77 } }]);
  });

  it("is probed by the new server alone", () => {
    const run = new Run({}, software).toDial().client({ seq: 1019, window: 0 });
    // One byte of server 1's, a probe: absorbed, as everything else that it says.
    expect(run.origin({ seq: 5001, ack: 1001, payload: letters(1) }).sent).toEqual([]);
    run
      .targetSynAck()
      .barrier()
      .target({ seq: 3001, ack: 1019, payload: letters(1) });
    expect(run.story).toEqual(["client:A 5001,1019+1"]);
  });

  it("does not say anything by an older acknowledgment", () => {
    const run = new Run().toHold();
    run.client({ seq: 1019, ack: 5001, window: 300 }).client({ seq: 1019, ack: 4999, window: 0 });
    expect(run.state?.progress.window).toBe(300);
  });
});

describe("a server without room", () => {
  it("lets one byte in, a probe, and that is held: its client may go on with the new server", () => {
    const run = new Run().toReady().origin({ window: 0 }).data(1);
    expect(run.phase).toBe("hold");
    expect(run.sent).toEqual([]);
  });

  it("lets nothing else in", () => {
    const run = new Run().toReady().origin({ window: 0 });
    expect(run.data(10, { seq: 1002 }).phase).toBe("ready");
  });

  it.each([
    [0, []],
    [1460, [1460]],
    [2000, [1460]],
    [3000, [1460, 1460, 80]],
  ])("gets of 3000 held bytes the first %i that its SYN-ACK has room for, in whole segments", (window, lengths) => {
    const run = new Run().toReady();
    for (const seq of [1001, 2461, 3921]) {
      run.client({ seq, flags: PSH | ACK, payload: letters(seq === 3921 ? 80 : 1460) });
    }
    run.verdict().targetSynAck({ window }).barrier().barrier();
    const released = run.sent.filter(({ port }) => port === 0xfffffff9);
    expect(released.map(({ frame }) => frame.payload.length)).toEqual(lengths);
    // The rest is the client's to send again: nobody has acknowledged it.
    const sum = lengths.reduce((total, length) => total + length, 0);
    expect(run.state?.progress.clientNext).toBe(1001 + sum);
    expect(run.state?.held).toEqual([]);
  });
});
