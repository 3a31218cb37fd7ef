/** What passes a cable of the switch, by tcpdump. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { decodeFrame, readCapture, type Tcp } from "../../src/tcp/index.ts";
import type { Belongings } from "./cleanup.ts";
import { ended, sleep, start, until } from "./shell.ts";
import type { Host, Topology } from "./topology.ts";

export interface Capture {
  readonly path: string;
  /** Ends it. Everything that has passed is in the file then. */
  stop(): Promise<void>;
}

/** A segment, and when it passed. */
export interface Passed {
  /** Milliseconds since some moment. */
  readonly at: number;
  readonly tcp: Tcp;
  readonly length: number;
}

/** The header of a file without a packet. */
const EMPTY = 24;

/** Begins to write what passes the cable of a host to a file. */
export async function startCapture(
  belongings: Belongings,
  { namespace }: Topology,
  { cable }: Host,
  path: string,
  filter = "tcp",
): Promise<Capture> {
  // A ring that is read at once: with a full block to wait for, packets are written late, or after the end not at all.
  const how = ["-s", "200", "-U", "-B", "16384", "-n", "--immediate-mode", "-Z", "root", "--time-stamp-precision=nano"];
  const tcpdump = ["-i", cable, ...how, "-w", path, filter];
  const child = belongings.keep(start(namespace, "tcpdump", tcpdump, { stdio: "ignore" }));
  // It writes the header once it listens.
  await until("tcpdump", () => (existsSync(path) && statSync(path).size >= EMPTY ? true : undefined));
  return {
    path,
    async stop() {
      await sleep(100);
      child.kill("SIGINT");
      await ended(child, 5_000);
    },
  };
}

/** The segments in a file. Their payloads may be cut off: `length` counts what there was. */
export function segmentsIn(path: string): readonly Passed[] {
  const segments: Passed[] = [];
  for (const { atNs, frame, originalLength } of readCapture(new Uint8Array(readFileSync(path)))) {
    const { tcp, payload } = decodeFrame(frame);
    if (tcp) segments.push({ at: Number(atNs) / 1e6, tcp, length: payload.length + originalLength - frame.length });
  }
  return segments;
}

/** For each connection of a client's, in order: from its first byte to the first byte of the answer. */
export function answerTimes(segments: readonly Passed[], servicePort: number): readonly number[] {
  const asked = new Map<number, number>();
  const times: number[] = [];
  for (const { at, tcp, length } of segments) {
    if (length === 0) continue;
    if (tcp.dstPort === servicePort && !asked.has(tcp.srcPort)) asked.set(tcp.srcPort, at);
    const begun = tcp.srcPort === servicePort ? asked.get(tcp.dstPort) : undefined;
    if (begun === undefined || begun < 0) continue;
    times.push(at - begun);
    asked.set(tcp.dstPort, -1);
  }
  return times;
}
