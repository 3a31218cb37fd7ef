/** The channel to a switch, whose part the test plays. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Channel, openChannel } from "../../../examples/controller/channel.ts";
import { decode, encode, FrameReader, fromHex, type Message } from "../../../src/index.ts";
import { barrierReply, echoRequest, featuresReply, hello } from "../../../src/ofp/index.ts";
import { wire } from "./streams.ts";

const quick = { handshakeMs: 200, echoMs: 60, deadMs: 60 };

function connect(timing = quick) {
  const [ours, theirs] = wire();
  const said: string[] = [];
  const heard: Message[] = [];
  const frames = new FrameReader();
  theirs.on("data", (chunk: Buffer) => {
    for (const bytes of frames.push(chunk)) heard.push(decode(bytes));
  });
  const channel: Channel = openChannel(
    ours,
    "test",
    {
      up: (_, { datapathId }) => said.push(`up ${datapathId}`),
      message: (_, { type }) => said.push(type),
      damaged: (_, { code }) => said.push(`damaged ${code}`),
      closed: (_, why) => said.push(`closed: ${why}`),
    },
    timing,
  );
  return { channel, said, heard, theirs, say: (message: Message) => theirs.write(encode(message)) };
}

function types(messages: readonly Message[]): readonly string[] {
  return messages.map(({ type }) => type);
}

async function introduced(timing = quick) {
  const peer = connect(timing);
  peer.say(hello());
  peer.say(featuresReply({ datapathId: 7n }));
  await sleep(20);
  return peer;
}

describe("what is sent", () => {
  it("goes out in one piece when it is told to, and by itself when nothing else is done", async () => {
    const { channel, theirs } = await introduced();
    const pieces: number[] = [];
    theirs.on("data", (chunk: Buffer) => pieces.push(chunk.length));
    for (const xid of [1, 2, 3]) channel.send(encode(echoRequest({ xid })));
    channel.flush();
    await sleep(5);
    for (const xid of [4, 5]) channel.send(encode(echoRequest({ xid })));
    await sleep(5);
    // 8 bytes each.
    expect(pieces).toEqual([24, 16]);
    channel.flush();
    channel.close("enough");
  });

  it("before the channel is closed goes out, too", async () => {
    const { channel, heard } = await introduced();
    channel.send(encode(echoRequest({ xid: 9 })));
    channel.close("enough");
    await sleep(5);
    expect(heard.at(-1)).toMatchObject({ type: "echoRequest", xid: 9 });
  });
});

describe("the handshake", () => {
  it("agrees on version 4, asks who the switch is, and has whole frames shown", async () => {
    const { said, heard, channel } = await introduced();
    expect(types(heard)).toEqual(["hello", "featuresRequest", "setConfig"]);
    expect(heard[2]).toMatchObject({ missSendLen: 0xffff });
    expect(said).toEqual(["up 7"]);
    expect(channel.dpid).toBe(7n);
  });

  it.each([
    ["a later version without a bitmap, which means all below", hello([6]), true],
    ["a bitmap with version 4", hello([1, 4, 6]), true],
    ["a bitmap without it", hello([1, 6]), false],
    ["version 1", hello([1]), false],
  ])("with a switch that says %s", async (name, greeting, isAgreed) => {
    const { said, heard, say, theirs } = connect();
    const isBare = name.includes("without a bitmap");
    // OpenFlow 1.3.5 §6.3.1: the header alone, version 6, type 0, length 8.
    if (isBare) theirs.write(fromHex("0600000800000000"));
    else say(greeting);
    await sleep(20);
    expect(types(heard).includes("featuresRequest")).toBe(isAgreed);
    if (isAgreed) return;
    expect(heard.at(-1)).toMatchObject({ type: "error", errorType: 0, code: 0 });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("this controller version 4 alone");
  });

  it.each([
    ["no hello at all", featuresReply({ datapathId: 7n }), "the first message is a featuresReply, and no hello"],
  ])("ends with %s", async (_, message, why) => {
    const { said, say, heard } = connect();
    say(message);
    await sleep(20);
    expect(said).toEqual([`closed: ${why}`]);
    expect(heard.at(-1)).toMatchObject({ type: "error", errorType: 0 });
  });

  it("ends when it takes too long, once", async () => {
    const { said, say } = connect();
    say(hello());
    await sleep(250);
    say(featuresReply({ datapathId: 7n }));
    await sleep(20);
    expect(said).toEqual(["closed: the switch has not finished its handshake in time"]);
  });

  it("ends with what is no OpenFlow", async () => {
    const { said, theirs } = connect();
    theirs.write(fromHex("ffff000800000000"));
    await sleep(20);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^closed: .*no OpenFlow/);
  });
});

describe("a channel that is up", () => {
  it("answers the switch's echo with its data, and hands everything else on", async () => {
    const { said, heard, say } = await introduced();
    say(echoRequest({ xid: 99, data: Uint8Array.of(1, 2, 3) }));
    say(barrierReply({ xid: 5 }));
    await sleep(20);
    expect(heard.at(-1)).toMatchObject({ type: "echoReply", xid: 99, data: Uint8Array.of(1, 2, 3) });
    expect(said).toEqual(["up 7", "barrierReply"]);
  });

  it("asks a silent switch whether it is there, and gives it up when it does not answer", async () => {
    const { said, heard } = await introduced();
    await sleep(80);
    expect(types(heard).at(-1)).toBe("echoRequest");
    await sleep(80);
    expect(said).toEqual(["up 7", "closed: the switch does not answer"]);
  });

  it("goes on after a message that nobody can read", async () => {
    const { said, say, theirs } = await introduced();
    // A packet-in of 12 bytes: too short to be one.
    theirs.write(fromHex("040a000c0000000100000000"));
    say(barrierReply({ xid: 5 }));
    await sleep(20);
    expect(said).toEqual(["up 7", "damaged badLength", "barrierReply"]);
  });

  it("ends as soon as the stream is none, after the messages before that", async () => {
    const { said, theirs } = await introduced();
    // A barrier's answer, and a message of 7 bytes.
    theirs.write(fromHex("0415000800000005 0402000700000006"));
    await sleep(20);
    expect(said[1]).toBe("barrierReply");
    expect(said[2]).toMatch(/^closed: the stream is no OpenFlow: /);
  });

  it("ends once when the switch goes, and says nothing more", async () => {
    const { channel, said, theirs } = await introduced();
    theirs.destroy();
    await sleep(20);
    channel.send(encode(hello()));
    channel.close("again");
    expect(said).toEqual(["up 7", "closed: the switch has closed the connection"]);
  });
});
