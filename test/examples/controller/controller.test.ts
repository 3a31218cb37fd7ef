/** The whole controller, with switch and hosts in memory and its channel over a wire. */
import { describe, expect, it } from "vitest";
import { createController } from "../../../examples/controller/controller.ts";
import { decode, encode, FrameReader, fromHex } from "../../../src/index.ts";
import { readEventLog, replay } from "../../../src/migration/index.ts";
import { echoRequest, featuresReply, hello } from "../../../src/ofp/index.ts";
import { plainOptions, scene } from "./scene.ts";
import { wire } from "./streams.ts";

describe.each(["custom", "stock"] as const)("with a switch whose actions are %s", (actions) => {
  it("moves a connection whose request asks for it, leaves another, and switches what is no service's", async () => {
    const { ask, run, controller, lines } = scene(actions);
    await run(20);
    expect(controller.switches).toEqual([7n]);
    expect(await ask("migrate me")).toBe("two: migrate me");
    expect(await ask("plain request")).toBe("one: plain request");
    expect(await ask("shell", 22)).toBe("one: shell");
    const codes = lines.map((line) => (JSON.parse(line) as { code?: string }).code);
    expect(codes).toContain("DATA_PLANE");
    expect(codes).toContain("MIGRATED");
    expect([...controller.connections()].map(({ phase }) => phase)).toEqual(["migrated", "forwarded"]);
    controller.stop();
  });
});

it("writes a log that replays to the same effects", async () => {
  const { ask, run, controller, logs } = scene("custom");
  await run(20);
  await ask("migrate me");
  controller.stop();
  const { events, first } = replay(readEventLog((logs[0] ?? []).join("")));
  expect(events).toBeGreaterThan(10);
  expect(first).toBeUndefined();
});

it("tells of what nobody can read once in ten seconds, and how often it has not told", async () => {
  let time = 0;
  const { options, lines } = plainOptions(() => time);
  const controller = createController(options);
  const [ours, theirs] = wire();
  const frames = new FrameReader();
  let heard = (): void => undefined;
  theirs.on("data", (chunk: Buffer) => {
    for (const bytes of frames.push(chunk)) if (decode(bytes).type === "echoReply") heard();
  });
  controller.accept(ours, "nonsense");
  theirs.write(encode(hello()));
  theirs.write(encode(featuresReply({ datapathId: 9n })));
  // A packet-in of 12 bytes: too short to be one.
  const damaged = fromHex("040a000c0000000100000000");
  const told = async (count: number) => {
    for (let index = 0; index < count; index += 1) theirs.write(damaged);
    // Whoever has answered this has heard what came before it.
    const answer = new Promise<void>((resolve) => {
      heard = resolve;
    });
    theirs.write(encode(echoRequest()));
    await answer;
    return lines.flatMap((line) => {
      const { text, untold } = JSON.parse(line) as { text: string; untold?: number };
      return text === "a message that nobody can read" ? [untold] : [];
    });
  };
  expect(await told(3)).toEqual([undefined]);
  time = 10_000;
  expect(await told(1)).toEqual([undefined, 2]);
  controller.stop();
});

it("says that a switch is gone, and goes on with it when it comes again", async () => {
  const { ask, run, controller, connect, cut, lines } = scene("custom");
  await run(20);
  await ask("migrate me");
  cut();
  await run(5);
  expect(controller.switches).toEqual([]);
  connect();
  await run(20);
  expect(controller.switches).toEqual([7n]);
  expect(lines.filter((line) => line.includes('"switch up"'))).toHaveLength(2);
  expect([...controller.connections()].map(({ phase }) => phase)).toEqual(["migrated"]);
  controller.stop();
});

it("goes on after a mistake about one message, and says what it was", async () => {
  let mistakes = 0;
  const { ask, run, controller, lines } = scene("custom", {
    inspect(effect, decide) {
      if (mistakes++ === 0) throw new Error("a mistake");
      decide({ key: effect.key, generation: effect.generation, seq: effect.seq, action: "forward" });
    },
  });
  await run(20);
  await ask("first");
  expect(await ask("second")).toBe("one: second");
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.filter(({ level }) => level === "error")).toMatchObject([
    { text: "a message of a switch has failed", type: "packetIn" },
  ]);
  controller.stop();
});
