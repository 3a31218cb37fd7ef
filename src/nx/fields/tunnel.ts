/** The tunnel that a packet came through, or goes into: OVS meta-flow.h, "Tunnel". */
import type { FieldText, OxmField, SeenFields } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { hex } from "../../ofp/text/number.ts";
import { decimal, hexadecimal, ip } from "../../ofp/text/values.ts";
import { bytes, type Field, ipv4, ipv6, u8, u16, u32 } from "../../wire/index.ts";
import { NICIRA } from "../experimenter.ts";
import { tunFlagsText } from "./flags.ts";
import { READ_ONLY, row } from "./row.ts";
import { byteString } from "./values.ts";

/** The options of a tunnel header, each of at most so many bytes. */
const OPTIONS = 64;
const OPTION_BYTES = 124;

const experimenter = { oxmClass: OxmClass.experimenter, experimenter: NICIRA };

/** ofp-print leaves the mask out. */
const hexAlone = { format: (value: unknown) => hex(Number(value)) };
const decimalAlone = { format: (value: unknown) => String(value) };

function isSet(name: string, seen: SeenFields): boolean {
  return numberOf(name, seen) !== 0;
}

/** The value, whatever its mask. */
function numberOf(name: string, seen: SeenFields): number {
  const entry = seen.get(name) ?? 0;
  return Number(isMasked(entry) ? entry.value : entry);
}

/** Of ERSPAN, ofp-print shows what the version has. */
function ofVersion(name: string, version: number): { shown(seen: SeenFields): boolean } {
  return {
    shown: (seen) => numberOf("erspanVer", seen) === version && (name === "erspanIdx" || isSet(name, seen)),
  };
}

/** A field of which ovs-ofctl 3.1.0 takes the value for the mask. */
function mistaken(
  field: number,
  name: string,
  oxmName: string,
  value: Field<number>,
  text: Omit<FieldText, "masks" | "limited">,
  bits = 8 * value.size,
): OxmField {
  return row(field, name, oxmName, value, { masks: "value", limited: true, ...text }, { ...experimenter, bits });
}

const options = Array.from({ length: OPTIONS }, (_, index) =>
  row(
    40 + index,
    `tunMetadata${index}`,
    `NXM_NX_TUN_METADATA${index}`,
    bytes(OPTION_BYTES),
    {
      name: `tun_metadata${index}`,
      value: byteString,
      presence: true,
      print: {
        // A mask of all ones in the bytes that there are says nothing.
        format: (value, mask, field) => {
          const all = mask instanceof Uint8Array && mask.length > 0 && mask.every((octet) => octet === 0xff);
          return byteString.format(value, all ? undefined : mask, field);
        },
      },
      printed: 550 + index / 100,
      sent: 520 + index,
    },
    { variable: true },
  ),
);

export const tunnelFields: readonly OxmField[] = [
  row(31, "tunIpv4Src", "NXM_NX_TUN_IPV4_SRC", ipv4, { name: "tun_src", value: ip, printed: 510, sent: 506 }),
  row(32, "tunIpv4Dst", "NXM_NX_TUN_IPV4_DST", ipv4, { name: "tun_dst", value: ip, printed: 511, sent: 507 }),
  row(109, "tunIpv6Src", "NXM_NX_TUN_IPV6_SRC", ipv6, { name: "tun_ipv6_src", value: ip, printed: 512, sent: 508 }),
  row(110, "tunIpv6Dst", "NXM_NX_TUN_IPV6_DST", ipv6, { name: "tun_ipv6_dst", value: ip, printed: 513, sent: 509 }),
  row(
    104,
    "tunFlags",
    "NXM_NX_TUN_FLAGS",
    u16,
    { name: "tun_flags", value: tunFlagsText, masks: "kept", printed: 545, sent: 505 },
    { bits: 1 },
  ),
  row(38, "tunGbpId", "NXM_NX_TUN_GBP_ID", u16, { name: "tun_gbp_id", value: decimal, printed: 520, sent: 510 }),
  row(39, "tunGbpFlags", "NXM_NX_TUN_GBP_FLAGS", u8, {
    name: "tun_gbp_flags",
    value: hexadecimal,
    print: hexAlone,
    printed: 521,
    sent: 511,
  }),
  ...options,
  row(
    11,
    "erspanIdx",
    "NXOXM_ET_ERSPAN_IDX",
    u32,
    {
      name: "tun_erspan_idx",
      value: hexadecimal,
      print: { ...hexAlone, ...ofVersion("erspanIdx", 1) },
      printed: 531,
      sent: 590,
    },
    { ...experimenter, bits: 20 },
  ),
  mistaken(
    12,
    "erspanVer",
    "NXOXM_ET_ERSPAN_VER",
    u8,
    {
      name: "tun_erspan_ver",
      value: decimal,
      print: { ...decimalAlone, shown: (seen) => isSet("erspanVer", seen) },
      printed: 530,
      sent: 591,
    },
    4,
  ),
  mistaken(
    13,
    "erspanDir",
    "NXOXM_ET_ERSPAN_DIR",
    u8,
    {
      name: "tun_erspan_dir",
      value: decimal,
      print: { ...decimalAlone, ...ofVersion("erspanDir", 2) },
      printed: 532,
      sent: 592,
    },
    1,
  ),
  mistaken(
    14,
    "erspanHwid",
    "NXOXM_ET_ERSPAN_HWID",
    u8,
    {
      name: "tun_erspan_hwid",
      value: hexadecimal,
      print: { ...hexAlone, ...ofVersion("erspanHwid", 2) },
      printed: 533,
      sent: 593,
    },
    6,
  ),
  mistaken(15, "gtpuFlags", "NXOXM_ET_GTPU_FLAGS", u8, {
    name: "tun_gtpu_flags",
    // What ofp-print prints, and ovs-ofctl does not read.
    aliases: ["gtpu_flags"],
    value: hexadecimal,
    print: { name: "gtpu_flags", ...hexAlone, shown: (seen) => isSet("gtpuFlags", seen) },
    ...READ_ONLY,
    printed: 540,
    sent: 594,
  }),
  mistaken(16, "gtpuMsgtype", "NXOXM_ET_GTPU_MSGTYPE", u8, {
    name: "tun_gtpu_msgtype",
    aliases: ["gtpu_msgtype"],
    value: decimal,
    print: { name: "gtpu_msgtype", ...decimalAlone, shown: (seen) => isSet("gtpuMsgtype", seen) },
    ...READ_ONLY,
    printed: 541,
    sent: 595,
  }),
];
