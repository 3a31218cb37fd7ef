/** What is read of a text, whatever it is. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readMessage } from "../../../../examples/controller/northbound/messages.ts";

const key = { src: "2001:0db8:0:0:0:0:0:3", srcPort: 1, dst: "2001:db8::1", dstPort: 80 };
const verdict = { type: "verdict", id: 1, key, action: "migrate", target: "a", seq: 4_294_967_295 };

it("spells addresses as a decoded frame does, so that keys compare", () => {
  const reading = readMessage(JSON.stringify(verdict));
  expect(reading).toMatchObject({ request: { ...verdict, key: { src: "2001:db8::3", vlans: [] } } });
});

it("takes any object with an event_type for a line of Suricata's, as it is", () => {
  const line = ' {"event_type":"alert","type":"verdict"} ';
  expect(readMessage(line)).toEqual({ type: "eveLine", line });
});

it("never throws, and never repeats more than a little of what is wrong", () => {
  const part = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom(...Object.values(verdict)));
  const damaged = fc.tuple(fc.constantFrom(...Object.keys(verdict), ...Object.keys(key), "more"), part, fc.boolean());
  const messages = damaged.map(([name, value, inner]) =>
    JSON.stringify(
      inner ? { ...verdict, key: { ...key, [name]: value } } : { ...verdict, [name]: value },
      (_, each: unknown) => (typeof each === "bigint" ? Number(each) : each),
    ),
  );
  fc.assert(
    fc.property(fc.oneof(messages, fc.json(), fc.string({ maxLength: 2_000 })), (text) => {
      const reading = readMessage(text);
      // 256 characters, and one that says that there are more.
      if (reading.type === "error") expect(reading.text.length).toBeLessThanOrEqual(257);
    }),
    { numRuns: 2_000 },
  );
});

it("ends for brackets without end", () => {
  expect(readMessage("[".repeat(200_000))).toMatchObject({ type: "error", code: "notJson" });
  expect(readMessage(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toMatchObject({ code: "badMessage" });
  expect(readMessage(`{"type":"stats","id":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toMatchObject({
    code: "badMessage",
  });
});
