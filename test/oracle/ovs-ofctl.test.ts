/** Our ovs-ofctl text against Debian's ovs-ofctl: what it prints of our bytes, and which bytes it makes of our text. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCodec, encode, formatMessage } from "../../src/index.ts";
import {
  errorMessage,
  FlowModCommand,
  flowMod,
  type Message,
  multipartReply,
  packetIn,
  packetOut,
} from "../../src/ofp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { flowMods, port } from "../support/arbitrary-flows.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";
import { frames } from "../support/arbitrary-packets.ts";
import { actionVectors } from "../support/text-action-vectors.ts";
import { flowVectors } from "../support/text-flow-vectors.ts";
import { instructionVectors } from "../support/text-instruction-vectors.ts";
import { linkVectors } from "../support/text-link-vectors.ts";
import { protocolVectors } from "../support/text-match-vectors.ts";
import { flowModsOf, ovsOfctl, printed, printedTogether, withDirectory } from "./ovs-ofctl.ts";

const codec = createCodec();
const SEED = 20_241_125;
const flows = fc.sample(flowMods, { numRuns: 700, seed: SEED });

function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { numRuns, seed: SEED });
}

const ports = sample(port, 50);

/** The message about ports that ovs-ofctl knows, and names that it prints byte for byte. */
function withPorts(value: Message, index: number): Message {
  const known = (part: unknown, key: string): unknown => {
    if (["port", "portNo", "outPort"].includes(key)) return ports[index % ports.length];
    if (key === "name") return String(part).replace(/[^ -~]/g, "x");
    if (key === "match") return flows[index % flows.length]?.match ?? {};
    if (Array.isArray(part)) return part.map((item) => known(item, ""));
    if (typeof part !== "object" || part === null || part instanceof Uint8Array) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, known(item, name)]));
  };
  return known(value, "") as Message;
}

/** What ovs-ofctl prints of one message: some contain lines that look like the beginning of another. */
async function print(message: Message): Promise<string> {
  const { stdout } = await ovsOfctl(["ofp-print", toHex(encode(message))]);
  return stdout.replace(/\n$/, "");
}

async function expectPrinted(messages: readonly Message[]): Promise<void> {
  const theirs = await printed(messages.map((message) => encode(message)));
  // Their lines are trimmed at the end.
  expect(messages.map((message) => formatMessage(message).trimEnd())).toEqual(theirs);
}

/** The same for texts that are hard to tell apart. */
async function expectPrintedTogether(messages: readonly Message[]): Promise<void> {
  const theirs = await printedTogether(messages.map((message) => encode(message)));
  expect(messages.map((message) => `${formatMessage(message)}\n`).join("")).toBe(theirs);
}

describe("what ofp-print prints", () => {
  it("is our text for 700 random flow-mods", async () => {
    await expectPrinted(flows);
  });

  it("is our text for 1,500 packet-outs with frames of many kinds, damaged ones among them", async () => {
    const actions = flows.flatMap(({ instructions }) =>
      instructions.flatMap((instruction) => (instruction.type === "applyActions" ? [instruction.actions] : [])),
    );
    const messages = sample(frames, 1500).map((data, index) =>
      packetOut({ data, actions: actions[index % actions.length] ?? [], inPort: index % 2 === 0 ? 5 : 0xfffffffd }),
    );
    await expectPrinted(messages);
  });

  it("is our text for 500 packet-ins", async () => {
    const data = sample(frames, 500);
    const messages = data.map((frame, index) =>
      packetIn({
        match: { inPhyPort: 3, ...flows[index]?.match },
        data: frame,
        reason: index % 9,
        tableId: index % 3,
        totalLen: frame.length + (index % 2),
        ...(index % 5 === 0 && { bufferId: index }),
        ...(index % 7 === 0 && { cookie: BigInt(index) }),
      }),
    );
    await expectPrinted(messages);
  });

  it("is our text for 500 removed flows and 500 flow statistics", async () => {
    const removed = sample(messageKinds.flowRemoved ?? fc.constant(flowMod()), 500).flatMap((message, index) =>
      message.type === "flowRemoved" ? [{ ...message, match: flows[index]?.match ?? {} }] : [],
    );
    await expectPrinted(removed);
    await expectPrinted(
      removed.map((message, index) => {
        const { tableId, durationSec, durationNsec, priority, cookie, packetCount, byteCount, match } = message;
        const instructions = flows[index]?.instructions ?? [];
        const told = {
          tableId,
          durationSec,
          durationNsec,
          priority,
          cookie,
          packetCount,
          byteCount,
          match,
          instructions,
        };
        const quiet = { ...told, packetCount: 0xffff_ffff_ffff_ffffn, idleTimeout: message.idleTimeout };
        return multipartReply({
          flags: index % 3,
          body: { type: "flow", flows: [{ ...told, flags: index % 32, hardTimeout: message.hardTimeout }, quiet] },
        });
      }),
    );
  });

  it.each([
    "hello",
    "error",
    "experimenterError",
    "echoRequest",
    "echoReply",
    "experimenter",
    "featuresRequest",
    "featuresReply",
    "getConfigRequest",
    "getConfigReply",
    "setConfig",
    "barrierRequest",
    "barrierReply",
    "unknown",
  ])("is our text for random messages of the kind %s", async (kind) => {
    const messages = sample(messageKinds[kind] ?? fc.constant(flowMod()), 100);
    // Other versions number some errors differently, and ovs-ofctl knows how.
    await expectPrinted(
      messages.filter((message) => message.type !== "error" || ![1, 2, 3, 5, 6].includes(message.version)),
    );
  });

  it("is our text for port status, port descriptions and switch descriptions", async () => {
    const statuses = sample(messageKinds.portStatus ?? fc.constant(flowMod()), 200);
    const numbers = sample(port, 200);
    const known = statuses.flatMap((message, index) =>
      message.type === "portStatus" ? [{ ...message, desc: { ...message.desc, portNo: numbers[index] ?? 0 } }] : [],
    );
    await expectPrinted(known);
    await expectPrinted(known.map(({ reason, ...message }) => ({ ...message, reason: reason % 3 })));
    await expectPrinted(
      known.map(({ desc }, index) => {
        const other = { ...desc, portNo: 0xff00 - 1 - index };
        return multipartReply({ flags: index % 4, body: { type: "portDesc", ports: [other, desc].slice(index % 3) } });
      }),
    );
    const desc = { mfrDesc: "Nicira, Inc.", hwDesc: "", swDesc: "3.1.0 ~", serialNum: "None", dpDesc: "s1" } as const;
    await expectPrinted([multipartReply({ body: { type: "desc", ...desc } })]);
    const bodies = sample(messageKinds.multipartReply ?? fc.constant(flowMod()), 400);
    await expectPrinted(
      bodies.filter((message) => message.type === "multipartReply" && message.body.type === "unknown"),
    );
  });

  it.each([
    ...["portMod", "tableMod", "queueGetConfigRequest", "queueGetConfigReply"],
    ...["getAsyncRequest", "getAsyncReply", "setAsync"],
  ])("is our text for random messages of the kind %s, about ports that ovs-ofctl knows", async (kind) => {
    await expectPrinted(
      sample(messageKinds[kind] ?? fc.constant(flowMod()), 200).map((message, index) => withPorts(message, index)),
    );
  });

  it.each(["aggregate", "table", "portStats", "queue", "tableFeatures"])(
    "is our text for random multipart messages of the type %s",
    async (type) => {
      const kinds = [messageKinds.multipartRequest, messageKinds.multipartReply];
      const messages = kinds.flatMap((kind) => sample(kind ?? fc.constant(flowMod()), 1000));
      await expectPrintedTogether(
        messages
          .filter((message) => "body" in message && "type" in message.body && message.body.type === type)
          .map((message, index) => withPorts(message, index)),
      );
    },
  );

  it("is our text for every error that OpenFlow 1.3 numbers, and for those of Nicira and the ONF", async () => {
    const messages: Message[] = [];
    for (let errorType = 0; errorType < 16; errorType++) {
      for (let code = 0; code < 20; code++) {
        messages.push(errorMessage({ errorType, code, data: Uint8Array.of(4, 0, 0, 8, 0, 0, 0, 1) }));
      }
    }
    for (const experimenter of [0x2320, 0x4f4e4600, 7]) {
      for (let code = 0; code < 60; code++) messages.push(errorMessage({ errorType: 0xffff, code, experimenter }));
      for (let code = 2290; code < 2660; code++) messages.push(errorMessage({ errorType: 0xffff, code, experimenter }));
    }
    await expectPrintedTogether(messages);
  });

  const request = encode(flowMod({ xid: 9, match: { ethType: 0x0800 } }));
  const portOfNoProtocol = Uint8Array.from(encode(flowMod({ match: { ethType: 0x0800, ipProto: 6, tcpDst: 80 } })));
  portOfNoProtocol.set([17], 48 + 4 + 6 + 4);
  const badLength = Uint8Array.from(request).fill(99, 3, 4);
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["less than a header", request.subarray(0, 7)],
    ["a whole flow-mod", request],
    ["a packet-out with its packet", encode(packetOut({ data: new Uint8Array(20) }))],
    ["an echo", encode({ type: "echoRequest", xid: 3, data: Uint8Array.of(1, 2, 3) })],
    ["64 bytes of a longer message", badLength.subarray(0, 64)],
    ["more than the message", Uint8Array.of(...request, 1, 2, 3)],
    ["a message that nobody knows", Uint8Array.of(4, 99, 0, 8, 0, 0, 0, 1)],
    ["a message cut in its header", Uint8Array.of(4, 18, 0, 16, 0, 0, 0, 1, 0, 12)],
    ["a multipart request", encode({ type: "multipartRequest", xid: 5, flags: 0, body: { type: "desc" } })],
    ["another error", encode(errorMessage({ errorType: 2, code: 3 }))],
    ["a hello", encode({ type: "hello", xid: 0, version: 6, elements: [] })],
    ["a flow-mod that matches a port of no protocol", portOfNoProtocol],
  ])("is our text for an error about %s", async (_, data) => {
    const message = errorMessage({ errorType: 1, code: 6, data });
    expect(formatMessage(message)).toBe(await print(message));
  });

  it("is our text for errors of a hello, which explain themselves, in any version", async () => {
    for (const version of [0, 1, 4, 6, 7]) {
      const message = errorMessage({
        errorType: 0,
        code: 0,
        version,
        data: Uint8Array.from(Buffer.from('no "v9"\n\xff')),
      });
      expect(formatMessage(message)).toBe(await print(message));
    }
  });
});

describe("what add-flows makes of our text", () => {
  it("is our flow-mod, apart from the order of its fields, for 700 random ones", async () => {
    const theirs = await flowModsOf(flows.map((flow) => codec.formatFlow(flow)));
    expect(theirs.map((bytes) => bytes.length)).toEqual(flows.map((flow) => codec.encode(flow).length));
    expect(theirs.map((bytes) => codec.decode(bytes))).toEqual(flows);
  });

  it("is what parseFlow makes of it, byte for byte", async () => {
    const texts = flows.map((flow) => codec.formatFlow(flow));
    const theirs = await flowModsOf(texts);
    expect(texts.map((text) => toHex(codec.encode(codec.parseFlow(text))))).toEqual(theirs.map(toHex));
  });

  it("is what our vectors say, byte for byte", async () => {
    const written = [
      ...[...protocolVectors, ...linkVectors].map((vector) => `${vector.written} actions=drop`),
      ...[...actionVectors, ...instructionVectors].map((vector) => `${vector.match ?? ""} actions=${vector.written}`),
      ...flowVectors.map((vector) => vector.written),
    ];
    const theirs = await flowModsOf(written);
    expect(written.map((text) => toHex(codec.encode(codec.parseFlow(text))))).toEqual(theirs.map(toHex));
  });

  it("parse-flows takes every added flow and prints what we print", async () => {
    const added = flows.filter(({ command }) => command === FlowModCommand.add);
    const { status, stdout } = await withDirectory((directory) => {
      const file = join(directory, "flows");
      writeFileSync(file, added.map((flow) => `${codec.formatFlow(flow)}\n`).join(""));
      return ovsOfctl(["parse-flows", file]);
    });
    expect(status).toBe(0);
    const theirs = stdout.split("\n").filter((line) => line.startsWith("OFPT_FLOW_MOD"));
    const ours = added.map((flow) => codec.formatMessage(flow));
    const withoutXid = (line: string) => line.replace(/xid=0x[0-9a-f]+/, "");
    expect(theirs.map(withoutXid)).toEqual(ours.map(withoutXid));
  });

  it("replays what dump-flows prints", async () => {
    const stats = flows
      .filter(({ command }) => command === FlowModCommand.add)
      .map(({ match, instructions, priority, tableId, cookie, idleTimeout, hardTimeout, flags }) => {
        const flow = { match, instructions, priority, tableId, cookie, idleTimeout, hardTimeout, flags };
        return multipartReply({ body: { type: "flow", flows: [flow] } });
      });
    const lines = (await printed(stats.map((message) => encode(message)))).map((text) => text.split("\n")[1] ?? "");
    const theirs = await flowModsOf(lines);
    expect(lines.map((line) => toHex(codec.encode(codec.parseFlow(line))))).toEqual(theirs.map(toHex));
  });
});
