/** What a switch remembers of a packet on its way: OVS meta-flow.h, "Registers" and "Metadata". */
import type { OxmField } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { decimal, hexadecimal, port } from "../../ofp/text/values.ts";
import { u16, u32, u64, u128 } from "../../wire/index.ts";
import { ONF } from "../experimenter.ts";
import { READ_ONLY, row, UNMASKABLE } from "./row.ts";
import { packetType, shortPort, widePort } from "./values.ts";

/** OFPXMC_PACKET_REGISTERS of OpenFlow 1.5. */
const PACKET_REGISTERS = 0x8001;
const WORD = 32;

/** Registers are empty when a packet comes in. */
const registers = Array.from({ length: 16 }, (_, index) =>
  row(index, `reg${index}`, `NXM_NX_REG${index}`, u32, {
    name: `reg${index}`,
    value: hexadecimal,
    printed: 400 + index,
    sent: 600 + index,
  }),
);

/** So many registers of 32 bits as one, the first of them highest: ovs-ofctl sends and prints the single ones. */
function joined(first: number, count: number) {
  const parts = Array.from({ length: count }, (_, index) => ({
    name: `reg${first + index}`,
    low: WORD * (count - 1 - index),
    bits: WORD,
  }));
  return { parts, text: { value: hexadecimal, printed: 400 + first, sent: 600 + first } };
}

const packetRegisters = Array.from({ length: 8 }, (_, index) => {
  const { parts, text } = joined(2 * index, 2);
  const name = `xreg${index}`;
  return row(
    index,
    `pktReg${index}`,
    `OXM_OF_PKT_REG${index}`,
    u64,
    { name, ...text },
    { oxmClass: PACKET_REGISTERS, parts },
  );
});

const wideRegisters = Array.from({ length: 4 }, (_, index) => {
  const { parts, text } = joined(4 * index, 4);
  const name = `xxreg${index}`;
  return row(111 + index, name, `NXM_NX_XXREG${index}`, u128, { name, ...text }, { parts });
});

export const registerFields: readonly OxmField[] = [
  ...registers,
  ...packetRegisters,
  ...wideRegisters,
  // The port of OpenFlow 1.0; Open vSwitch never has one that does not fit.
  row(
    0,
    "inPortNxm",
    "NXM_OF_IN_PORT",
    u16,
    { name: "in_port", value: shortPort, printed: 610, sent: 140 },
    {
      oxmClass: OxmClass.nxm0,
      ...UNMASKABLE,
      parts: [{ name: "inPort", low: 0, bits: 16, from: (port) => BigInt(widePort(Number(port))) }],
    },
  ),
  row(33, "pktMark", "NXM_NX_PKT_MARK", u32, { name: "pkt_mark", value: hexadecimal, printed: 100, sent: 700 }),
  row(35, "dpHash", "NXM_NX_DP_HASH", u32, {
    name: "dp_hash",
    value: hexadecimal,
    ...READ_ONLY,
    printed: 120,
    sent: 110,
  }),
  row(
    36,
    "recircId",
    "NXM_NX_RECIRC_ID",
    u32,
    { name: "recirc_id", value: hexadecimal, ...READ_ONLY, printed: 110, sent: 120 },
    UNMASKABLE,
  ),
  row(
    37,
    "conjId",
    "NXM_NX_CONJ_ID",
    u32,
    { name: "conj_id", value: decimal, ...READ_ONLY, printed: 130, sent: 130 },
    UNMASKABLE,
  ),
  // OpenFlow 1.5's; Open vSwitch takes it under every version. Namespace and type, 16 bits each; zero is Ethernet.
  row(
    44,
    "packetType",
    "OXM_OF_PACKET_TYPE",
    u32,
    { name: "packet_type", value: packetType, ...READ_ONLY, printed: 200, sent: 100 },
    { oxmClass: OxmClass.openflowBasic, ...UNMASKABLE },
  ),
];

/** ONF EXT-233. */
export const actsetOutput: OxmField = row(
  43,
  "actsetOutput",
  "ONFOXM_ET_ACTSET_OUTPUT",
  u32,
  { name: "actset_output", value: port, ...READ_ONLY, printed: 140, sent: 150 },
  { oxmClass: OxmClass.experimenter, experimenter: ONF, ...UNMASKABLE },
);
