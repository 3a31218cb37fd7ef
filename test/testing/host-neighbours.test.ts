import { expect, it } from "vitest";
import { createModelHost } from "../../src/testing/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

const host = () => createModelHost({ mac: "00:00:00:00:00:01", ip: ["10.0.0.1", "2001:db8::1"] });

/** Question and answer as scapy 2.5 writes them. */
const vectors: [name: string, question: string, answer: string][] = [
  [
    "neighbour solicitation",
    "3333ff00000100000000000986dd6000000000203aff20010db8000000000000000000000009ff0200000000000000000001ff00000187001e190000000020010db80000000000000000000000010101000000000009",
    "00000000000900000000000186dd6000000000203aff20010db800000000000000000000000120010db800000000000000000000000988008c6c6000000020010db80000000000000000000000010201000000000001",
  ],
  [
    "solicitation from ::",
    "3333ff00000100000000000986dd6000000000183aff00000000000000000000000000000000ff0200000000000000000001ff00000187004ced0000000020010db8000000000000000000000001",
    "33330000000100000000000186dd6000000000203aff20010db8000000000000000000000001ff0200000000000000000000000000018800fb2a2000000020010db80000000000000000000000010201000000000001",
  ],
  [
    "ARP request",
    "ffffffffffff000000000009080600010800060400010000000000090a0000090000000000000a000001",
    "000000000009000000000001080600010800060400020000000000010a0000010000000000090a000009",
  ],
];

it.each(vectors)("answers a %s", (_, question, answer) => {
  const asked = host();
  asked.receive(fromHex(question));
  expect(asked.take().map(toHex)).toEqual([answer]);
});

it.each(vectors)("does not answer a %s about another address, or a damaged one", (_, question) => {
  const other = createModelHost({ mac: "00:00:00:00:00:01", ip: ["10.0.0.7", "2001:db8::7"] });
  other.receive(fromHex(question));
  for (let length = 14; length < question.length / 2; length++) other.receive(fromHex(question).subarray(0, length));
  expect(other.take()).toEqual([]);
});

it.each(vectors.slice(0, 2))("does not answer a %s with a wrong checksum", (_, question) => {
  const asked = host();
  const damaged = fromHex(question);
  damaged[56] = (damaged[56] ?? 0) ^ 1;
  asked.receive(damaged);
  expect(asked.take()).toEqual([]);
});
