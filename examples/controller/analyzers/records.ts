/** From an alert of Snort's or Suricata's to a verdict, whichever way it has come. */
import {
  decodeSnortAlert,
  parseEveLine,
  toVerdict,
  type VerdictPolicy,
  WireError,
} from "../../../src/analyzer/index.ts";
import type { TrackedService } from "../../../src/migration/index.ts";
import { type FlowKey, flowKeyText, reverseFlowKey, type Verdict } from "../../../src/tcp/index.ts";
import { short } from "../short.ts";

export type Services = Readonly<Record<string, TrackedService>>;

/** The services that clients reach by the address that a key leads to: several only on different switches. */
export function servicesOf(services: Services, { dst, dstPort }: FlowKey): readonly string[] {
  return Object.keys(services).filter((name) => services[name]?.vip.ip === dst && services[name].vip.port === dstPort);
}

export interface Failure {
  readonly code: "notAService" | "unknownService" | "badRecord";
  /** For people. */
  readonly text: string;
}

/** A verdict, or why there is none; `ignored` means nothing on purpose. */
export type Judged = { readonly verdict: Verdict } | { readonly failure: Failure } | { readonly ignored: true };

export function foreign(key: FlowKey): Judged {
  return { failure: { code: "notAService", text: `${flowKeyText(key)} is a connection to no service` } };
}

/** An alert may be about either direction, and its message of any length. */
function towardsService(services: Services, verdict: Verdict): Judged {
  const { key, seq, reason, ...rest } = verdict;
  const kept = { ...rest, ...(reason !== undefined && { reason: short(reason) }) };
  if (servicesOf(services, key).length > 0) return { verdict: { ...kept, key, ...(seq !== undefined && { seq }) } };
  const turned = reverseFlowKey(key);
  // The number was the server's.
  return servicesOf(services, turned).length === 0 ? foreign(key) : { verdict: { ...kept, key: turned } };
}

/** A record of Snort's `-A unsock`, or a line of Suricata's EVE log. */
export function judgedRecord(services: Services, record: Uint8Array | string, policy: VerdictPolicy): Judged {
  try {
    const alert = typeof record === "string" ? parseEveLine(record) : decodeSnortAlert(record);
    if (alert.type === "eveOther") return { ignored: true };
    const verdict = toVerdict(alert, policy);
    return verdict ? towardsService(services, verdict) : { ignored: true };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { failure: { code: "badRecord", text: short(`${error.code}: ${error.message}`) } };
  }
}
