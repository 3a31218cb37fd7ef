import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode, type FlowMod, formatFlow, type Message, toHex } from "../../src/index.ts";
import { createModelSwitch, type ModelSwitch } from "../../src/testing/index.ts";
import { randomFrame } from "./model-switch-frames.ts";
import { PORTS, randomChanges, randomFlows } from "./model-switch-random.ts";
import { refusedMessages } from "./model-switch-refusals.ts";
import { empty, everything, injectBoth, inOneOrder, tellBoth, toText, whatCameOut } from "./side-by-side.ts";
import { startVswitchd, type Vswitchd } from "./vswitchd.ts";

let real: Vswitchd;
beforeAll(async () => {
  real = await startVswitchd(PORTS);
});
afterAll(async () => {
  await real.stop();
});

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
      await empty(real);
      const messages = flows.map((flow) => encode(flow));
      const refused = await tellBoth(real, model, messages, (index) => (flows[index] ? formatFlow(flows[index]) : ""));
      accepted += flows.length - refused;
      await real.purge();
      for (const [port, frame] of packets) {
        if ((await injectBoth(real, model, port, frame)).length > 0) forwarded++;
      }
    },
  );

  it("had flows that both took and packets that both sent on", () => {
    expect(accepted).toBeGreaterThan(800);
    expect(forwarded).toBeGreaterThan(600);
  });
});

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
      await empty(real);
      const half = Math.floor(changes.length / 2);
      const send = (part: readonly FlowMod[]) =>
        tellBoth(
          real,
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
    await empty(real);
    const answers = await tellBoth(real, stockSwitch(), [bytes], () => toHex(bytes));
    expect(answers).toBe(1);
  });
});
