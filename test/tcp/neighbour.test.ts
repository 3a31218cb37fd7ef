/** RFC 4861 §4.3, §4.4 and §7.1. The frames were built by scapy 2.5.0. */
import { describe, expect, it } from "vitest";
import {
  arpFrame,
  decodeFrame,
  decodeNeighbour,
  encodeFrame,
  icmpv6Checksum,
  type Neighbour,
  neighbourFrame,
} from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

const client = { mac: "00:00:00:00:00:03", ip: "2001:db8::3" };
const server = { mac: "00:00:00:00:00:01", ip: "2001:db8::1" };
const group = { mac: "33:33:ff:00:00:01", ip: "ff02::1:ff00:1" };

const solicitation =
  "3333ff00000100000000000386dd" +
  "6000000000203aff20010db8000000000000000000000003ff0200000000000000000001ff000001" +
  "87001e250000000020010db80000000000000000000000010101000000000003";
const advertisement =
  "00000000000300000000000186dd" +
  "6000000000203aff20010db800000000000000000000000120010db8000000000000000000000003" +
  "88008c726000000020010db80000000000000000000000010201000000000001";

const question: Neighbour = { type: "neighbourSolicitation", target: server.ip, mac: client.mac };
const answer: Neighbour = {
  type: "neighbourAdvertisement",
  target: server.ip,
  mac: server.mac,
  router: false,
  solicited: true,
  override: true,
};

it("writes and reads a solicitation", () => {
  expect(toHex(encodeFrame(neighbourFrame({ from: client, to: group }, question)))).toBe(solicitation);
  expect(decodeNeighbour(decodeFrame(fromHex(solicitation)))).toEqual(question);
});

it("writes and reads an advertisement", () => {
  expect(toHex(encodeFrame(neighbourFrame({ from: server, to: client }, answer)))).toBe(advertisement);
  expect(decodeNeighbour(decodeFrame(fromHex(advertisement)))).toEqual(answer);
});

it("does without a link-layer address", () => {
  const probe = { ...question, mac: undefined };
  const frame = neighbourFrame({ from: { ...client, ip: "::" }, to: group }, probe);
  expect(frame.payload).toHaveLength(24);
  expect(decodeNeighbour(decodeFrame(encodeFrame(frame)))).toEqual(probe);
});

describe("a message that its receiver must drop", () => {
  const good = decodeFrame(fromHex(solicitation));
  /** The message with these bytes changed, and a right checksum again unless the change is to it. */
  function changed(at: number, value: number): Uint8Array {
    const payload = good.payload.with(at, value);
    const checksum = icmpv6Checksum(client.ip, group.ip, payload);
    if (at !== 2) new DataView(payload.buffer).setUint16(2, checksum);
    return payload;
  }
  const read = (payload: Uint8Array) => decodeNeighbour({ ...good, payload });

  it.each([
    ["has another type", 0, 134],
    ["has a code", 1, 1],
    ["has a wrong checksum", 2, 0],
    ["asks for a multicast address", 8, 0xff],
    ["has an option without length", 25, 0],
    ["has an option that does not end", 25, 2],
  ])("%s", (_, at, value) => {
    expect(read(good.payload)).toEqual(question);
    expect(read(changed(at, value))).toBeUndefined();
  });

  it("is cut", () => {
    for (let length = 0; length < 32; length++) {
      const payload = good.payload.slice(0, length);
      if (length >= 4) new DataView(payload.buffer).setUint16(2, icmpv6Checksum(client.ip, group.ip, payload));
      // Without its option it is whole.
      if (length === 24) expect(read(payload)).toMatchObject({ mac: undefined });
      else expect(read(payload)).toBeUndefined();
    }
  });

  it("came from beyond a router, or is not ICMPv6", () => {
    const { ipv6 } = good;
    if (!ipv6) throw new Error("no IPv6");
    expect(decodeNeighbour({ ...good, ipv6: { ...ipv6, hopLimit: 254 } })).toBeUndefined();
    expect(decodeNeighbour({ ...good, ipv6: { ...ipv6, protocol: 6 } })).toBeUndefined();
    expect(decodeNeighbour({ ethernet: good.ethernet, payload: good.payload })).toBeUndefined();
  });
});

it("reads the option of its own kind and leaves others, as often as they come", () => {
  const options = fromHex("0501000000000578 0201000000000009 0101000000000003 0101000000000004");
  const payload = Uint8Array.from([...decodeFrame(fromHex(solicitation)).payload.subarray(0, 24), ...options]);
  new DataView(payload.buffer).setUint16(2, icmpv6Checksum(client.ip, group.ip, payload));
  expect(decodeNeighbour({ ...decodeFrame(fromHex(solicitation)), payload })).toEqual(question);
});

it("names the argument that is wrong", () => {
  const wrong =
    (change: object): (() => void) =>
    () => {
      neighbourFrame({ from: client, to: group }, { ...question, ...change });
    };
  expect(wrong({ target: "10.0.0.1" })).toThrow(/^message\.target/);
  expect(wrong({ mac: "00:00" })).toThrow(/^message\.mac/);
  expect(() => neighbourFrame({ from: { ...client, ip: "10.0.0.1" }, to: group }, question)).toThrow(RangeError);
  expect(() => neighbourFrame({ from: { ...client, mac: "x" }, to: group }, question)).toThrow(/^from\.mac/);
});

it("makes ARP packets, tagged or not", () => {
  const arp = {
    operation: 1,
    senderMac: client.mac,
    senderIp: "10.0.0.3",
    targetMac: server.mac,
    targetIp: "10.0.0.1",
  };
  const frame = arpFrame("ff:ff:ff:ff:ff:ff", arp);
  expect(toHex(encodeFrame(frame))).toBe(
    "ffffffffffff0000000000030806" + "0001080006040001" + "0000000000030a000003" + "0000000000010a000001",
  );
  const vlans = [{ tpid: 0x8100, pcp: 1, dei: false, vid: 7 }];
  expect(decodeFrame(encodeFrame(arpFrame(server.mac, arp, vlans)))).toMatchObject({ ethernet: { vlans }, arp });
});
