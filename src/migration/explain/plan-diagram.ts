/** The picture of a plan. */
import { seqAdd } from "../../tcp/seq.ts";
import { serverEndpoint } from "../connection.ts";
import type { Effect, FlowModEffect, PacketOutEffect } from "../effect.ts";
import type { Plan } from "../plan-types.ts";
import {
  endpointText,
  nextStepText,
  optionsText,
  type SegmentWords,
  segmentText,
  shiftText,
  wordsOf,
} from "./describe.ts";
import type { ArrowStyle, Diagram, DiagramItem } from "./diagram.ts";

/** From left to right; Mermaid knows them by these letters. */
const CLIENT = "C";
const SWITCH = "S";
const ORIGIN = "O";
const TARGET = "T";

/** More held segments than these are summed up. */
const SHOWN = 4;

export function diagramOf(plan: Plan): Diagram {
  const { connection, target, ports, status } = plan;
  const port = (number: number): string => `port ${number}`;
  const service = connection ? endpointText(connection.server) : port(ports.origin);
  return {
    title: `TCP hand-over${connection ? ` of ${endpointText(connection.client)}` : ""}: ${status}`,
    actors: [
      { id: CLIENT, name: "Client", address: connection ? endpointText(connection.client) : port(ports.client) },
      { id: SWITCH, name: "Switch", address: "and controller" },
      { id: ORIGIN, name: "Old server", address: service },
      {
        id: TARGET,
        name: "New server",
        address: connection ? endpointText(serverEndpoint(connection, target)) : port(ports.target),
      },
    ],
    items: [...before(plan), ...hold(plan), ...dial(plan), ...outcome(plan), ...afterwards(plan)],
  };
}

function arrow(from: string, to: string, style: ArrowStyle, words: SegmentWords | string, detail = ""): DiagramItem {
  const text = typeof words === "string" ? words : segmentText(words);
  return { kind: "arrow", from, to, style, text, detail };
}

function note(lines: readonly string[], first = SWITCH, last = first): DiagramItem {
  return { kind: "note", over: [first, last], lines };
}

function before({ observed: { syn, synAck } }: Plan): DiagramItem[] {
  const items: DiagramItem[] = [];
  if (syn?.tcp) items.push(arrow(CLIENT, ORIGIN, "observed", wordsOf(syn), optionsText(syn.tcp.options)));
  if (synAck?.tcp) items.push(arrow(ORIGIN, CLIENT, "observed", wordsOf(synAck), optionsText(synAck.tcp.options)));
  return items.length === 0 ? [] : [{ kind: "phase", text: "Handshake with the old server" }, ...items];
}

function hold(plan: Plan): DiagramItem[] {
  const { held } = plan;
  const items: DiagramItem[] = [{ kind: "phase", text: "Hold" }];
  for (const { seq, ack, flags, payload } of held.slice(0, SHOWN)) {
    items.push(arrow(CLIENT, SWITCH, "observed", { seq, ack, flags, length: payload.length }));
  }
  if (held.length > SHOWN) items.push(note([`and ${held.length - SHOWN} more segments`]));
  if (held.length > 0) items.push(note(["held: nobody acknowledges it"]));
  return plan.observed.targetSynAck ? items : [...items, verdictNote(plan)];
}

/** Where the planner had seen all that it judges. */
function verdictNote(plan: Plan): DiagramItem {
  const { verdict } = plan;
  const codes = verdict.reasons.map(({ code, level }) => `${code} (${level})`);
  return note([`Verdict: ${verdict.level}`, ...codes]);
}

function dial(plan: Plan): DiagramItem[] {
  const { syn, status, observed } = plan;
  const answer = observed.targetSynAck;
  if (!syn?.tcp || (status !== "dial" && !answer)) return [];
  const items: DiagramItem[] = [
    { kind: "phase", text: "Dial the new server" },
    arrow(SWITCH, TARGET, "planned", wordsOf(syn), optionsText(syn.tcp.options)),
  ];
  if (answer?.tcp) {
    items.push(arrow(TARGET, SWITCH, "observed", wordsOf(answer), optionsText(answer.tcp.options)));
    items.push(verdictNote(plan));
  }
  return items;
}

const phases: Readonly<Partial<Record<Effect["phase"], string>>> = {
  arm: "Arm the switch",
  handshake: "Complete the handshake",
  commit: "Commit",
  release: "Release",
  reset: "Reset the old server",
  abort: "Take back",
};

function outcome(plan: Plan): DiagramItem[] {
  const items: DiagramItem[] = [];
  let phase: Effect["phase"] | undefined;
  let flows: string[] = [];
  let released = 0;
  const flush = (): void => {
    if (flows.length > 0) items.push(note(flows));
    if (released > SHOWN) items.push(note([`and ${released - SHOWN} more segments`]));
    flows = [];
    released = 0;
  };
  for (const effect of plan.effects) {
    const title = phases[effect.phase];
    if (title === undefined) continue;
    if (effect.phase !== phase) {
      flush();
      items.push({ kind: "phase", text: title });
      phase = effect.phase;
    }
    if (effect.type === "flowMod") flows.push(flowText(effect, plan));
    else if (effect.type === "barrier") flows.push("barrier");
    else if (effect.carries !== "data" || ++released <= SHOWN) items.push(packetItem(effect, plan));
  }
  flush();
  return items;
}

function flowText({ role, message }: FlowModEffect, { offsets }: Plan): string {
  const words: Record<FlowModEffect["role"], string> = {
    forward: `client to new server, ${offsets ? shiftText(offsets.clientToServer) : ""}`,
    reverse: `new server to client, ${offsets ? shiftText(offsets.serverToClient) : ""}`,
    guard: "what the old server says is dropped",
    guardWatch: `what the old server says goes to the controller for ${message.hardTimeout} s`,
    clientSynTrap: "its SYNs go to the controller",
    targetSynTrap: "its SYNs go to the controller",
  };
  return `${role} (priority ${message.priority}): ${words[role]}`;
}

function packetItem({ frame, carries, phase }: PacketOutEffect, { offsets }: Plan): DiagramItem {
  const words = wordsOf(frame);
  if (carries === "rst") return arrow(SWITCH, phase === "reset" ? ORIGIN : TARGET, "reset", words);
  if (carries !== "data" || !offsets) return arrow(SWITCH, TARGET, "planned", words);
  // Through the flow table: what arrives is shifted.
  const { seq, ack } = offsets.clientToServer;
  const shifted = { ...words, seq: seqAdd(words.seq, seq), ack: seqAdd(words.ack, ack) };
  return arrow(SWITCH, TARGET, "planned", shifted, `was seq=${words.seq} ack=${words.ack}`);
}

function afterwards(plan: Plan): DiagramItem[] {
  if (plan.status === "refused") return [note([nextStepText(plan)])];
  if (plan.status === "dial") return [];
  const { numbers, offsets } = plan;
  return [
    { kind: "phase", text: "Afterwards, in the data plane" },
    arrow(
      TARGET,
      CLIENT,
      "later",
      `seq ${numbers.sendNext ?? 0} becomes ${numbers.serverNext}`,
      shiftText(offsets.serverToClient),
    ),
    arrow(
      CLIENT,
      TARGET,
      "later",
      `ack ${numbers.serverNext} becomes ${numbers.sendNext ?? 0}`,
      shiftText(offsets.clientToServer),
    ),
  ];
}
