/**
 * The planner as a child process of relay.py: a line of JSON in, a line of JSON out.
 *
 *   in   { "ports": { "client": 3, "origin": 1, "target": 2 }, "syn": HEX, "synAck": HEX, "request": HEX,
 *          "targetSynAck": HEX (second step only), "target": { "mac", "ip", "port" }, "policy": { … } }
 *   out  { "status", "level", "codes": [ … ], "packets": [ { "to": "client" | "origin" | "target" | "table",
 *          "frame": HEX, "why" } ] }
 *
 * It says `{}` once it is ready to be asked.
 */
import { createInterface } from "node:readline";
import { type Effect, type MigrationInput, planMigration } from "../../src/migration/index.ts";
import { Port } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

interface Question extends Pick<MigrationInput, "ports" | "target" | "policy"> {
  readonly syn: string;
  readonly synAck: string;
  readonly request: string;
  readonly targetSynAck?: string;
}

function answer({ syn, synAck, request, targetSynAck, ...rest }: Question): object {
  const plan = planMigration({
    ...rest,
    syn: fromHex(syn),
    synAck: fromHex(synAck),
    request: fromHex(request),
    ...(targetSynAck !== undefined && { targetSynAck: fromHex(targetSynAck) }),
  });
  return {
    status: plan.status,
    level: plan.verdict.level,
    codes: plan.verdict.reasons.map(({ code }) => code),
    packets: plan.effects.flatMap((effect) => packetOf(effect, rest.ports)),
  };
}

/** What a packet-out sends, and where to; nothing for other effects. */
function packetOf(effect: Effect, ports: Question["ports"]): object[] {
  if (effect.type !== "packetOut") return [];
  const { message, why } = effect;
  const [action] = message.actions;
  const port = action?.type === "output" ? action.port : undefined;
  const to = port === Port.table ? "table" : Object.entries(ports).find(([, number]) => number === port)?.[0];
  return [{ to, frame: toHex(message.data), why }];
}

console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  // Only relay.py writes here.
  console.log(JSON.stringify(answer(JSON.parse(line) as Question)));
}
