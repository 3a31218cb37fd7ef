/**
 * ICMP errors about a connection. x = 1000, y = 5000, z = 3000: D = 2000, so that server 2's 3001 is the client's 5001. The quoted
 * segment must come out as its receiver itself had sent it, checksums included.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offsets } from "../../../src/migration/index.ts";
import { icmpErrorOf, quotedKey } from "../../../src/migration/machine/icmp.ts";
import { errorTowardsClient, errorTowardsServer } from "../../../src/migration/machine/icmp-change.ts";
import { type ConnectionConfig, step } from "../../../src/migration/machine/index.ts";
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type Frame,
  flowKeyText,
  IpProtocol,
  icmpv6Checksum,
  internetChecksum,
  type SegmentFields,
  segmentFrame,
} from "../../../src/tcp/index.ts";
import { concat, toHex } from "../../../src/wire/index.ts";
import { client, ports, server } from "../scene.ts";
import { ACK, letters, PSH, Run } from "./scene.ts";

const own: Endpoint = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
const tag = (vid: number) => ({ tpid: 0x8100, pcp: 0, dei: false, vid });
const router = { mac: "00:00:00:00:00:fe", ip: "10.0.9.254" };
const six = {
  client: { ...client, ip: "2001:db8::3" },
  server: { ...server, ip: "2001:db8::1" },
  own: { ...own, ip: "2001:db8::2" },
};

function config(target: Partial<Endpoint>, dataPlane: "actions" | "software" = "actions"): ConnectionConfig {
  return {
    dataPlane,
    service: { origin: { switchPort: ports.origin }, targets: { second: { switchPort: ports.target, ...target } } },
  };
}

type Segment = Partial<SegmentFields> & Pick<SegmentFields, "from" | "to" | "seq">;

/** The IP packet of a segment as it left its sender, or its beginning. */
function packetOf(fields: Segment, length?: number): Uint8Array {
  const bytes = encodeFrame(segmentFrame({ ack: 0, flags: PSH | ACK, window: 500, payload: letters(600), ...fields }));
  return bytes.subarray(14, length === undefined ? undefined : 14 + length);
}

/** An ICMP error; the four bytes behind the checksum hold an MTU of 1280. */
function errorFrame(from: Omit<Endpoint, "port">, to: Omit<Endpoint, "port">, type: number, quoted: Uint8Array): Frame {
  const ends = { from: { ...from, port: 1 }, to: { ...to, port: 1 } };
  const { ethernet, ipv4, ipv6 } = segmentFrame({ ...ends, seq: 0, flags: 0, window: 0 });
  const payload = concat([Uint8Array.of(type, ipv4 ? 4 : 0, 0, 0, 0, 0, 5, 0), quoted]);
  const checksum = ipv4 ? internetChecksum(payload) : icmpv6Checksum(from.ip, to.ip, payload);
  new DataView(payload.buffer).setUint16(2, checksum);
  if (ipv4) return { ethernet, ipv4: { ...ipv4, protocol: IpProtocol.icmp }, payload };
  if (ipv6) return { ethernet, ipv6: { ...ipv6, protocol: IpProtocol.icmpv6 }, payload };
  throw new Error("no IP");
}

function isIntact({ ipv4, ipv6, payload }: Frame): boolean {
  if (ipv4) return ipv4.checksumValid === true && internetChecksum(payload) === 0;
  return (
    ipv6 !== undefined &&
    icmpv6Checksum(ipv6.src, ipv6.dst, payload) === payload.slice(2, 4).reduce((a, b) => a * 256 + b)
  );
}

const planes = ["actions", "software"] as const;

describe.each(planes)("with %s", (plane) => {
  describe.each([
    { title: "the service's address, IPv4", ...{ client, server, target: server, version: 4 } },
    { title: "its own address, IPv4", ...{ client, server, target: own, version: 4 } },
    {
      title: "the service's address, IPv6",
      ...{ client: six.client, server: six.server, target: six.server, version: 6 },
    },
    { title: "its own address, IPv6", ...{ client: six.client, server: six.server, target: six.own, version: 6 } },
  ])("and a new server with $title", ({ client: c, server: s, target, version }) => {
    const differs = target.ip !== s.ip;
    const moved = () =>
      new Run({}, config(differs ? target : {}, plane), target, { client: c, server: s }).toMigrated();
    const tooBig = version === 4 ? 3 : 2;
    const gateway = version === 4 ? router : { ...router, ip: "2001:db8:9::fe" };
    const header = version === 4 ? 20 : 40;

    it.each([
      ["the least that must be quoted", header + 8],
      ["half a TCP header", header + 12],
      ["the checksum", header + 20],
      ["everything", undefined],
    ])("tells the client with %s of what it had sent", (_, length) => {
      // 10.0.0.3 → server 2 acknowledges 3001 there, and 5001 at the client.
      const beyond = packetOf({ from: c, to: target, seq: 1019, ack: 3001 }, length);
      const run = moved().packet(ports.target, errorFrame(gateway, c, tooBig, beyond));
      const [sent] = run.sentFrames;
      expect(run.sentFrames).toHaveLength(1);
      expect(sent?.port).toBe(ports.client);
      const frame = sent?.frame;
      if (!frame) throw new Error("nothing sent");
      expect(frame.ipv4 ?? frame.ipv6).toMatchObject({ src: gateway.ip, dst: c.ip });
      expect(isIntact(frame)).toBe(true);
      expect(toHex(frame.payload.subarray(4, 8))).toBe("00000500");
      expect(toHex(frame.payload.subarray(8))).toBe(toHex(packetOf({ from: c, to: s, seq: 1019, ack: 5001 }, length)));
      expect(run.phase).toBe("migrated");
    });

    it("tells the server what the client's network says of what it had sent", () => {
      const beyond = packetOf({ from: s, to: c, seq: 5001, ack: 1019 });
      const run = moved().packet(ports.client, errorFrame(gateway, s, tooBig, beyond));
      const [sent] = run.sentFrames;
      if (!sent) throw new Error("nothing sent");
      expect(sent.port).toBe(ports.target);
      expect(sent.frame.ipv4 ?? sent.frame.ipv6).toMatchObject({ src: gateway.ip, dst: target.ip });
      if (differs) expect(sent.frame.ethernet.dst).toBe(target.mac);
      expect(isIntact(sent.frame)).toBe(true);
      expect(toHex(sent.frame.payload.subarray(8))).toBe(
        toHex(packetOf({ from: target, to: c, seq: 3001, ack: 1019 })),
      );
    });

    it("lets the server itself speak as the service", () => {
      const beyond = packetOf({ from: c, to: target, seq: 1019, ack: 3001 }, header + 8);
      const run = moved().packet(ports.target, errorFrame(target, c, version === 4 ? 3 : 1, beyond));
      const frame = run.sentFrames[0]?.frame;
      expect(frame?.ipv4 ?? frame?.ipv6).toMatchObject({ src: s.ip, dst: c.ip });
      if (differs) expect(frame?.ethernet).toMatchObject({ src: s.mac, dst: c.mac });
    });

    it("passes nothing on that is damaged, about another connection, or about server 1", () => {
      const beyond = packetOf({ from: c, to: target, seq: 1019, ack: 3001 });
      const good = errorFrame(gateway, c, tooBig, beyond);
      const damaged = { ...good, payload: good.payload.with(-1, 0) };
      expect(moved().packet(ports.target, damaged)).toMatchObject({ sentFrames: [], reports: ["DAMAGED"] });
      const other = packetOf({ from: { ...c, port: 33334 }, to: target, seq: 1019 });
      expect(moved().packet(ports.target, errorFrame(gateway, c, tooBig, other)).reports).toEqual(["FOREIGN"]);
      const toOne = packetOf({ from: c, to: s, seq: 1001 });
      const late = moved().packet(ports.origin, errorFrame(gateway, c, tooBig, toOne));
      expect(late).toMatchObject({ sentFrames: [], reports: ["ICMP_DROPPED"] });
      // For somebody else than the sender of what it quotes.
      expect(moved().packet(ports.target, errorFrame(gateway, s, tooBig, beyond)).sentFrames).toEqual([]);
    });
  });
});

it("takes away on the way back what was added on the way there, E and D alike", () => {
  // E = 2³² − 1000 and D = 7: the client's 1019, 5001 are the server's 19, 4994.
  const shifts = offsets({ clientNext: 1001, serverNext: 5008 }, { receiveNext: 1, sendNext: 5001 });
  const side = { address: {}, offsets: shifts, clearEcn: false };
  const connection = new Run().toReady().state?.connection;
  const theirs = errorFrame(router, client, 3, packetOf({ from: client, to: server, seq: 19, ack: 4994 }));
  const ours = errorFrame(router, client, 3, packetOf({ from: client, to: server, seq: 1019, ack: 5001 }));
  const error = icmpErrorOf(encodeFrame(theirs));
  if (!connection || !error) throw new Error("no error");
  expect(toHex(errorTowardsClient(connection, error, side))).toBe(toHex(encodeFrame(ours)));
  const known = errorFrame(router, server, 3, packetOf({ from: server, to: client, seq: 5001, ack: 1019 }));
  const beyond = errorFrame(router, server, 3, packetOf({ from: server, to: client, seq: 4994, ack: 19 }));
  const back = icmpErrorOf(encodeFrame(known));
  if (!back) throw new Error("no error");
  expect(toHex(errorTowardsServer(connection, back, side))).toBe(toHex(encodeFrame(beyond)));
});

describe("before a connection has moved", () => {
  it.each(["toReady", "toHold", "toDial", "toArm", "toFwdArm", "toForwarded"] as const)(
    "an error about server 1's segments goes to it as it is: %s",
    (to) => {
      const error = errorFrame(router, server, 3, packetOf({ from: server, to: client, seq: 5001, ack: 1001 }));
      const run = new Run()[to]().packet(ports.client, error);
      expect(run.sentFrames).toMatchObject([{ port: ports.origin, frame: { payload: error.payload } }]);
      const back = errorFrame(router, client, 3, packetOf({ from: client, to: server, seq: 1001, ack: 5001 }));
      const other = new Run()[to]().packet(ports.origin, back);
      expect(other.sentFrames).toMatchObject([{ port: ports.client, frame: { payload: back.payload } }]);
    },
  );

  it("is readdressed for a server 1 with an address of its own", () => {
    const origin = { mac: "00:00:00:00:00:0b", ip: "10.0.0.11", port: 80 };
    const own1: ConnectionConfig = {
      service: { origin: { switchPort: 1, ...origin }, targets: { second: { switchPort: 2 } } },
    };
    const run = new Run({}, own1, server, { origin }).toReady();
    run.packet(
      ports.client,
      errorFrame(router, server, 3, packetOf({ from: server, to: client, seq: 5001, ack: 1001 })),
    );
    const [sent] = run.sentFrames;
    expect(sent).toMatchObject({ port: 1, frame: { ethernet: { dst: origin.mac }, ipv4: { dst: origin.ip } } });
    expect(toHex(sent?.frame.payload.subarray(8) ?? new Uint8Array())).toBe(
      toHex(packetOf({ from: origin, to: client, seq: 5001, ack: 1001 })),
    );
  });

  it("only a final error about our own number ends a dial", () => {
    const about = (seq: number, type: number) =>
      errorFrame(router, client, type, packetOf({ from: client, to: server, seq, payload: new Uint8Array() }, 28));
    const unreachable = (seq: number) => {
      const frame = about(seq, 3);
      const payload = frame.payload.with(1, 1).with(2, 0).with(3, 0);
      new DataView(payload.buffer).setUint16(2, internetChecksum(payload));
      return { ...frame, payload };
    };
    expect(new Run().toDial().packet(ports.target, about(1000, 3)).phase).toBe("dial");
    expect(new Run().toDial().packet(ports.target, about(1000, 11)).phase).toBe("dial");
    expect(new Run().toDial().packet(ports.target, unreachable(1500)).phase).toBe("dial");
    expect(new Run().toDial().packet(ports.target, unreachable(1000)).phase).toBe("fwdArm");
  });
});

it("knows the direction of what it quotes, in its own VLANs", () => {
  const frame = errorFrame(router, client, 3, packetOf({ from: client, to: own, seq: 19 }, 28));
  const vlans = [tag(100), tag(0), tag(7)];
  const error = icmpErrorOf(encodeFrame({ ...frame, ethernet: { ...frame.ethernet, vlans } }));
  expect(error && flowKeyText(quotedKey(error))).toBe("10.0.0.3:33333>10.0.0.2:22222@100,7");
});

it("passes over what only looks like an error", () => {
  const beyond = packetOf({ from: client, to: server, seq: 1019, ack: 3001 });
  const echo = errorFrame(router, client, 8, beyond);
  const quench = errorFrame(router, client, 4, beyond);
  const later = beyond.slice();
  later[7] = 1;
  const short = errorFrame(router, client, 3, beyond.subarray(0, 27));
  for (const frame of [echo, quench, errorFrame(router, client, 3, later), short]) {
    expect(new Run().toMigrated().packet(ports.target, frame).sentFrames).toEqual([]);
  }
  const udp = beyond.slice();
  udp[9] = 17;
  expect(new Run().toMigrated().packet(ports.target, errorFrame(router, client, 3, udp)).sentFrames).toEqual([]);
});

it("finds the segment behind the extension headers of a quoted IPv6 packet", () => {
  const run = new Run({}, config({}), six.server, { client: six.client, server: six.server }).toMigrated();
  const frame = segmentFrame({ from: six.client, to: six.server, seq: 1019, ack: 3001, flags: ACK, window: 500 });
  if (!frame.ipv6) throw new Error("no IPv6");
  const raw = Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0);
  const quoted = encodeFrame({ ...frame, ipv6: { ...frame.ipv6, extensions: [{ type: 60, raw }] } }).subarray(14);
  run.packet(ports.target, errorFrame({ ...router, ip: "2001:db8:9::fe" }, six.client, 2, quoted));
  const sent = run.sentFrames[0]?.frame.payload ?? new Uint8Array();
  // The packet that the client knows: behind an Ethernet header it can be read.
  const known = decodeFrame(concat([encodeFrame(frame).subarray(0, 14), sent.subarray(8)]));
  expect(known).toMatchObject({
    tcp: { seq: 1019, ack: 5001, checksumValid: true },
    ipv6: { extensions: [{ type: 60 }] },
  });
});

it("takes whatever comes for an error", () => {
  const ends = { client: six.client, server: six.server };
  const runs = [new Run({}, config(own), own).toMigrated(), new Run({}, config(six.own), six.own, ends).toMigrated()];
  const four = errorFrame(router, client, 3, packetOf({ from: client, to: own, seq: 1019 }, 40));
  const beyond = packetOf({ from: six.client, to: six.own, seq: 1019 }, 60);
  const whole = [four, errorFrame({ ...router, ip: "2001:db8:9::fe" }, six.client, 2, beyond)].map((frame) =>
    encodeFrame(frame),
  );
  const damage = fc.record({
    which: fc.constantFrom(0, 1),
    cut: fc.integer({ min: 0, max: 130 }),
    changes: fc.array(fc.tuple(fc.nat(121), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(damage, ({ which, cut, changes }) => {
      const frame = Uint8Array.from(whole[which] ?? []);
      for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
      const state = runs[which]?.state;
      const event = { type: "packetIn", at: 0, dpid: 7n, inPort: ports.target, frame: frame.subarray(0, cut) } as const;
      const { effects } = step(state, event, config(which === 0 ? own : six.own));
      expect(effects.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2000 },
  );
});
