/** The 16-bit port numbers of OpenFlow 1.0, which Nicira's older actions still carry. */
import { type Field, quote, u16, WireError } from "../wire/index.ts";

/** OFPP_MAX of OpenFlow 1.0: reserved numbers begin here, and at 0xffffff00 in later versions. */
const RESERVED = 0xff00;
const BETWEEN = 0xffff0000;

/** From 16 bits to a port number of OpenFlow 1.3. */
export function widePort(port: number): number {
  return port < RESERVED ? port : port + BETWEEN;
}

/** From a port number of OpenFlow 1.3 to 16 bits. Throws WireError `outOfRange` when there is no such number. */
export function narrowPort(port: number, at: number, path = "inPort"): number {
  if (Number.isInteger(port) && port >= 0 && port < RESERVED) return port;
  if (Number.isInteger(port) && port >= RESERVED + BETWEEN && port <= 0xffffffff) return port - BETWEEN;
  throw new WireError("outOfRange", `port ${quote(port)} has no 16-bit number`, at, path);
}

/** Whether {@link narrowPort} takes it. */
export function isNarrowPort(port: number): boolean {
  return port < RESERVED || port >= RESERVED + BETWEEN;
}

/** A port of 16 bits, as the number that it has in OpenFlow 1.3. */
export const narrow: Field<number> = {
  size: u16.size,
  read: (view, at) => widePort(view.getUint16(at)),
  write(view, at, value) {
    view.setUint16(at, narrowPort(value, at, ""));
  },
};
