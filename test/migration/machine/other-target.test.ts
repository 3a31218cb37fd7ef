/** Segments of a target that neither has the connection nor is asked to take it. Only the current server's may reach the client. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { type SegmentFields, segmentFrame } from "../../../src/tcp/index.ts";
import { client, mssAndScale, server } from "../scene.ts";
import { ACK, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const places = { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 }, third: { switchPort: 4 } } };
const config: ConnectionConfig = { ...plainConfig, service: places };
const software: ConnectionConfig = { ...config, dataPlane: "software" };

/** A segment of the third server's, which nobody has asked for anything. */
function third(run: Run, fields: Partial<SegmentFields>, from = server): Run {
  const common = { from, to: client, seq: 8001, ack: 1019, flags: ACK, window: 500 };
  return run.packet(4, segmentFrame({ ...common, ...fields }));
}

/** The state without what every answer changes. */
function settled({ state }: Run) {
  return { ...state, nextId: 0, lastAt: 0, resets: undefined };
}

/** With the second server: x = 1000, y = 5000, z = 3000, 18 bytes of the client's. */
const withSecond: readonly (readonly [string, () => Run])[] = [
  ["dial", () => new Run({}, config).toDial()],
  ["arm", () => new Run({}, config).toArm()],
  ["arm, committed", () => new Run({}, config).toCommitted()],
  ["arm, in software", () => new Run({}, software).toArm()],
  ["migrated", () => new Run({}, config).toMigrated()],
  ["migrated, in software", () => new Run({}, software).toMigrated()],
  [
    "closing",
    () =>
      new Run({}, config)
        .toMigrated()
        .client({ seq: 1019, flags: FIN | ACK })
        .target({ ack: 1020, flags: FIN | ACK }),
  ],
  ["linger", () => new Run({}, config).toMigrated().client({ seq: 1019, ack: 0, flags: RST })],
];

/** Where its numbers fit the connection's as the current server's do: 3001 is sNxt − D. */
const segments: readonly (readonly [string, Partial<SegmentFields>])[] = [
  ["data", { seq: 3001, payload: letters(5) }],
  ["an ACK", { seq: 3001 }],
  ["a FIN", { seq: 3001, flags: FIN | ACK }],
  ["a SYN-ACK", { seq: 3000, ack: 1001, flags: SYN | ACK, options: mssAndScale }],
  ["a SYN-ACK that acknowledges something else", { seq: 3000, ack: 4242, flags: SYN | ACK, options: mssAndScale }],
];

describe.each(withSecond)("in %s", (_, begin) => {
  it.each(segments)("%s of another target ends there, with an exact reset and nothing else", (_name, fields) => {
    const run = begin();
    const before = settled(run);
    third(run, fields);
    // RFC 9293 §3.10.7.1: the number that it acknowledges.
    expect(run.story).toEqual([`4:R ${fields.ack ?? 1019},0+0`]);
    expect(settled(run)).toEqual(before);
  });

  it.each([
    ["exact for the client", { seq: 3001, ack: 0, flags: RST }],
    ["that answers our SYN", { seq: 0, ack: 1001, flags: RST | ACK }],
    ["with any number", { seq: 99, ack: 0, flags: RST }],
  ])("a reset of another target, %s, ends nothing", (_name, fields) => {
    const run = begin();
    const { phase } = run;
    third(run, fields);
    expect(run.effects).toEqual([]);
    expect(run.phase).toBe(phase);
  });

  it("a SYN of another target's own is no answer and gets none", () => {
    const run = begin();
    expect(third(run, { seq: 3000, ack: 0, flags: SYN }).effects).toEqual([]);
  });
});

it("shrunk: five bytes of the third server's at the second's next number do not reach the client", () => {
  const run = third(new Run({}, config).toMigrated(), { seq: 3001, flags: PSH | ACK, payload: letters(5) });
  expect(run.sent.filter(({ port }) => port === 3)).toEqual([]);
});

it("one with addresses of its own may mean another connection of this client's, and is only reported", () => {
  const own = { mac: "00:00:00:00:00:04", ip: "10.0.0.4", port: 80 };
  const elsewhere = { ...places, targets: { ...places.targets, third: { switchPort: 4, ...own } } };
  const run = third(new Run({}, { ...config, service: elsewhere }).toMigrated(), { payload: letters(5) }, own);
  expect(run.story).toEqual([]);
  expect(run.reports).toEqual(["FOREIGN"]);
});

it("a SYN-ACK of the third server does not take a connection that the second was asked for", () => {
  const run = new Run({}, config).toDial();
  third(run, { seq: 8000, ack: 1001, flags: SYN | ACK, options: mssAndScale });
  expect(run.phase).toBe("dial");
  expect(run.targetSynAck().phase).toBe("arm");
  expect(run.state?.takeover).toMatchObject({ target: "second", accepted: { sendNext: 3001 } });
});
