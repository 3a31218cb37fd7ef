/**
 * What a switch understands: it is given flows that no packet can match, and says which of them it refuses. Before the connection
 * machine plans for a switch, this finds out who is to shift the numbers there.
 */
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq } from "../../nx/index.ts";
import {
  type Action,
  applyActions,
  barrierRequest,
  FlowModCommand,
  flowMod,
  type Match,
  meter,
  output,
  Port,
} from "../../ofp/index.ts";
import { EtherType, IpProtocol, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { requireBigUint, requireObject, requireUint } from "../../wire/require.ts";
import { cookieOf, defaultTag } from "../cookie.ts";
import type { FlowAction } from "../flows.ts";
import {
  type BarrierReplyEvent,
  type BundleEffect,
  type ConnectionFlow,
  ConnectionRole,
  type ErrorEvent,
  type FlowEffect,
  type TimerEvent,
  type WaitEffect,
} from "../machine/index.ts";

/** What can be asked. */
export type Ability =
  /** The four actions that shift the numbers of a TCP segment. */
  | "actions"
  /** Bundles of flow-mods (ONF EXT-230). */
  | "bundles"
  /** Matches on TCP flags. */
  | "tcpFlags"
  /** The meter that the policy names. */
  | "meter";

/** What a switch understands; false, too, for what it was not asked. */
export interface DataPlane extends Readonly<Record<Ability, boolean>> {
  /** It has answered. When it has not, nothing is believed of it. */
  readonly answered: boolean;
}

/** See {@link beginProbe}. */
export interface ProbeOptions {
  readonly dpid: bigint;
  /** Milliseconds, on the clock of the events. */
  readonly at: number;
  /** Id of the first effect, a u32; the next ones count up. */
  readonly firstId: number;
  /** What to ask; everything but `meter` unless told otherwise. */
  readonly abilities?: readonly Ability[];
  /** Which meter: needed for `meter`, a u32. */
  readonly guardMeter?: number;
  /** How long the answer may take, in milliseconds. Default 2000. */
  readonly patienceMs?: number;
  /** Parts of the cookies of its flows, as in the configuration of connections. */
  readonly cookie?: { readonly tag?: number; readonly epoch?: number };
}

/** A probe under way, as plain data. */
export interface ProbeState {
  readonly dpid: bigint;
  /** Which question each id belongs to. */
  readonly asked: readonly { readonly id: number; readonly ability: Ability }[];
  readonly refused: readonly Ability[];
  /** The bundle's commit was answered. */
  readonly committed: boolean;
  readonly barrier: number;
  /** When it is over without an answer. */
  readonly deadline: number;
  /** The id that is free after the probe's own. */
  readonly nextId: number;
  /** Undefined while the switch has not answered and still may. */
  readonly result: DataPlane | undefined;
}

/** What a probe sends. */
export type ProbeEffect = FlowEffect | BundleEffect | WaitEffect;

/** What a probe looks at. */
export type ProbeEvent = ErrorEvent | BarrierReplyEvent | TimerEvent;

/**
 * All that a flow of a connection matches, with values that exclude each other: VLAN 4095 never comes over a wire (IEEE 802.1Q,
 * table 9-2), nor does TCP from port 0 of the unspecified address to itself.
 */
const nothing: Match = {
  inPort: 1,
  ethType: EtherType.ipv4,
  vlanVid: 0x1fff,
  ipProto: IpProtocol.tcp,
  ipv4Src: "0.0.0.0",
  ipv4Dst: "0.0.0.0",
  tcpSrc: 0,
  tcpDst: 0,
};

/** In seconds: should the deletion get lost, the flows end all the same. */
const LIFETIME = 10;
const PRIORITY = 1;
const PATIENCE_MS = 2000;

const questions: Readonly<Record<Ability, string>> = {
  actions: "Does the switch know the four actions?",
  bundles: "Does the switch carry out bundles?",
  tcpFlags: "Does the switch match TCP flags?",
  meter: "Does the switch have the meter?",
};

/**
 * Begins to ask a switch, best when it has just come: flows that nothing matches, their deletion, and a barrier. Give the
 * `error` and `barrierReply` events with its ids, and a `timer` event at its `deadline`, to {@link probeStep}.
 *
 * Throws RangeError or TypeError naming an option that is wrong.
 */
export function beginProbe(options: ProbeOptions): {
  readonly state: ProbeState;
  readonly effects: readonly ProbeEffect[];
} {
  const { at, abilities = ["actions", "bundles", "tcpFlags"], guardMeter } = requireObject("options", options);
  const dpid = requireBigUint("dpid", options.dpid, 64);
  const patienceMs = requireUint("patienceMs", options.patienceMs, 32, PATIENCE_MS);
  const { tag = defaultTag, epoch = 0 } = requireObject("cookie", options.cookie, {});
  const cookie = cookieOf({ tag, epoch, role: ConnectionRole.probe, connection: 0 });
  let nextId = requireUint("firstId", options.firstId, 32);
  const effects: ProbeEffect[] = [];
  const asked: { id: number; ability: Ability }[] = [];
  const header = (why: string): { id: number; dpid: bigint; why: string } => {
    const id = nextId;
    nextId = seqAdd(nextId, 1);
    return { id, dpid, why };
  };
  const ask = (ability: Ability, message: ConnectionFlow): void => {
    const base = header(questions[ability]);
    const role = "probe";
    const flow = { ...message, xid: base.id };
    asked.push({ id: base.id, ability });
    effects.push(
      ability === "bundles"
        ? { type: "bundle", ...base, flows: [{ role, message: flow }] }
        : { type: "flowMod", ...base, role, message: flow },
    );
  };
  for (const ability of new Set(abilities)) ask(ability, questionFlow(ability, cookie, guardMeter));
  const done = header("What the questions left in the switch goes at once.");
  const deletion = flowMod({
    xid: done.id,
    command: FlowModCommand.delete,
    cookie,
    cookieMask: 0xffff_ffff_ffff_ffffn,
  });
  effects.push({ type: "flowMod", ...done, role: "probe", message: deletion });
  const wait = header("By the reply, the switch has refused what it does not understand.");
  effects.push({ type: "barrier", ...wait, message: { ...barrierRequest(), xid: wait.id } });
  const state: ProbeState = {
    dpid,
    asked,
    refused: [],
    committed: false,
    barrier: wait.id,
    deadline: at + patienceMs,
    nextId,
    result: undefined,
  };
  return { state, effects };
}

function questionFlow(ability: Ability, cookie: bigint, guardMeter: number | undefined): ConnectionFlow {
  const flow = (match: Match, actions: readonly Action<FlowAction>[], through?: number): ConnectionFlow =>
    flowMod<FlowAction>({
      cookie,
      priority: PRIORITY,
      hardTimeout: LIFETIME,
      match,
      instructions: [...(through === undefined ? [] : [meter(through)]), applyActions<FlowAction>(actions)],
    });
  // One output, as in every flow of a connection; the controller is the one that every switch has.
  const out = output(Port.controller);
  switch (ability) {
    case "actions":
      return flow(nothing, [incTcpSeq(1), decTcpSeq(1), incTcpAck(1), decTcpAck(1), out]);
    case "bundles":
      return flow(nothing, [out]);
    case "tcpFlags":
      return flow({ ...nothing, tcpFlags: { value: TcpFlags.syn, mask: TcpFlags.syn } }, [out]);
    case "meter":
      return flow(nothing, [out], requireUint("guardMeter", guardMeter, 32));
  }
}

/**
 * The probe after an event; one that is not its own, or comes when it is over, changes nothing. It is over when the switch has
 * answered the barrier, or at its deadline: then `result` says what the switch understands.
 */
export function probeStep(state: ProbeState, event: ProbeEvent): ProbeState {
  if (state.result) return state;
  switch (event.type) {
    case "timer":
      return event.at < state.deadline ? state : { ...state, result: resultOf(state, false) };
    case "error": {
      if (event.dpid !== state.dpid) return state;
      const question = state.asked.find(({ id }) => id === event.id);
      return question ? { ...state, refused: [...state.refused, question.ability] } : state;
    }
    case "barrierReply":
      if (event.dpid !== state.dpid) return state;
      if (event.id === state.barrier) return { ...state, result: resultOf(state, true) };
      return state.asked.some(({ id, ability }) => id === event.id && ability === "bundles")
        ? { ...state, committed: true }
        : state;
  }
}

function resultOf({ asked, refused, committed }: ProbeState, answered: boolean): DataPlane {
  const knows = (wanted: Ability): boolean =>
    answered && asked.some(({ ability }) => ability === wanted) && !refused.includes(wanted);
  return {
    answered,
    actions: knows("actions"),
    // What ignores a message that it does not know refuses nothing.
    bundles: knows("bundles") && committed,
    tcpFlags: knows("tcpFlags"),
    meter: knows("meter"),
  };
}
