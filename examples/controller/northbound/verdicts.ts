/** Verdicts that clients say as such, and what becomes of verdicts. */
import { ReportCode, type TrackerEffect } from "../../../src/migration/index.ts";
import { foreign, type Judged, type Services, servicesOf } from "../analyzers/records.ts";
import type { Ack, ErrorAnswer, Reference, VerdictRequest } from "./messages.ts";

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

/** What the tracker made of a verdict. */
export function outcome(reference: Reference, effects: readonly TrackerEffect[]): Ack | ErrorAnswer {
  const reports = effects.flatMap((effect) => (effect.type === "report" ? [effect] : []));
  const refusal = reports.find(({ code }) => refusing.has(code));
  if (refusal) return { type: "error", ...reference, code: refusal.code, text: refusal.why };
  const told = reports.map(({ code, why }) => ({ code, text: why }));
  return { type: "ack", ...reference, ...(told.length > 0 && { reports: told }) };
}
