/** The numbers of the worked scenarios, in the space of each party. */
import { describe, expect, it } from "vitest";
import { cookieOf } from "../../../src/migration/cookie.ts";
import { explainHistory } from "../../../src/migration/history/index.ts";
import { encodeEffect } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { decodeFrame, segmentFrame } from "../../../src/tcp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { ACK, letters, SYN } from "../machine/scene.ts";
import { client, mssAndScale, ports, server } from "../scene.ts";
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

  it("C01: has four spaces in a chain: the client's, and those of three servers", () => {
    const targets = { second: { switchPort: ports.target }, third: { switchPort: 4 } };
    const config: ConnectionConfig = { service: { origin: { switchPort: ports.origin }, targets }, lateMoves: true };
    const run = new RecordedRun({ x: 4294963200, y: 16, z: 2882400001 }, config).toReady().data(1000);
    run.verdict({ action: "migrate", target: "second" }).targetSynAck().barrier().barrier();
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "third" }).barrier();
    run.at = 11_000;
    // What the flows show the controller on purpose.
    const shown = cookieOf({ tag: 0x544d, epoch: 0, role: 9, connection: 1 });
    run.client({ seq: 4294964201, ack: 17, payload: letters(4000) }, shown);
    run.target({ seq: 2882400002, ack: 905, payload: letters(9000) }, shown);
    run.client({ seq: 905, ack: 9017 }, shown).client({ seq: 905, ack: 9017, payload: letters(20) }, shown);
    const synAck = { seq: 5, ack: 905, flags: SYN | ACK, window: 65160, options: mssAndScale };
    run
      .packet(4, segmentFrame({ from: server, to: client, ...synAck }))
      .barrier()
      .barrier();
    // 5000 bytes of the client's and 9000 of the server's: cNxt = 4294963201 + 5000 − 2³² = 905, sNxt = 17 + 9000 = 9017.
    // D12 = 17 − 2882400002 + 2³² = 1412567311; D13 = 9017 − 6 = 9011.
    expect(segmentsOf(run.history).slice(-10).map(told)).toEqual([
      "switch>origin 4294963201,17 = 4294963201,17",
      "client>target:second 4294964201,17 = 4294964201,2882400002",
      "target:second>client 2882400002,905 = 17,905",
      "client>target:second 905,9017 = 905,2882409002",
      "client>switch 905,9017 = 905,9017",
      "switch>target:third 904,0 = 904,0",
      "target:third>switch 5,905 = 5,905",
      "switch>target:third 905,6 = 905,6",
      "switch>target:third 905,9017 = 905,6",
      "switch>target:second 905,2882409002 = 905,2882409002",
    ]);
    const letter = explainHistory(run.history, "mermaid").match(/participant \w+ as \w+/g);
    expect(letter).toEqual([
      "participant C as Client",
      "participant S as Switch",
      "participant O as Server",
      "participant T as second",
      "participant T2 as third",
    ]);
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

describe("servers at one port", () => {
  it("are told apart by their VLANs", () => {
    const targets = { other: { switchPort: 2, vlan: 30 }, second: { switchPort: 2, vlan: 20 } };
    const config: ConnectionConfig = { service: { origin: { switchPort: ports.origin }, targets } };
    const vlans = [{ tpid: 0x8100, pcp: 0, dei: false, vid: 20 }];
    const run = new RecordedRun({}, config).toHold().verdict({ action: "migrate", target: "second" });
    run.targetSynAck({ vlans }).barrier().barrier();
    run.target({ vlans, ack: 1019, payload: letters(5) });
    expect(run.phase).toBe("migrated");
    expect(segmentsOf(run.history).slice(4).map(told)).toEqual([
      "switch>target:second 1000,0 = 1000,0",
      "target:second>switch 3000,1001 = 3000,1001",
      "switch>target:second 1001,3001 = 1001,3001",
      "switch>target:second 1001,5001 = 1001,3001",
      "switch>origin 1001,5001 = 1001,5001",
      "target:second>client 3001,1019 = 5001,1019",
    ]);
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
