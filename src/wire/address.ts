/** Addresses between bytes and the strings that people write. */
import { WireError } from "./error.ts";

const HEX_OCTETS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

function hexOctet(view: DataView, at: number): string {
  return HEX_OCTETS[view.getUint8(at)] ?? "";
}

/** Six octets as `00:00:00:00:00:01`. */
export function readMac(view: DataView, at: number): string {
  return `${hexOctet(view, at)}:${hexOctet(view, at + 1)}:${hexOctet(view, at + 2)}:${hexOctet(view, at + 3)}:${hexOctet(view, at + 4)}:${hexOctet(view, at + 5)}`;
}

/** Accepts upper and lower case and one-digit octets (`0:0:0:0:0:1`), as ovs-ofctl does. */
export function writeMac(view: DataView, at: number, text: string): void {
  const length = typeof text === "string" ? text.length : 0;
  let octet = 0;
  let digits = 0;
  let octets = 0;
  for (let index = 0; index <= length && octets < 6; index++) {
    const code = index === length ? COLON : text.charCodeAt(index);
    if (code === COLON && digits > 0 && (index === length) === (octets === 5)) {
      view.setUint8(at + octets, octet);
      octets++;
      octet = 0;
      digits = 0;
    } else {
      const digit = hexDigit(code);
      if (digit < 0 || ++digits > 2) break;
      octet = octet * 16 + digit;
    }
  }
  if (octets !== 6) throw new WireError("badValue", `${quote(text)} is no Ethernet address`, at);
}

const COLON = 58;

/** The value of a hexadecimal digit given by its character code, or -1. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Four octets as `10.0.0.2`. */
export function readIpv4(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** Four decimal octets; no leading zeros, which some tools read as octal. */
export function writeIpv4(view: DataView, at: number, text: string): void {
  let value = 0;
  let octet = -1;
  let dots = 0;
  const length = typeof text === "string" ? text.length : 0;
  for (let index = 0; index <= length; index++) {
    const digit = index === length ? 46 : text.charCodeAt(index);
    if (digit === 46 && octet >= 0 && (index === length || dots < 3)) {
      value = value * 256 + octet;
      octet = -1;
      dots++;
    } else if (digit >= 48 && digit <= 57 && octet !== 0 && octet <= 25) {
      octet = octet < 0 ? digit - 48 : octet * 10 + digit - 48;
      if (octet > 255) break;
    } else {
      dots = -1;
      break;
    }
  }
  if (dots !== 4 || octet > 255) throw new WireError("badValue", `${quote(text)} is no IPv4 address`, at);
  view.setUint32(at, value);
}

/** Sixteen octets as RFC 5952 §4 writes them; IPv4-mapped and IPv4-compatible ones end in a dotted quad (§5). */
export function readIpv6(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + 2 * index));
  let start = -1;
  let longest = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (groups[to] === 0) to++;
    if (to - from > longest) {
      longest = to - from;
      start = from;
    }
    if (to > from) from = to;
  }
  const dotted = start === 0 && (longest === 6 || (longest === 5 && groups[5] === 0xffff));
  const words = groups.map((group) => group.toString(16));
  if (dotted) words.splice(6, 2, readIpv4(view, at + 12));
  if (start < 0) return words.join(":");
  return `${words.slice(0, start).join(":")}::${words.slice(start + longest).join(":")}`;
}

/** RFC 4291 §2.2 in all its forms, without zone. */
export function writeIpv6(view: DataView, at: number, text: string): void {
  const groups = typeof text === "string" ? parseIpv6(text) : undefined;
  if (!groups) throw new WireError("badValue", `${quote(text)} is no IPv6 address`, at);
  groups.forEach((group, index) => {
    view.setUint16(at + 2 * index, group);
  });
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (!head) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (!tail || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const words = text.split(":");
  for (const [index, word] of words.entries()) {
    if (last && index === words.length - 1 && word.includes(".")) {
      const quad = new DataView(new ArrayBuffer(4));
      try {
        writeIpv4(quad, 0, word);
      } catch {
        return undefined;
      }
      groups.push(quad.getUint16(0), quad.getUint16(2));
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) {
      groups.push(Number.parseInt(word, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** A short printable form of any value for an error message. */
export function quote(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined)
    return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
