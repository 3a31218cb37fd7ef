/** A model switch and a real ovs-vswitchd are told the same: what they answer and what comes out, in comparable form. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { decode, encode, type Message, toHex } from "../../src/index.ts";
import { FlowModCommand, FlowModFlags, flowMod, type Match, multipartRequest, Table } from "../../src/ofp/index.ts";
import type { ModelSwitch } from "../../src/testing/index.ts";
import { tagsOf } from "./model-switch-frames.ts";
import type { Vswitchd } from "./vswitchd.ts";

/** Deletes all flows. */
const clean = encode(flowMod({ command: FlowModCommand.delete, tableId: Table.all }));
/** Asks for all flows. */
export const everything = encode(multipartRequest({ body: { type: "flow" } }));

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
export function inOneOrder(match: Match): unknown {
  return Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1));
}

function essences(messages: readonly Message[]): unknown[] {
  return messages.filter(({ type }) => type !== "hello").map(essence);
}

export function whatCameOut(model: ModelSwitch): { out: unknown; frames: string[]; messages: Message[] } {
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

export function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
}

/** Sends the same to both, each with its place as xid, and holds the answers against each other. Says how many there were. */
export async function tellBoth(
  real: Vswitchd,
  model: ModelSwitch,
  messages: readonly Uint8Array[],
  words: (index: number) => string,
): Promise<number> {
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
  const theirs = await withTidings(real, told(ours).length, await real.exchange(numbered));
  expect(answers(ours)).toEqual(answers(theirs));
  // In no order: what nobody asked for comes when Open vSwitch gets to it.
  expect(told(ours).sort()).toEqual(told(theirs).sort());
  return answers(theirs).length;
}

/** Waits for that many messages that nobody asked for, in reason, and a little longer to see that there are no more. */
async function withTidings(real: Vswitchd, count: number, messages: Message[]): Promise<Message[]> {
  const tidings = () => messages.filter(({ xid }) => xid === 0).length;
  for (let turn = 0; turn < 200 && tidings() < count; turn++) {
    await sleep(5);
    messages.push(...(await real.exchange([])));
  }
  messages.push(...(await real.exchange([])));
  return messages;
}

/** Takes all flows out of Open vSwitch, and waits until it has told of all of them. */
export async function empty(real: Vswitchd): Promise<void> {
  const flows = (await real.exchange([everything])).flatMap((message) =>
    message.type === "multipartReply" && message.body.type === "flow" ? message.body.flows : [],
  );
  const telling = flows.filter(({ flags }) => (flags & FlowModFlags.sendFlowRem) !== 0);
  await withTidings(real, telling.length, await real.exchange([clean]));
}

/** Lets the same frame into both, and holds what comes out against each other. Gives what came out of either. */
export async function injectBoth(
  real: Vswitchd,
  model: ModelSwitch,
  port: number,
  frame: Uint8Array,
): Promise<readonly string[]> {
  model.inject(port, frame);
  const ours = whatCameOut(model);
  const theirs = await real.inject(port, frame);
  // Open vSwitch loses tags beyond the second.
  if (ours.frames.some((hex) => tagsOf(hex) > 2)) return [];
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
  return ours.frames;
}
