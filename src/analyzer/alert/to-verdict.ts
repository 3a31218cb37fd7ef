/** Verdicts from alerts of other tools. */
import { decodeFrame, type FlowKey, flowKey, reverseFlowKey, type Verdict } from "../../tcp/index.ts";
import { exhaustive, isObject, quote, WireError, within } from "../../wire/index.ts";
import { type AlertFacts, compilePolicy, defaultPolicy, type VerdictPolicy } from "../policy.ts";
import { type Subject, verdictOf } from "../verdict.ts";
import type { EveAlert } from "./eve-types.ts";
import type { SnortAlert } from "./snort-types.ts";

/** An alert of another tool. */
export type Alert = SnortAlert | EveAlert;

const LINK_TYPE_ETHERNET = 1;

/**
 * What an alert means for its connection. Without a policy every alert is a verdict; with one, alerts that it ignores give undefined.
 *
 * The connection is that of the packet that alerted: the key is from the sender of that packet to its receiver, except that Suricata
 * may say that the sender was the server. A verdict about a connection from a Snort alert on a server's segment has its key
 * reversed. The sequence number is that of a client's segment, where the alert has the packet.
 *
 * Throws WireError `unsupported` for an alert that is about no TCP segment, and TypeError or RangeError for a policy that is none.
 */
export function toVerdict(alert: Alert): Verdict;
export function toVerdict(alert: Alert, policy: VerdictPolicy): Verdict | undefined;
export function toVerdict(alert: Alert, policy: VerdictPolicy = defaultPolicy): Verdict | undefined {
  const meaningOf = compilePolicy(policy);
  if (!isObject(alert)) throw new TypeError(`alert must be an object, not ${quote(alert)}`);
  const facts = factsOf(alert);
  return verdictOf(subjectOf(alert), facts, meaningOf(facts));
}

function factsOf(alert: Alert): AlertFacts {
  switch (alert.type) {
    case "snortAlert": {
      const { generator, sid, rev, priority } = alert.event;
      return { gid: generator, sid, rev, message: alert.message, priority };
    }
    case "eveAlert":
      return {
        gid: alert.gid,
        sid: alert.sid,
        rev: alert.rev,
        message: alert.signature,
        classtype: alert.category,
        priority: alert.severity,
      };
    default:
      return exhaustive(alert);
  }
}

function subjectOf(alert: Alert): Subject {
  return alert.type === "snortAlert" ? subjectOfPacket(alert.packet) : subjectOfEve(alert);
}

function subjectOfPacket(packet: Uint8Array): Subject {
  try {
    const frame = decodeFrame(packet);
    const key = flowKey(frame);
    return frame.tcp ? { key, seq: frame.tcp.seq } : { key };
  } catch (error) {
    throw within("packet", error);
  }
}

function subjectOfEve(alert: EveAlert): Subject {
  const { vlans, src, dst, srcPort, dstPort, protocol, direction } = alert;
  if (protocol.toUpperCase() !== "TCP" || srcPort === undefined || dstPort === undefined) {
    throw new WireError("unsupported", `an alert about ${quote(protocol)} is about no TCP segment`, 0, "proto");
  }
  const key: FlowKey = { vlans: vlans.filter((vid) => vid !== 0), src, dst, srcPort, dstPort };
  if (direction === "to_client") return { key: reverseFlowKey(key) };
  const seq = sequenceNumber(alert, key);
  return seq === undefined ? { key } : { key, seq };
}

/**
 * Of the packet, when it is the one that the key names. Suricata may log another one: an alert on a stream that it has put in order
 * has a packet made up for it.
 */
function sequenceNumber({ packet, linkType }: EveAlert, key: FlowKey): number | undefined {
  if (!packet || linkType !== LINK_TYPE_ETHERNET) return undefined;
  try {
    const { ipv4, ipv6, tcp } = decodeFrame(packet);
    const ip = ipv4 ?? ipv6;
    const isSame =
      tcp?.srcPort === key.srcPort && tcp.dstPort === key.dstPort && ip?.src === key.src && ip.dst === key.dst;
    return isSame ? tcp.seq : undefined;
  } catch {
    // A packet that does not parse is no reason to leave the alert aside.
    return undefined;
  }
}
