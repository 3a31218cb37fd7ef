/** Random frames, from few enough values that flows match them. */
import fc from "fast-check";
import { EtherType, encodeFrame, type Frame, segmentFrame, type VlanTag } from "../../src/tcp/index.ts";
import { concat, fromHex } from "../../src/wire/index.ts";
import { ipv4, ipv6, l4port, mac, pick, small } from "./model-switch-values.ts";

const vlanTag: fc.Arbitrary<VlanTag> = fc.record({
  tpid: pick(0x8100, 0x88a8),
  pcp: pick(0, 3, 7),
  dei: fc.constant(false),
  vid: pick(0, 5, 6),
});
const vlans = fc.oneof(
  { weight: 3, arbitrary: fc.constant<VlanTag[]>([]) },
  { weight: 2, arbitrary: fc.array(vlanTag, { minLength: 1, maxLength: 2 }) },
);
const payload = fc.uint8Array({ maxLength: 40 });

const segment: fc.Arbitrary<Uint8Array> = fc
  .record({
    vlans,
    ips: fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6)),
    macs: fc.tuple(mac, mac),
    ports: fc.tuple(l4port, l4port),
    ttl: pick(0, 1, 2, 64, 255),
    dscp: pick(0, 10),
    ecn: small,
    flags: pick(0x02, 0x10, 0x18, 0x11, 0x04),
    payload,
    seq: fc.integer({ min: 0, max: 0xffffffff }),
    kind: pick("tcp", "udp", "icmp", "later fragment", "first fragment", "short header", "wrong checksum"),
  })
  .map(({ ips, macs, ports, kind, ...rest }) => {
    const frame = segmentFrame({
      ...rest,
      from: { mac: macs[0], ip: ips[0], port: ports[0] },
      to: { mac: macs[1], ip: ips[1], port: ports[1] },
      window: 1000,
      ack: 1,
    });
    if (kind === "udp") return withProtocol(frame, 17, udp(ports[0], ports[1], rest.payload));
    if (kind === "icmp")
      return withProtocol(frame, frame.ipv4 ? 1 : 58, concat([fromHex("0800123400010002"), rest.payload]));
    const whole = encodeFrame(frame);
    if (kind === "short header") return withProtocol(frame, 6, whole.subarray(-10));
    if (kind === "wrong checksum") return whole.with(whole.length - 1, (whole.at(-1) ?? 0) ^ 0x55);
    if (!frame.ipv4 || kind === "tcp") return whole;
    const fragmentOffset = kind === "later fragment" ? 3 : 0;
    return encodeFrame({
      ...frame,
      ipv4: { ...frame.ipv4, moreFragments: true, fragmentOffset },
      ...(fragmentOffset > 0 && { tcp: undefined as never }),
    });
  });

/** With a checksum of zero as often as one that is some number. */
function udp(from: number, to: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, from);
  view.setUint16(2, to);
  view.setUint16(4, bytes.length);
  view.setUint16(6, data.length % 2 === 0 ? 0 : 0x1234);
  bytes.set(data, 8);
  return bytes;
}

function withProtocol({ tcp: _, ...frame }: Frame, protocol: number, data: Uint8Array): Uint8Array {
  if (frame.ipv4) return encodeFrame({ ...frame, ipv4: { ...frame.ipv4, protocol }, payload: data });
  if (frame.ipv6) return encodeFrame({ ...frame, ipv6: { ...frame.ipv6, protocol }, payload: data });
  throw new Error("no IP");
}

const arp: fc.Arbitrary<Uint8Array> = fc
  .record({ vlans, dst: mac, src: mac, operation: pick(1, 2), senderIp: ipv4, targetIp: ipv4 })
  .map(({ vlans: tags, dst, src, operation, senderIp, targetIp }) =>
    encodeFrame({
      ethernet: { dst, src, vlans: tags, ethType: EtherType.arp, trailer: new Uint8Array(18) },
      arp: { operation, senderMac: src, senderIp, targetMac: dst, targetIp },
      payload: new Uint8Array(),
    }),
  );

export const randomFrame: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: segment },
  { weight: 1, arbitrary: arp },
);

/** How many VLAN tags a frame in hex has. */
export function tagsOf(hex: string): number {
  let tags = 0;
  while (["8100", "88a8"].includes(hex.slice(24 + 8 * tags, 28 + 8 * tags))) tags++;
  return tags;
}
