/** The numbers of the worked scenarios, in the space of each party. */
import { describe, expect, it } from "vitest";
import { encodeEffect } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { decodeFrame } from "../../../src/tcp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { ACK } from "../machine/scene.ts";
import { ports } from "../scene.ts";
import { RecordedRun, segmentsOf, told } from "./recorded.ts";

describe("the history of a hand-over", () => {
  it.each([
    // [x, y, z]: the release with the ack that the new server sees; a byte of the new server's with the seq that the client sees.
    ["A01", [1000, 5000, 3000], "1001,5001 = 1001,3001", "3001,1019 = 5001,1019"],
    ["A02", [1000, 3000, 5000], "1001,3001 = 1001,5001", "5001,1019 = 3001,1019"],
    ["A03", [1000, 7000, 7000], "1001,7001 = 1001,7001", "7001,1019 = 7001,1019"],
    // x + 1 wraps to 0; D = 50
    ["A04", [4294967295, 100, 50], "0,101 = 0,51", "51,18 = 101,18"],
    // y + 1 wraps to 0; D = −17
    ["A05", [10, 4294967295, 16], "11,0 = 11,17", "17,29 = 0,29"],
    // z + 1 wraps to 0; D = 17
    ["A06", [10, 16, 4294967295], "11,17 = 11,0", "0,29 = 17,29"],
    ["A07", [1, 0, 4294967295], "2,1 = 2,0", "0,20 = 1,20"],
    ["A08", [1, 4294967295, 0], "2,0 = 2,1", "1,20 = 0,20"],
  ] as const)("%s", (_, [x, y, z], release, answer) => {
    const run = new RecordedRun({ x, y, z }).toMigrated();
    run.target({ ack: (x + 19) % 2 ** 32, payload: new Uint8Array(5) });
    const [syn, synAck, ack, held, dial, accepted, complete, released, reset, byte] = segmentsOf(run.history).map(told);
    const [x1, y1, z1] = [x, y, z].map((isn) => (isn + 1) % 2 ** 32);
    expect([syn, synAck, ack]).toEqual([
      `client>origin ${x},0 = ${x},0`,
      `origin>client ${y},${x1} = ${y},${x1}`,
      `client>origin ${x1},${y1} = ${x1},${y1}`,
    ]);
    expect(held).toBe(`client>switch ${x1},${y1} = ${x1},${y1}`);
    expect([dial, accepted, complete]).toEqual([
      `switch>target:second ${x},0 = ${x},0`,
      `target:second>switch ${z},${x1} = ${z},${x1}`,
      `switch>target:second ${x1},${z1} = ${x1},${z1}`,
    ]);
    expect(released).toBe(`switch>target:second ${release}`);
    expect(reset).toBe(`switch>origin ${x1},${y1} = ${x1},${y1}`);
    expect(byte).toBe(`target:second>client ${answer}`);
  });

  it("has the same numbers when the planner shifts them itself", () => {
    const config: ConnectionConfig = { ...new RecordedRun().config, dataPlane: "software" };
    const run = new RecordedRun({}, config).toMigrated();
    run.target({ ack: 1019, payload: new Uint8Array(5) }).client({ seq: 1019, ack: 5006 });
    expect(segmentsOf(run.history).slice(-4).map(told)).toEqual([
      "switch>target:second 1001,3001 = 1001,3001",
      "switch>origin 1001,5001 = 1001,5001",
      "target:second>client 3001,1019 = 5001,1019",
      "client>target:second 1019,5006 = 1019,3006",
    ]);
  });

  it("C01: names the third server and its numbers in a chain", () => {
    const service = {
      origin: { switchPort: 1 },
      targets: { second: { switchPort: ports.target }, third: { switchPort: 4 } },
      defaultTarget: "second",
    };
    // x = 4294963200, y = 16, z2 = 2882400001: D12 = 16 − 2882400001 + 2³² = 1412567311.
    const config: ConnectionConfig = { service, lateMoves: true, timing: { settleMs: 100 } };
    const run = new RecordedRun({ x: 4294963200, y: 16, z: 2882400001 }, config).toMigrated();
    expect(segmentsOf(run.history).map(told).at(-2)).toBe("switch>target:second 4294963201,17 = 4294963201,2882400002");
  });

  it("knows a server with an address of its own by it", () => {
    const own = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
    const service = {
      origin: { switchPort: 1 },
      targets: { other: { switchPort: 1 }, second: { switchPort: 1, ...own } },
    };
    const run = new RecordedRun({}, { service, timing: {} }, own)
      .toHold()
      .verdict({ action: "migrate", target: "second" });
    const segments = segmentsOf(run.history);
    expect(segments.at(-1)).toMatchObject({ from: "switch", to: "target:second" });
    expect(run.history.parties.at(-1)).toMatchObject({ name: "second", ip: "10.0.0.2", port: 22222, switchPort: 1 });
  });
});

describe("what the history says about the switch's flows", () => {
  it.each([
    [{ x: 1000, y: 5000, z: 3000 }, 5000],
    [{ x: 4294967040, y: 4294967280, z: 128 }, 4294967280],
    [{ x: 77, y: 3, z: 4294967000 }, 3],
  ])("is what a switch does: %o", (numbers) => {
    const model = createModelSwitch({ ports: [1, 2, 3], datapathId: 7n });
    const run = new RecordedRun(numbers);
    const left: string[] = [];
    const carryOut = (): void => {
      for (const effect of run.effects) {
        const bytes = encodeEffect(effect);
        if (bytes.length > 0) model.receive(bytes);
      }
      for (const { port, frame } of model.take().out) {
        const { tcp } = decodeFrame(frame);
        left.push(`${port} ${tcp?.seq},${tcp?.ack}`);
      }
    };
    run.toHold();
    for (const act of [
      () => run.verdict(),
      () => run.targetSynAck(),
      () => run.barrier(),
      () => run.barrier(),
      // Strays, which go through the flows again.
      () => run.target({ payload: new Uint8Array(3) }),
      () => run.data(10, { seq: (numbers.x + 19) % 2 ** 32 }),
    ]) {
      act();
      carryOut();
    }
    const portOf = { client: 3, switch: 0, origin: 1, "target:second": 2 } as const;
    const [, , , , ...segments] = segmentsOf(run.history);
    const expected = segments
      .filter(({ to }) => to !== "switch")
      .map(({ to, received }) => `${portOf[to as keyof typeof portOf]} ${received.seq},${received.ack}`);
    expect(expected.length).toBe(6);
    expect(left).toEqual(expected);
  });
});

describe("relative numbers", () => {
  it("are those of each party's own handshake", () => {
    const run = new RecordedRun({ x: 4294967295, y: 100, z: 50 }).toMigrated();
    expect(run.history.bases).toEqual({
      client: { client: 4294967295, server: 100 },
      "target:second": { client: 4294967295, server: 50 },
    });
  });

  it("are guessed from the first segment of a connection that was joined late", () => {
    const run = new RecordedRun().client({ seq: 7000, ack: 9000, flags: ACK });
    expect(run.history.bases).toEqual({ client: { client: 6999, server: 8999 } });
  });
});
