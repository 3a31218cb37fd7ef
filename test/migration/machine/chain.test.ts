/** Chains of more than two servers. */
import { expect, it } from "vitest";
import { cookieOf } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { type SegmentFields, segmentFrame } from "../../../src/tcp/index.ts";
import { client, mssAndScale, server } from "../scene.ts";
import { ACK, letters, PSH, plainConfig, Run, SYN } from "./scene.ts";

const config: ConnectionConfig = {
  ...plainConfig,
  lateMoves: true,
  service: {
    origin: { switchPort: 1 },
    targets: { second: { switchPort: 2 }, third: { switchPort: 4 }, first: { switchPort: 1 } },
  },
};

const shown = cookieOf({ tag: 0x544d, epoch: 0, role: 9, connection: 1 });

function from(run: Run, port: number, fields: Partial<SegmentFields>): Run {
  const common = { from: server, to: client, seq: 0, ack: 0, flags: ACK, window: 500 };
  return run.packet(port, segmentFrame({ ...common, ...fields }), shown);
}

/** 10 bytes to the server at this port and 20 back, and then 30 bytes that a late move to `target` holds. */
function moveOn(run: Run, target: string, port: number, server: { seq: number; ack: number }, park = false): Run {
  run.at += 10_000;
  run.verdict({ action: "migrate", target, park }).barrier();
  run.at += 1000;
  const { clientNext = 0, serverNext = 0 } = run.state?.progress ?? {};
  run.client({ seq: clientNext, ack: serverNext, flags: PSH | ACK, payload: letters(10) }, shown);
  from(run, port, { seq: server.seq, ack: server.ack + 10, payload: letters(20) });
  return run.client({ seq: clientNext + 10, ack: serverNext + 20, flags: PSH | ACK, payload: letters(30) }, shown);
}

/** x = 1000, y = 5000, z2 = 3000, z3 = 7000. On the third server: cNxt = 1059, sNxt = 5021. */
function onThird(): Run {
  const run = new Run({}, config).toMigrated();
  moveOn(run, "third", 2, { seq: 3001, ack: 1019 });
  from(run, 4, { seq: 7000, ack: 1029, flags: SYN | ACK, window: 65160, options: mssAndScale });
  return run.barrier().barrier();
}

it("remembers the server before the last when a third hand-over fails", () => {
  const run = onThird();
  expect(run.phase).toBe("migrated");
  const before = run.state;
  moveOn(run, "second", 4, { seq: 7001, ack: 1059 });
  expect(run.story).toEqual(["delete", "delete", "s2:S 1068,0+0"]);
  run.wait(200).wait(400).wait(400);
  expect(run.barrier().phase).toBe("migrated");
  expect(run.state?.takeover).toEqual(before?.takeover);
  expect(run.state?.previous).toEqual(before?.previous);
  // The second server challenges a reset of long ago, in its own numbers: it gets the exact one.
  from(run, 2, { seq: 3021, ack: 1029, flags: ACK });
  expect(run.story).toEqual(["s2:RA 1029,3021+0"]);
});

it("forgets a server before the last once the connection has moved on", () => {
  expect(onThird().state?.beforePrevious).toBeUndefined();
});

it("hears the server before the last again when that is the next one", () => {
  const run = new Run({}, config).toMigrated();
  moveOn(run, "first", 2, { seq: 3001, ack: 1019 });
  // Without the guard against it, which would have stopped its SYN-ACK.
  expect(run.story).toEqual(["delete", "delete", "s1:S 1028,0+0"]);
  from(run, 1, { seq: 20_000, ack: 1029, flags: SYN | ACK, window: 65160, options: mssAndScale });
  run.barrier().barrier();
  expect(run.story).toEqual(["table:PA 1029,5021+30", "s2:RA 1029,3021+0"]);
});

it("hears a server again that waited for too long, however many had the connection since", () => {
  const run = new Run({}, config).toMigrated();
  moveOn(run, "third", 2, { seq: 3001, ack: 1019 }, true);
  from(run, 4, { seq: 7000, ack: 1029, flags: SYN | ACK, window: 65160, options: mssAndScale });
  run.barrier().barrier();
  moveOn(run, "first", 4, { seq: 7001, ack: 1059 });
  from(run, 1, { seq: 20_000, ack: 1069, flags: SYN | ACK, window: 65160, options: mssAndScale });
  run.barrier().barrier();
  expect(run.state?.parked.map(({ server }) => server)).toEqual(["second"]);
  // Five minutes after it was parked at 11 s.
  run.wait(290_000);
  expect(run.story).toEqual(["guard", "guardWatch", "delete", "s2:RA 1029,3021+0"]);
  expect(run.state?.released).toEqual(["second"]);
  moveOn(run, "second", 1, { seq: 20_001, ack: 1099 });
  // Both guards against it go before it is asked.
  expect(run.story).toEqual(["delete", "delete", "s2:S 1108,0+0"]);
  from(run, 2, { seq: 9000, ack: 1109, flags: SYN | ACK, window: 65160, options: mssAndScale });
  expect(run.barrier().barrier().phase).toBe("migrated");
  expect(run.state?.released).toEqual([]);
});

it("goes back to server 1, which was reset, as to any other server", () => {
  const run = onThird();
  moveOn(run, "first", 4, { seq: 7001, ack: 1059 });
  expect(run.story).toEqual(["s1:S 1068,0+0"]);
  // y' = 20000: what server 1 says is the new server's now.
  from(run, 1, { seq: 20_000, ack: 1069, flags: SYN | ACK, window: 65160, options: mssAndScale });
  expect(run.phase).toBe("arm");
  run.barrier().barrier();
  // Server 3: D = 5021 − 7001, so its next number is 5041 + 1980.
  expect(run.story).toEqual(["table:PA 1069,5041+30", "4:RA 1069,7021+0"]);
});

it("resets server 1 with the number that it tells when it challenges the client's next SYN after two moves", () => {
  const run = onThird();
  run.client({ seq: 70_000, ack: 0, flags: SYN });
  expect(run.sent.map(({ port }) => port)).toEqual([1]);
  // Its reset of long ago was lost: it waits for x + 1 + 18 = 1019.
  from(run, 1, { seq: 5001, ack: 1019 });
  expect(run.story).toEqual(["s1:RA 1019,5001+0"]);
  // Whoever forges SYNs gets it no more than three resets, the limit `originResets`.
  const more = [1, 2, 3].map(() => from(run, 1, { seq: 5001, ack: 1019 }).story);
  expect(more).toEqual([["s1:RA 1019,5001+0"], ["s1:RA 1019,5001+0"], []]);
  // Without a SYN what it says is worth nothing.
  expect(from(onThird(), 1, { seq: 5001, ack: 1019 }).effects).toEqual([]);
});

it("stops what a server says that had the connection two moves ago, and resets it exactly", () => {
  const run = onThird();
  moveOn(run, "first", 4, { seq: 7001, ack: 1059 });
  from(run, 1, { seq: 20_000, ack: 1069, flags: SYN | ACK, window: 65160, options: mssAndScale });
  run.barrier().barrier();
  expect(run.phase).toBe("migrated");
  // Five bytes of the second server's, which would fit the client's window: 5041 − D of the first, 5041 − 20001, is 20001.
  from(run, 2, { seq: 20_001, ack: 1029, payload: letters(5) });
  expect(run.story).toEqual(["s2:R 1029,0+0"]);
});
