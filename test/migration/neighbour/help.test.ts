/** Hand-off guide §4.9: who may teach whom which Ethernet address. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { helpNeighbour, type NeighbourService } from "../../../src/migration/index.ts";
import {
  type Arp,
  arpFrame,
  decodeFrame,
  decodeNeighbour,
  encodeFrame,
  type Neighbour,
  neighbourFrame,
  segmentFrame,
  type VlanTag,
} from "../../../src/tcp/index.ts";

const mac = {
  client: "00:00:00:00:00:03",
  one: "00:00:00:00:00:01",
  two: "00:00:00:00:00:02",
  own: "00:00:00:00:00:0a",
};
const BROADCAST = "ff:ff:ff:ff:ff:ff";
const NOBODY = "00:00:00:00:00:00";
const port = { one: 1, two: 2, client: 3 };
const VIP = "10.0.0.1";
const CLIENT = "10.0.0.3";

function service(change: Partial<NeighbourService> = {}, ip = VIP): NeighbourService {
  return { vip: { ip }, origin: { switchPort: port.one }, targets: { second: { switchPort: port.two } }, ...change };
}

const known = (ip: string): string | undefined => (ip === CLIENT || ip === "2001:db8::3" ? mac.client : undefined);

function help(inPort: number, frame: Uint8Array, services = [service()]) {
  return helpNeighbour({ inPort, frame }, services, known);
}

function request(senderMac: string, senderIp: string, targetIp: string, vlans: readonly VlanTag[] = []): Uint8Array {
  return encodeFrame(arpFrame(BROADCAST, { operation: 1, senderMac, senderIp, targetMac: NOBODY, targetIp }, vlans));
}

function reply(senderMac: string, senderIp: string, targetMac: string, targetIp: string): Uint8Array {
  return encodeFrame(arpFrame(targetMac, { operation: 2, senderMac, senderIp, targetMac, targetIp }));
}

/** The ARP packet that is sent, and where. */
function sentArp(result: ReturnType<typeof help>): { port: number; dst: string; arp: Arp | undefined } {
  if (result.type !== "send") throw new Error(result.type);
  const { ethernet, arp } = decodeFrame(result.frame);
  return { port: result.port, dst: ethernet.dst, arp };
}

describe("a new server with the service's own address", () => {
  it.each([
    ["announces it", request(mac.two, VIP, VIP)],
    ["announces it in a reply", reply(mac.two, VIP, BROADCAST, VIP)],
    ["answers the client", reply(mac.two, VIP, mac.client, CLIENT)],
    ["probes whether it is free, and would hear from server 1 that it is not", request(mac.two, "0.0.0.0", VIP)],
    ["asks for somebody unknown with it", request(mac.two, VIP, "10.0.0.99")],
  ])("is not heard when it %s", (_, frame) => {
    expect(help(port.two, frame)).toMatchObject({ type: "absorb" });
  });

  it("is told where the client is, and the client hears nothing", () => {
    expect(sentArp(help(port.two, request(mac.two, VIP, CLIENT)))).toEqual({
      port: port.two,
      dst: mac.two,
      arp: { operation: 2, senderMac: mac.client, senderIp: CLIENT, targetMac: mac.two, targetIp: VIP },
    });
  });

  it("may ask with an address of its own", () => {
    expect(help(port.two, request(mac.two, "10.0.0.2", CLIENT)).type).toBe("unclaimed");
    expect(help(port.two, reply(mac.two, "10.0.0.2", mac.client, CLIENT)).type).toBe("unclaimed");
  });

  it("is told apart from a neighbour at its port by its Ethernet address", () => {
    const services = [service({ targets: { second: { switchPort: port.one, mac: mac.two } } })];
    expect(help(port.one, reply(mac.two, VIP, mac.client, CLIENT), services).type).toBe("absorb");
    expect(help(port.one, reply(mac.one, VIP, mac.client, CLIENT), services).type).toBe("unclaimed");
  });

  it("is heard when it is server 1 of another service with this address", () => {
    const other = service({ origin: { switchPort: port.two }, targets: {} });
    expect(help(port.two, reply(mac.two, VIP, mac.client, CLIENT), [service(), other]).type).toBe("unclaimed");
  });
});

describe("server 1", () => {
  it("alone gets the question for its address", () => {
    const question = request(mac.client, CLIENT, VIP, [{ tpid: 0x8100, pcp: 5, dei: false, vid: 7 }]);
    expect(help(port.client, question)).toMatchObject({ type: "send", port: port.one, frame: question });
  });

  it("says what it likes", () => {
    for (const frame of [request(mac.one, VIP, VIP), request(mac.one, VIP, CLIENT), request(mac.one, "0.0.0.0", VIP)]) {
      expect(help(port.one, frame).type).toBe("unclaimed");
    }
  });

  it("need not be asked when the Ethernet address of the service is known", () => {
    const services = [service({ vip: { ip: VIP, mac: mac.one } })];
    const arp = { operation: 2, senderMac: mac.one, senderIp: VIP, targetMac: mac.client, targetIp: CLIENT };
    const question = request(mac.client, CLIENT, VIP);
    expect(sentArp(help(port.client, question, services))).toEqual({ port: port.client, dst: mac.client, arp });
  });

  it("with an address of its own leaves the service's to the switch, if that knows what to say", () => {
    const origin = { switchPort: port.one, ip: "10.0.0.11" };
    const question = request(mac.client, CLIENT, VIP);
    expect(help(port.client, question, [service({ origin })]).type).toBe("unclaimed");
    const answer = sentArp(help(port.client, question, [service({ origin, vip: { ip: VIP, mac: mac.own } })]));
    expect(answer.arp).toMatchObject({ senderMac: mac.own, senderIp: VIP });
  });
});

it("answers a new server in another VLAN, whose question the client would not get", () => {
  const services = [service({ targets: { second: { switchPort: port.two, ip: "10.0.0.2", vlan: 20 } } })];
  const vlans = [{ tpid: 0x8100, pcp: 0, dei: false, vid: 20 }];
  const result = help(port.two, request(mac.two, "10.0.0.2", CLIENT, vlans), services);
  if (result.type !== "send") throw new Error(result.type);
  expect(decodeFrame(result.frame)).toMatchObject({
    ethernet: { vlans, dst: mac.two },
    arp: { senderMac: mac.client },
  });
  expect(help(port.two, request(mac.two, "10.0.0.2", "10.0.0.254", vlans), services).type).toBe("unclaimed");
});

describe("IPv6", () => {
  const vip = "2001:db8::1";
  const client = "2001:db8::3";
  const services = [service({}, vip)];
  /** RFC 4291 §2.7.1: 24 bits of the address. */
  const group = (last: string) => ({ ip: `ff02::1:ff00:${last}`, mac: `33:33:ff:00:00:0${last}` });

  function question(from: { mac: string; ip: string }, target: string, last: string): Uint8Array {
    const link = from.ip === "::" ? undefined : from.mac;
    const message: Neighbour = { type: "neighbourSolicitation", target, mac: link };
    return encodeFrame(neighbourFrame({ from, to: group(last) }, message));
  }

  function advertisement(from: { mac: string; ip: string }, target: string, to = { mac: mac.client, ip: client }) {
    const flags = { router: false, solicited: true, override: true };
    const message: Neighbour = { type: "neighbourAdvertisement", target, mac: from.mac, ...flags };
    return encodeFrame(neighbourFrame({ from, to }, message));
  }

  const two = { mac: mac.two, ip: vip };

  it.each([
    ["advertises it", advertisement(two, vip)],
    ["advertises it from another one", advertisement({ ...two, ip: "fe80::2" }, vip)],
    ["finds out whether it is free", question({ mac: mac.two, ip: "::" }, vip, "1")],
    ["asks for somebody unknown with it", question(two, "2001:db8::9", "9")],
  ])("does not hear a new server that %s", (_, frame) => {
    expect(help(port.two, frame, services)).toMatchObject({ type: "absorb" });
  });

  it("tells a new server where the client is", () => {
    const result = help(port.two, question(two, client, "3"), services);
    if (result.type !== "send") throw new Error(result.type);
    const frame = decodeFrame(result.frame);
    expect(result.port).toBe(port.two);
    expect(frame).toMatchObject({ ethernet: { src: mac.client, dst: mac.two }, ipv6: { src: client, dst: vip } });
    expect(decodeNeighbour(frame)).toEqual({
      type: "neighbourAdvertisement",
      target: client,
      mac: mac.client,
      router: false,
      solicited: true,
      override: true,
    });
  });

  it("asks server 1 alone, or answers for it; who asks without an address is answered like everybody", () => {
    const asked = question({ mac: mac.client, ip: client }, vip, "1");
    expect(help(port.client, asked, services)).toMatchObject({ type: "send", port: port.one, frame: asked });
    const probe = question({ mac: mac.client, ip: "::" }, vip, "1");
    const result = help(port.client, probe, [service({ vip: { ip: vip, mac: mac.one } })]);
    if (result.type !== "send") throw new Error(result.type);
    const frame = decodeFrame(result.frame);
    expect(frame).toMatchObject({ ethernet: { dst: "33:33:00:00:00:01" }, ipv6: { dst: "ff02::1" } });
    expect(decodeNeighbour(frame)).toMatchObject({ target: vip, mac: mac.one, solicited: false });
  });

  it("leaves everything else alone", () => {
    expect(help(port.two, advertisement({ mac: mac.two, ip: "fe80::2" }, "fe80::2"), services).type).toBe("unclaimed");
    expect(help(port.client, advertisement({ mac: mac.client, ip: client }, client, two), services).type).toBe(
      "unclaimed",
    );
    // Somebody beyond a router could send it.
    const far = decodeFrame(advertisement(two, vip));
    if (!far.ipv6) throw new Error("no IPv6");
    const bytes = encodeFrame({ ...far, ipv6: { ...far.ipv6, hopLimit: 254 } });
    expect(help(port.two, bytes, services).type).toBe("unclaimed");
  });
});

it("asks where a client is in the VLANs of the question", () => {
  const asked: [string, readonly number[]][] = [];
  const vlans = [
    { tpid: 0x88a8, pcp: 0, dei: false, vid: 100 },
    { tpid: 0x8100, pcp: 5, dei: false, vid: 0 },
    { tpid: 0x8100, pcp: 0, dei: false, vid: 7 },
  ];
  const packet = { inPort: port.two, frame: request(mac.two, VIP, CLIENT, vlans) };
  helpNeighbour(packet, [service()], (ip, ids) => {
    asked.push([ip, ids]);
    return undefined;
  });
  expect(asked).toEqual([[CLIENT, [100, 7]]]);
});

it("takes whatever comes, and never lets a target speak with the service's address", () => {
  const six = service({}, "2001:db8::1");
  const whole = [
    request(mac.two, VIP, CLIENT),
    reply(mac.two, VIP, mac.client, CLIENT),
    encodeFrame(
      neighbourFrame(
        { from: { mac: mac.two, ip: "2001:db8::1" }, to: { mac: mac.client, ip: "2001:db8::3" } },
        { type: "neighbourSolicitation", target: "2001:db8::3", mac: mac.two },
      ),
    ),
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc
      .record({
        frame: fc.constantFrom(...whole),
        cut: fc.nat(90),
        at: fc.nat(85),
        value: fc.integer({ max: 255, min: 0 }),
      })
      .map(({ frame, cut, at, value }) => frame.map((byte, index) => (index === at ? value : byte)).subarray(0, cut)),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(1, 2, 3), (frame, inPort) => {
      const result = help(inPort, frame, [service(), six]);
      expect(["absorb", "send", "unclaimed"]).toContain(result.type);
      const arp = frame.length < 14 ? undefined : decodeFrame(frame).arp;
      const isKnown = arp !== undefined && [1, 2].includes(arp.operation);
      if (isKnown && inPort === port.two && arp.senderIp === VIP) expect(result.type).not.toBe("unclaimed");
    }),
    { numRuns: 2000 },
  );
});

it("has nothing to say about other frames", () => {
  const from = { mac: mac.two, ip: VIP, port: 80 };
  const to = { mac: mac.client, ip: CLIENT, port: 33333 };
  const segment = encodeFrame(segmentFrame({ from, to, seq: 1, flags: 2, window: 1 }));
  for (const frame of [segment, segment.subarray(0, 20), segment.subarray(0, 3), new Uint8Array()]) {
    expect(help(port.two, frame).type).toBe("unclaimed");
  }
});
