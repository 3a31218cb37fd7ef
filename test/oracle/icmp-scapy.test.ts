/** ICMP errors, ARP packets and neighbour messages, held against the frames that scapy builds from the same values. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { offsets } from "../../src/migration/index.ts";
import { icmpErrorOf } from "../../src/migration/machine/icmp.ts";
import { errorTowardsClient, errorTowardsServer } from "../../src/migration/machine/icmp-change.ts";
import {
  arpFrame,
  decodeFrame,
  decodeNeighbour,
  type Endpoint,
  encodeFrame,
  flowKey,
  neighbourFrame,
  segmentFrame,
} from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

/** scapy is a package of Debian's own Python. */
const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("icmp_scapy.py", import.meta.url));
const SEED = Number(process.env.SEED ?? 20_260_301);
const COUNT = 400;

function scapy(cases: readonly object[]): readonly string[] {
  const input = JSON.stringify(cases);
  return JSON.parse(execFileSync(PYTHON, [SCRIPT], { input, encoding: "utf8", maxBuffer: 2 ** 28 })) as string[];
}

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const port = fc.integer({ min: 1, max: 0xffff });

const situation = fc.record({
  version: fc.constantFrom<4 | 6>(4, 6),
  own: fc.boolean(),
  kind: fc.constantFrom(0, 1, 2, 3),
  fromServer: fc.boolean(),
  // Half a number or a checksum cannot be changed: nobody knows what is carried into it.
  quoted: fc.oneof(fc.constant(8), fc.integer({ min: 12, max: 16 }), fc.integer({ min: 18, max: 80 })),
  hops: fc.integer({ min: 1, max: 255 }),
  mtu: fc.integer({ min: 68, max: 1500 }),
  payload: fc.uint8Array({ maxLength: 80 }),
  seq: u32,
  ack: u32,
  clientNext: u32,
  serverNext: u32,
  receiveNext: u32,
  sendNext: u32,
  ports: fc.tuple(port, port, port),
});
type Situation = typeof situation extends fc.Arbitrary<infer S> ? S : never;

const kinds: Record<4 | 6, readonly (readonly [number, number])[]> = {
  4: [
    [3, 4],
    [3, 1],
    [11, 0],
    [12, 0],
  ],
  6: [
    [2, 0],
    [1, 3],
    [3, 0],
    [4, 0],
  ],
};

interface Scene {
  readonly client: Endpoint;
  readonly service: Endpoint;
  readonly server: Endpoint;
  readonly router: Omit<Endpoint, "port">;
}

function sceneOf({ version, own, ports: [c, s, t] }: Situation): Scene {
  const ip = (host: number): string => (version === 4 ? `10.0.0.${host}` : `2001:db8::${host}`);
  const service = { mac: "00:00:00:00:00:01", ip: ip(1), port: s };
  return {
    client: { mac: "00:00:00:00:00:03", ip: ip(3), port: c },
    service,
    server: own ? { mac: "00:00:00:00:00:02", ip: ip(2), port: t } : service,
    router: { mac: "00:00:00:00:00:fe", ip: ip(254) },
  };
}

/** The error as scapy is told of it: a segment from one end to another, with these numbers. */
function errorCase(one: Situation, scene: Scene, from: Endpoint, to: Endpoint, numbers: { seq: number; ack: number }) {
  const [type, code] = kinds[one.version][one.kind] ?? [3, 0];
  const router = one.fromServer && to === scene.server ? scene.server : scene.router;
  return {
    kind: "error",
    ...{ type, code, mtu: one.mtu, srcMac: router.mac, dstMac: from.mac, from: router.ip, to: from.ip },
    segment: {
      ...{ version: one.version, src: from.ip, dst: to.ip, srcPort: from.port, dstPort: to.port, ...numbers },
      hops: one.hops,
      payload: toHex(one.payload),
      quoted: (one.version === 4 ? 20 : 40) + one.quoted,
    },
  };
}

function shifted(number: number, by: number): number {
  return Number((BigInt(number) + BigInt(by)) & 0xffffffffn);
}

describe("an ICMP error", () => {
  const situations = fc.sample(situation, { numRuns: COUNT, seed: SEED });

  it.each(["client", "server"] as const)("for the %s is the one that it had got without a hand-over", (receiver) => {
    const prepared = situations.map((one) => {
      const scene = sceneOf(one);
      const { client, service, server, router } = scene;
      const shifts = offsets(one, one);
      const direction = receiver === "client" ? shifts.clientToServer : shifts.serverToClient;
      const known = { seq: one.seq, ack: one.ack };
      const beyond = { seq: shifted(one.seq, direction.seq), ack: shifted(one.ack, direction.ack) };
      const [before, after] =
        receiver === "client"
          ? [errorCase(one, scene, client, server, beyond), errorCase(one, scene, client, service, known)]
          : [errorCase(one, scene, service, client, beyond), errorCase(one, scene, server, client, known)];
      if (receiver === "client") {
        // The server itself speaks for the service; with addresses of its own it is rewritten like everything from there.
        const speaker = one.fromServer ? service : router;
        const srcMac = one.own ? service.mac : before.srcMac;
        return { one, scene, shifts, before, after: { ...after, from: speaker.ip, srcMac } };
      }
      return { one, scene, shifts, before: { ...before, dstMac: service.mac }, after };
    });
    const frames = scapy(prepared.flatMap(({ before, after }) => [before, after]));
    prepared.forEach(({ one, scene, shifts }, index) => {
      const [before = "", after = ""] = frames.slice(2 * index);
      const { client, service, server } = scene;
      const first = segmentFrame({ from: client, to: service, seq: 1, flags: 2, window: 1 });
      const connection = { ipVersion: one.version, client, server: service, vlans: [], key: flowKey(first) };
      const error = icmpErrorOf(fromHex(before));
      expect(error?.intact).toBe(true);
      if (!error) throw new Error("no error");
      const side = { address: one.own ? server : {}, offsets: shifts, clearEcn: false };
      const towards = receiver === "client" ? errorTowardsClient : errorTowardsServer;
      expect(toHex(towards(connection, error, side))).toBe(after);
    });
  });
});

describe("neighbours", () => {
  const mac = "02:00:00:00:00:07";
  const paths = [
    { from: { mac, ip: "2001:db8::1" }, to: { mac: "33:33:ff:00:00:03", ip: "ff02::1:ff00:3" } },
    { from: { mac, ip: "::" }, to: { mac: "33:33:ff:00:00:03", ip: "ff02::1:ff00:3" } },
    { from: { mac, ip: "fe80::1" }, to: { mac: "00:00:00:00:00:03", ip: "fe80::3" } },
  ];
  const told = ({ from, to }: (typeof paths)[number]) => ({
    ...{ srcMac: from.mac, dstMac: to.mac, from: from.ip, to: to.ip },
  });
  const bits = [false, true];

  it("solicit as scapy does", () => {
    const cases = paths.flatMap((path) =>
      [undefined, mac].map((link) => ({ path, message: { target: "2001:db8::3", mac: link } })),
    );
    const built = scapy(cases.map(({ path, message }) => ({ kind: "solicitation", ...told(path), ...message })));
    const messages = cases.map(({ message }) => ({ type: "neighbourSolicitation" as const, ...message }));
    expect(cases.map(({ path }, index) => toHex(encodeFrame(neighbourFrame(path, messages[index] as never))))).toEqual(
      built,
    );
    expect(built.map((hex) => decodeNeighbour(decodeFrame(fromHex(hex))))).toEqual(messages);
  });

  it("advertise as scapy does", () => {
    const messages = bits.flatMap((router) =>
      bits.flatMap((solicited) =>
        bits.flatMap((override) =>
          [undefined, mac].map((link) => ({ target: "2001:db8::1", mac: link, router, solicited, override })),
        ),
      ),
    );
    const [path] = paths;
    if (!path) throw new Error("no path");
    const built = scapy(messages.map((message) => ({ kind: "advertisement", ...told(path), ...message })));
    const ours = messages.map((message) => ({ type: "neighbourAdvertisement" as const, ...message }));
    expect(ours.map((message) => toHex(encodeFrame(neighbourFrame(path, message))))).toEqual(built);
    expect(built.map((hex) => decodeNeighbour(decodeFrame(fromHex(hex))))).toEqual(ours);
  });

  it("speak ARP as scapy does", () => {
    const arps = [1, 2].map((operation) => ({
      ...{ operation, senderMac: mac, senderIp: "10.0.0.1", targetMac: "00:00:00:00:00:03", targetIp: "10.0.0.3" },
    }));
    const dst = "ff:ff:ff:ff:ff:ff";
    const built = scapy(arps.map((arp) => ({ kind: "arp", srcMac: mac, dstMac: dst, ...arp })));
    expect(arps.map((arp) => toHex(encodeFrame(arpFrame(dst, arp))))).toEqual(built);
  });
});
