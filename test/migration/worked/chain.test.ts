/** Distances of a connection that moves more than once are made anew, not added up in the switch. */
import { describe, expect, it } from "vitest";
import { composeOffsets, invertOffsets, noOffsets, offsets, planMigration } from "../../../src/migration/index.ts";
import { dialInputOf, inputOf } from "../scene.ts";

/**
 * x = 4294967000, y = 4294967100. Server 2: q = 0xffffff00 = 4294967040, z2 = 200. Nothing was said: cNxt = 4294967001,
 * sNxt = 4294967101. E12 = 4294967041 − 4294967001 = 40. D12 = 4294967101 − 201 = 4294966900 (−396).
 */
const first = offsets({ clientNext: 4294967001, serverNext: 4294967101 }, { receiveNext: 4294967041, sendNext: 201 });

describe("three servers", () => {
  it("begin with two distances", () => {
    expect(first.clientToServer).toEqual({ seq: 40, ack: 396 });
    expect(first.serverToClient).toEqual({ seq: 4294966900, ack: 4294967256 });
  });

  it("come to the same by the client's numbers and by the sum of both steps", () => {
    // 500 and 800 bytes later: cNxt = 4294967501 − 2³² = 205, sNxt = 4294967901 − 2³² = 605.
    // Server 2 is at 4294967541 − 2³² = 245 and 1001. Server 3: q = 204, z3 = 4294967295: 205 and 0.
    // E23 = 205 − 245 = −40, D23 = 1001 − 0 = 1001. E13 = 0, D13 = −396 + 1001 = 605 − 0 = 605.
    const second = offsets({ clientNext: 245, serverNext: 1001 }, { receiveNext: 205, sendNext: 0 });
    const direct = offsets({ clientNext: 205, serverNext: 605 }, { receiveNext: 205, sendNext: 0 });
    expect(direct.clientToServer).toEqual({ seq: 0, ack: 4294966691 });
    expect(direct.serverToClient).toEqual({ seq: 605, ack: 0 });
    expect(composeOffsets(first, second)).toEqual(direct);
  });

  it("end the second in its own numbers: seq = cNxt + E12, ack = sNxt − D12", () => {
    // 205 + 40 = 245, 605 + 396 = 1001
    const scene = { x: 4294967000, y: 4294967100, z: 4294967295, k: 500, m: 800 };
    const plan = planMigration({ ...inputOf(scene), origin: { offsets: first } });
    expect(plan.numbers).toMatchObject({ originReset: { seq: 245, ack: 1001 }, e: 0, d: 605 });
    const reset = plan.effects.at(-1);
    expect(reset).toMatchObject({ carries: "rst", frame: { tcp: { seq: 245, ack: 1001 } } });
    expect(planMigration({ ...dialInputOf(scene), origin: { offsets: first } }).syn?.tcp?.seq).toBe(204);
  });
});

describe("a way back", () => {
  it("to a server that was reset is a new handshake: D = sNxt − (y′ + 1), E = 0", () => {
    // After 500 and 800 bytes with server 2, y′ = 7: sNxt = 605, D = 605 − 8 = 597.
    const scene = { x: 4294967000, y: 4294967100, z: 7, k: 500, m: 800 };
    expect(planMigration({ ...inputOf(scene), origin: { offsets: first } }).numbers).toMatchObject({ e: 0, d: 597 });
  });

  it("to one that kept its connection is what it missed: E = −500, D = +800", () => {
    // Server 1 still stands at 4294967001 and 4294967101, the client at 205 and 605.
    const parked = offsets({ clientNext: 205, serverNext: 605 }, { receiveNext: 4294967001, sendNext: 4294967101 });
    expect(parked.clientToServer).toEqual({ seq: 4294966796, ack: 4294966496 });
    expect(parked.serverToClient).toEqual({ seq: 800, ack: 500 });
  });

  it("from a server to itself is no distance at all", () => {
    expect(composeOffsets(first, invertOffsets(first))).toEqual(noOffsets);
  });
});
