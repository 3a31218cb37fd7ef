/** The switch, and its channel to a controller: TCP, so it loses nothing and keeps the order until it breaks. */
import { encodeEffect } from "../../../src/migration/index.ts";
import type { ConnectionEffect, ConnectionEvent } from "../../../src/migration/machine/index.ts";
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
} from "../../../src/ofp/index.ts";
import { createModelSwitch, type ModelSwitch } from "../../../src/testing/index.ts";
import { DPID, switchPorts } from "./places.ts";
import type { Scenario, Trouble } from "./scenario.ts";
import type { Controller } from "./stepping.ts";
import { chance, type World } from "./world.ts";

const codec = createCodec({ experimenters: [nicira, onf] });

export interface Channel {
  readonly model: ModelSwitch;
  /** Gives the controller an event of this moment. */
  tell(event: ConnectionEvent): void;
  /** Carries what came out of the switch. */
  drain(): void;
  /** Flow-mods that the switch did not take. */
  errors(): number;
}

export interface Listeners {
  /** A frame leaves the switch. */
  readonly sent: (port: number, frame: Uint8Array) => void;
  readonly effects: (effects: readonly ConnectionEffect[], event: ConnectionEvent) => void;
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

  function drain(): void {
    const { out, toController } = model.take();
    for (const { port, frame } of out) listeners.sent(port, frame);
    if (isCut) return;
    for (const bytes of toController)
      up = carry(up, () => {
        hear(bytes);
      });
  }

  function hear(bytes: Uint8Array): void {
    const message = codec.decode(bytes);
    const at = world.now;
    switch (message.type) {
      case "packetIn": {
        const { inPort } = message.match;
        if (typeof inPort !== "number") throw new Error("a packet-in without a port");
        tell({ type: "packetIn", at, dpid, inPort, frame: message.data.slice(), cookie: message.cookie });
        break;
      }
      case "barrierReply":
        tell({ type: "barrierReply", at, dpid, id: message.xid });
        break;
      case "error":
        errors++;
        tell({ type: "error", at, dpid, id: message.xid, errorType: message.errorType, code: message.code });
        break;
      case "flowRemoved":
        tell({ type: "flowRemoved", at, dpid, cookie: message.cookie, reason: message.reason });
        break;
      case "multipartReply":
        if (message.body.type === "flow") {
          tell({ type: "flowStats", at, dpid, id: message.xid, flows: message.body.flows });
        }
        break;
      default:
    }
  }

  function tell(event: ConnectionEvent): void {
    world.note(
      () => `> ${event.type}${"inPort" in event ? ` ${event.inPort}` : ""}${"id" in event ? ` ${event.id}` : ""}`,
    );
    const effects = controller.handle(event);
    for (const effect of effects)
      world.note(() => `  < ${effect.type} ${"code" in effect ? effect.code : ""} ${effect.id} ${effect.why}`);
    listeners.effects(effects, event);
    const wanted = effects.filter(({ type }) => type !== "report" && type !== "inspect");
    if (isCut || wanted.length === 0) return;
    down = carry(down, () => {
      for (const effect of wanted) obey(effect);
      drain();
    });
  }

  /** The switch does what it is told, or what the scenario's troubles make of it. */
  function obey(effect: ConnectionEffect): void {
    if (effect.type === "flowMod" && effect.message.command === FlowModCommand.add && refused.has(adds++)) {
      up = carry(up, () => {
        errors++;
        const id = effect.id;
        const code = FlowModFailedCode.tableFull;
        tell({ type: "error", at: world.now, dpid, id, errorType: ErrorType.flowModFailed, code });
      });
      return;
    }
    if (effect.type === "barrier" && lost.has(barriers++)) return;
    model.receive(encodeEffect(effect));
  }

  function cut(ms: number): void {
    if (isCut) return;
    isCut = true;
    epoch++;
    tell({ type: "switchLost", at: world.now, dpid });
    world.later(ms, () => {
      isCut = false;
      epoch++;
      model.take();
      model.reconnect();
      tell({ type: "switchBack", at: world.now, dpid });
    });
  }

  for (const trouble of scenario.troubles) {
    if (trouble.type === "cut")
      world.later(trouble.at, () => {
        cut(trouble.ms);
      });
    if (trouble.type === "restart")
      world.later(trouble.at, () => {
        controller.restart();
      });
  }
  const miss = flowMod({ priority: 0, match: {}, instructions: [applyActions([output(Port.controller)])] });
  model.receive(codec.encode(miss));
  return { model, tell, drain, errors: () => errors };
}
