/** A plan as commands of Open vSwitch's command line tool. */

import { Port } from "../../ofp/index.ts";
import { toHex } from "../../wire/index.ts";
import type { Effect } from "../effect.ts";
import { effectCodec } from "../effect.ts";
import type { Plan } from "../plan-types.ts";

const TOOL = "ovs-ofctl -O OpenFlow13";

/** What a shell takes for one word. */
function quoted(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function portWord(port: number): string {
  if (port === Port.controller) return "controller";
  if (port === Port.table) return "table";
  return port === Port.local ? "local" : `${port}`;
}

function commandOf(effect: Effect, bridge: string): string {
  switch (effect.type) {
    case "flowMod":
      return `${TOOL} add-flow ${bridge} ${quoted(effectCodec().formatFlow(effect.message))}`;
    case "packetOut": {
      const { inPort, actions, data } = effect.message;
      const ports = actions.flatMap((action) => (action.type === "output" ? [`output:${portWord(action.port)}`] : []));
      const packet = `in_port=${portWord(inPort)},packet=${toHex(data)},actions=${ports.join(",")}`;
      return `${TOOL} packet-out ${bridge} ${quoted(packet)}`;
    }
    case "barrier":
      // The tool sends a barrier after every command and waits for the reply.
      return "# barrier: each command above has waited for its own";
  }
}

export function commands(plan: Plan, bridge: string): string {
  const lines = [`# status: ${plan.status}, verdict: ${plan.verdict.level}`];
  for (const { code, level, text } of plan.verdict.reasons) lines.push(`# ${code} (${level}): ${text}`);
  for (const effect of plan.effects) {
    if (effect.type !== "barrier") lines.push(`# ${effect.why}`);
    lines.push(commandOf(effect, quoted(bridge)));
  }
  return `${lines.join("\n")}\n`;
}
