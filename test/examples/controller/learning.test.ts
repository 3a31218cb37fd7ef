/** Where the learning switch beside the tracker sends what is no service's. */
import { describe, expect, it } from "vitest";
import { createLearning } from "../../../examples/controller/learning.ts";
import { placementOf } from "../../../examples/controller/placement.ts";
import { PortConfig, PortState, portDesc } from "../../../src/ofp/index.ts";
import { arpFrame, encodeFrame, segmentFrame } from "../../../src/tcp/index.ts";

const web = "00:00:00:00:00:01";
const a = { mac: "00:00:00:00:00:0a", ip: "10.0.0.10", port: 1 };
const b = { mac: "00:00:00:00:00:0b", ip: "10.0.0.11", port: 2 };
const twin = { mac: web, ip: "10.0.0.1", port: 80 };

/** Server 1 behind port 1, its twin behind port 2, a third server behind port 4; clients behind 3 and 5. */
const placement = placementOf({
  web: {
    vip: { ip: "10.0.0.1", port: 80, mac: web },
    origin: { switchPort: 1 },
    targets: { twin: { switchPort: 2 }, other: { switchPort: 4, mac: "00:00:00:00:00:04", ip: "10.0.0.4" } },
  },
  elsewhere: {
    dpid: 9n,
    vip: { ip: "10.0.0.9", port: 80, mac: "00:00:00:00:00:09" },
    origin: { switchPort: 3 },
    targets: {},
  },
});

function network() {
  const learning = createLearning(placement(7n));
  learning.setPorts([1, 2, 3, 4, 5].map((portNo) => portDesc({ portNo, state: PortState.live })));
  return learning;
}

function frame(from: typeof a, to: typeof a): Uint8Array {
  return encodeFrame(segmentFrame({ from, to, seq: 1, ack: 1, flags: 16, window: 1 }));
}

describe("a frame", () => {
  it("goes everywhere until its receiver is known, but not back, and not to a twin of server 1", () => {
    const learning = network();
    expect(learning.switchFrame(3, frame(a, b), 0)).toEqual([1, 4, 5]);
    expect(learning.switchFrame(5, frame(b, a), 0)).toEqual([3]);
    expect(learning.switchFrame(3, frame(a, b), 0)).toEqual([5]);
  });

  it("for the service's address goes to server 1 from the beginning, whoever claims to have it", () => {
    const learning = network();
    learning.switchFrame(2, frame(twin, a), 0);
    learning.switchFrame(5, frame(twin, a), 0);
    expect(learning.switchFrame(3, frame(a, twin), 0)).toEqual([1]);
  });

  it("stays where it came from when its receiver is there, too", () => {
    const learning = network();
    learning.switchFrame(3, frame(b, a), 0);
    expect(learning.switchFrame(3, frame(a, b), 0)).toEqual([]);
  });

  it("goes everywhere again five minutes after its receiver was heard last, or when that one's port went down", () => {
    const learning = network();
    learning.switchFrame(5, frame(b, a), 0);
    expect(learning.switchFrame(3, frame(a, b), 299_999)).toEqual([5]);
    expect(learning.switchFrame(3, frame(a, b), 300_000)).toEqual([1, 4, 5]);
    learning.switchFrame(5, frame(b, a), 300_000);
    learning.changePort(portDesc({ portNo: 5, state: PortState.linkDown }), false);
    expect(learning.switchFrame(3, frame(a, b), 300_000)).toEqual([1, 4]);
  });

  it("too short to be one goes nowhere", () => {
    expect(network().switchFrame(3, new Uint8Array(13), 0)).toEqual([]);
  });

  it("does not go out of ports that forward nothing, or are gone", () => {
    const learning = network();
    learning.changePort(portDesc({ portNo: 4, config: PortConfig.noFwd }), false);
    learning.changePort(portDesc({ portNo: 5 }), true);
    expect(learning.switchFrame(3, frame(a, b), 0)).toEqual([1]);
  });
});

it("knows the Ethernet addresses that ARP tells, and not what a twin says of itself", () => {
  const learning = network();
  const says = (senderMac: string, senderIp: string) => {
    const arp = { operation: 1, senderMac, senderIp, targetMac: "00:00:00:00:00:00", targetIp: "10.0.0.1" };
    return encodeFrame(arpFrame("ff:ff:ff:ff:ff:ff", arp));
  };
  learning.switchFrame(3, says(a.mac, a.ip), 0);
  learning.switchFrame(2, says("00:00:00:00:00:02", "10.0.0.12"), 0);
  expect([learning.macOf(a.ip), learning.macOf("10.0.0.12")]).toEqual([a.mac, undefined]);
});

it("knows servers by their addresses, however the configuration has spelled them", () => {
  const spelled = placementOf({
    web: {
      vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:AB" },
      origin: { switchPort: 1 },
      targets: {
        twin: { switchPort: 2, mac: "00:00:00:00:00:aB" },
        other: { switchPort: 4, mac: "00:00:00:00:00:CD", ip: "10.0.0.4" },
      },
    },
  })(7n);
  expect(spelled.known).toEqual(
    new Map([
      ["00:00:00:00:00:ab", 1],
      ["00:00:00:00:00:cd", 4],
    ]),
  );
  expect(spelled.twins).toEqual(new Set([2]));
});

it("remembers a bounded number of ports", () => {
  const learning = network();
  for (let portNo = 6; portNo <= 70_000; portNo += 1) learning.changePort(portDesc({ portNo }), false);
  expect(learning.ports).toHaveLength(65_536);
  learning.changePort(portDesc({ portNo: 5, name: "known" }), false);
  expect(learning.ports.find(({ number }) => number === 5)?.name).toBe("known");
});

it("remembers a bounded number of addresses", () => {
  const learning = network();
  for (let n = 0; n < 20_000; n += 1) {
    const tail = n.toString(16).padStart(4, "0");
    learning.switchFrame(3, frame({ ...a, mac: `02:00:00:00:${tail.slice(0, 2)}:${tail.slice(2)}` }, b), n);
  }
  expect(learning.size).toBe(16_384);
});
