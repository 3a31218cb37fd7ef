/** The switch, and its channel to a controller: TCP, so it loses nothing and keeps the order until it breaks. */
import { createEventReader, encodeEffect } from "../../../src/migration/index.ts";
import type { ConnectionEvent } from "../../../src/migration/machine/index.ts";
import type { TrackerEffect } from "../../../src/migration/tracker/index.ts";
import { nicira, onf } from "../../../src/nx/index.ts";
import {
  applyActions,
  createCodec,
  ErrorType,
  FlowModCommand,
  FlowModFailedCode,
  flowMod,
  output,
  Port,
  packetOut,
} from "../../../src/ofp/index.ts";
import { decodeFrame } from "../../../src/tcp/index.ts";
import { createModelSwitch, type ModelSwitch, type SentFrame } from "../../../src/testing/index.ts";
import type { Controller, Known } from "./controller.ts";
import { peek } from "./peek.ts";
import { DPID, portOfMac, switchPorts } from "./places.ts";
import type { Link, Scenario, Trouble } from "./scenario.ts";

import { chance, type World } from "./world.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
/** OFPBFC_MSG_FAILED as EXT-230 numbers it. */
const BUNDLE_FAILED = 2313;

export interface Channel {
  readonly model: ModelSwitch;
  /** Gives the controller an event of this moment. */
  tell(event: ConnectionEvent): void;
  /** A frame comes to the switch. */
  inject(link: Link, frame: Uint8Array): void;
  /** Carries what came out of the switch. */
  drain(): void;
  /** Flow-mods that the switch did not take. */
  errors(): number;
}

export interface Listeners {
  /** A frame leaves the switch, which has brought it there by its flows when it tells where it came from. */
  readonly sent: (port: number, frame: Uint8Array, from: Link | undefined) => void;
  readonly effects: (effects: readonly TrackerEffect[], event: ConnectionEvent, before: Known | undefined) => void;
}

export function createChannel(world: World, scenario: Scenario, controller: Controller, listeners: Listeners): Channel {
  const model = createModelSwitch({
    ports: Object.values(switchPorts),
    datapathId: DPID,
    dataPlane: scenario.shifts,
    actions: scenario.dataPlane === "actions" ? "custom" : "stock",
    ...(scenario.maxFlows !== undefined && { maxFlows: 1 + scenario.maxFlows }),
  });
  const dpid = DPID;
  let reader = createEventReader(dpid);
  let epoch = 0;
  let isCut = false;
  let up = 0;
  let down = 0;
  let messages = 0;
  let adds = 0;
  let barriers = 0;
  let errors = 0;
  const nths = (type: Trouble["type"]) =>
    new Set(scenario.troubles.flatMap((trouble) => (trouble.type === type && "nth" in trouble ? [trouble.nth] : [])));
  const refused = nths("refusal");
  const lost = nths("barrier");

  /** A message's way: no later one comes before it. */
  function carry(last: number, act: () => void): number {
    const due = Math.max(last, world.now + scenario.latency * chance(scenario.weather.seed, 99, messages++));
    const of = epoch;
    world.later(due - world.now, () => {
      if (of === epoch) act();
    });
    return due;
  }

  function drain(from?: Link): void {
    const { out, toController } = model.take();
    pass(out, toController, from);
  }

  function inject(link: Link, frame: Uint8Array): void {
    model.inject(switchPorts[link], frame);
    drain(link);
  }

  function pass(out: readonly SentFrame[], toController: readonly Uint8Array[], from?: Link): void {
    for (const { port, frame } of out) listeners.sent(port, frame, from);
    if (isCut) return;
    for (const bytes of toController)
      up = carry(up, () => {
        hear(bytes);
      });
  }

  function hear(bytes: Uint8Array): void {
    const event = reader.read(codec.decode(bytes), world.now);
    if (event?.type === "error") errors++;
    if (event) tell(event);
  }

  function tell(event: ConnectionEvent): void {
    world.note(
      () => `> ${event.type}${"inPort" in event ? ` ${event.inPort}` : ""}${"id" in event ? ` ${event.id}` : ""}`,
    );
    const before = stateBefore(event);
    const effects = controller.handle(event);
    for (const effect of effects)
      world.note(() => `  < ${effect.type} ${"code" in effect ? effect.code : ""} ${effect.id} ${effect.why}`);
    listeners.effects(effects, event, before);
    const wanted = effects.filter(({ type }) => type !== "report" && type !== "inspect");
    if (isCut || wanted.length === 0) return;
    down = carry(down, () => {
      for (const effect of wanted) obey(effect);
      drain();
    });
  }

  function stateBefore(event: ConnectionEvent): Known | undefined {
    const segment = event.type === "packetIn" ? peek(event.frame) : undefined;
    return segment && (controller.knownOf(segment.srcPort) ?? controller.knownOf(segment.dstPort));
  }

  /** The switch does what it is told, or what the scenario's troubles make of it. */
  function obey(effect: TrackerEffect): void {
    if (effect.type === "unclaimed") {
      forward(effect);
      return;
    }
    if (effect.type === "flowMod" && effect.message.command === FlowModCommand.add && refused.has(adds++)) {
      refuse(effect.id, ErrorType.flowModFailed, FlowModFailedCode.tableFull);
      return;
    }
    if (effect.type === "bundle" && effect.flows.filter(() => refused.has(adds++)).length > 0) {
      refuse(effect.id, ErrorType.experimenter, BUNDLE_FAILED);
      return;
    }
    if (effect.type === "barrier" && lost.has(barriers++)) return;
    if (effect.type === "bundle" && lost.has(barriers++)) {
      model.receive(encodeEffect(effect));
      // Everything but the reply to the commit, which is its last word.
      const { out, toController } = model.take();
      pass(out, toController.slice(0, -1));
      return;
    }
    model.receive(encodeEffect(effect));
  }

  /** What a switch does that has learnt where everybody is, for what the tracker leaves to others. */
  function forward({ id, inPort, frame }: Extract<TrackerEffect, { readonly type: "unclaimed" }>): void {
    const { tcp, ethernet } = decodeFrame(frame);
    const port = tcp && portOfMac(scenario, ethernet.dst);
    if (port === undefined || port === inPort) return;
    model.receive(codec.encode(packetOut({ xid: id, inPort, actions: [output(port)], data: frame })));
  }

  function refuse(id: number, errorType: number, code: number): void {
    up = carry(up, () => {
      errors++;
      tell({ type: "error", at: world.now, dpid, id, errorType, code });
    });
  }

  function cut(ms: number, crashes: boolean): void {
    if (isCut) return;
    isCut = true;
    epoch++;
    if (crashes) controller.crash();
    else tell({ type: "switchLost", at: world.now, dpid });
    world.later(ms, () => {
      isCut = false;
      epoch++;
      reader = createEventReader(dpid);
      model.take();
      model.reconnect();
      tell({ type: "switchBack", at: world.now, dpid });
    });
  }

  for (const trouble of scenario.troubles) {
    if (trouble.type === "cut" || trouble.type === "crash")
      world.later(trouble.at, () => {
        cut(trouble.ms, trouble.type === "crash");
      });
    if (trouble.type === "restart")
      world.later(trouble.at, () => {
        controller.restart();
      });
  }
  if (scenario.tracker?.traps)
    return {
      model,
      tell,
      inject,
      drain: () => {
        drain();
      },
      errors: () => errors,
    };
  const miss = flowMod({ priority: 0, match: {}, instructions: [applyActions([output(Port.controller)])] });
  model.receive(codec.encode(miss));
  return {
    model,
    tell,
    inject,
    drain: () => {
      drain();
    },
    errors: () => errors,
  };
}
