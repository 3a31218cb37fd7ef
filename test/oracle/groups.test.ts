/** Groups and meters against Debian's ovs-ofctl: what it prints of our bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, formatMessage } from "../../src/index.ts";
import { type Bucket, flowMod, type Message } from "../../src/ofp/index.ts";
import { flowMods } from "../support/arbitrary-flows.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";
import { printedTogether } from "./ovs-ofctl.ts";

const SEED = 20_261_201;

function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { numRuns, seed: SEED });
}

const lists = sample(flowMods, 400)
  .flatMap(({ instructions }) => instructions)
  .flatMap((instruction) => ("actions" in instruction ? [instruction.actions] : []));
let next = 0;

/** With actions that ovs-ofctl knows. */
function sayable(buckets: readonly Bucket[]): readonly Bucket[] {
  return buckets.map((bucket) => ({ ...bucket, actions: lists[next++ % lists.length] ?? [] }));
}

function known(message: Message): Message {
  if (message.type === "groupMod") return { ...message, buckets: sayable(message.buckets) };
  if (message.type !== "multipartReply" || message.body.type !== "groupDesc") return message;
  const groups = message.body.groups.map((group) => ({ ...group, buckets: sayable(group.buckets) }));
  return { ...message, body: { ...message.body, groups } };
}

async function expectPrinted(messages: readonly Message[]): Promise<void> {
  expect(messages.length).toBeGreaterThan(20);
  const theirs = await printedTogether(messages.map((message) => encode(message)));
  expect(messages.map((message) => `${formatMessage(message)}\n`).join("")).toBe(theirs);
}

describe("what ofp-print prints", () => {
  it.each(["groupMod", "meterMod"])("is our text for 1,000 random messages of the kind %s", async (kind) => {
    await expectPrinted(sample(messageKinds[kind] ?? fc.constant(flowMod()), 1000).map(known));
  });

  it.each(["group", "groupDesc", "groupFeatures", "meter", "meterConfig", "meterFeatures"])(
    "is our text for random multipart messages of the type %s",
    async (type) => {
      const kinds = [messageKinds.multipartRequest, messageKinds.multipartReply];
      const messages = kinds.flatMap((kind) => sample(kind ?? fc.constant(flowMod()), 3000));
      await expectPrinted(
        messages
          .filter((message) => "body" in message && "type" in message.body && message.body.type === type)
          .map(known),
      );
    },
  );
});
