/** A plan as a numbered story. */
import { seqAdd } from "../../tcp/seq.ts";
import { serverEndpoint } from "../connection.ts";
import type { Effect } from "../effect.ts";
import type { Plan, PlanNumbers } from "../plan-types.ts";
import { endpointText, nextStepText, optionsText, segmentText, shiftText, wordsOf } from "./describe.ts";

const INDENT = "    ";

export function story(plan: Plan): string {
  const lines = [...heading(plan), "", ...verdictLines(plan)];
  if (plan.numbers) lines.push("", ...table(plan.numbers));
  const steps = [...observedSteps(plan), ...plan.effects.map((effect) => effectStep(effect, plan)), ...lastStep(plan)];
  lines.push("", ...steps.flatMap(numbered));
  return `${lines.join("\n")}\n`;
}

interface Step {
  readonly text: string;
  readonly details: readonly string[];
}

function numbered({ text, details }: Step, index: number): string[] {
  return [
    `${`${index + 1}`.padStart(2)}. ${text}`,
    ...details.filter((line) => line !== "").map((line) => INDENT + line),
  ];
}

function heading(plan: Plan): string[] {
  const { connection, ports, target, status } = plan;
  if (!connection) return [`No TCP connection (status: ${status})`];
  const { client, server, vlans } = connection;
  const vlan = vlans.map(({ vid }) => `, VLAN ${vid}`).join("");
  return [
    `${endpointText(client)} to ${endpointText(server)}${vlan} (status: ${status})`,
    `client     port ${ports.client}, ${client.mac}, ${endpointText(client)}`,
    `old server port ${ports.origin}, ${server.mac}, ${endpointText(server)}`,
    `new server port ${ports.target}, ${serverEndpoint(connection, target).mac}, ${endpointText(serverEndpoint(connection, target))}`,
  ];
}

function verdictLines({ verdict }: Plan): string[] {
  return [
    `Verdict: ${verdict.level}`,
    ...verdict.reasons.map(({ code, level, text }) => `  ${code} (${level}): ${text}`),
  ];
}

/** The same moment in the numbers of all sides. */
function table({ clientNext, serverNext, originReset, receiveNext, sendNext, e, d }: PlanNumbers): string[] {
  const row = (name: string, cells: readonly (number | string)[], more = ""): string =>
    `${name.padEnd(14)}${cells.map((cell) => `${cell}`.padStart(12)).join("")}   ${more}`.trimEnd();
  return [
    row("next byte of", ["client", "old server", "new server"]),
    row("the client", [clientNext, originReset.seq, receiveNext], `E = ${e}`),
    row(
      "the server",
      [serverNext, originReset.ack, sendNext ?? "?"],
      d === undefined ? "D is not known yet" : `D = ${d}`,
    ),
  ];
}

function observedSteps({ observed, held, numbers }: Plan): Step[] {
  const steps: Step[] = [];
  if (observed.syn?.tcp) {
    const options = optionsText(observed.syn.tcp.options);
    steps.push({ text: `The client asked: ${segmentText(wordsOf(observed.syn))}.`, details: [optionLine(options)] });
  }
  if (observed.synAck?.tcp) {
    const options = optionsText(observed.synAck.tcp.options);
    const text = `The old server answered: ${segmentText(wordsOf(observed.synAck))}.`;
    steps.push({ text, details: [optionLine(options)] });
  }
  if (held.length > 0) {
    const bytes = held.reduce((sum, { payload }) => sum + payload.length, 0);
    steps.push({
      text: `The client's data is held back: ${count(held.length, "segment")}, ${count(bytes, "byte")}. Nobody has acknowledged it.`,
      details: [
        ...held.map(({ payload, ...words }) => segmentText({ ...words, length: payload.length })),
        numbers ? `next: seq=${numbers.heldEnd}` : "",
      ],
    });
  }
  if (observed.targetSynAck?.tcp) {
    const options = optionsText(observed.targetSynAck.tcp.options);
    const text = `The new server answered the synthetic SYN (seq=${numbers?.initialSeq ?? "?"}): ${segmentText(wordsOf(observed.targetSynAck))}.`;
    steps.push({ text, details: [optionLine(options)] });
  }
  return steps;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function optionLine(options: string): string {
  return options === "" ? "no options" : options;
}

const destinations: Readonly<Record<Effect["phase"], string>> = {
  dial: "To the new server",
  arm: "Switch",
  handshake: "To the new server",
  commit: "Switch",
  release: "Through the flow table",
  reset: "To the old server",
  abort: "To the new server",
};

function effectStep(effect: Effect, { offsets }: Plan): Step {
  const where = destinations[effect.phase];
  switch (effect.type) {
    case "barrier":
      return { text: `${where}: barrier.`, details: [effect.why] };
    case "flowMod": {
      const shift = { forward: offsets?.clientToServer, reverse: offsets?.serverToClient };
      const moved = effect.role === "forward" || effect.role === "reverse" ? shift[effect.role] : undefined;
      const { priority } = effect.message;
      const text = `${where}: flow ${effect.role}, priority ${priority}${moved ? `, ${shiftText(moved)}` : ""}.`;
      return { text, details: [effect.why] };
    }
    case "packetOut": {
      const words = wordsOf(effect.frame);
      const options = optionsText(effect.frame.tcp?.options ?? []);
      const details = [effect.why, effect.carries === "syn" ? optionLine(options) : ""];
      if (effect.carries === "data" && offsets) {
        const { seq, ack } = offsets.clientToServer;
        const arrives = { ...words, seq: seqAdd(words.seq, seq), ack: seqAdd(words.ack, ack) };
        details.push(`the new server sees ${segmentText(arrives)}`);
      }
      return { text: `${where}: ${segmentText(words)}.`, details };
    }
  }
}

function lastStep(plan: Plan): Step[] {
  switch (plan.status) {
    case "dial":
      return [{ text: "Wait for the new server's answer, and plan again with it.", details: [] }];
    case "refused":
      return [{ text: nextStepText(plan), details: [] }];
    case "ready": {
      const { sendNext, serverNext } = plan.numbers;
      const text = "From now on the switch translates, and neither end notices.";
      return [
        { text, details: [`the new server's byte ${sendNext ?? 0} is the client's byte ${serverNext}, and so on`] },
      ];
    }
  }
}
