/** Verdicts that come from outside: said as such, or as alerts of Snort and Suricata. */
import {
  decodeSnortAlert,
  parseEveLine,
  toVerdict,
  type VerdictPolicy,
  WireError,
} from "../../../src/analyzer/index.ts";
import { ReportCode, type TrackedService, type TrackerEffect } from "../../../src/migration/index.ts";
import { type FlowKey, flowKeyText, reverseFlowKey, type Verdict } from "../../../src/tcp/index.ts";
import { type Ack, type ErrorAnswer, type Reference, short, type VerdictRequest } from "./messages.ts";

export type Services = Readonly<Record<string, TrackedService>>;

/** What the tracker says of a verdict that changes nothing. */
const refusing: ReadonlySet<ReportCode> = new Set([
  ReportCode.verdictStale,
  ReportCode.verdictIgnored,
  ReportCode.verdictTooLate,
  ReportCode.targetUnknown,
  ReportCode.targetDraining,
  ReportCode.targetBroken,
  ReportCode.targetTaken,
]);

/** The services that clients reach by the address that a key leads to: several only on different switches. */
export function servicesOf(services: Services, { dst, dstPort }: FlowKey): readonly string[] {
  return Object.keys(services).filter((name) => services[name]?.vip.ip === dst && services[name].vip.port === dstPort);
}

type Failure = Pick<ErrorAnswer, "code" | "text">;

/** A verdict, or why there is none; `ignored` means nothing on purpose. */
export type Judged = { readonly verdict: Verdict } | { readonly failure: Failure } | { readonly ignored: true };

function foreign(key: FlowKey): Judged {
  return { failure: { code: "notAService", text: `${flowKeyText(key)} is a connection to no service` } };
}

export function judgedRequest(services: Services, request: VerdictRequest): Judged {
  const { service, key, action, target, park, generation, seq, rule, reason } = request;
  const found = servicesOf(services, key);
  if (service !== undefined && !Object.hasOwn(services, service)) {
    return { failure: { code: "unknownService", text: `there is no service named ${service}` } };
  }
  if (found.length === 0 || (service !== undefined && !found.includes(service))) return foreign(key);
  const about = {
    key,
    ...(generation !== undefined && { generation }),
    ...(seq !== undefined && { seq }),
    ...(rule !== undefined && { rule }),
    ...(reason !== undefined && { reason }),
  };
  if (action === "forward") return { verdict: { ...about, action } };
  return {
    verdict: { ...about, action, ...(target !== undefined && { target }), ...(park !== undefined && { park }) },
  };
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

/** What the tracker made of a verdict. */
export function outcome(reference: Reference, effects: readonly TrackerEffect[]): Ack | ErrorAnswer {
  const reports = effects.flatMap((effect) => (effect.type === "report" ? [effect] : []));
  const refusal = reports.find(({ code }) => refusing.has(code));
  if (refusal) return { type: "error", ...reference, code: refusal.code, text: refusal.why };
  const told = reports.map(({ code, why }) => ({ code, text: why }));
  return { type: "ack", ...reference, ...(told.length > 0 && { reports: told }) };
}
