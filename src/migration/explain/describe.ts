/** Segments and numbers in words. */
import { type Frame, TcpFlags, type TcpOption } from "../../tcp/index.ts";
import type { Shift } from "../offsets.ts";
import type { RefusedPlan } from "../plan-types.ts";

const flagNames: readonly (readonly [number, string])[] = [
  [TcpFlags.syn, "SYN"],
  [TcpFlags.fin, "FIN"],
  [TcpFlags.rst, "RST"],
  [TcpFlags.psh, "PSH"],
  [TcpFlags.ack, "ACK"],
  [TcpFlags.urg, "URG"],
  [TcpFlags.ece, "ECE"],
  [TcpFlags.cwr, "CWR"],
  [TcpFlags.ae, "AE"],
];

export function flagText(flags: number): string {
  const names = flagNames.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return names.length === 0 ? "no flags" : names.join("|");
}

/** `SYN|ACK seq=5000 ack=1001` */
export function segmentText({ seq, ack, flags, length }: SegmentWords): string {
  const acknowledges = (flags & TcpFlags.ack) === 0 ? "" : ` ack=${ack}`;
  return `${flagText(flags)} seq=${seq}${acknowledges}${length > 0 ? ` len=${length}` : ""}`;
}

export interface SegmentWords {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  /** Bytes of data. */
  readonly length: number;
}

export function wordsOf({ tcp, payload }: Frame): SegmentWords {
  return { seq: tcp?.seq ?? 0, ack: tcp?.ack ?? 0, flags: tcp?.flags ?? 0, length: payload.length };
}

/** `mss 1460, wscale 7`; empty when there are none. */
export function optionsText(options: readonly TcpOption[]): string {
  return options.flatMap(optionText).join(", ");
}

function optionText(option: TcpOption): string[] {
  switch (option.type) {
    case "nop":
    case "end":
      return [];
    case "mss":
      return [`mss ${option.value}`];
    case "windowScale":
      return [`wscale ${option.shift}`];
    case "sackPermitted":
      return ["sack permitted"];
    case "timestamps":
      return [`timestamps ${option.value}/${option.echo}`];
    case "unknown":
      return [`option ${option.kind}`];
    default:
      return [option.type];
  }
}

/** `seq +2000, ack −5`, the shorter way round; `unchanged` for none. */
export function shiftText({ seq, ack }: Shift): string {
  const parts = [...signedText("seq", seq), ...signedText("ack", ack)];
  return parts.length === 0 ? "unchanged" : parts.join(", ");
}

function signedText(name: string, offset: number): string[] {
  if (offset === 0) return [];
  return [offset <= 2 ** 31 ? `${name} +${offset}` : `${name} −${2 ** 32 - offset}`];
}

/** `10.0.0.3:33333`, `[2001:db8::3]:33333` */
export function endpointText({ ip, port }: { readonly ip: string; readonly port: number }): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** What becomes of a connection that is not handed over. */
export function nextStepText({ next }: RefusedPlan): string {
  switch (next) {
    case "forward":
      return "The connection stays with the old server: forward the held data to it.";
    case "redial":
      return "Send the synthetic SYN once more.";
    case "wait":
      return "Wait for another answer of the new server.";
  }
}
