/** From a distance to the action that adds it. */
import { describe, expect, it } from "vitest";
import { encode } from "../../../src/index.ts";
import { shiftActions } from "../../../src/migration/index.ts";
import { decTcpSeq, incTcpSeq, type TcpShiftAction } from "../../../src/nx/index.ts";
import { applyActions, flowMod, output } from "../../../src/ofp/index.ts";
import { decodeFrame, encodeFrame } from "../../../src/tcp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { Run } from "../machine/scene.ts";
import { framesOf } from "../scene.ts";
import { actionsOf, shiftsOf } from "./scene.ts";

/** x = 1000, so E = 0; y and z decide D. */
function actions(y: number, z: number, style?: "prototype") {
  const { clientToServer, serverToClient } = shiftActions(
    { clientNext: 1001, serverNext: (y + 1) % 2 ** 32 },
    { receiveNext: 1001, sendNext: (z + 1) % 2 ** 32 },
    style,
  );
  return [...clientToServer, ...serverToClient].map(({ type, delta }) => `${type} ${delta}`);
}

describe("a distance", () => {
  it.each([
    // D = 1: −1 = 4294967295 > 2³¹ to the server
    [1, 0, ["decTcpAck 1", "incTcpSeq 1"]],
    // D = −1
    [0, 1, ["incTcpAck 1", "decTcpSeq 1"]],
    // D = 2³¹ − 1: −D = 2³¹ + 1 > 2³¹, so the complement 2³² − 2147483649 = 2147483647
    [2147483647, 0, ["decTcpAck 2147483647", "incTcpSeq 2147483647"]],
    // D = 2³¹ is its own complement: more to both
    [2147483648, 0, ["incTcpAck 2147483648", "incTcpSeq 2147483648"]],
    // The same distance from the other side: 0 − 2147483648 + 2³² = 2147483648
    [0, 2147483648, ["incTcpAck 2147483648", "incTcpSeq 2147483648"]],
    // D = 2³¹ + 1: the complement is 2³² − 2147483649 = 2147483647
    [2147483649, 0, ["incTcpAck 2147483647", "decTcpSeq 2147483647"]],
    // D = 0
    [4294967295, 4294967295, []],
  ])("of y = %i and z = %i goes the shorter way round", (y, z, expected) => {
    expect(actions(y, z)).toEqual(expected);
  });

  it.each([
    // y − z = 4000000000, more than 2³¹: the sign alone decides
    [4000000000, 0, ["decTcpAck 4000000000", "incTcpSeq 4000000000"]],
    [0, 4000000000, ["incTcpAck 4000000000", "decTcpSeq 4000000000"]],
    [3000, 5000, ["incTcpAck 2000", "decTcpSeq 2000"]],
    [7000, 7000, []],
  ])("of y = %i and z = %i in the prototype's style keeps the sign of the integers", (y, z, expected) => {
    expect(actions(y, z, "prototype")).toEqual(expected);
  });
});

describe("in a switch", () => {
  const [held] = framesOf({ x: 4294967000 }).request;
  const segment = held ? encodeFrame(held) : new Uint8Array(0);

  /** The sequence number that comes out when 4294967001 goes in. */
  function outOf(action: TcpShiftAction): number | undefined {
    const model = createModelSwitch({ ports: [1, 2, 3] });
    const instructions = [applyActions<TcpShiftAction>([action, output(2)])];
    model.receive(encode(flowMod<TcpShiftAction>({ match: { ethType: 0x0800, ipProto: 6 }, instructions })));
    model.inject(3, segment);
    const [first] = model.take().out;
    return first && decodeFrame(first.frame).tcp?.seq;
  }

  it("more by v and less by 2³² − v are the same", () => {
    // 4294967001 + 1000 − 4294967296 = 705; 4294967296 − 1000 = 4294966296
    expect(outOf(incTcpSeq(1000))).toBe(705);
    expect(outOf(decTcpSeq(4294966296))).toBe(705);
  });
});

describe("the actions of a flow", () => {
  it("stand before its only output, once each", () => {
    const run = new Run({ y: 5000, z: 3000 }).toArm();
    expect(actionsOf(run, "reverse").map(({ type }) => type)).toEqual(["incTcpSeq", "finTimeout", "output"]);
    run.barrier();
    expect(actionsOf(run, "forward").map(({ type }) => type)).toEqual(["decTcpAck", "finTimeout", "output"]);
  });

  it("are none when both servers chose one number: flows that only output", () => {
    const run = new Run({ y: 7000, z: 7000 }).toArm();
    expect(shiftsOf(run, "reverse")).toEqual([]);
    expect(shiftsOf(run.barrier(), "forward")).toEqual([]);
  });
});
