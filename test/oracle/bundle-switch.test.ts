/** Bundles and the probe: the model switch and a real ovs-vswitchd are told the same, and must answer and do the same. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, encode, type FlowMod, fromHex, type Message, type NiciraAction, toHex } from "../../src/index.ts";
import { bundleAdd, bundleControl, BundleControlType as Control, incTcpSeq } from "../../src/nx/index.ts";
import {
  applyActions,
  barrierRequest,
  FlowModCommand,
  FlowModFlags,
  flowMod,
  multipartRequest,
  type Message as OfpMessage,
  output,
  packetOut,
} from "../../src/ofp/index.ts";
import { createModelSwitch, type ModelSwitch } from "../../src/testing/index.ts";
import { probed } from "./probed.ts";
import { startVswitchd, type Vswitchd } from "./vswitchd.ts";

const PORTS = [1, 2];
let real: Vswitchd;
beforeAll(async () => {
  real = await startVswitchd(PORTS);
});
afterAll(async () => {
  await real.stop();
});

function stock(options: { bundles?: boolean; actions?: "custom" } = {}): ModelSwitch {
  const model = createModelSwitch({ ports: PORTS, actions: "stock", ...options });
  model.take();
  return model;
}

const control = (controlType: number, bundleId = 1, flags = 3): Uint8Array =>
  encode(bundleControl({ xid: 1, bundleId, controlType, flags }));
const { openRequest, closeRequest, commitRequest, discardRequest } = Control;
const open = control(openRequest);
const close = control(closeRequest);
const commit = control(commitRequest);
const discard = control(discardRequest);
const add = (message: OfpMessage<NiciraAction>, flags = 3): Uint8Array =>
  encode(bundleAdd({ xid: 1, bundleId: 1, flags, message }));

function flow(priority: number, rest: Partial<FlowMod> = {}): FlowMod {
  return flowMod({
    priority,
    match: { ethType: 0x0800, ipProto: 6 },
    instructions: [applyActions([output(2)])],
    ...rest,
  });
}

const unknownAction = flow(5, { instructions: [applyActions([incTcpSeq(1), output(2)])] });
/** Refused only when it is carried out: it overlaps the flow of the same priority. */
const overlapping = flow(1, { match: { ethType: 0x0800 }, flags: FlowModFlags.checkOverlap });
/** A message in a bundle with other bytes inside. */
function added(hex: string): Uint8Array {
  const inner = fromHex(hex);
  const bytes = new Uint8Array(24 + inner.length);
  bytes.set(add(flow(1)).subarray(0, 24));
  bytes.set(inner, 24);
  new DataView(bytes.buffer).setUint16(2, bytes.length);
  return bytes;
}

const stories: readonly (readonly [name: string, messages: readonly Uint8Array[]])[] = [
  ["is carried out when committed", [open, add(flow(1)), add(flow(2)), close, commit]],
  ["need not be closed", [open, add(flow(1)), commit]],
  ["need not even be opened", [add(flow(1)), commit]],
  ["does nothing until it is committed", [open, add(flow(1)), close]],
  [
    "is carried out in order",
    [open, add(flow(1)), add(flowMod({ command: FlowModCommand.delete })), add(flow(2)), commit],
  ],
  ["is forgotten when discarded", [open, add(flow(1)), discard, commit]],
  ["lacks a message that is refused, and is carried out without it", [open, add(flow(1)), add(unknownAction), commit]],
  [
    "is undone when a message fails",
    [encode(flow(9)), open, add(flow(1)), add(flow(9, { instructions: [] })), add(overlapping), commit],
  ],
  [
    "brings back what it deleted when a message fails",
    [encode(flow(9)), open, add(flowMod({ command: FlowModCommand.delete })), add(flow(1)), add(overlapping), commit],
  ],
  [
    "brings back what it changed when a message fails",
    [
      encode(flow(9)),
      open,
      add(flow(9, { command: FlowModCommand.modifyStrict, instructions: [] })),
      add(flow(1)),
      add(overlapping),
      commit,
    ],
  ],
  [
    "takes packets, too",
    [open, add(flow(1)), add(packetOut({ data: new Uint8Array(60), actions: [output(1)] })), commit],
  ],
  ["is gone when it is opened twice", [open, open, commit]],
  ["is gone when it is added to after it was closed", [open, close, add(flow(1)), commit]],
  ["is gone when it is closed twice", [open, close, close, commit]],
  ["is gone when a message has other flags", [open, add(flow(1), 1), commit]],
  ["is gone when it is closed with other flags", [open, control(closeRequest, 1, 1), commit]],
  ["is gone when it is committed with other flags", [open, add(flow(1)), control(commitRequest, 1, 1), commit]],
  ["is discarded whatever the flags", [open, control(discardRequest, 1, 0), commit]],
  ["may have any flags", [control(openRequest, 1, 0x83), add(flow(1), 0x83), control(commitRequest, 1, 0x83)]],
  ["is not there", [close, commit, discard]],
  ["is asked for by a reply or by nothing known", [control(1), control(7), control(8), control(0xffff)]],
  ["takes no barrier", [open, add(barrierRequest()), commit]],
  ["takes no message of another xid", [open, added(toHex(encode(flow(1, { xid: 2 })))), commit]],
  ["takes no message of another version", [open, added("050e000800000001"), commit]],
  ["takes no message without header", [open, added(""), added("040e"), added("040e000700000001"), commit]],
  [
    "takes no message that ends too early",
    [open, added("040e000d000000010000000000"), added("040e004000000001"), commit],
  ],
  ["takes no damaged flow-mod", [open, added(`040e003800000001${"00".repeat(40)}0001ffff00000000`), commit]],
  [
    "is asked for in too few bytes",
    [fromHex("04040014000000014f4e4600000008fc00000001"), fromHex("04040014000000014f4e4600000008fd00000001")],
  ],
];

const everything = encode(multipartRequest({ xid: 2, body: { type: "flow" } }));

function essence(message: Message): unknown {
  if (message.type === "error") return { ...message, data: toHex(message.data) };
  if (message.type !== "multipartReply" || message.body.type !== "flow") return message;
  return message.body.flows.map(({ priority, instructions }) => `${priority} ${instructions.length}`).sort();
}

function told(model: ModelSwitch, messages: readonly Uint8Array[]): unknown[] {
  for (const bytes of messages) model.receive(bytes);
  return model.take().toController.map((bytes) => essence(decode(bytes)));
}

async function tellReal(messages: readonly Uint8Array[]): Promise<unknown[]> {
  return (await real.exchange(messages)).map(essence);
}

describe("a bundle", () => {
  it.each(stories)("%s, as in ovs-vswitchd", async (_, messages) => {
    // What the story before left.
    await tellReal([discard, encode(flowMod({ command: FlowModCommand.delete }))]);
    const theirs = await tellReal([...messages, everything]);
    expect(told(stock(), [...messages, everything])).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(1);
  });

  it("is thrown away when nothing comes for ten seconds", async () => {
    await tellReal([discard]);
    const model = stock();
    const story = [open, add(flow(1))];
    expect(told(model, story)).toEqual(await tellReal(story));
    const theirs: unknown[] = [];
    for (let turn = 0; turn < 150 && theirs.length === 0; turn++) {
      await sleep(100);
      theirs.push(...(await tellReal([])));
    }
    model.advance(9_999);
    expect(told(model, [])).toEqual([]);
    model.advance(1);
    expect(told(model, [])).toEqual(theirs);
    expect(told(model, [commit])).toEqual(await tellReal([commit]));
  });
});

describe("the probe", () => {
  const model = (options: Parameters<typeof stock>[0]) => (messages: readonly Uint8Array[]) => {
    const asked = stock(options);
    for (const bytes of messages) asked.receive(bytes);
    expect(asked.flows()).toEqual([]);
    return Promise.resolve(asked.take().toController.map((bytes) => decode(bytes)));
  };

  it("finds in ovs-vswitchd what is in it, and leaves no flow there", async () => {
    const result = await probed((messages) => real.exchange(messages));
    expect(result).toEqual({ answered: true, actions: false, bundles: true, tcpFlags: true, meter: false });
    expect(await probed(model({}))).toEqual(result);
    const [flows] = await tellReal([everything]);
    expect(flows).toEqual([]);
  });

  it("finds the four actions where they are, and no bundles where they are not", async () => {
    expect(await probed(model({ actions: "custom", bundles: false }))).toMatchObject({ actions: true, bundles: false });
  });
});
