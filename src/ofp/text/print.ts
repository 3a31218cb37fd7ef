/** What the printers of messages have in common. */
import { viewOf, Writer } from "../../wire/index.ts";
import type { Printed, Registry, Tagged } from "../definition.ts";
import { writeMessage } from "../message.ts";
import { hexDump } from "./dump.ts";

export type { Printed, Refusal } from "../definition.ts";

export interface PrintContext {
  readonly registry: Registry;
  /** Whether payloads of echoes are dumped: not inside an error. */
  readonly outermost: boolean;
}

export type Printer<M> = (message: M, context: PrintContext) => Printed;

const versions: Readonly<Record<number, string>> = {
  1: "",
  2: " (OF1.1)",
  3: " (OF1.2)",
  4: " (OF1.3)",
  5: " (OF1.4)",
  6: " (OF1.5)",
};

/** `OFPT_HELLO (OF1.3) (xid=0x1):`, of a message of which at least the header is there. */
export function heading(name: string, bytes: Uint8Array): string {
  const version = bytes[0] ?? 0;
  const known = versions[version] ?? ` (OF 0x${version.toString(16).padStart(2, "0")})`;
  return `${name}${known} (xid=0x${viewOf(bytes).getUint32(4).toString(16)}):`;
}

export function encoded(message: Tagged, registry: Registry): Uint8Array {
  const writer = new Writer();
  writer.begin();
  writeMessage(writer, message, undefined, registry);
  return writer.finish();
}

/** A refusal without anything before it, as for a message that nobody knows. */
export function refused(name: string, bytes: Uint8Array): string {
  return `***decode error: ${name}***\n${hexDump(bytes)}`;
}
