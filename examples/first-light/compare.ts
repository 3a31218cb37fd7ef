/** Holds what the model switch sent against what a host saw. */
import type { Frame } from "../../src/tcp/index.ts";
import { equalBytes, toHex } from "../../src/wire/index.ts";
import type { Segment } from "./segments.ts";

/** One field in which two frames differ. */
export interface Difference {
  readonly field: string;
  readonly switch: string;
  readonly host: string;
}

/** What became of a frame that the switch sent. */
export type Match =
  /** The host saw exactly these bytes. */
  | { readonly kind: "bytes"; readonly seen: Segment }
  /** The host saw the same segment; what differs is no business of TCP's. */
  | { readonly kind: "fields"; readonly seen: Segment; readonly differences: readonly Difference[] }
  /** The host saw another one in its place. */
  | { readonly kind: "different"; readonly seen: Segment; readonly differences: readonly Difference[] }
  /** The host saw nothing like it. */
  | { readonly kind: "unseen" }
  /** Nothing was captured on this link after the request, so there is nothing to compare with. */
  | { readonly kind: "unrecorded" };

/** Segments that were captured on one link and not matched yet. */
export class Pool {
  private readonly left: Set<Segment>;
  private readonly byNumbers = new Map<string, Segment[]>();
  private readonly recorded: boolean;

  constructor(segments: readonly Segment[]) {
    this.left = new Set(segments);
    this.recorded = segments.length > 0;
    for (const segment of segments) {
      const alike = this.byNumbers.get(numbersOf(segment.frame));
      if (alike) alike.push(segment);
      else this.byNumbers.set(numbersOf(segment.frame), [segment]);
    }
  }

  /** Nobody sent these. */
  rest(): readonly Segment[] {
    return [...this.left];
  }

  /** Takes the captured segment that this frame is; else the one that comes nearest, the earliest of these. */
  match(bytes: Uint8Array, frame: Frame): Match {
    if (!this.recorded) return { kind: "unrecorded" };
    const alike = this.byNumbers.get(numbersOf(frame)) ?? [];
    const exact = alike.find((segment) => this.left.has(segment) && equalBytes(segment.bytes, bytes));
    if (exact) {
      this.left.delete(exact);
      return { kind: "bytes", seen: exact };
    }
    let nearest: { seen: Segment; differences: Difference[]; weight: number } | undefined;
    for (const seen of this.left) {
      if (!resembles(frame, seen.frame)) continue;
      const differences = compare(frame, seen.frame);
      const weight = differences.filter(isSerious).length;
      if (!nearest || weight < nearest.weight) nearest = { seen, differences, weight };
    }
    if (!nearest) return { kind: "unseen" };
    const { seen, differences, weight } = nearest;
    this.left.delete(seen);
    return { kind: weight === 0 ? "fields" : "different", seen, differences };
  }
}

function numbersOf({ tcp, payload }: Frame): string {
  return `${tcp?.flags} ${tcp?.seq} ${tcp?.ack} ${payload.length}`;
}

/** Whether one may stand for the other: the same flags and data. */
function resembles(a: Frame, b: Frame): boolean {
  return a.tcp?.flags === b.tcp?.flags && equalBytes(a.payload, b.payload);
}

/** Fields that routers and senders may choose as they like. */
const HARMLESS = ["eth src", "eth dst", "ttl", "ip id", "flow label", "dscp", "ecn", "trailer"];

function isSerious({ field }: Difference): boolean {
  return !HARMLESS.includes(field);
}

function compare(a: Frame, b: Frame): Difference[] {
  const ours = fieldsOf(a);
  const theirs = fieldsOf(b);
  return Object.keys(ours).flatMap((field) => {
    const difference = { field, switch: ours[field] ?? "", host: theirs[field] ?? "" };
    return difference.switch === difference.host ? [] : [difference];
  });
}

function fieldsOf({ ethernet, ipv4, ipv6, tcp, payload }: Frame): Record<string, string> {
  const ip = ipv4 ?? ipv6;
  const text = (value: number | string | undefined) => String(value ?? "none");
  return {
    "eth src": ethernet.src,
    "eth dst": ethernet.dst,
    vlan: ethernet.vlans.map(({ vid }) => vid).join(","),
    trailer: toHex(ethernet.trailer),
    "ip src": text(ip?.src),
    "ip dst": text(ip?.dst),
    "ip id": text(ipv4?.identification),
    ttl: text(ipv4?.ttl ?? ipv6?.hopLimit),
    "flow label": text(ipv6?.flowLabel),
    dscp: text(ip?.dscp),
    ecn: text(ip?.ecn),
    "src port": text(tcp?.srcPort),
    "dst port": text(tcp?.dstPort),
    seq: text(tcp?.seq),
    ack: text(tcp?.ack),
    flags: text(tcp?.flags),
    window: text(tcp?.window),
    urgent: text(tcp?.urgentPointer),
    options: JSON.stringify(tcp?.options),
    payload: `${payload.length} bytes`,
    checksum: text(tcp?.checksum.toString(16).padStart(4, "0")),
  };
}
