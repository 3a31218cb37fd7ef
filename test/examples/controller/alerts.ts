/** What Snort and Suricata would say about the scene's client. */
import { encodeSnortAlert, snortEvent } from "../../../src/analyzer/index.ts";
import { dataFrame, encodeFrame, type FlowKey } from "../../../src/tcp/index.ts";
import { bytes } from "./scene.ts";

export const client = { mac: "00:00:00:00:00:03", ip: "10.0.0.3" };

/** A record of Snort's about a segment between these ends. The client's ten bytes go from 4294967291 to 4, which has 1 among them. */
export function record(
  message: string,
  from: typeof client & { port: number },
  to: typeof from,
  seq = 1,
): Uint8Array<ArrayBuffer> {
  const packet = encodeFrame(dataFrame({ from, to, seq, ack: 1, window: 1, payload: bytes("migrate me") }));
  return encodeSnortAlert({
    ...{ type: "snortAlert", littleEndian: true, message, seconds: 0, microseconds: 0, originalLength: packet.length },
    ...{ linkHeader: 0, networkHeader: 14, transportHeader: 34, data: 54, validity: 0, packet },
    event: snortEvent({ sid: 1_000_002 }),
  });
}

/** The same as a line of Suricata's. */
export function line(signature: string, { src, srcPort, dst, dstPort }: FlowKey, more: object = {}): string {
  return JSON.stringify({
    ...{ event_type: "alert", src_ip: src, src_port: srcPort, dest_ip: dst, dest_port: dstPort, proto: "TCP" },
    ...{ alert: { gid: 1, signature_id: 7, rev: 1, signature, category: "", severity: 1 }, ...more },
  });
}
