/** What is printed of one run, as lines. */

import { formatFlow } from "../../src/index.ts";
import { explain, type FlowModEffect, type Plan } from "../../src/migration/index.ts";
import type { Captures, Handshake } from "./handshake.ts";
import type { Proof } from "./proof.ts";
import { plural, proofDetails, proofResult, proofTable } from "./report.ts";
import { formatFlow as formatConnection } from "./segments.ts";
import { fold, type Paint, wrap } from "./terminal.ts";

/** Where the segments come from. */
export function sourceLines({ client, origin, target }: Captures, { request, held }: Handshake): string[] {
  const files = [client, origin, target].flatMap((capture) => (capture ? [capture] : []));
  const frames = files.reduce((sum, file) => sum + file.frames, 0);
  const bytes = held.reduce((sum, { frame }) => sum + frame.payload.length, 0);
  return [
    ...files.map(({ path }, index) => `${index === 0 ? "Captures    " : "            "}${path}`),
    `            ${plural(frames, "frame", "frames")}`,
    `Connection  ${formatConnection(request.flow)}, ${plural(bytes, "byte", "bytes")} of it held`,
  ];
}

/** Level and reasons. */
export function verdictLines({ status, verdict }: Plan, paint: Paint): string[] {
  const style = verdict.level === "ok" ? "green" : verdict.level === "degraded" ? "yellow" : "red";
  return [
    `Verdict     ${paint(style, verdict.level)} (${status})`,
    ...verdict.reasons.flatMap(({ code, text }) => wrap(`            ${code}: ${text}`, 14)),
  ];
}

/** The numbered story. */
export function storyLines(plan: Plan): string[] {
  const lines = explain(plan, "text").trimEnd().split("\n");
  return lines.flatMap((line) => wrap(line, (/^ *(\d+\. )?/.exec(line)?.[0].length ?? 0) + 2));
}

/** The flows as ovs-ofctl writes them, broken to fit. */
export function flowLines({ effects }: Plan, paint: Paint): string[] {
  const flows = effects.filter((effect): effect is FlowModEffect => effect.type === "flowMod");
  return flows.flatMap(({ role, message }) => [paint("cyan", role), ...fold(`  ${formatFlow(message)}`, 4)]);
}

/** The table, in detail if asked for, and what it amounts to. */
export function proofLines(proof: Proof, verbose: boolean, paint: Paint): string[] {
  return [
    ...proofTable(proof, paint),
    "",
    ...(verbose ? [...proofDetails(proof), ""] : []),
    ...proofResult(proof, paint),
  ];
}
