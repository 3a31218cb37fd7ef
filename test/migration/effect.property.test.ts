/** Whatever the numbers: the plan is judged by what each party sees, not by the actions that it uses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Effect, encodeEffect, type Plan, planMigration } from "../../src/migration/index.ts";
import { nicira, onf } from "../../src/nx/index.ts";
import { createCodec } from "../../src/ofp/index.ts";
import { ackFrame, decodeFrame, encodeFrame, type Frame } from "../../src/tcp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { client, dialInputOf, framesOf, inputOf, type Scene, server } from "./scene.ts";

const U32 = 2n ** 32n;
const u32 = (value: bigint): number => Number(((value % U32) + U32) % U32);
const codec = createCodec({ experimenters: [nicira, onf] });

/** Where the numbers stand in an Ethernet frame with an IPv4 header of 20 bytes. */
const SEQ_AT = 14 + 20 + 4;
const ACK_AT = SEQ_AT + 4;

/** What a switch does with a segment that hits the flow, from the flow's bytes: the four actions and nothing else. */
function through(effect: Effect | undefined, segment: Uint8Array): { seq: number; ack: number } {
  if (!effect) throw new Error("no such flow");
  const message = codec.decode(encodeEffect(effect));
  if (message.type !== "flowMod") throw new Error("no flow-mod");
  const view = new DataView(segment.buffer, segment.byteOffset);
  let seq = BigInt(view.getUint32(SEQ_AT));
  let ack = BigInt(view.getUint32(ACK_AT));
  for (const instruction of message.instructions) {
    if (instruction.type !== "applyActions") continue;
    for (const action of instruction.actions) {
      if (action.type === "incTcpSeq") seq += BigInt(action.delta);
      else if (action.type === "decTcpSeq") seq -= BigInt(action.delta);
      else if (action.type === "incTcpAck") ack += BigInt(action.delta);
      else if (action.type === "decTcpAck") ack -= BigInt(action.delta);
    }
  }
  return { seq: u32(seq), ack: u32(ack) };
}

function flow(plan: Plan, role: string): Effect | undefined {
  return plan.effects.find((effect) => effect.type === "flowMod" && effect.role === role);
}

function segment(from: typeof client, to: typeof server, seq: bigint, ack: bigint): Uint8Array {
  return encodeFrame(ackFrame({ from, to, seq: u32(seq), ack: u32(ack), window: 1 }));
}

function sent(plan: Plan, carries: string): Frame[] {
  return plan.effects.flatMap((effect) =>
    effect.type === "packetOut" && effect.carries === carries ? [effect.frame] : [],
  );
}

/** Numbers near the wrap as often as any others. */
const isn = fc.oneof(
  fc.nat(0xffffffff),
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 0xfffff000, max: 0xffffffff }),
);
const scenes = fc.record({
  x: isn,
  y: isn,
  z: isn,
  k: fc.oneof(fc.constant(0), fc.nat(1_000_000)),
  m: fc.oneof(fc.constant(0), fc.nat(1_000_000)),
  lengths: fc.array(fc.integer({ min: 1, max: 1460 }), { minLength: 1, maxLength: 8 }),
});
const policy = { serverSpokeFirst: "accept" } as const;

describe("a ready plan", () => {
  it("lets each party see its own numbers, whatever they are", () => {
    fc.assert(
      fc.property(
        scenes,
        fc.option(isn, { nil: undefined }),
        fc.nat(1 << 30),
        fc.nat(1 << 30),
        fc.constantFrom("canonical", "prototype"),
        (scene, initialSeq, i, j, style) => {
          const [x, y, z, k, m, a, b] = [scene.x, scene.y, scene.z, scene.k, scene.m, i, j].map(BigInt) as [
            bigint,
            bigint,
            bigint,
            bigint,
            bigint,
            bigint,
            bigint,
          ];
          const clientNext = x + 1n + k;
          const serverNext = y + 1n + m;
          const q = initialSeq === undefined ? clientNext - 1n : BigInt(initialSeq);
          const frames = framesOf(scene);
          const targetSynAck = { ...frames.targetSynAck };
          if (targetSynAck.tcp) targetSynAck.tcp = { ...targetSynAck.tcp, ack: u32(q + 1n) };
          const options = { ports: { client: 3, origin: 1, target: 2 }, policy: { ...policy, style } } as const;
          const plan = planMigration({
            ...frames,
            ...options,
            targetSynAck,
            ...(initialSeq !== undefined && { initialSeq }),
          });
          expect(plan.status).toBe("ready");

          // Whatever the client says from here on, the new server reads as its own.
          const fromClient = segment(client, server, clientNext + a, serverNext + b);
          expect(through(flow(plan, "forward"), fromClient)).toEqual({ seq: u32(q + 1n + a), ack: u32(z + 1n + b) });
          // And the other way round.
          const fromTarget = segment(server, client, z + 1n + b, q + 1n + a);
          expect(through(flow(plan, "reverse"), fromTarget)).toEqual({
            seq: u32(serverNext + b),
            ack: u32(clientNext + a),
          });
          // What the planner sends itself is in the numbers of whoever gets it.
          expect(sent(plan, "ack")).toMatchObject([{ tcp: { seq: u32(q + 1n), ack: u32(z + 1n) } }]);
          expect(sent(plan, "rst")).toMatchObject([{ tcp: { seq: u32(clientNext), ack: u32(serverNext) } }]);
          // Held data arrives without a gap.
          let at = q + 1n;
          for (const frame of sent(plan, "data")) {
            expect(through(flow(plan, "forward"), encodeFrame(frame))).toEqual({ seq: u32(at), ack: u32(z + 1n) });
            at += BigInt(frame.payload.length);
          }
          expect(at - q - 1n).toBe(BigInt(scene.lengths.reduce((sum, length) => sum + length, 0)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("has the same effects for the same input, and ids that never repeat", () => {
    fc.assert(
      fc.property(scenes, isn, (scene, firstId) => {
        const dial = planMigration({ ...dialInputOf(scene), policy, firstId });
        const plan = planMigration({ ...inputOf(scene), policy, firstId });
        expect(planMigration({ ...inputOf(scene), policy, firstId })).toEqual(plan);
        const ids = [...dial.effects, ...plan.effects].map(({ id }) => id);
        expect(ids).toEqual(ids.map((_, index) => u32(BigInt(firstId) + BigInt(index))));
      }),
      { numRuns: 25 },
    );
  });

  it("becomes messages that decode to what the effects say, with the id as xid", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        for (const effect of planMigration({ ...inputOf(scene), policy }).effects) {
          const bytes = encodeEffect(effect);
          expect(codec.decode(bytes)).toEqual(effect.message);
          expect(effect.message.xid).toBe(effect.id);
          if (effect.type === "packetOut") {
            expect(decodeFrame(effect.message.data)).toEqual(effect.frame);
            expect(effect.frame.tcp?.checksumValid).toBe(true);
            expect(effect.frame.ipv4?.checksumValid).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("held segments", () => {
  it("are released once each, in order, whatever the order and the repetitions in which they came", () => {
    fc.assert(
      fc.property(
        scenes.chain((scene) =>
          fc.tuple(
            fc.constant(scene as Scene),
            fc.array(fc.nat(scene.lengths.length - 1), { maxLength: 12 }),
            fc.integer({ min: 1, max: 1000 }),
          ),
        ),
        ([scene, extra, cut]) => {
          const frames = framesOf(scene);
          const whole = toHex(Uint8Array.from(frames.request.flatMap(({ payload }) => [...payload])));
          // Repetitions: some whole, some of a later part only, as a client sends them after a partial acknowledgment.
          const again = extra.flatMap((index) => {
            const frame = frames.request[index];
            if (!frame?.tcp) return [];
            const by = Math.min(cut, frame.payload.length - 1);
            return by === 0
              ? [frame]
              : [
                  {
                    ...frame,
                    tcp: { ...frame.tcp, seq: u32(BigInt(frame.tcp.seq) + BigInt(by)) },
                    payload: frame.payload.subarray(by),
                  },
                ];
          });
          const request = [...again, ...frames.request].reverse();
          const plan = planMigration({ ...inputOf(scene), request, policy });
          const data = sent(plan, "data");
          expect(toHex(Uint8Array.from(data.flatMap(({ payload }) => [...payload])))).toBe(whole);
          let next = data[0]?.tcp?.seq;
          for (const frame of data) {
            expect(frame.tcp?.seq).toBe(next);
            next = u32(BigInt(frame.tcp?.seq ?? 0) + BigInt(frame.payload.length));
          }
          expect(plan.numbers?.heldEnd).toBe(next);
        },
      ),
      { numRuns: 80 },
    );
  });
});
