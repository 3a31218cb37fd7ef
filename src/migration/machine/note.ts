/**
 * What the flows of software shifting say about their connection, in a note that the switch keeps and does not read: everything that
 * the flows of a switch that shifts say by their actions.
 */
import { type Bytes, mac, struct, u8, u32, viewOf } from "../../wire/index.ts";
import type { Connection, ServerAddress } from "../connection.ts";
import { textNumber } from "../text-number.ts";

/** The contents of a note. */
export interface ConnectionNote {
  readonly e: number;
  readonly d: number;
  /** Ethernet addresses of the client and of the service as the client knows it. */
  readonly clientMac: string;
  readonly serverMac: string;
  /** {@link placeNumber} of the new server. */
  readonly target: number;
  /** {@link addressNumber} of the service. */
  readonly service: number;
  /** Port of the switch by which the client comes. */
  readonly clientPort: number;
  /** The new server has not agreed on ECN, and its packets lose the client's marks. */
  readonly clearEcn: boolean;
}

const layout = struct({
  e: u32,
  d: u32,
  clientMac: mac,
  serverMac: mac,
  target: u32,
  service: u32,
  clientPort: u32,
  flags: u8,
});

const CLEAR_ECN = 1;

/** A number for where a server is. */
export function placeNumber({ switchPort, ...place }: ServerAddress & { readonly switchPort: number }): number {
  const { mac: link, ip, port, gatewayMac, vlan } = place;
  return textNumber(JSON.stringify([switchPort, link ?? "", ip ?? "", port ?? 0, gatewayMac ?? "", vlan ?? -1]));
}

/** A number for the address of a service. */
export function addressNumber({ ip, port }: Pick<Connection["server"], "ip" | "port">): number {
  return textNumber(JSON.stringify([ip, port]));
}

export function encodeNote({ clearEcn, ...note }: ConnectionNote): Bytes {
  const bytes = new Uint8Array(layout.size);
  layout.write(viewOf(bytes), 0, { ...note, flags: clearEcn ? CLEAR_ECN : 0 });
  return bytes;
}

/** Undefined for a note that is too short to be one of these. */
export function decodeNote(data: Uint8Array): ConnectionNote | undefined {
  if (data.length < layout.size) return undefined;
  const { flags, ...note } = layout.read(viewOf(data), 0);
  return { ...note, clearEcn: (flags & CLEAR_ECN) !== 0 };
}
