/** Ports, groups and tables by number and by keyword. */
import { quote, WireError } from "../../wire/index.ts";
import { Group } from "../enums/group.ts";
import { Port } from "../enums/port.ts";
import { parseDecimal, parseUint } from "./number.ts";

/** OFPP_UNSET of OpenFlow 1.5, which ovs-ofctl knows under every version. */
const UNSET = 0xfffffff7;

const portNames: ReadonlyMap<number, string> = new Map([
  [Port.inPort, "IN_PORT"],
  [Port.table, "TABLE"],
  [Port.normal, "NORMAL"],
  [Port.flood, "FLOOD"],
  [Port.all, "ALL"],
  [Port.controller, "CONTROLLER"],
  [Port.local, "LOCAL"],
  [Port.any, "ANY"],
  [UNSET, "UNSET"],
]);
const portsByName: ReadonlyMap<string, number> = new Map([
  ...[...portNames].map(([port, name]) => [name, port] as const),
  ["NONE", Port.any],
]);

/** OpenFlow 1.0's reserved ports 0xff00 … 0xffff stand for those that end in the same 16 bits today. */
const RESERVED = 0xff00;
const OFFSET = 0xffff0000;

/** `3`, `LOCAL`. A number that ovs-ofctl would take for a reserved port of OpenFlow 1.0 is written in hex. */
export function formatPort(port: number): string {
  const name = portNames.get(port);
  if (name !== undefined) return name;
  if (port >= RESERVED + OFFSET) return String(port - OFFSET);
  return port >= RESERVED && port <= 0xffff ? `0x${port.toString(16)}` : String(port);
}

/** A keyword in any case, or a number: in decimal as ovs-ofctl reads it, in hex exactly that port. */
export function parsePort(text: string): number {
  const named = portsByName.get(text.toUpperCase());
  if (named !== undefined) return named;
  if (/^0x[0-9a-f]+$/i.test(text)) return parseUint(text, 32);
  if (!/^\d+$/.test(text)) throw new WireError("syntax", `${quote(text)} is no port`, 0);
  const port = parseDecimal(text, 32);
  return port >= RESERVED && port <= 0xffff ? port + OFFSET : port;
}

/** Whether a word alone can be a port. */
export function isPort(text: string): boolean {
  return /^\d+$/.test(text) || portsByName.has(text.toUpperCase());
}

/** Decimal, `any` or `all`. */
export function parseGroupId(text: string): number {
  if (/^any$/i.test(text)) return Group.any;
  if (/^all$/i.test(text)) return Group.all;
  return parseDecimal(text, 32);
}

/** The inverse. */
export function formatGroupId(groupId: number): string {
  return groupId === Group.any ? "any" : groupId === Group.all ? "all" : String(groupId);
}
