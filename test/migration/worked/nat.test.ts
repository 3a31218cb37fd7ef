/**
 * A new server with addresses of its own: what each side sees, field by field.
 *
 * The client 10.0.0.3:33333 (…:03) talks to the service 10.0.0.1:11111 (…:01); server 2 is 10.0.0.2:8080 (…:02) behind a router
 * with …:fe. x = 4294967295, y = 10, z = 4294967290: cNxt = 0, sNxt = 11, vSnd = 4294967291, D = 11 − 4294967291 + 2³² = 16.
 */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { ACK, FIN, letters, PSH, RST, Run } from "../machine/scene.ts";
import { actionsOf, flowOf } from "./scene.ts";

const second = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 8080 };
const gatewayMac = "00:00:00:00:00:fe";
const numbers = { x: 4294967295, y: 10, z: 4294967290 };

function start(dataPlane: "actions" | "software" = "actions", isTaken?: ConnectionConfig["isTaken"]): Run {
  const targets = { second: { switchPort: 2, ...second, gatewayMac } };
  const config = { dataPlane, service: { origin: { switchPort: 1 }, targets }, ...(isTaken && { isTaken }) };
  return new Run(numbers, config, second);
}

const toSecond = {
  ethernet: { src: gatewayMac, dst: second.mac },
  ipv4: { src: "10.0.0.3", dst: "10.0.0.2" },
  tcp: { srcPort: 33333, dstPort: 8080 },
};
const toClient = {
  ethernet: { src: "00:00:00:00:00:01", dst: "00:00:00:00:00:03" },
  ipv4: { src: "10.0.0.1", dst: "10.0.0.3" },
  tcp: { srcPort: 11111, dstPort: 33333 },
};

describe("the flows", () => {
  it("match each direction as it comes in", () => {
    const run = start().toArm();
    expect(flowOf(run, "reverse").match).toMatchObject({
      inPort: 2,
      ipv4Src: "10.0.0.2",
      ipv4Dst: "10.0.0.3",
      tcpSrc: 8080,
      tcpDst: 33333,
    });
    expect(flowOf(run.barrier(), "forward").match).toMatchObject({
      inPort: 3,
      ipv4Src: "10.0.0.3",
      ipv4Dst: "10.0.0.1",
      tcpSrc: 33333,
      tcpDst: 11111,
    });
  });

  it("rewrite what the other side must not see, shift by 16, and output last", () => {
    const run = start().toArm();
    const set = (actions: readonly object[]) => actions.flatMap((action) => ("field" in action ? [action.field] : []));
    const reverse = actionsOf(run, "reverse");
    expect(set(reverse)).toEqual(
      expect.arrayContaining([
        { ethSrc: "00:00:00:00:00:01" },
        { ethDst: "00:00:00:00:00:03" },
        { ipv4Src: "10.0.0.1" },
        { tcpSrc: 11111 },
      ]),
    );
    expect(reverse).toContainEqual({ type: "incTcpSeq", delta: 16 });
    expect(reverse.at(-1)).toMatchObject({ type: "output", port: 3 });
    const forward = actionsOf(run.barrier(), "forward");
    expect(set(forward)).toEqual(
      expect.arrayContaining([
        { ethSrc: gatewayMac },
        { ethDst: second.mac },
        { ipv4Dst: "10.0.0.2" },
        { tcpDst: 8080 },
      ]),
    );
    expect(set(forward)).toHaveLength(4);
    expect(forward).toContainEqual({ type: "decTcpAck", delta: 16 });
    expect(forward.at(-1)).toMatchObject({ type: "output", port: 2 });
  });
});

describe("the planner's own segments", () => {
  it("go to the new server at its own address, and to server 1 at the service's", () => {
    const run = start().toDial();
    expect(run.sent).toMatchObject([{ port: 2, frame: { ...toSecond, tcp: { ...toSecond.tcp, seq: 4294967295 } } }]);
    run.targetSynAck().barrier();
    expect(run.sent).toMatchObject([{ frame: { ...toSecond, tcp: { ...toSecond.tcp, seq: 0, ack: 4294967291 } } }]);
    run.barrier();
    expect(run.sent).toMatchObject([
      { frame: { tcp: { seq: 0, ack: 11, dstPort: 11111 } } },
      {
        port: 1,
        frame: { ethernet: { src: "00:00:00:00:00:03" }, ipv4: { dst: "10.0.0.1" }, tcp: { seq: 0, ack: 11 } },
      },
    ]);
  });

  it("take a hand-over back where it was begun", () => {
    const run = start().toArm().wait(1000);
    expect(run.sent).toMatchObject([{ port: 2, frame: toSecond, tcp: { seq: 0, flags: RST } }]);
  });
});

describe("shifted by the planner", () => {
  it("an answer looks like server 1's, numbers, addresses and checksums", () => {
    const run = start("software").toMigrated();
    // 4294967291 + 16 − 2³² = 11; the ack of 18 bytes is 18, for E = 0.
    run.target({ seq: 4294967291, ack: 18, payload: letters(30) });
    expect(run.sent).toMatchObject([
      {
        port: 3,
        frame: {
          ...toClient,
          tcp: { ...toClient.tcp, seq: 11, ack: 18, checksumValid: true },
          ipv4: { checksumValid: true },
        },
      },
    ]);
    expect(run.sent).toMatchObject([{ frame: { ethernet: toClient.ethernet, ipv4: toClient.ipv4 } }]);
    // The client acknowledges 11 + 30 = 41; 41 − 16 = 25.
    run.client({ seq: 18, ack: 41, flags: FIN | ACK });
    expect(run.sent).toMatchObject([
      { port: 2, frame: toSecond, tcp: { seq: 18, ack: 25, flags: FIN | ACK, checksumValid: true } },
    ]);
  });

  it("the held data is the first to be rewritten: 11 − 16 + 2³² = 4294967291", () => {
    const run = start("software").toArm().barrier();
    expect(run.story.slice(-2)).toEqual(["s2:PA 0,4294967291+18", "s1:RA 0,11+0"]);
    expect(run.sent.at(-2)).toMatchObject({ frame: toSecond, tcp: { flags: PSH | ACK } });
  });
});

describe("the second tuple", () => {
  it("of which the client has a connection already is not dialled: 10.0.0.3:33333 to 10.0.0.2:8080", () => {
    const taken = ({ src, srcPort, dst, dstPort }: { src: string; srcPort: number; dst: string; dstPort: number }) =>
      `${src}:${srcPort} ${dst}:${dstPort}` === "10.0.0.3:33333 10.0.0.2:8080";
    const run = start("actions", taken).toHold().verdict();
    expect(run).toMatchObject({ reports: ["TARGET_TAKEN", "FORWARDED"], sent: [] });
    expect(run.barrier().story).toEqual(["s1:PA 0,11+18"]);
  });

  it("may be the client's own when nothing was dialled: its segments are left alone", () => {
    expect(
      start()
        .toHold()
        .target({ seq: 5, ack: 77, payload: letters(3) }),
    ).toMatchObject({
      story: [],
      reports: ["FOREIGN"],
    });
  });
});
