/** Suricata's EVE log: a JSON object a line. */
import { type Field, ipv4, ipv6, isList, isObject, quote, WireError, within } from "../../wire/index.ts";
import { decodeBase64 } from "./base64.ts";
import type { EveAlert, EveRecord } from "./eve-types.ts";

const MAX_U32 = 0xffffffff;

/**
 * Reads a line of an EVE log. Lines of other event types than `alert` give an {@link EveRecord} of type `eveOther`.
 *
 * Throws WireError: `syntax` for what is no JSON, otherwise with the path of the part as Suricata names it, `alert.signature_id`:
 * `badValue` for one that is missing or of the wrong kind, `outOfRange` for a number that is none of its field's.
 */
export function parseEveLine(text: string): EveRecord {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  const record = new Properties(parseJson(text), "");
  const eventType = record.text("event_type");
  return eventType === "alert" ? readAlert(record) : { type: "eveOther", eventType };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What else can be thrown here is none of the text's business.
    if (!(error instanceof SyntaxError)) throw error;
    throw new WireError("syntax", `no JSON: ${error.message}`, 0);
  }
}

function readAlert(record: Properties): EveAlert {
  const alert = record.object("alert");
  const timestamp = record.optionalText("timestamp");
  const direction = record.optionalText("direction");
  const srcPort = record.optionalUint("src_port", 0xffff);
  const dstPort = record.optionalUint("dest_port", 0xffff);
  const action = alert.optionalText("action");
  const packet = record.optionalBytes("packet");
  const linkType = record.optionalObject("packet_info")?.optionalUint("linktype", MAX_U32);
  if (direction !== undefined && direction !== "to_server" && direction !== "to_client") {
    throw new WireError("badValue", `${quote(direction)} is no direction`, 0, "direction");
  }
  return {
    type: "eveAlert",
    ...(timestamp !== undefined && { timestamp }),
    vlans: record.uints("vlan", 0xfff),
    src: record.address("src_ip"),
    dst: record.address("dest_ip"),
    ...(srcPort !== undefined && { srcPort }),
    ...(dstPort !== undefined && { dstPort }),
    protocol: record.text("proto"),
    ...(direction !== undefined && { direction }),
    gid: alert.uint("gid", MAX_U32),
    sid: alert.uint("signature_id", MAX_U32),
    rev: alert.uint("rev", MAX_U32),
    signature: alert.text("signature"),
    category: alert.optionalText("category") ?? "",
    severity: alert.uint("severity", MAX_U32),
    ...(action !== undefined && { action }),
    ...(packet && { packet }),
    ...(linkType !== undefined && { linkType }),
  };
}

/** An object of JSON that is read property by property; a path tells which one was wrong. */
class Properties {
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    if (!isObject(value) || isList(value)) throw new WireError("badValue", `${quote(value)} is no object`, 0, path);
    this.values = new Map(Object.entries(value));
    this.path = path;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    return value ?? this.missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.values.get(name);
    return value === undefined || typeof value === "string" ? value : this.wrong(name, value, "text");
  }

  uint(name: string, most: number): number {
    return this.optionalUint(name, most) ?? this.missing(name);
  }

  optionalUint(name: string, most: number): number | undefined {
    const value = this.values.get(name);
    return value === undefined ? value : this.checkedUint(name, value, most);
  }

  /** A list, which is empty where it is absent. */
  uints(name: string, most: number): number[] {
    const value = this.values.get(name) ?? [];
    if (!isList(value)) return this.wrong(name, value, "list");
    return value.map((entry, index) => this.checkedUint(`${name}[${index}]`, entry, most));
  }

  address(name: string): string {
    const value = this.text(name);
    const field: Field<string> = value.includes(":") ? ipv6 : ipv4;
    const view = new DataView(new ArrayBuffer(field.size));
    try {
      field.write(view, 0, value);
    } catch (error) {
      throw within(this.pathOf(name), error);
    }
    return field.read(view, 0);
  }

  object(name: string): Properties {
    return this.optionalObject(name) ?? this.missing(name);
  }

  optionalObject(name: string): Properties | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : new Properties(value, this.pathOf(name));
  }

  optionalBytes(name: string): Uint8Array | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    try {
      return decodeBase64(value);
    } catch (error) {
      throw within(this.pathOf(name), error);
    }
  }

  private checkedUint(name: string, value: unknown, most: number): number {
    if (typeof value !== "number") return this.wrong(name, value, "number");
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw new WireError("outOfRange", `${value} is not an integer from 0 to ${most}`, 0, this.pathOf(name));
  }

  private pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  private missing(name: string): never {
    throw new WireError("badValue", "is missing", 0, this.pathOf(name));
  }

  private wrong(name: string, value: unknown, kind: string): never {
    throw new WireError("badValue", `${quote(value)} is no ${kind}`, 0, this.pathOf(name));
  }
}
