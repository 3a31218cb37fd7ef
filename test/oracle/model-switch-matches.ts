/** Random matches, from few enough values that packets hit them. */
import fc from "fast-check";
import type { Match } from "../../src/ofp/index.ts";
import { EtherType } from "../../src/tcp/index.ts";
import { ipv4, ipv6, l4port, mac, pick, port, small } from "./model-switch-values.ts";

/** A field with some chance, exact or masked. */
function maybe<T>(name: string, value: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<Record<string, T>> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    { weight, arbitrary: value.map((chosen) => ({ [name]: chosen })) },
  );
}

function fields(...parts: readonly fc.Arbitrary<Record<string, unknown>>[]): fc.Arbitrary<Match> {
  return fc.tuple(...parts).map((chosen) => Object.assign({}, ...chosen) as Match);
}

const maskedIpv4 = fc.oneof(
  ipv4,
  pick(
    { value: "10.0.0.0", mask: "255.255.255.0" },
    { value: "10.0.0.0", mask: "255.0.0.0" },
    { value: "0.0.0.1", mask: "0.0.0.1" },
  ),
);
const maskedIpv6 = fc.oneof(ipv6, pick({ value: "2001:db8::", mask: "ffff:ffff::" }, { value: "::1", mask: "::1" }));
const maskedPort = fc.oneof(l4port, pick({ value: 80, mask: 0xfff0 }, { value: 1, mask: 1 }));
const tcpFlags = fc.oneof(pick(0x02, 0x10, 0x18), pick({ value: 2, mask: 2 }, { value: 0, mask: 0x05 }));

const link = fields(
  maybe("inPort", port),
  maybe("metadata", pick<unknown>(1n, { value: 2n, mask: 2n })),
  maybe("ethDst", fc.oneof(mac, fc.constant({ value: "00:00:00:00:00:00", mask: "01:00:00:00:00:00" }))),
  maybe("ethSrc", mac),
  maybe("reg0", pick<unknown>(0, 1, { value: 1, mask: 1 })),
  maybe("reg15", pick(0, 2)),
);
const tag = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: pick<Match>(
      { vlanVid: 0 },
      { vlanVid: 0x1005 },
      { vlanVid: 0x1006, vlanPcp: 3 },
      { vlanVid: { value: 0x1000, mask: 0x1000 } },
      { vlanVid: { value: 0x1000, mask: 0x1000 }, vlanPcp: 0 },
    ),
  },
);
const anyIp = fields(maybe("ipDscp", pick(0, 10)), maybe("ipEcn", small));
const transport = fc.oneof(
  fc.constant({}),
  fields(
    fc.constant({ ipProto: 6 }),
    maybe("tcpSrc", maskedPort),
    maybe("tcpDst", maskedPort),
    maybe("tcpFlags", tcpFlags),
  ),
  fields(fc.constant({ ipProto: 17 }), maybe("udpSrc", maskedPort), maybe("udpDst", maskedPort)),
);
const network = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fields(
      fc.constant({ ethType: EtherType.ipv4 }),
      anyIp,
      fc.oneof(transport, fields(fc.constant({ ipProto: 1 }), maybe("icmpv4Type", pick(0, 8)))),
      maybe("ipv4Src", maskedIpv4),
      maybe("ipv4Dst", maskedIpv4),
    ),
  },
  {
    weight: 3,
    arbitrary: fields(
      fc.constant({ ethType: EtherType.ipv6 }),
      anyIp,
      fc.oneof(transport, fields(fc.constant({ ipProto: 58 }), maybe("icmpv6Type", pick(128, 135)))),
      maybe("ipv6Src", maskedIpv6),
      maybe("ipv6Dst", maskedIpv6),
      maybe("ipv6Flabel", pick(0, 5)),
    ),
  },
  {
    weight: 1,
    arbitrary: fields(
      fc.constant({ ethType: EtherType.arp }),
      maybe("arpOp", pick(1, 2)),
      maybe("arpSpa", maskedIpv4),
      maybe("arpTpa", maskedIpv4),
      maybe("arpSha", mac),
    ),
  },
);
export const randomMatch: fc.Arbitrary<Match> = fields(link, tag, network);
/** Much TCP, and few fields. */
export const broadMatch: fc.Arbitrary<Match> = fields(
  maybe("inPort", port),
  pick<Match>(
    {},
    { ethType: EtherType.ipv4 },
    { ethType: EtherType.ipv4, ipProto: 6 },
    { ethType: EtherType.ipv6, ipProto: 6 },
  ),
);
