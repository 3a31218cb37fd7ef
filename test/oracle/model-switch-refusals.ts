/** Messages that a switch answers with an error. */
import { type Action, encode, fromHex, type Instruction } from "../../src/index.ts";
import { clone, finTimeout, incTcpSeq, note, regLoad } from "../../src/nx/index.ts";
import {
  applyActions,
  decNwTtl,
  experimenterMessage,
  featuresReply,
  flowMod,
  gotoTable,
  group,
  type Match,
  output,
  packetIn,
  packetOut,
  popVlan,
  pushVlan,
  setConfig,
  setField,
  writeActions,
} from "../../src/ofp/index.ts";
import { concat } from "../../src/wire/index.ts";

const TCP: Match = { ethType: 0x0800, ipProto: 6 };

function withActions(actions: readonly Action[], match: Match = {}): Uint8Array {
  return encode(flowMod({ match, instructions: [applyActions(actions)] }));
}

function withInstructions(...instructions: readonly Instruction[]): Uint8Array {
  return encode(flowMod({ instructions }));
}

/** A whole message with its length put right. */
function message(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(parts);
  new DataView(bytes.buffer).setUint16(2, bytes.length);
  return bytes;
}

/** A flow-mod with these bytes as its instructions. */
function rawInstructions(hex: string): Uint8Array {
  return message(encode(flowMod()), fromHex(hex));
}

/** A flow-mod with these bytes as its applied actions. */
function rawActions(hex: string): Uint8Array {
  const actions = fromHex(hex);
  const header = Uint8Array.of(0, 4, (8 + actions.length) >> 8, (8 + actions.length) & 0xff, 0, 0, 0, 0);
  return message(encode(flowMod()), header, actions);
}

/** A flow-mod with these bytes as the fields of its match. */
function rawMatch(hex: string): Uint8Array {
  const fields = fromHex(hex);
  const length = 4 + fields.length;
  const header = Uint8Array.of(0, 1, length >> 8, length & 0xff);
  return message(encode(flowMod()).subarray(0, 48), header, fields, new Uint8Array(-length & 7));
}

const frame = new Uint8Array(60);

export const refusedMessages: readonly { name: string; bytes: Uint8Array }[] = [
  { name: "inc_tcp_seq", bytes: withActions([incTcpSeq(1)], TCP) },
  { name: "an unknown action of Nicira's", bytes: rawActions("ffff0010000023200060000000000000") },
  { name: "an action of Nicira's without subtype", bytes: rawActions("ffff000800002320") },
  { name: "an action of an unknown vendor", bytes: rawActions("ffff00101234567800ff000000000000") },
  { name: "an unknown action of the ONF", bytes: rawActions("ffff00104f4e460000ff000000000000") },
  { name: "an action of an unknown type", bytes: rawActions("0063000800000000") },
  { name: "an action of length 4", bytes: rawActions("0000000400000000") },
  { name: "an output of length 24", bytes: rawActions(`00000018${"00".repeat(20)}`) },
  { name: "output to ANY", bytes: withActions([output(0xffffffff)]) },
  { name: "output to a number between ports", bytes: withActions([output(0xff00)]) },
  { name: "a group that is not there", bytes: withActions([group(5)]) },
  { name: "pop_vlan of what need not have a tag", bytes: withActions([popVlan()]) },
  { name: "dec_ttl of what need not be IP", bytes: withActions([decNwTtl()]) },
  { name: "set_field of an address of what need not be IP", bytes: withActions([setField({ ipv4Dst: "10.0.0.1" })]) },
  { name: "set_field of the Ethernet type", bytes: rawActions("0019001080000a020800000000000000") },
  { name: "set_field of TCP flags", bytes: withActions([setField({ tcpFlags: 1 })], TCP) },
  { name: "set_field of a wrong length", bytes: rawActions("00190010800016030000000000000000") },
  { name: "set_field of a VLAN without the bit for one", bytes: rawActions("0019001080000c020005000000000000") },
  { name: "set_field of a VLAN of what need not have one", bytes: withActions([setField({ vlanVid: 0x1005 })]) },
  { name: "set_field of the port", bytes: withActions([setField({ inPort: 5 })]) },
  { name: "push_vlan of no VLAN type", bytes: rawActions("0011000812340000") },
  { name: "three tags", bytes: withActions([pushVlan(), pushVlan(), pushVlan()]) },
  { name: "copy_ttl_out", bytes: rawActions("000b000800000000") },
  { name: "push_pbb", bytes: rawActions("001a000888e70000") },
  { name: "fin_timeout of what need not be TCP", bytes: withActions([finTimeout({ idleTimeout: 1 })]) },
  {
    name: "load of an address of what need not be IP",
    bytes: withActions([regLoad({ field: "ipv4DstNxm", offset: 0, bits: 32 }, 1)]),
  },
  {
    name: "load of TCP flags",
    bytes: withActions([regLoad({ field: "tcpFlagsNxm", offset: 0, bits: 12 }, 1)], TCP),
  },
  { name: "load of too big a value", bytes: rawActions("ffff00180000232000070000000100040000000000000005") },
  { name: "load of more bits than there are", bytes: rawActions("ffff0018000023200007003f000100040000000000000005") },
  { name: "load of an unknown field", bytes: rawActions("ffff0018000023200007001f0001fe040000000000000005") },
  {
    name: "a note in an action set",
    bytes: withInstructions(writeActions<Extract<Action, { type: "note" }>>([note(frame)])),
  },
  {
    name: "a clone with an unknown action of Nicira's",
    bytes: rawActions("ffff002000002320002a000000000000ffff0010000023200060000000000000"),
  },
  { name: "a clone with an action of length 4", bytes: rawActions("ffff001800002320002a0000000000000000000400000000") },
  { name: "a clone with an output to ANY", bytes: withActions([clone([output(0xffffffff)])]) },
  { name: "a clone with pop_vlan of what need not have a tag", bytes: withActions([clone([popVlan()])]) },
  { name: "pop_vlan behind a clone that pushes", bytes: withActions([clone([pushVlan()]), popVlan()]) },
  {
    name: "a clone in a clone with set_field of the port",
    bytes: withActions([clone([clone([setField({ inPort: 5 })])])]),
  },
  {
    name: "a clone in an action set",
    bytes: withInstructions(writeActions<Extract<Action, { type: "clone" }>>([clone([output(1)])])),
  },
  { name: "goto_table back", bytes: withInstructions(gotoTable(0)) },
  { name: "an unknown instruction", bytes: rawInstructions("0063000800000000") },
  { name: "an experimenter's instruction", bytes: rawInstructions("ffff0010123456780000000000000000") },
  { name: "two instructions of a kind", bytes: rawInstructions("00050008000000000005000800000000") },
  { name: "an instruction of length 4", bytes: rawInstructions("0005000400000000") },
  { name: "goto_table of length 16", bytes: rawInstructions("00010010010000000000000000000000") },
  { name: "a flow for all tables", bytes: encode(flowMod({ tableId: 255 })) },
  { name: "an unknown command", bytes: encode(flowMod({ command: 9 })) },
  { name: "an unknown flag", bytes: encode(flowMod({ flags: 0x80 })) },
  { name: "a flow for a buffer", bytes: encode(flowMod({ bufferId: 5 })) },
  { name: "a match of an unknown field", bytes: rawMatch("80005a0400000000") },
  { name: "a field given twice", bytes: rawMatch("80000004000000018000000400000002") },
  { name: "a field without prerequisite", bytes: rawMatch("800018040a000001") },
  { name: "value bits outside the mask", bytes: rawMatch("000101080000000500000002") },
  { name: "a VLAN beyond 13 bits", bytes: rawMatch("80000c022000") },
  { name: "a DSCP beyond 6 bits", bytes: rawMatch("80000a0208008000100140") },
  { name: "a VLAN priority without VLAN", bytes: rawMatch("80000e0103") },
  { name: "the physical port", bytes: rawMatch("80000004000000018000020400000001") },
  { name: "an unknown field of the ONF", bytes: rawMatch("ffff54064f4e460a0012") },
  { name: "a packet from a port that floods", bytes: encode(packetOut({ inPort: 0xfffffffb, data: frame })) },
  { name: "a packet from a buffer", bytes: encode(packetOut({ bufferId: 5 })) },
  { name: "a packet with a group", bytes: encode(packetOut({ actions: [group(4)], data: frame })) },
  {
    name: "a packet with an action of unknown type",
    bytes: encode(packetOut({ actions: [{ type: "unknown", code: 99, data: new Uint8Array(4) }], data: frame })),
  },
  { name: "a message of unknown type", bytes: fromHex("0463000800000009") },
  { name: "a packet-in", bytes: encode(packetIn()) },
  { name: "a features reply", bytes: encode(featuresReply({ datapathId: 1n })) },
  { name: "OpenFlow 1.0", bytes: fromHex("0105000800000009") },
  { name: "OpenFlow 1.4", bytes: fromHex("0505000800000009") },
  { name: "a features request with a body", bytes: fromHex("0405000c0000000900000000") },
  { name: "a message of an unknown experimenter", bytes: encode(experimenterMessage({ experimenter: 1, expType: 1 })) },
  { name: "a multipart request of unknown type", bytes: fromHex("041200100000000900ff000000000000") },
  {
    name: "a multipart request of an experimenter",
    bytes: fromHex("0412001800000009ffff0000000000001234567800000001"),
  },
  { name: "a short multipart request", bytes: fromHex("0412000c0000000900000000") },
  { name: "a short request for flows", bytes: fromHex("04120018000000090001000000000000ff00000000000000") },
  { name: "a configuration that is none", bytes: encode(setConfig({ flags: 99 })) },
  { name: "a short flow-mod", bytes: fromHex("040e0010000000090000000000000000") },
  { name: "a barrier with a body", bytes: fromHex("0414000c0000000900000000") },
];
