/** How a detector says what it has found: as Snort does, and as Suricata does. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Writable } from "node:stream";
import { encodeSnortAlert, SNORT_ALERT_LENGTH, snortEvent } from "../../../src/analyzer/index.ts";
import { decodeFrame } from "../../../src/tcp/index.ts";
import type { Action, Found } from "./findings.ts";

export type Detector = "snort" | "eve";

interface Rule {
  readonly sid: number;
  readonly message: string;
}

/** The controller's policy leaves a connection with server 1 for the message FORWARD, and moves it for any other. */
const rules: Readonly<Record<Action, Rule>> = {
  migrate: { sid: 1_000_001, message: "report" },
  forward: { sid: 1_000_002, message: "FORWARD" },
};

const AGAIN_MS = 250;

export function snortRecord({ action, frame }: Found, at: number): Uint8Array {
  const { ethernet, ipv4, payload } = decodeFrame(frame);
  const networkHeader = 14 + 4 * ethernet.vlans.length;
  const transportHeader = networkHeader + (ipv4 ? 4 * ((frame[networkHeader] ?? 0) & 15) : 40);
  const data = frame.length - payload.length - ethernet.trailer.length;
  const { sid, message } = rules[action];
  return encodeSnortAlert({
    ...{ type: "snortAlert", littleEndian: true, message, validity: 0, packet: frame, originalLength: frame.length },
    ...{ seconds: Math.floor(at / 1000), microseconds: Math.floor((at % 1000) * 1000) },
    ...{ linkHeader: 0, networkHeader, transportHeader, data },
    event: snortEvent({ sid }),
  });
}

export function eveLine({ action, key }: Found, at: number): string {
  const { sid, message } = rules[action];
  return `${JSON.stringify({
    ...{ timestamp: new Date(at).toISOString().replace("Z", "000+0000"), event_type: "alert", proto: "TCP" },
    ...{ src_ip: key.src, src_port: key.srcPort, dest_ip: key.dst, dest_port: key.dstPort },
    alert: { action: "allowed", gid: 1, signature_id: sid, rev: 1, signature: message, category: "", severity: 1 },
  })}\n`;
}

/**
 * Node has no unix datagrams, and a stream no boundaries: `dd` makes whole records of it, each one datagram for socat, which sends it on.
 */
function openDatagrams(path: string, gone: () => void): Writable {
  const whole = `EXEC:dd bs=${SNORT_ALERT_LENGTH} iflag=fullblock status=none,socktype=2`;
  const socat = spawn("socat", ["-u", "-b", String(2 * SNORT_ALERT_LENGTH), whole, `UNIX-SENDTO:${path}`], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  socat.once("close", gone);
  return socat.stdin;
}

/** Opens the way to a controller, and again when it was away. What is said meanwhile is lost. */
export function openAlarms(kind: Detector, path: string): { readonly tell: (found: Found) => void } {
  let stream: Writable;
  function open(): void {
    const again = () => setTimeout(open, AGAIN_MS);
    stream = kind === "eve" ? connect(path).once("close", again) : openDatagrams(path, again);
    stream.on("error", () => undefined);
  }
  open();
  return {
    tell(found) {
      if (stream.writable) stream.write(kind === "eve" ? eveLine(found, Date.now()) : snortRecord(found, Date.now()));
    },
  };
}
