/** Random Ethernet frames: whole ones of many kinds, and the same with octets changed or cut off. */
import fc from "fast-check";
import { concat, fromHex } from "../../src/wire/index.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const rest = fc.uint8Array({ maxLength: 12 });

function parts(...list: readonly (fc.Arbitrary<Uint8Array> | string)[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(...list.map((part) => (typeof part === "string" ? fc.constant<Uint8Array>(fromHex(part)) : part)))
    .map(concat);
}

/** With a length of 16 bits at `offset` that is true. */
function measured(body: fc.Arbitrary<Uint8Array>, offset: number, without = 0): fc.Arbitrary<Uint8Array> {
  return body.map((whole) => {
    const copy = Uint8Array.from(whole);
    new DataView(copy.buffer).setUint16(offset, copy.length - without);
    return copy;
  });
}

const tcp = parts(bytes(12), "50", bytes(7), rest);
const tcpOptions = parts(bytes(12), "80", bytes(7), bytes(12), rest);
const udp = parts(bytes(8), rest);
const sctp = parts(bytes(12), rest);
const icmp = parts(bytes(8), rest);
const solicitation = parts("8700", bytes(6), bytes(16), fc.constantFrom(fromHex(""), fromHex("0101020304050607")));
const advertisement = parts("8800", bytes(6), bytes(16), "0201020304050607", rest);
const twice = parts("8700", bytes(6), bytes(16), "0101020304050607 0101020304050607");

const transports: readonly (readonly [proto: string, body: fc.Arbitrary<Uint8Array>])[] = [
  ["06", tcp],
  ["06", tcpOptions],
  ["11", udp],
  ["84", sctp],
  ["01", icmp],
  ["02", icmp],
  ["3a", icmp],
  ["3a", solicitation],
  ["3a", advertisement],
  ["3a", twice],
  ["2f", rest],
];
const transport = fc.constantFrom(...transports);
const fragment = fc.constantFrom("0000", "4000", "2000", "2010", "0010");

const ipv4 = fc
  .tuple(transport, fragment)
  .chain(([[proto, body], offset]) =>
    measured(parts("45", bytes(5), offset, bytes(1), proto, bytes(2), bytes(8), body), 2),
  );

/** No extension, hop-by-hop options, or a fragment header of a whole, first or later fragment. */
const extensions = ["", "00", "2c0000", "2c0001", "2c0011"];
const ipv6 = fc.tuple(transport, fc.constantFrom(...extensions)).chain(([[proto, body], extension]) => {
  const next = extension === "" ? proto : extension.slice(0, 2);
  const header =
    extension === "00" ? `${proto}00 010400000000` : extension === "" ? "" : `${proto}00${extension.slice(2)}00000000`;
  return measured(parts("60", bytes(5), next, bytes(1), bytes(32), header, body), 4, 40);
});

const arp = parts("0001 0800 06 04 00", bytes(1), bytes(20), rest);
const mpls = fc.constantFrom(
  ...["00012140", "00012040 00013140", "00012040 00013040 00014040 00015140", "00012040"].map((hex) => fromHex(hex)),
);

const payloads: readonly fc.Arbitrary<Uint8Array>[] = [
  parts("0800", ipv4),
  parts("86dd", ipv6),
  parts("0806", arp),
  parts("8035", arp),
  parts("8847", mpls, rest),
  parts("1234", rest),
  parts("0026 424203", rest),
  parts("0030 aaaa03 000000 0800", ipv4),
];
const tags = fc.array(parts(fc.constantFrom(fromHex("8100"), fromHex("88a8")), bytes(2)), { maxLength: 3 }).map(concat);

const whole = fc
  .oneof(...payloads)
  .chain((payload) => parts(bytes(12), tags, fc.constant(payload), fc.constantFrom(fromHex(""), fromHex("000000"))));

/** One frame in three is damaged. */
export const frames: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 2, arbitrary: whole },
  fc.tuple(whole, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([frame, at, octet]) => {
    const copy = Uint8Array.from(frame);
    copy[12 + (at % Math.max(1, copy.length - 12))] = octet;
    return copy;
  }),
  fc.tuple(whole, fc.nat()).map(([frame, length]) => frame.subarray(0, length % (frame.length + 1))),
);
