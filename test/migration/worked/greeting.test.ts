/** Services whose servers speak first: whose greeting the client hears, and where the numbers go on behind the other one. */
import { describe, expect, it } from "vitest";
import {
  type ConnectionConfig,
  connectionFromJSON,
  connectionToJSON,
  type ReportedFlow,
} from "../../../src/migration/index.ts";
import { settingsOf } from "../../../src/migration/machine/config.ts";
import { recover } from "../../../src/migration/recovery/recover.ts";
import { type SegmentFields, segmentFrame } from "../../../src/tcp/index.ts";
import { ACK, FIN, greetingConfig, letters, PSH, plainConfig, RST, Run, SYN } from "../machine/scene.ts";
import { client, mssAndScale, server } from "../scene.ts";
import { shiftsOf } from "./scene.ts";

const text = (line: string): Uint8Array => Uint8Array.from(line, (character) => character.charCodeAt(0));

function withBanner(banner: "equal" | "line", change: Partial<ConnectionConfig> = {}): ConnectionConfig {
  const profile = { speaksFirst: { maxBannerBytes: 100, banner } };
  return { ...plainConfig, service: { ...plainConfig.service, profile }, ...change };
}

/** x = 1000, y = 5000, z = 3000; server 1 says 20 bytes, 5001 to 5020: sNxt = 5021. */
const greet = (config = greetingConfig) => new Run({}, config).toGreet();

describe("G01: the same greeting of both servers", () => {
  it("is heard once: D = 5021 − (3001 + 20) = 2000", () => {
    const run = greet();
    expect(run.phase).toBe("greet");
    expect(run.story).toEqual(["s2:A 1001,3001+0"]);
    // No flow leads to the client yet, so what the new server says can only come here.
    run.target({ flags: PSH | ACK, payload: letters(20) });
    expect(run.story).toEqual([
      "s2:A 1001,3021+0",
      ...["targetRstTrap", "guardWatch", "guard", "clientSynTrap", "targetSynTrap", "reverse", "barrier"],
    ]);
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "incTcpSeq", delta: 2000 }]);
    run.barrier();
    expect(run.story).toEqual(["s2:A 1001,3021+0", "forward", "barrier"]);
    expect(shiftsOf(run, "forward")).toEqual([{ type: "decTcpAck", delta: 2000 }]);
    run.barrier();
    expect(run.story).toEqual(["table:PA 1001,5021+18", "s1:RA 1001,5021+0"]);
    expect(run.phase).toBe("migrated");
  });

  it("comes in pieces, twice and in the wrong order, and each segment is acknowledged as far as there is no gap", () => {
    const run = greet();
    const piece = (from: number, to: number) => run.target({ seq: 3001 + from, payload: letters(20).slice(from, to) });
    expect(piece(15, 20).story).toEqual(["s2:A 1001,3001+0"]);
    expect(piece(4, 9).story).toEqual(["s2:A 1001,3001+0"]);
    expect(piece(4, 9).story).toEqual(["s2:A 1001,3001+0"]);
    expect(piece(0, 6).story).toEqual(["s2:A 1001,3010+0"]);
    expect(piece(0, 6).story).toEqual(["s2:A 1001,3010+0"]);
    // A keepalive of one byte before the first.
    expect(run.target({ seq: 3000, payload: Uint8Array.of(0) }).story).toEqual(["s2:A 1001,3010+0"]);
    expect(run.phase).toBe("greet");
    expect(piece(2, 17).story[0]).toBe("s2:A 1001,3021+0");
    expect(run.phase).toBe("arm");
    const [barrier] = run.barriers;
    // Repeated while the switch is prepared: the acknowledgment that follows the barrier answers it.
    expect(piece(0, 20).effects).toEqual([]);
    expect(run.barrier(barrier).story[0]).toBe("s2:A 1001,3021+0");
  });

  it("is the same for bundles, and for a planner that shifts", () => {
    const bundled = greet({ ...greetingConfig, bundles: true }).target({ payload: letters(20) });
    expect(bundled.story.slice(-1)).toEqual(["bundle"]);
    const id = bundled.effects.at(-1)?.id;
    expect(bundled.barrier(id).story).toEqual(["s2:A 1001,3021+0", "table:PA 1001,5021+18", "s1:RA 1001,5021+0"]);

    const software = greet({ ...greetingConfig, dataPlane: "software" }).target({ payload: letters(20) });
    expect(software.story.slice(1)).toEqual(["guardWatch", "guard", "reverse", "forward", "barrier"]);
    software.barrier();
    expect(software.story).toEqual(["s2:A 1001,3021+0", "s2:PA 1001,3021+18", "s1:RA 1001,5021+0"]);
    expect(software.target({ seq: 3021, ack: 1019, payload: letters(4) }).story).toEqual(["client:A 5021,1019+4"]);
    expect(software.client({ seq: 1019, ack: 5025 }).story).toEqual(["s2:A 1019,3025+0"]);
  });
});

describe("G02: numbers that wrap", () => {
  it("inside of both greetings: y = 4294967290, z = 4294967293, ten bytes each", () => {
    const run = new Run({ y: 4294967290, z: 4294967293 }, greetingConfig).toGreet(letters(10));
    // sNxt = 4294967291 + 10 − 2³² = 5, z + 1 = 4294967294.
    expect(run.story).toEqual(["s2:A 1001,4294967294+0"]);
    run.target({ seq: 4294967294, payload: letters(2) });
    expect(run.story).toEqual(["s2:A 1001,0+0"]);
    run.target({ seq: 0, payload: letters(8, 2) });
    // vSnd = 4294967294 + 10 − 2³² = 8. D = 5 − 8 = −3.
    expect(run.story[0]).toBe("s2:A 1001,8+0");
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "decTcpSeq", delta: 3 }]);
    run.barrier();
    expect(shiftsOf(run, "forward")).toEqual([{ type: "incTcpAck", delta: 3 }]);
    expect(run.barrier().story).toEqual(["table:PA 1001,5+18", "s1:RA 1001,5+0"]);
  });

  it("at the end of one of them: y = 4294967285, z = 4294967285, ten bytes: sNxt = vSnd = 0, and nothing is shifted", () => {
    const run = new Run({ y: 4294967285, z: 4294967285 }, greetingConfig).toGreet(letters(10));
    run.target({ seq: 4294967286, payload: letters(10) });
    expect(run.story[0]).toBe("s2:A 1001,0+0");
    expect(shiftsOf(run, "reverse")).toEqual([]);
  });
});

describe("G03: a line of its own", () => {
  const line = withBanner("line");
  const said = text("220 one ready\r\n");

  it("may have another length: 15 bytes of server 1, 21 of the new one, D = 5016 − (3001 + 21) = 1994", () => {
    const run = new Run({}, line).toGreet(said);
    run.target({ payload: text("220 another, ready.\r\n") });
    expect(run.story[0]).toBe("s2:A 1001,3022+0");
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "incTcpSeq", delta: 1994 }]);
    run.barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5016+18", "s1:RA 1001,5016+0"]);
  });

  it("may be a reply of several lines, each in a segment of its own", () => {
    const run = new Run({}, line).toGreet(said);
    run.target({ payload: text("220-Welcome.\r\n") });
    run.target({ seq: 3015, payload: text("220-220 is no end\r\n") });
    run.target({ seq: 3034, payload: text(" 220 neither\r\n") });
    expect(run.phase).toBe("greet");
    // 14 + 19 + 14 + 9 = 56
    run.target({ seq: 3048, payload: text("220 Now\r\n") });
    expect(run.story[0]).toBe("s2:A 1001,3057+0");
    expect(run.phase).toBe("arm");
  });

  it("is not followed by anything", () => {
    const run = new Run({}, line).toGreet(said).target({ payload: text("220 a\r\n500 b\r\n") });
    expect(run.reports).toContain("BANNER_UNFIT");
    expect(run.phase).toBe("fwdArm");
  });

  it("must have been whole when server 1 said it", () => {
    const run = new Run({}, line).toGreeted(text("220-one\r\n")).verdict();
    expect(run.phase).toBe("fwdArm");
    expect(run.effects).toMatchObject([
      { code: "FORWARDED", reasons: [{ code: "SERVER_SPOKE_FIRST" }] },
      {},
      {},
      {},
      {},
    ]);
  });

  it.each(["+OK pop ready\r\n", "* OK imap\n", "220\r\n", "22-\n"])("is any text up to its line feed: %j", (other) => {
    expect(new Run({}, line).toGreet(said).target({ payload: text(other) }).phase).toBe("arm");
  });
});

describe("G04: a greeting that does not come as it must takes everything back", () => {
  const back = ["s2:R 1001,0+0", "clientSynTrap", "plainToServer", "plainToClient", "barrier"];
  it.each([
    ["with other bytes", { payload: letters(20, 1) }],
    ["that is longer", { payload: letters(21) }],
    ["and a FIN", { flags: FIN | ACK, payload: letters(20) }],
    ["that is only a FIN", { flags: FIN | ACK }],
  ])("%s", (_, fields) => {
    const run = greet().target(fields);
    expect(run.story).toEqual(back);
    expect(run.reports).toEqual(["BANNER_UNFIT", "FORWARDED"]);
    // Server 1, who has noticed nothing, gets the request.
    expect(run.barrier().story).toEqual(["s1:PA 1001,5021+18"]);
  });

  it("that says two things about one byte", () => {
    const run = greet().target({ payload: letters(3) });
    expect(run.target({ seq: 3002, payload: letters(3) }).story).toEqual(back);
  });

  it("in time: acknowledged again after 200 and 600 ms, over after a second", () => {
    const run = greet().target({ payload: letters(7) });
    expect(run.deadline).toBe(200);
    expect(run.wait(200).story).toEqual(["s2:A 1001,3008+0"]);
    expect(run.deadline).toBe(600);
    expect(run.wait(400).story).toEqual(["s2:A 1001,3008+0"]);
    expect(run.deadline).toBe(1000);
    expect(run.wait(400).story).toEqual(back);
    expect(run.reports).toEqual(["BANNER_UNFIT", "FORWARDED"]);
  });

  it("with a reset at exactly its next number, or one that acknowledges our SYN", () => {
    const run = greet().target({ payload: letters(7) });
    // Before its 7 bytes it is no exact one.
    expect(run.target({ seq: 3001, ack: 0, flags: RST }).phase).toBe("greet");
    expect(run.target({ seq: 3008, ack: 0, flags: RST }).story).toEqual(back.slice(1));
    expect(greet().target({ seq: 0, flags: RST | ACK }).phase).toBe("fwdArm");
  });

  it("within the bound of the profile, for a line that does not end", () => {
    const run = new Run({}, withBanner("line")).toGreet(text("hi\n"));
    expect(run.target({ payload: letters(100) }).phase).toBe("greet");
    expect(run.target({ seq: 3101, payload: letters(1) }).story).toEqual(back);
  });

  it("nor with data that acknowledges another connection, which is passed over", () => {
    expect(greet().target({ ack: 4242, payload: letters(20) })).toMatchObject({ phase: "greet", effects: [] });
  });
});

describe("G05: what the new server may repeat", () => {
  it("its SYN-ACK, which is acknowledged again", () => {
    const run = greet()
      .target({ payload: letters(7) })
      .targetSynAck();
    expect(run.story).toEqual(["s2:A 1001,3008+0"]);
    expect(run.phase).toBe("greet");
  });

  it("with another number, from which on it greets anew", () => {
    const run = greet().target({ payload: letters(7) });
    expect(run.targetSynAck({ seq: 9000 }).story).toEqual(["s2:A 1001,9001+0"]);
    // D = 5021 − 9021
    run.target({ seq: 9001, payload: letters(20) });
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "decTcpSeq", delta: 4000 }]);
    // Once the switch is being armed, its next greeting would find its way to the client.
    expect(run.targetSynAck({ seq: 9500 }).reports).toEqual(["BANNER_UNFIT", "FORWARDED"]);
  });

  it("with options that do not fit, which takes everything back", () => {
    expect(greet().targetSynAck({ seq: 9000, options: [] }).reports).toEqual(["TARGET_UNFIT", "FORWARDED"]);
  });
});

describe("G06: the client", () => {
  it("is held only when it has acknowledged every byte, and gets what is missing from server 1 until then", () => {
    const run = new Run({}, greetingConfig).toReady().origin({ payload: letters(20) });
    expect(run.story).toEqual(["client:A 5001,1001+20"]);
    // Asked before the greeting was there: nobody gets it, and the client will send it again.
    expect(run.data(18, { ack: 5001 })).toMatchObject({ phase: "ready", effects: [] });
    expect(run.data(18, { ack: 5011 })).toMatchObject({ phase: "ready", effects: [] });
    expect(run.origin({ seq: 5011, payload: letters(10, 10) }).story).toEqual(["client:A 5011,1001+10"]);
    run.data(18, { ack: 5021 });
    expect(run.phase).toBe("hold");
    expect(run.verdict().story).toEqual(["s2:S 1000,0+0"]);
  });

  it("that asks before server 1 has said a word hears the new server's greeting: D = 5001 − 3001", () => {
    const run = new Run({}, greetingConfig).toHold();
    // Server 1's greeting comes too late.
    expect(run.origin({ payload: letters(20) }).effects).toEqual([]);
    run.verdict().targetSynAck();
    expect(run.phase).toBe("arm");
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "incTcpSeq", delta: 2000 }]);
  });

  it("stays with a new server that it may have heard, even when the switch refuses the commit", () => {
    const run = new Run({}, greetingConfig).toHold().verdict().targetSynAck().barrier();
    // From here on the new server may greet, and the switch brings that to the client.
    expect(run.story).toEqual(["s2:A 1001,3001+0", "forward", "barrier"]);
    const [barrier] = run.barriers;
    expect(run.error(run.flowId("forward")).story).toEqual([]);
    expect(run.reports).toEqual(["SWITCH_ERROR"]);
    expect(run.barrier(barrier).phase).toBe("migrated");
    // Without its flow the held request comes back, is carried, and asks for the flow once more.
    expect(run.client({ seq: 1001, ack: 5001, flags: PSH | ACK, payload: letters(18) }).story).toEqual([
      "s2:PA 1001,3001+18",
      "forward",
    ]);
  });

  it("goes back to server 1 after that when it had been greeted", () => {
    const run = greet()
      .target({ payload: letters(20) })
      .barrier();
    run.error(run.flowId("forward"));
    expect(run.reports).toEqual(["SWITCH_ERROR", "FORWARDED"]);
  });

  it("may send more, a FIN and keepalives while the new server greets", () => {
    const run = greet().client({ seq: 1019, ack: 5021, flags: PSH | ACK, payload: letters(5) });
    run.client({ seq: 1024, ack: 5021, flags: FIN | ACK }).client({ seq: 1000, ack: 5021 });
    run
      .target({ payload: letters(20) })
      .barrier()
      .barrier();
    expect(run.story).toEqual([
      ...["table:PA 1001,5021+18", "table:PA 1019,5021+5", "table:FA 1024,5021+0"],
      "s1:RA 1001,5021+0",
    ]);
  });

  it("that gives up ends both servers exactly", () => {
    const run = greet().target({ payload: letters(7) });
    run.client({ seq: 1019, ack: 0, flags: RST });
    expect(run.story).toEqual(["s1:RA 1001,5021+0", "s2:R 1001,0+0"]);
    expect(run.phase).toBe("dead");
  });
});

describe("G07: server 1", () => {
  it("that says more than a greeting keeps the connection", () => {
    const run = new Run({}, greetingConfig).toReady().origin({ payload: letters(101) });
    run.client({ ack: 5102 }).data(18, { ack: 5102 }).verdict();
    expect(run.effects[0]).toMatchObject({
      code: "FORWARDED",
      reasons: [{ code: "SERVER_SPOKE_FIRST", numbers: { server: 101 } }],
    });
  });

  it("keeps it where no profile says that it greets", () => {
    const run = new Run({}, plainConfig).toGreeted().verdict();
    expect(run.effects[0]).toMatchObject({ reasons: [{ code: "SERVER_SPOKE_FIRST", level: "refused" }] });
  });

  it("may repeat its greeting in other pieces", () => {
    const run = new Run({}, greetingConfig).toReady();
    run
      .origin({ seq: 5011, payload: letters(10, 10) })
      .origin({ payload: letters(12) })
      .origin({ payload: letters(20) });
    run
      .client({ ack: 5021 })
      .data(18, { ack: 5021 })
      .verdict()
      .targetSynAck()
      .target({ payload: letters(20) });
    expect(run.phase).toBe("arm");
  });

  it("that resets while the new server greets leaves the connection to that one", () => {
    const run = greet().origin({ seq: 5021, ack: 0, flags: RST });
    expect(run.reports).toEqual(["ORIGIN_GONE"]);
    run
      .target({ payload: letters(20) })
      .barrier()
      .barrier();
    expect(run.story).toEqual(["table:PA 1001,5021+18"]);
  });
});

describe("G08: the switch", () => {
  it("that goes and comes back finds the new server where it was", () => {
    const run = greet().target({ payload: letters(7) });
    run.event({ type: "switchLost", at: 100, dpid: 7n });
    expect(run.deadline).toBeUndefined();
    run.at = 5000;
    run.event({ type: "switchBack", at: 5000, dpid: 7n });
    expect(run.story).toEqual(["s2:A 1001,3008+0"]);
    expect(run.deadline).toBe(5200);
    expect(run.target({ seq: 3008, payload: letters(13, 7) }).phase).toBe("arm");
  });

  it("is not needed to go on from JSON in the middle of a greeting", () => {
    const run = greet()
      .target({ seq: 3006, payload: letters(7, 5) })
      .target({ payload: letters(3) });
    const { state } = run;
    if (!state) throw new Error("no state");
    const again = connectionFromJSON(JSON.parse(JSON.stringify(connectionToJSON(state))), ["second", "third"]);
    expect(again).toEqual(state);
    run.state = again;
    expect(run.target({ seq: 3004, payload: letters(17, 3) }).phase).toBe("arm");
  });
});

describe("G09: a chain", () => {
  const config = { ...greetingConfig, lateMoves: true };

  it("of three servers hears one greeting: D13 = 5041 − (7001 + 20) = −1980", () => {
    const run = new Run({}, config)
      .toGreet()
      .target({ payload: letters(20) })
      .barrier()
      .barrier();
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "third" }).barrier();
    run.at = 11_000;
    run.client({ seq: 1019, ack: 5021, flags: PSH | ACK, payload: letters(10) });
    run.target({ seq: 3021, ack: 1029, payload: letters(20) });
    run.client({ seq: 1029, ack: 5041, flags: PSH | ACK, payload: letters(30) });
    expect(run.story).toEqual(["4:S 1028,0+0"]);
    const third = (fields: Partial<SegmentFields>) =>
      run.packet(
        4,
        segmentFrame({ from: server, to: client, seq: 0, ack: 1029, flags: ACK, window: 65160, ...fields }),
      );
    third({ seq: 7000, flags: SYN | ACK, options: mssAndScale });
    expect(run.story).toEqual(["4:A 1029,7001+0"]);
    third({ seq: 7001, payload: letters(20) });
    expect(run.story[0]).toBe("4:A 1029,7021+0");
    expect(shiftsOf(run, "reverse")).toEqual([{ type: "decTcpSeq", delta: 1980 }]);
    run.barrier().barrier();
    // The second server: 5041 − 2000.
    expect(run.story).toEqual(["table:PA 1029,5041+30", "s2:RA 1029,3041+0"]);
  });
});

describe("G10: a controller that has forgotten everything", () => {
  it.each(["actions", "software"] as const)("finds D = 1994 in the flows: %s", (dataPlane) => {
    const config = withBanner("line", { dataPlane });
    const run = new Run({}, config).toGreet(text("220 one ready\r\n"));
    const flows: ReportedFlow[] = [];
    const note = () => {
      for (const effect of run.effects) {
        if (effect.type === "flowMod") flows.push({ ...effect.message, packetCount: 1n });
      }
    };
    run.target({ payload: text("220 another, ready.\r\n") });
    note();
    run.barrier();
    note();
    const service = { name: "mail", vip: { ip: server.ip, port: server.port }, dpid: undefined };
    const cookie = { tag: 0x544d, epoch: 0 };
    const found = recover({
      ...{ dpid: 7n, at: 0, flows, cookie, nextId: 1, nextSerial: 1 },
      services: [{ ...service, settings: settingsOf(config) }],
    });
    const state = found.connections[0]?.state;
    if (!state) throw new Error("not found");
    const next = new Run({}, config);
    next.state = state;
    // 3022 + 1994 = 5016
    next.target({ seq: 3022, ack: 1019, payload: letters(4) });
    expect(next.story).toEqual(["client:A 5016,1019+4"]);
  });
});
