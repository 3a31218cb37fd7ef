/** What is held of the client's data, for how long, and in which order it goes on. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { ACK, FIN, letters, PSH, plainConfig, Run } from "../machine/scene.ts";
import { mssAndScale } from "../scene.ts";

/** The bytes that server 1 or the new server has been sent so far, and what the machine asked about last. */
function asked(run: Run): { readonly seq: number; readonly length: number; readonly complete: boolean } | undefined {
  const effect = run.effects.find(({ type }) => type === "inspect");
  return effect?.type === "inspect"
    ? { seq: effect.seq, length: effect.payload.length, complete: effect.complete }
    : undefined;
}

describe("the first flight of a client", () => {
  it("is ten segments of 1460 bytes, and all of it can be decided about", () => {
    // x = 4294960000: cNxt = 4294960001; the sixth segment begins at 4294960001 + 5 · 1460 − 2³² = 5, behind the wrap.
    const run = new Run({ x: 4294960000 }).toReady();
    const seqs = [4294960001, 4294961461, 4294962921, 4294964381, 4294965841, 5, 1465, 2925, 4385, 5845];
    seqs.forEach((seq, index) => {
      // No PSH before the last one: it says nothing about where a request ends.
      run.client({ seq, flags: index === 9 ? PSH | ACK : ACK, payload: letters(1460, index * 1460) });
      expect(asked(run)).toEqual({ seq: 4294960001, length: 1460 * (index + 1), complete: false });
    });
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual([
      ...seqs.map((seq, index) => `table:${index === 9 ? "PA" : "A"} ${seq},5001+1460`),
      // Server 1 has had nothing of it.
      "s1:RA 4294960001,5001+0",
    ]);
    // 4294960001 + 14600 − 2³² = 7305
    expect(run.state?.progress.clientNext).toBe(7305);
  });

  it("may be decided about by its beginning; what follows before the hand-over goes along", () => {
    const run = new Run().toReady().data(1460).verdict();
    expect(run.story).toEqual(["s2:S 1000,0+0"]);
    run.data(1460, { seq: 2461 });
    // Decided already: nobody is asked again.
    expect(run.effects).toEqual([]);
    run.targetSynAck().data(100, { seq: 3921 }).barrier(run.state?.pending?.barrier).barrier();
    expect(run.story).toEqual([
      "table:PA 1001,5001+1460",
      "table:PA 2461,5001+1460",
      "table:PA 3921,5001+100",
      "s1:RA 1001,5001+0",
    ]);
  });
});

describe("the order of held data", () => {
  it("is that of distances from its beginning, not of numbers", () => {
    // cNxt = 4294967290. 4 is 10 bytes behind it, 4294967294 is 4 bytes behind it.
    const run = new Run({ x: 4294967289 }).toReady();
    run.client({ seq: 4, payload: letters(6, 10) });
    run.client({ seq: 4294967294, payload: letters(6, 4) });
    expect(asked(run)).toBeUndefined();
    run.client({ seq: 4294967290, payload: letters(4) });
    // 4 + 6 + 6
    expect(asked(run)).toEqual({ seq: 4294967290, length: 16, complete: false });
    run.verdict({ action: "forward" }).barrier();
    expect(run.story).toEqual(["s1:A 4294967290,5001+4", "s1:A 4294967294,5001+6", "s1:A 4,5001+6"]);
  });

  it("lets a FIN follow in its place, also across the wrap", () => {
    // cNxt = 4294967291; five bytes end at 4294967296 = 0, the FIN takes 0 and the next number is 1.
    const run = new Run({ x: 4294967290 }).toReady();
    run.client({ seq: 4294967291, payload: letters(5) }).client({ seq: 0, flags: FIN | ACK });
    expect(asked(run)).toEqual({ seq: 4294967291, length: 5, complete: true });
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual(["table:A 4294967291,5001+5", "table:FA 0,5001+0", "s1:RA 4294967291,5001+0"]);
    expect(run.state?.progress.clientNext).toBe(1);
  });
});

describe("an acknowledgment in held data", () => {
  /** Server 1 has greeted with 40 bytes, and the policy knows a new server that does not: sNxt = 5041. */
  const config: ConnectionConfig = {
    ...plainConfig,
    service: { ...plainConfig.service, policy: { serverSpokeFirst: "accept" } },
  };
  const greeted = () => new Run({}, config).toReady().origin({ payload: letters(40) });

  it("that is older than another one of the client's is brought up to it, checksum and all", () => {
    const run = greeted().data(10, { ack: 5001 }).data(10, { seq: 1011, ack: 5021 }).client({ seq: 1021, ack: 5041 });
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5041+10", "table:PA 1011,5041+10", "s1:RA 1001,5041+0"]);
    expect(run.sent.map(({ tcp }) => tcp.checksumValid)).toEqual([true, true, true]);
  });

  it("is not brought up to what the client has not said: 20 bytes would be lost", () => {
    const run = greeted().data(10, { ack: 5001 }).data(10, { seq: 1011, ack: 5021 }).verdict();
    expect(run.reports).toEqual(["FORWARDED"]);
    expect(run.story).toEqual(["clientSynTrap", "plainToServer", "plainToClient", "barrier"]);
    // To server 1 as it came: it can repeat them.
    expect(run.barrier().story).toEqual(["s1:PA 1001,5001+10", "s1:PA 1011,5021+10"]);
  });
});

describe("held data meets bounds", () => {
  it("of 65536 bytes: 44 segments of 1460, and of the 45th nothing", () => {
    // 44 · 1460 = 64240; 45 · 1460 = 65700. Server 1 scales its 65160 by 7, so that its window is none here.
    const run = new Run().toReady().origin({ window: 65160 });
    for (let index = 0; index < 44; index++) {
      expect(run.client({ seq: 1001 + 1460 * index, payload: letters(1460) }).reports).toEqual([]);
    }
    expect(run.client({ seq: 65241, payload: letters(1460) }).reports).toEqual(["HELD_FULL"]);
    // 65536 − 64240 = 1296 bytes have room still.
    expect(run.client({ seq: 65241, payload: letters(1296) }).reports).toEqual([]);
    expect(run.client({ seq: 66537, payload: letters(1) }).reports).toEqual(["HELD_FULL"]);
  });

  it("of server 1's window: its last byte is in, the next one is not", () => {
    // The window field of a SYN-ACK is never scaled: 300 bytes from 1001 on are 1001 … 1300.
    const run = new Run().syn().synAck({ window: 300 }).client({});
    expect(run.client({ seq: 1301, payload: letters(1) }).phase).toBe("ready");
    expect(run.client({ seq: 1300, payload: letters(1) }).phase).toBe("hold");
  });

  it("of server 1's later windows, which are scaled: 3 · 2⁷ = 384 bytes, 1001 … 1384", () => {
    const run = new Run().toReady().origin({ window: 3 });
    expect(run.client({ seq: 1385, payload: letters(1) }).phase).toBe("ready");
    expect(run.client({ seq: 1384, payload: letters(1) }).phase).toBe("hold");
  });

  it("of time: a second, and server 1 gets it", () => {
    const run = new Run();
    run.at = 500;
    run.toHold();
    run.at = 900;
    run.data(10, { seq: 1019 });
    // Counted from the first byte.
    expect(run.deadline).toBe(1500);
    run.at = 1499;
    expect(run.wait(0).effects).toEqual([]);
    expect(run.wait(1).reports).toEqual(["VERDICT_MISSING", "FORWARDED"]);
    expect(run.barrier().story).toEqual(["s1:PA 1001,5001+18", "s1:PA 1019,5001+10"]);
  });
});

describe("what is dropped is not lost", () => {
  it("where the switch goes away: the client repeats it and it is held again, from the same number", () => {
    const run = new Run({ x: 4294967295 }).toHold();
    run.event({ type: "switchLost", at: 0, dpid: 7n });
    expect(run.state?.held).toEqual([]);
    run.event({ type: "switchBack", at: 5, dpid: 7n });
    run.at = 200;
    run.data();
    expect(asked(run)).toEqual({ seq: 0, length: 18, complete: false });
  });

  it("where the new server has no room: 65 bytes are two segments of 30, and the third waits with its client", () => {
    const run = new Run().toReady();
    for (const seq of [1001, 1031, 1061]) run.data(30, { seq });
    run.verdict().targetSynAck({ window: 65 }).barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5001+30", "table:PA 1031,5001+30", "s1:RA 1001,5001+0"]);
    // The repetition finds the forward flow; where it does not yet, the planner sends it through the table.
    run.at = 300;
    run.data(30, { seq: 1061 });
    expect(run.story).toEqual(["table:PA 1061,5001+30"]);
  });
});

describe("a keepalive", () => {
  it("is the byte before the next one, and is none of the request", () => {
    const run = new Run({ x: 4294967295 }).toReady();
    // x + 1 = 0; the byte before is 4294967295, the SYN's own number.
    run.client({ seq: 4294967295, payload: letters(1) });
    expect(run.story).toEqual(["s1:A 4294967295,5001+1"]);
    run.data();
    run.client({ seq: 4294967295, payload: letters(1), window: 99 });
    // While data is held it is answered by nobody; its window is kept.
    expect(run.effects).toEqual([]);
    expect(run.state?.progress).toMatchObject({ window: 99, clientNext: 0 });
  });
});

it("holds frames as they came: identification, hops, options and all", () => {
  // NOP and window scale: four bytes.
  const options = mssAndScale.slice(1);
  const run = new Run().toReady();
  const frame = run.clientFrame({ flags: PSH | ACK, payload: letters(3), options });
  run.packet(3, { ...frame, ...(frame.ipv4 && { ipv4: { ...frame.ipv4, identification: 4711, ttl: 17 } }) });
  run.verdict({ action: "forward" }).barrier();
  const [sent] = run.sent;
  expect(sent?.frame.ipv4).toMatchObject({ identification: 4711, ttl: 17 });
  expect(sent?.tcp.options).toEqual(options);
});
