/** What the tracker says, as JSON for a dashboard. Datapaths are hex digits, as ovs-ofctl shows them; times are milliseconds. */
import { formatFlow } from "../../../src/index.ts";
import type { BundledFlow, ConnectionView, TrackerEffect } from "../../../src/migration/index.ts";
import { flowKeyText } from "../../../src/tcp/index.ts";
import { isRefusal } from "./refusals.ts";

export function dpidText(dpid: bigint): string {
  return dpid.toString(16).padStart(16, "0");
}

/** For `JSON.stringify`. */
export function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** A connection as it is. */
export function connectionJson(view: ConnectionView): Readonly<Record<string, unknown>> {
  return { ...view, dpid: dpidText(view.dpid), connection: flowKeyText(view.key) };
}

interface Reference {
  readonly service?: string;
  readonly connection?: string;
  readonly generation?: number;
  readonly dpid?: string;
}

function referenceOf({ about, dpid }: TrackerEffect): Reference {
  return {
    ...(about && { service: about.service, connection: flowKeyText(about.key), generation: about.generation }),
    ...(dpid !== 0n && { dpid: dpidText(dpid) }),
  };
}

function flowJson({ role, message }: BundledFlow, at: number, effect: TrackerEffect, bundled: boolean) {
  // The words of `ovs-ofctl add-flows`, whose first one says so when it is no addition.
  return { type: "flow", at, ...referenceOf(effect), role, flow: formatFlow(message), bundled, why: effect.why };
}

export function reportJson(effect: Extract<TrackerEffect, { type: "report" }>, at: number) {
  const { code, why, numbers, reasons } = effect;
  const told = reasons.map(({ level, code: reason, text }) => ({ level, code: reason, text }));
  const refusal = isRefusal(effect) && { refusal: true };
  return { type: "report", at, code, why, ...referenceOf(effect), numbers, reasons: told, ...refusal };
}

/** The events of an effect: none for what is no report and no flow. */
export function effectEvents(effect: TrackerEffect, at: number): readonly object[] {
  switch (effect.type) {
    case "report":
      return [reportJson(effect, at)];
    case "flowMod":
      return [flowJson(effect, at, effect, false)];
    case "bundle":
      return effect.flows.map((flow) => flowJson(flow, at, effect, true));
    default:
      return [];
  }
}
