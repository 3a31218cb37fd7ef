/** IPv6 packets with more than a fixed header, and what is synthesized beside them. D = 2000. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { encodeFrame, type Frame, type Ipv6Extension, segmentFrame, tcpChecksum } from "../../../src/tcp/index.ts";
import { fromHex, toHex } from "../../../src/wire/index.ts";
import { client, server } from "../scene.ts";
import { ACK, letters, PSH, Run } from "./scene.ts";

const ends = { client: { ...client, ip: "2001:db8::3" }, server: { ...server, ip: "2001:db8::1" } };
const own = { mac: "00:00:00:00:00:02", ip: "2001:db8::2", port: 22222 };

/** The first byte is computed when they are written. */
const extension = (type: number, hex: string): Ipv6Extension => ({ type, raw: fromHex(hex) });
const hopByHop = extension(0, "00 00 01 04 00000000");
const destination = extension(60, "00 00 01 04 00000000");
const visited = extension(43, "00 02 00 00 00000000 20010db8000000000000000000000009");
/** RFC 8200 §4.4: one segment is left, which is the last destination. */
const routed = extension(43, "00 02 00 01 00000000 20010db8000000000000000000000009");
/** RFC 6946: a fragment that is the whole packet. */
const atomic = extension(44, "00 00 0000 00000001");
const authentication = extension(51, "00 04 0000 00000001 00000001 000000000000000000000000");

function withExtensions(frame: Frame, extensions: readonly Ipv6Extension[]): Frame {
  if (!frame.ipv6) throw new Error("no IPv6");
  return { ...frame, ipv6: { ...frame.ipv6, extensions } };
}

function config(target: Partial<typeof own>): ConnectionConfig {
  return {
    dataPlane: "software",
    service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2, ...target } } },
  };
}

describe.each([
  { title: "the service's address", target: ends.server, place: {} },
  { title: "its own address", target: own, place: own },
])("a new server with $title", ({ target, place }) => {
  const moved = () => new Run({}, config(place), target, ends).toMigrated();

  it.each([
    ["hop-by-hop options", [hopByHop]],
    ["destination options", [destination]],
    ["both", [hopByHop, destination]],
    ["a routing header that is done", [visited]],
    ["an atomic fragment", [atomic]],
    ["an authentication header", [authentication]],
  ])("gets segments with %s shifted, and the headers as they are", (_, extensions) => {
    const run = moved();
    run.packet(3, withExtensions(run.clientFrame({ seq: 1019, flags: PSH | ACK, payload: letters(5) }), extensions));
    const [sent] = run.sent;
    expect(sent).toMatchObject({
      port: 2,
      frame: { ipv6: { dst: target.ip } },
      tcp: { seq: 1019, ack: 3001, dstPort: target.port, checksumValid: true },
    });
    // But for the first byte, which announces what comes next.
    const rest = (list: readonly Ipv6Extension[]) => list.map(({ type, raw }) => `${type}:${toHex(raw.subarray(1))}`);
    expect(rest(sent?.frame.ipv6?.extensions ?? [])).toEqual(rest(extensions));
  });

  it("gets a checksum over the last destination while a route is left", () => {
    const run = moved();
    const plain = run.clientFrame({ seq: 1019, flags: PSH | ACK, payload: letters(5) });
    const segmentOf = (frame: Frame) => encodeFrame(withExtensions(frame, []), { checksums: "keep" }).subarray(54);
    const last = "2001:db8::9";
    const right = tcpChecksum(ends.client.ip, last, segmentOf(plain));
    if (!plain.tcp) throw new Error("no TCP");
    run.packet(3, withExtensions({ ...plain, tcp: { ...plain.tcp, checksum: right } }, [routed]));
    const sent = run.sent[0]?.frame;
    if (!sent?.tcp) throw new Error("nothing sent");
    expect(sent.tcp).toMatchObject({ ack: 3001, dstPort: target.port, checksumValid: undefined });
    expect(sent.tcp.checksum).toBe(tcpChecksum(ends.client.ip, last, segmentOf(sent)));
  });

  it("and server 1 get synthetic segments without any", () => {
    const syn = (run: Run) =>
      withExtensions(run.clientFrame({ seq: 1000, ack: 0, flags: 2, window: 64240 }), [hopByHop, destination]);
    const run = new Run({}, config(place), target, ends);
    run.packet(3, syn(run)).synAck({ options: [] }).client({}).data().verdict();
    const dialled = run.sent[0]?.frame;
    run.targetSynAck({ options: [] }).barrier();
    expect([dialled, ...run.sent.map(({ frame }) => frame)].map((frame) => frame?.ipv6?.extensions)).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});

it("puts no segment together from fragments", () => {
  const first = extension(44, "00 00 0001 00000001");
  const run = new Run({}, config({}), ends.server, ends).toMigrated();
  const frame = segmentFrame({ from: ends.client, to: ends.server, seq: 1019, ack: 5001, flags: ACK, window: 1 });
  run.packet(3, withExtensions(frame, [first]));
  expect(run.sent).toEqual([]);
  expect(run.phase).toBe("migrated");
});
