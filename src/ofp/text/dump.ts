/** Small forms that ofp-print repeats: hex dumps, names of bits, durations. */
import { hex } from "./number.ts";

const PER_LINE = 16;

/** Sixteen octets a line with their ASCII; every line ends in a line feed. */
export function hexDump(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += PER_LINE) {
    const line = bytes.subarray(start, start + PER_LINE);
    let octets = "";
    let ascii = "";
    line.forEach((octet, index) => {
      octets += octet.toString(16).padStart(2, "0") + (index === PER_LINE / 2 - 1 ? "-" : " ");
      ascii += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".";
    });
    text += `${start.toString(16).padStart(8, "0")}  ${octets.padEnd(3 * PER_LINE)}|${ascii.padEnd(PER_LINE)}|\n`;
  }
  return text;
}

/** Text with everything but plain ASCII in octal. */
export function printable(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) {
    const plain = octet >= 0x20 && octet <= 0x7e && octet !== 0x22 && octet !== 0x5c;
    text += plain ? String.fromCharCode(octet) : `\\${octet.toString(8).padStart(3, "0")}`;
  }
  return text;
}

/** The names of the bits that are set, lowest first, then the rest as a number; `0` for none. */
export function bitNames(bits: number, names: Readonly<Record<number, string>>, separator = " "): string {
  const words: string[] = [];
  let rest = bits >>> 0;
  for (let index = 0; index < 32; index++) {
    const name = names[2 ** index];
    if (name === undefined || ((rest >>> index) & 1) === 0) continue;
    words.push(name);
    rest -= 2 ** index;
  }
  if (rest !== 0) words.push(hex(rest));
  return words.length === 0 ? "0" : words.join(separator);
}

/** `3s`, `3.139s`; nanoseconds only where milliseconds do not say it all. */
export function duration(seconds: number, nanoseconds: number): string {
  if (nanoseconds === 0) return `${seconds}s`;
  const milliseconds = nanoseconds / 1_000_000;
  if (Number.isInteger(milliseconds)) return `${seconds}.${String(milliseconds).padStart(3, "0")}s`;
  return `${seconds}.${String(nanoseconds).padStart(9, "0").replace(/0+$/, "")}s`;
}
