import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, encode, type FlowMod, formatFlow, type Message, toHex } from "../../src/index.ts";
import { FlowModCommand, FlowModFlags, flowMod, type Match, multipartRequest, Table } from "../../src/ofp/index.ts";
import { createModelSwitch, type ModelSwitch } from "../../src/testing/index.ts";
import { randomFrame, tagsOf } from "./model-switch-frames.ts";
import { PORTS, randomChanges, randomFlows } from "./model-switch-random.ts";
import { refusedMessages } from "./model-switch-refusals.ts";
import { startVswitchd, type Vswitchd } from "./vswitchd.ts";

let real: Vswitchd;
beforeAll(async () => {
  real = await startVswitchd(PORTS);
});
afterAll(async () => {
  await real.stop();
});

const clean = encode(flowMod({ command: FlowModCommand.delete, tableId: Table.all }));

/** What a message says that two switches must agree on. */
function essence(message: Message): unknown {
  switch (message.type) {
    case "packetIn": {
      const { reason, tableId, cookie, match, data, totalLen } = message;
      return { type: "packetIn", reason, tableId, cookie, match: Object.entries(match), data: toHex(data), totalLen };
    }
    case "error": {
      const { xid, errorType, code, experimenter, data } = message;
      return { type: "error", xid, errorType, code, experimenter, data: toHex(data) };
    }
    case "flowRemoved":
      return { ...message, durationSec: 0, durationNsec: 0, match: inOneOrder(message.match) };
    default:
      return message;
  }
}

/** Open vSwitch writes the fields of a flow in an order of its own. */
function inOneOrder(match: Match): unknown {
  return Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1));
}

function essences(messages: readonly Message[]): unknown[] {
  return messages.filter(({ type }) => type !== "hello").map(essence);
}

function whatCameOut(model: ModelSwitch): { out: unknown; frames: string[]; messages: Message[] } {
  const { toController, out } = model.take();
  const ports = new Map<number, string[]>();
  for (const { port, frame } of out) ports.set(port, [...(ports.get(port) ?? []), toHex(frame)]);
  const messages = toController.map((bytes) => decode(bytes));
  const punted = messages.flatMap((message) => (message.type === "packetIn" ? [toHex(message.data)] : []));
  return { out: byPort(ports), frames: [...[...ports.values()].flat(), ...punted], messages };
}

function byPort(out: ReadonlyMap<number, readonly string[]>): unknown {
  return [...out].sort(([a], [b]) => a - b);
}

/** Sends the same to both, each with its place as xid, and holds the answers against each other. */
async function tellBoth(model: ModelSwitch, messages: readonly Uint8Array[], words: (index: number) => string) {
  const numbered = messages.map((bytes, index) => {
    const copy = Uint8Array.from(bytes);
    new DataView(copy.buffer).setUint32(4, 1 + index);
    return copy;
  });
  for (const bytes of numbered) model.receive(bytes);
  const ours = whatCameOut(model).messages;
  const answers = (messages: readonly Message[]) =>
    messages
      .filter(({ xid }) => xid !== 0)
      .map((message) => ({ answer: essence(message), to: words(message.xid - 1) }));
  const told = (messages: readonly Message[]) => essences(messages.filter(({ xid }) => xid === 0)).map(toText);
  const theirs = await withTidings(told(ours).length, await real.exchange(numbered));
  expect(answers(ours)).toEqual(answers(theirs));
  // In no order: what nobody asked for comes when Open vSwitch gets to it.
  expect(told(ours).sort()).toEqual(told(theirs).sort());
  return answers(theirs).length;
}

/** Waits for that many messages that nobody asked for, in reason, and a little longer to see that there are no more. */
async function withTidings(count: number, messages: Message[]): Promise<Message[]> {
  const tidings = () => messages.filter(({ xid }) => xid === 0).length;
  for (let turn = 0; turn < 200 && tidings() < count; turn++) {
    await sleep(5);
    messages.push(...(await real.exchange([])));
  }
  messages.push(...(await real.exchange([])));
  return messages;
}

const everything = encode(multipartRequest({ body: { type: "flow" } }));

/** Takes all flows out of Open vSwitch, and waits until it has told of all of them. */
async function empty(): Promise<void> {
  const flows = (await real.exchange([everything])).flatMap((message) =>
    message.type === "multipartReply" && message.body.type === "flow" ? message.body.flows : [],
  );
  const telling = flows.filter(({ flags }) => (flags & FlowModFlags.sendFlowRem) !== 0);
  await withTidings(telling.length, await real.exchange([clean]));
}

function stockSwitch(): ModelSwitch {
  const model = createModelSwitch({ ports: PORTS, actions: "stock" });
  model.take();
  return model;
}

describe("random flow tables and packets", () => {
  const tables = fc.sample(
    fc.tuple(randomFlows, fc.array(fc.tuple(fc.constantFrom(...PORTS), randomFrame), { minLength: 30, maxLength: 30 })),
    { numRuns: 60, seed: 7 },
  );
  let accepted = 0;
  let forwarded = 0;

  it.each(tables.map(([flows, packets], index) => ({ index: `${index}`, flows, packets })))(
    "table $index does with every packet what ovs-vswitchd does",
    async ({ flows, packets }) => {
      const model = stockSwitch();
      await empty();
      const messages = flows.map((flow) => encode(flow));
      const refused = await tellBoth(model, messages, (index) => (flows[index] ? formatFlow(flows[index]) : ""));
      accepted += flows.length - refused;
      await real.purge();
      for (const [port, frame] of packets) {
        model.inject(port, frame);
        const ours = whatCameOut(model);
        const theirs = await real.inject(port, frame);
        // Open vSwitch loses tags beyond the second.
        if (ours.frames.some((hex) => tagsOf(hex) > 2)) continue;
        const differs =
          JSON.stringify(ours.out) !== JSON.stringify(byPort(theirs.out)) ||
          toText(essences(ours.messages)) !== toText(essences(theirs.messages));
        const trace = differs ? await real.trace(port, frame) : "";
        const told = { port, frame: toHex(frame), trace };
        expect({ ...told, out: ours.out, messages: essences(ours.messages) }).toEqual({
          ...told,
          out: byPort(theirs.out),
          messages: essences(theirs.messages),
        });
        if (ours.frames.length > 0) forwarded++;
      }
    },
  );

  it("had flows that both took and packets that both sent on", () => {
    expect(accepted).toBeGreaterThan(800);
    expect(forwarded).toBeGreaterThan(600);
  });
});

function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
}

/** The flows of a reply in an order of our own, with what does not change from moment to moment. */
function flowsOf(messages: readonly Message[]): string[] {
  return messages
    .flatMap((message) => {
      if (message.type !== "multipartReply" || message.body.type !== "flow") return [];
      return message.body.flows.map(({ durationSec: _, durationNsec: __, match, instructions, ...flow }) =>
        toText({
          ...flow,
          match: inOneOrder(match),
          // Open vSwitch does not tell of an empty list.
          instructions: instructions.filter((part) => !("actions" in part) || part.actions.length > 0),
        }),
      );
    })
    .sort();
}

describe("random sequences of flow-mods", () => {
  const runs = fc.sample(fc.tuple(randomChanges, fc.array(randomFrame, { minLength: 3, maxLength: 3 })), {
    numRuns: 60,
    seed: 11,
  });
  let left = 0;

  it.each(runs.map(([changes, frames], index) => ({ index: `${index}`, changes, frames })))(
    "sequence $index leaves the flows, counters and removal messages that it leaves in ovs-vswitchd",
    async ({ changes, frames }) => {
      const model = stockSwitch();
      await empty();
      const half = Math.floor(changes.length / 2);
      const send = (part: readonly FlowMod[]) =>
        tellBoth(
          model,
          part.map((change) => encode(change)),
          (index) => (part[index] ? formatFlow(part[index]) : ""),
        );
      await send(changes.slice(0, half));
      await real.purge();
      for (const frame of frames) {
        model.inject(1, frame);
        await real.inject(1, frame);
      }
      model.take();
      // What the data path counted is in the flows only when it has been told to forget it.
      await real.purge();
      await send(changes.slice(half));
      const theirs = flowsOf(await real.exchange([everything]));
      model.receive(everything);
      const ours = flowsOf(whatCameOut(model).messages);
      expect(ours).toEqual(theirs);
      left += ours.length;
    },
  );

  it("left flows to compare", () => {
    expect(left).toBeGreaterThan(200);
  });
});

describe("what a switch refuses", () => {
  it.each(refusedMessages)("$name is refused as by ovs-vswitchd", async ({ bytes }) => {
    await empty();
    const answers = await tellBoth(stockSwitch(), [bytes], () => toHex(bytes));
    expect(answers).toBe(1);
  });
});
