/** What a switch looks at before it takes a flow or a packet-out: whether it can do, and may do, what is asked. */

import { type RegLoadAction, regLoadDefinition } from "../../nx/actions/reg-load.ts";
import { NICIRA, ONF } from "../../nx/experimenter.ts";
import type { ExperimenterAction } from "../../ofp/action.ts";
import type { OxmField, Registry } from "../../ofp/definition.ts";
import { BadActionCode, BadInstructionCode } from "../../ofp/enums/error.ts";
import { Port } from "../../ofp/enums/port.ts";
import { exact, type Match, matchEntries } from "../../ofp/match.ts";
import {
  advance,
  forked,
  isTagged,
  lacks,
  type PacketState,
  packetState,
  type Strictness,
} from "../../ofp/text/packet-state.ts";
import { EtherType, IpProtocol } from "../../tcp/frame-types.ts";
import { viewOf } from "../../wire/index.ts";
import { bitsOf, fieldNamed, placesOf } from "./field-bits.ts";
import type { SwitchAction, SwitchInstruction } from "./flow-entry.ts";
import { packetFields } from "./header-fields.ts";
import { badAction, badInstruction } from "./refusal.ts";

export interface Abilities {
  readonly registry: Registry;
  readonly tables: number;
  /** Whether the four TCP actions are known. */
  readonly tcpShift: boolean;
}

/** Highest port number of Open vSwitch, less one. */
const FIRST_RESERVED_PORT = 0xff00;
const NAMED_PORTS: readonly number[] = [Port.inPort, Port.table, Port.flood, Port.all, Port.controller, Port.local];
/** More tags on one packet than that Open vSwitch does not follow. */
const MAX_TAGS = 2;
const VID_PRESENT = 0x1000n;
/** OVS ofp-actions.c, ofpact_is_allowed_in_actions_set: actions of Nicira's that no action set has. */
const NOT_IN_SETS: ReadonlySet<SwitchAction["type"]> = new Set([
  ...(["note", "finTimeout", "clone", "learn", "learn2"] as const),
  ...(["bundle", "bundleLoad", "multipath", "conjunction", "nat"] as const),
]);

/**
 * Throws a refusal for instructions that a flow of that table and match may not have. A message with several faults gets the
 * error that Open vSwitch finds first.
 */
export function checkInstructions(
  instructions: readonly SwitchInstruction[],
  match: Match,
  tableId: number,
  abilities: Abilities,
): void {
  for (const instruction of instructions) checkKnown(instruction);
  const all = instructions.flatMap((instruction) => ("actions" in instruction ? instruction.actions : []));
  for (const action of all) checkKnownAction(action, abilities);
  const state = packetState(match, abilities.registry);
  let fits = true;
  for (const instruction of instructions) {
    if (instruction.type === "applyActions") fits = checkFit(instruction.actions, state, abilities, "strict");
    // The action set runs later, on a packet that may have changed.
    if (instruction.type === "writeActions") checkFit(instruction.actions, state, abilities, "lenient");
  }
  for (const instruction of instructions) {
    if (instruction.type !== "gotoTable") continue;
    if (instruction.tableId <= tableId || instruction.tableId >= abilities.tables) {
      throw badInstruction(BadInstructionCode.badTableId);
    }
  }
  if (!fits) throw badAction(BadActionCode.matchInconsistent);
}

/** Throws a refusal for actions that may not run, one after the other, on such a packet. */
export function checkActions(actions: readonly SwitchAction[], match: Match, abilities: Abilities): void {
  for (const action of actions) checkKnownAction(action, abilities);
  if (!checkFit(actions, packetState(match, abilities.registry), abilities, "strict"))
    throw badAction(BadActionCode.matchInconsistent);
}

function checkKnown(instruction: SwitchInstruction): void {
  switch (instruction.type) {
    case "writeActions":
      if (instruction.actions.some(({ type }) => NOT_IN_SETS.has(type))) {
        throw badAction(BadActionCode.badType);
      }
      break;
    case "applyActions":
    case "clearActions":
    case "writeMetadata":
    case "gotoTable":
      break;
    case "meter":
      throw badInstruction(BadInstructionCode.unsupInst);
    case "experimenter":
      throw badInstruction(BadInstructionCode.badExperimenter);
    case "unknown":
      throw badInstruction(BadInstructionCode.unknownInst);
  }
}

function checkKnownAction(action: SwitchAction, abilities: Abilities): void {
  const { tcpShift, registry } = abilities;
  switch (action.type) {
    case "setField":
      checkSetField(action.field);
      break;
    case "regLoad":
      checkLoad(action);
      break;
    case "pushVlan":
      if (action.ethertype !== EtherType.vlan && action.ethertype !== EtherType.serviceVlan) {
        throw badAction(BadActionCode.badArgument);
      }
      break;
    case "incTcpSeq":
    case "decTcpSeq":
    case "incTcpAck":
    case "decTcpAck":
      if (!tcpShift) throw badAction(BadActionCode.badExpType);
      break;
    case "clone":
      for (const inner of action.actions) checkKnownAction(inner, abilities);
      break;
    case "experimenter":
      throw badAction(unknownCode(action));
    case "output":
    case "group":
    case "finTimeout":
    case "resubmit":
    case "resubmitTable":
    case "note":
    case "setQueue":
    case "popVlan":
    case "setNwTtl":
    case "decNwTtl":
      break;
    default: {
      // What the codec can read and the model cannot do.
      const isExtension = registry.actionByType(action.type)?.experimenter !== undefined;
      throw badAction(isExtension ? BadActionCode.badExpType : BadActionCode.badType);
    }
  }
}

/** What is wrong with an action that the codec left to its experimenter. */
function unknownCode({ experimenter, data }: ExperimenterAction): BadActionCode {
  if (experimenter !== NICIRA && experimenter !== ONF) return BadActionCode.badExperimenter;
  if (data.length === 0) return BadActionCode.badLen;
  // A load into a field that no table has.
  return experimenter === NICIRA && viewOf(data).getUint16(0) === regLoadDefinition.code
    ? BadActionCode.badSetType
    : BadActionCode.badExpType;
}

/** Throws a refusal for what is wrong whatever the match; false when some action needs what the match does not say. */
function checkFit(
  actions: readonly SwitchAction[],
  state: PacketState,
  abilities: Abilities,
  strictness: Strictness,
): boolean {
  const { registry } = abilities;
  let fits = true;
  for (const action of actions) {
    checkPlace(action, state, registry);
    if (action.type === "clone" && !checkFit(action.actions, forked(state), abilities, strictness)) fits = false;
    if (action.type === "finTimeout" && exact(state.seen.get("ipProto")) !== IpProtocol.tcp) fits = false;
    if (lacks(state, action, registry, strictness) !== undefined) {
      if (action.type === "setField") throw badAction(BadActionCode.matchInconsistent);
      fits = false;
    }
    if (strictness === "strict") advance(state, action);
  }
  return fits;
}

function checkPlace(action: SwitchAction, state: PacketState, registry: Registry): void {
  switch (action.type) {
    case "output":
      if (action.port >= FIRST_RESERVED_PORT && !NAMED_PORTS.includes(action.port)) {
        throw badAction(BadActionCode.badOutPort);
      }
      break;
    case "group":
      throw badAction(BadActionCode.badOutGroup);
    case "regLoad":
      if (fieldNamed(action.dst.field)?.missing?.(state.seen) !== undefined) {
        throw badAction(BadActionCode.matchInconsistent);
      }
      break;
    case "pushVlan":
      if (knownTags(state, registry) >= MAX_TAGS) throw badAction(BadActionCode.badTag);
      break;
    default:
  }
}

/** How many tags the packet is known to have. */
function knownTags({ seen, covered }: PacketState, registry: Registry): number {
  const below = covered.filter(
    (vlanVid) => vlanVid !== undefined && isTagged(new Map([["vlanVid", vlanVid]]), registry),
  );
  return below.length + (isTagged(seen, registry) ? 1 : 0);
}

function checkSetField(target: Match): void {
  const [[name, entry] = ["", 0]] = matchEntries(target);
  const field = fieldNamed(name);
  if (!field) throw badAction(BadActionCode.badSetType);
  const isPort = placesOf(field, { value: 0n, mask: 0n }).some(({ name: place }) => place === "inPort");
  if (!isWritable(field) || isPort) throw badAction(BadActionCode.badSetArgument);
  const { value } = bitsOf(field, entry);
  if (field.name === "vlanVid" && (value & VID_PRESENT) === 0n) throw badAction(BadActionCode.badSetArgument);
}

function checkLoad({ dst }: RegLoadAction): void {
  const field = fieldNamed(dst.field);
  if (!field) throw badAction(BadActionCode.badSetType);
  if (!isWritable(field)) throw badAction(BadActionCode.badSetArgument);
}

/** A whole tag is not written: that could add one, or take it away. */
function isWritable(field: OxmField): boolean {
  const places = placesOf(field, { value: 0n, mask: 0n });
  return field.name !== "vlanTci" && places.every(({ name }) => packetFields.get(name)?.write !== undefined);
}
