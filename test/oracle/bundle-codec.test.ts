/** Bundles (EXT-230) as others write and print them: os-ken's bytes, the words of ovs-ofctl. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, formatMessage, type Message, type NiciraAction, toHex } from "../../src/index.ts";
import { bundleAdd, bundleControl } from "../../src/nx/index.ts";
import { applyActions, flowMod, type Message as OfpMessage, output, packetOut } from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { flowMods } from "../support/arbitrary-flows.ts";
import { ovsOfctl } from "./ovs-ofctl.ts";

type Inner = OfpMessage<NiciraAction>;

const SEED = 20_261_125;
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });

function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { numRuns, seed: SEED });
}

function osKen(questions: readonly object[]): string[] {
  const script = fileURLToPath(new URL("os_ken_bundles.py", import.meta.url));
  const input = questions.map((question) => JSON.stringify(question)).join("\n");
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", [script], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`os-ken failed: ${stderr}`);
  return stdout.trimEnd().split("\n");
}

const head = { xid: u32, bundleId: u32, flags: u16 };

describe("os-ken", () => {
  it("writes our bytes for 200 control messages", () => {
    const values = sample(fc.record({ ...head, controlType: u16 }), 200);
    expect(values.map((value) => toHex(encode(bundleControl(value))))).toEqual(osKen(values));
  });

  it("writes our bytes for 200 flow-mods in bundles", () => {
    const port = fc.integer({ min: 1, max: 0xfe00 });
    const values = sample(fc.record({ ...head, priority: u16, port }), 200);
    const theirs = osKen(values);
    const ours = values.map(({ priority, port, ...rest }): Message => {
      const instructions = [applyActions([output(port)])];
      const message = flowMod({ priority, match: { ethType: 0x0800, ipProto: 6 }, instructions });
      return bundleAdd({ ...rest, message });
    });
    expect(ours.map((message) => toHex(encode(message)))).toEqual(theirs);
    expect(theirs.map((hex) => decode(fromHex(hex)))).toEqual(ours);
  });
});

describe("ovs-ofctl", () => {
  async function expectPrinted(messages: readonly Message[]): Promise<void> {
    for (const message of messages) {
      const { stdout } = await ovsOfctl(["ofp-print", toHex(encode(message))]);
      expect(formatMessage(message)).toBe(stdout.replace(/\n$/, ""));
    }
  }

  it("prints our text for 100 control messages", async () => {
    const controlType = fc.integer({ min: 0, max: 9 });
    await expectPrinted(sample(fc.record({ ...head, controlType }), 100).map((value) => bundleControl(value)));
  });

  it("prints our text for 100 messages in bundles, some of which it takes into none", async () => {
    const heads = sample(fc.record(head), 100);
    const flows = sample(flowMods, 100);
    const messages = heads.map((value, index): Message => {
      const flow = flows[index] ?? flowMod();
      const others: readonly Inner[] = [
        { type: "barrierRequest", xid: 0 },
        packetOut({ inPort: 1, data: new Uint8Array(60) }),
      ];
      return bundleAdd({ ...value, message: (index % 4 === 0 ? others[(index / 4) % 2] : flow) ?? flow });
    });
    await expectPrinted(messages);
  });
});
