/** Packets to the controller and back, with a line about the packet itself. */
import type { Registry, Tagged } from "../definition.ts";
import { NO_BUFFER } from "../enums/packet.ts";
import { type Match, matchEntries } from "../match.ts";
import type { PacketIn } from "../messages/packet-in.ts";
import type { PacketOut } from "../messages/packet-out.ts";
import { formatActions } from "./format-actions.ts";
import { matchWords } from "./format-match.ts";
import { formatPort } from "./names.ts";
import { paddedHex } from "./number.ts";
import { packetLine } from "./packet-line.ts";
import type { PrintContext, Printed } from "./print.ts";

const reasons: Readonly<Record<number, string>> = {
  0: "no_match",
  1: "action",
  2: "invalid_ttl",
  3: "action_set",
  4: "group",
  5: "packet_out",
  // Reasons of Open vSwitch's own, which it tells nobody.
  6: "",
  7: "",
};
const NO_COOKIE = 0xffff_ffff_ffff_ffffn;

/** What ovs-ofctl does not know of a packet it reads over. */
function known(match: Match, registry: Registry): Match {
  const entries = matchEntries(match).filter(([name]) => {
    const text = registry.fieldByName(name)?.text;
    return text && !text.foreign;
  });
  return Object.fromEntries(entries);
}

/** What a packet-in says of a packet, in any of its forms. */
export type PacketInFacts = Pick<
  PacketIn,
  "bufferId" | "totalLen" | "reason" | "tableId" | "cookie" | "match" | "data"
>;

/** The first line, with its end: everything but the packet. */
export function packetInHead(message: PacketInFacts, registry: Registry): string {
  const { bufferId, totalLen, reason, tableId, cookie, data } = message;
  const words = [
    tableId === 0 ? "" : ` table_id=${tableId}`,
    cookie === NO_COOKIE ? "" : ` cookie=0x${cookie.toString(16)}`,
    ` total_len=${totalLen} ${matchWords(known(message.match, registry), registry, "print").join(",")} (via ${reasons[reason] ?? reason})`,
    ` data_len=${data.length}`,
    bufferId === NO_BUFFER ? " (unbuffered)" : ` buffer=${paddedHex(bufferId, 8)}`,
    bufferId === NO_BUFFER && totalLen !== data.length ? " (***total_len != data_len***)" : "",
    bufferId !== NO_BUFFER && totalLen < data.length ? " (***total_len < data_len***)" : "",
  ];
  return `${words.join("")}\n`;
}

export function printPacketIn(message: PacketInFacts, { registry }: Pick<PrintContext, "registry">): string {
  return `${packetInHead(message, registry)}${packetLine(message.data)}\n`;
}

export function printPacketOut(message: PacketOut<Tagged>, { registry }: PrintContext): Printed {
  const { bufferId, inPort, actions, data } = message;
  const head = ` in_port=${formatPort(inPort)} actions=${formatActions(actions, registry)}`;
  if (bufferId !== NO_BUFFER) return `${head} buffer=${paddedHex(bufferId, 8)}`;
  return `${head} data_len=${data.length}${data.length === 0 ? "" : `\n${packetLine(data)}\n`}`;
}
