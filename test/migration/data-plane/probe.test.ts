/** What a switch is asked, and what its answers mean. */
import { describe, expect, it } from "vitest";
import {
  type Ability,
  beginProbe,
  cookieParts,
  dataPlaneConfig,
  encodeEffect,
  type ProbeEvent,
  type ProbeState,
  probeStep,
} from "../../../src/migration/index.ts";
import { encodeFrame } from "../../../src/tcp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { plainConfig } from "../machine/scene.ts";
import { framesOf } from "../scene.ts";

const at = 1000;
const dpid = 7n;
const begin = (abilities?: readonly Ability[]) =>
  beginProbe({ dpid, at, firstId: 0xfffffffe, ...(abilities && { abilities }) });

const error = (id: number): ProbeEvent => ({ type: "error", at, dpid, id, errorType: 2, code: 3 });
const reply = (id: number): ProbeEvent => ({ type: "barrierReply", at, dpid, id });

/** The questions have the ids 0xfffffffe (actions), 0xffffffff (bundles) and 0 (tcpFlags), then come deletion and barrier. */
function told(...events: readonly ProbeEvent[]): ProbeState {
  return events.reduce(probeStep, begin().state);
}

describe("a probe", () => {
  it("numbers what it sends, and takes its flows out before it asks whether all is done", () => {
    const { effects, state } = begin();
    expect(effects.map(({ id, type }) => `${id} ${type}`)).toEqual([
      "4294967294 flowMod",
      "4294967295 bundle",
      "0 flowMod",
      "1 flowMod",
      "2 barrier",
    ]);
    expect(state).toMatchObject({ nextId: 3, deadline: 3000, result: undefined });
  });

  it("believes what is not refused, once the barrier is answered", () => {
    expect(told(reply(0xffffffff), reply(2)).result).toEqual({
      answered: true,
      actions: true,
      bundles: true,
      tcpFlags: true,
      meter: false,
    });
    expect(told(error(0xfffffffe), reply(0xffffffff), reply(2)).result).toMatchObject({
      actions: false,
      bundles: true,
    });
    expect(told(error(0), reply(2)).result).toMatchObject({ actions: true, tcpFlags: false });
  });

  it("believes in bundles only when one was carried out whole", () => {
    expect(told(reply(2)).result).toMatchObject({ bundles: false });
    expect(told(error(0xffffffff), reply(0xffffffff), reply(2)).result).toMatchObject({ bundles: false });
  });

  it("believes nothing of a switch that does not answer", () => {
    const timer = (when: number): ProbeEvent => ({ type: "timer", at: when });
    expect(told(timer(2999)).result).toBeUndefined();
    const { result } = told(reply(0xffffffff), timer(3000));
    expect(result).toEqual({ answered: false, actions: false, bundles: false, tcpFlags: false, meter: false });
    expect(told(timer(3000), reply(0xffffffff), reply(2)).result).toEqual(result);
  });

  it("is not touched by another switch's answers, nor by those to others' messages", () => {
    const { state } = begin();
    expect(probeStep(state, { ...reply(2), dpid: 8n } as ProbeEvent)).toBe(state);
    expect(probeStep(state, { ...error(0), dpid: 8n } as ProbeEvent)).toBe(state);
    expect(probeStep(state, error(77))).toBe(state);
    expect(probeStep(state, reply(77))).toBe(state);
  });

  it("asks only what it is told to, and a meter by its number", () => {
    expect(begin(["actions"]).effects.map(({ type }) => type)).toEqual(["flowMod", "flowMod", "barrier"]);
    expect(() => begin(["meter"])).toThrow("guardMeter");
    expect(() => beginProbe({ dpid, at, firstId: -1 })).toThrow("firstId");
  });

  it("has flows of our tag that end by themselves, and meets no packet", () => {
    const model = createModelSwitch({ ports: [1, 3], datapathId: dpid });
    const { effects } = begin();
    for (const effect of effects.slice(0, 3)) model.receive(encodeEffect(effect));
    const flows = model.flows();
    expect(flows).toHaveLength(2);
    for (const { cookie, hardTimeout } of flows) {
      expect(cookieParts(cookie)).toEqual({ tag: 0x544d, epoch: 0, role: 255, connection: 0 });
      expect(hardTimeout).toBe(10);
    }
    model.take();
    const { syn, request } = framesOf();
    for (const frame of [syn, ...request]) model.inject(1, encodeFrame(frame));
    expect(model.take()).toEqual({ toController: [], out: [] });
    for (const effect of effects.slice(3)) model.receive(encodeEffect(effect));
    expect(model.flows()).toEqual([]);
  });
});

describe("the configuration for a switch", () => {
  const all = { answered: true, actions: true, bundles: true, tcpFlags: true, meter: true };

  it("is what was asked for where the switch has everything", () => {
    const config = { ...plainConfig, bundles: true };
    expect(dataPlaneConfig(config, all)).toMatchObject({ dataPlane: "actions", bundles: true });
    expect(dataPlaneConfig(plainConfig, all)).toMatchObject({ dataPlane: "actions", bundles: false });
    expect(dataPlaneConfig({ ...config, dataPlane: "software" }, all)).toMatchObject({ dataPlane: "software" });
  });

  it("does without what the switch has not", () => {
    const policy = { guardMeter: 4, idleSeconds: 9 };
    const config = { ...plainConfig, bundles: true, service: { ...plainConfig.service, policy } };
    expect(dataPlaneConfig(config, all).service.policy).toEqual(policy);
    const nothing = dataPlaneConfig(config, { ...all, actions: false, bundles: false, tcpFlags: false, meter: false });
    expect(nothing).toMatchObject({ dataPlane: "software", bundles: false });
    expect(nothing.service.policy).toEqual({ idleSeconds: 9, synTrap: false });
  });
});
