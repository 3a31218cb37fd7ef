/** The Network Service Header (RFC 8300): OVS meta-flow.h, "Network Service Header". */
import type { FieldText, OxmField, SeenFields } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { nsh, numberIn } from "../../ofp/prerequisites.ts";
import { decimal } from "../../ofp/text/values.ts";
import { type Field, u8, u32 } from "../../wire/index.ts";
import { READ_ONLY, type RowOptions, row, UNMASKABLE } from "./row.ts";
import { octet, plainHex } from "./values.ts";

/** The experimenter of class NXOXM_NSH. */
const NSH = 0x005ad650;

/** Context headers of fixed length, which ofp-print shows then only. */
const FIXED_LENGTH = 1;
const ofFixedLength = { shown: (seen: SeenFields) => numberIn(seen, "nshMdtype") === FIXED_LENGTH };

function nshRow(
  field: number,
  name: string,
  oxmName: string,
  value: Field<number>,
  text: FieldText,
  options: RowOptions = {},
): OxmField {
  return row(field, name, oxmName, value, text, {
    oxmClass: OxmClass.experimenter,
    experimenter: NSH,
    missing: nsh,
    ...options,
  });
}

const contexts = Array.from({ length: 4 }, (_, index) =>
  nshRow(6 + index, `nshC${index + 1}`, `NXOXM_NSH_C${index + 1}`, u32, {
    name: `nsh_c${index + 1}`,
    aliases: [`nshc${index + 1}`],
    value: plainHex,
    print: ofFixedLength,
    printed: 656.6 + index / 100,
    sent: 597.1 + index / 100,
  }),
);

export const nshFields: readonly OxmField[] = [
  nshRow(1, "nshFlags", "NXOXM_NSH_FLAGS", u8, { name: "nsh_flags", value: octet, printed: 656, sent: 596 }),
  nshRow(
    2,
    "nshMdtype",
    "NXOXM_NSH_MDTYPE",
    u8,
    { name: "nsh_mdtype", value: decimal, ...READ_ONLY, printed: 656.2, sent: 596.2 },
    { ...UNMASKABLE, range: [1, 2] },
  ),
  nshRow(
    3,
    "nshNp",
    "NXOXM_NSH_NP",
    u8,
    { name: "nsh_np", value: decimal, ...READ_ONLY, printed: 656.3, sent: 596.3 },
    UNMASKABLE,
  ),
  nshRow(
    4,
    "nshSpi",
    "NXOXM_NSH_SPI",
    u32,
    { name: "nsh_spi", aliases: ["nsp"], value: plainHex, printed: 656.4, sent: 596.4 },
    { ...UNMASKABLE, bits: 24 },
  ),
  nshRow(
    5,
    "nshSi",
    "NXOXM_NSH_SI",
    u8,
    { name: "nsh_si", aliases: ["nsi"], value: decimal, printed: 656.5, sent: 596.5 },
    UNMASKABLE,
  ),
  ...contexts,
  nshRow(
    10,
    "nshTtl",
    "NXOXM_NSH_TTL",
    u8,
    { name: "nsh_ttl", value: decimal, printed: 656.1, sent: 596.1 },
    { ...UNMASKABLE, range: [0, 63] },
  ),
];
