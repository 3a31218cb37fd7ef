/** Through the tables: OpenFlow 1.3.5 §5, in the details as Open vSwitch does it. */
import type { FinTimeoutAction } from "../../nx/actions/fin-timeout.ts";
import { PacketInReason } from "../../ofp/enums/packet.ts";
import { Port } from "../../ofp/enums/port.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { mergeActions, orderedSet } from "./action-set.ts";
import {
  applyLoad,
  applyPopVlan,
  applyPushVlan,
  applySetField,
  applyShift,
  endsConnection,
  setTimeToLive,
  shiftFrame,
  shiftOf,
  timeToLive,
} from "./edits.ts";
import { type FlowEntry, isTableMiss, type SwitchAction, type SwitchInstruction } from "./flow-entry.ts";
import type { FlowTables } from "./flow-table.ts";
import { Packet } from "./packet.ts";
import { Loop, NO_COOKIE, type Origin, type Pass, type Punt, type SentFrame } from "./pass.ts";

/** What the pipeline asks its switch. */
export interface Surroundings {
  readonly tables: FlowTables;
  now(): number;
  /** Ports that can send, in the order in which floods leave. */
  livePorts(): readonly number[];
  /** Whether the TCP actions change all that a packet leads to, as the prototype's switch does. */
  readonly shiftsLate: boolean;
}

/** What one packet led to. */
export interface Outcome {
  readonly sent: readonly SentFrame[];
  readonly punts: readonly Punt[];
}

// The limits of Open vSwitch.
const MAX_DEPTH = 64;
const MAX_RESUBMITS = 4096;
const CURRENT_TABLE = 0xff;

const FROM_CONTROLLER: Origin = { tableId: 0, cookie: NO_COOKIE, reason: PacketInReason.action };

/** A packet that came in by a port: into table 0. */
export function runTables(frame: Uint8Array, inPort: number, surroundings: Surroundings): Outcome {
  return run(frame, inPort, surroundings, undefined, (pass) => {
    enterTable(pass, 0, Port.inPort, surroundings);
  });
}

/** A packet-out: the actions of its list. */
export function runActions(
  frame: Uint8Array,
  inPort: number,
  actions: readonly SwitchAction[],
  surroundings: Surroundings,
): Outcome {
  return run(frame, inPort, surroundings, FROM_CONTROLLER, (pass) => {
    execute(pass, actions, FROM_CONTROLLER, undefined, surroundings);
  });
}

function run(
  frame: Uint8Array,
  inPort: number,
  surroundings: Surroundings,
  first: Origin | undefined,
  begin: (pass: Pass) => void,
): Outcome {
  const pass: Pass = {
    packet: new Packet(frame, inPort),
    sent: [],
    punts: [],
    actionSet: new Map(),
    first,
    depth: 0,
    resubmits: 0,
    late: surroundings.shiftsLate ? { seq: 0, ack: 0 } : undefined,
  };
  try {
    begin(pass);
    const origin = { ...(pass.first ?? FROM_CONTROLLER), reason: PacketInReason.action };
    execute(pass, orderedSet(pass.actionSet), origin, undefined, surroundings);
  } catch (error) {
    if (error instanceof Loop) return { sent: [], punts: [] };
    throw error;
  }
  const { late } = pass;
  if (!late || (late.seq === 0 && late.ack === 0)) return pass;
  return {
    sent: pass.sent.map(({ port, frame: sent }) => ({ port, frame: shiftFrame(sent, late) })),
    punts: pass.punts.map((punt) => ({ ...punt, frame: shiftFrame(punt.frame, late) })),
  };
}

/** Looks the packet up, the first time as if it had come in by `port`, and follows goto-table from there. */
function enterTable(pass: Pass, first: number, port: number, surroundings: Surroundings): void {
  let entry = lookup(pass, first, port, surroundings);
  for (let tableId: number | undefined = first; entry !== undefined && tableId !== undefined; ) {
    entry.packetCount++;
    entry.byteCount += BigInt(pass.packet.bytes.length);
    entry.usedAt = surroundings.now();
    const origin = {
      tableId,
      cookie: entry.cookie,
      reason: isTableMiss(entry) ? PacketInReason.noMatch : PacketInReason.action,
    };
    pass.first ??= origin;
    tableId = runInstructions(pass, entry, origin, surroundings);
    if (tableId !== undefined) entry = lookup(pass, tableId, Port.inPort, surroundings);
  }
}

function lookup({ packet }: Pass, tableId: number, port: number, { tables }: Surroundings): FlowEntry | undefined {
  const { state, inPort } = packet;
  if (port !== Port.inPort) state.set("inPort", BigInt(port));
  const entry = tables.lookup(tableId, packet);
  state.set("inPort", BigInt(inPort));
  return entry;
}

const ORDER: readonly SwitchInstruction["type"][] = [
  "applyActions",
  "clearActions",
  "writeActions",
  "writeMetadata",
  "gotoTable",
];

/** In the order of OpenFlow 1.3.5 §5.9, whatever that of the message. Returns the table to go to. */
function runInstructions(pass: Pass, entry: FlowEntry, origin: Origin, surroundings: Surroundings): number | undefined {
  for (const type of ORDER) {
    const instruction = entry.instructions.find((candidate) => candidate.type === type);
    switch (instruction?.type) {
      case "applyActions":
        // A TTL that ran out ends all that this entry would do.
        if (!execute(pass, instruction.actions, origin, entry, surroundings)) return undefined;
        break;
      case "clearActions":
        pass.actionSet.clear();
        break;
      case "writeActions":
        mergeActions(pass.actionSet, instruction.actions);
        break;
      case "writeMetadata": {
        const { metadata, metadataMask } = instruction;
        const kept = (pass.packet.state.get("metadata") ?? 0n) & ~metadataMask;
        pass.packet.state.set("metadata", kept | (metadata & metadataMask));
        break;
      }
      case "gotoTable":
        return instruction.tableId;
      default:
    }
  }
  return undefined;
}

/** Runs actions in order; false when one of them said that nothing may follow. */
function execute(
  pass: Pass,
  actions: readonly SwitchAction[],
  origin: Origin,
  entry: FlowEntry | undefined,
  surroundings: Surroundings,
): boolean {
  for (const action of actions) {
    const { packet } = pass;
    switch (action.type) {
      case "output":
        send(pass, action.port, origin, surroundings);
        break;
      case "setField":
        applySetField(packet, action.field);
        break;
      case "regLoad":
        applyLoad(packet, action);
        break;
      case "pushVlan":
        applyPushVlan(packet, action.ethertype);
        break;
      case "popVlan":
        applyPopVlan(packet);
        break;
      case "setNwTtl":
        setTimeToLive(packet, action.ttl);
        break;
      case "decNwTtl":
        if (!decrementTtl(pass)) return false;
        break;
      case "incTcpSeq":
      case "decTcpSeq":
      case "incTcpAck":
      case "decTcpAck": {
        const shift = shiftOf(action);
        if (!pass.late) applyShift(packet, shift);
        else {
          pass.late.seq = seqAdd(pass.late.seq, shift.seq);
          pass.late.ack = seqAdd(pass.late.ack, shift.ack);
        }
        break;
      }
      case "resubmit":
        resubmit(pass, action.inPort, origin.tableId, origin, surroundings);
        break;
      case "resubmitTable":
        resubmit(
          pass,
          action.inPort,
          action.tableId === CURRENT_TABLE ? origin.tableId : action.tableId,
          origin,
          surroundings,
        );
        break;
      case "clone":
        runClone(pass, action.actions, origin, entry, surroundings);
        break;
      case "finTimeout":
        if (entry && endsConnection(packet)) shortenTimeouts(entry, action);
        break;
      default:
      // A queue, a note: nothing that a packet shows.
    }
  }
  return true;
}

/** What happens to the copy is forgotten; as in Open vSwitch, the action set runs on it behind the actions, and again at the end. */
function runClone(
  pass: Pass,
  actions: readonly SwitchAction[],
  origin: Origin,
  entry: FlowEntry | undefined,
  surroundings: Surroundings,
): void {
  const copy: Pass = { ...pass, packet: pass.packet.duplicate(), actionSet: new Map(pass.actionSet) };
  execute(copy, actions, origin, entry, surroundings);
  execute(copy, orderedSet(copy.actionSet), origin, undefined, surroundings);
  pass.resubmits = copy.resubmits;
}

function shortenTimeouts(entry: FlowEntry, { idleTimeout, hardTimeout }: FinTimeoutAction): void {
  entry.idleTimeout = shorter(entry.idleTimeout, idleTimeout);
  entry.hardTimeout = shorter(entry.hardTimeout, hardTimeout);
}

/** 0 is for ever. */
function shorter(timeout: number, limit: number): number {
  if (limit === 0) return timeout;
  return timeout === 0 ? limit : Math.min(timeout, limit);
}

/** False when the packet may not go on: its TTL ran out. The controller would have to ask (SET_ASYNC) to hear of it. */
function decrementTtl(pass: Pass): boolean {
  const ttl = timeToLive(pass.packet);
  if (ttl === undefined) return true;
  if (ttl <= 1) return false;
  setTimeToLive(pass.packet, ttl - 1);
  return true;
}

/** Only the look-up sees the other port, and what the packet becomes on the way stays. */
function resubmit(pass: Pass, port: number, tableId: number, from: Origin, surroundings: Surroundings): void {
  const deepens = tableId <= from.tableId ? 1 : 0;
  if (pass.depth + deepens > MAX_DEPTH || ++pass.resubmits > MAX_RESUBMITS) throw new Loop();
  pass.depth += deepens;
  enterTable(pass, tableId, port, surroundings);
  pass.depth -= deepens;
}

function send(pass: Pass, port: number, origin: Origin, surroundings: Surroundings): void {
  const { packet } = pass;
  switch (port) {
    case Port.controller:
      punt(pass, origin);
      break;
    case Port.table:
      resubmit(pass, Port.inPort, 0, origin, surroundings);
      break;
    case Port.all:
    case Port.flood:
      for (const other of surroundings.livePorts()) {
        if (other !== packet.inPort) pass.sent.push({ port: other, frame: packet.copy() });
      }
      break;
    case Port.inPort:
      if (surroundings.livePorts().includes(packet.inPort)) {
        pass.sent.push({ port: packet.inPort, frame: packet.copy() });
      }
      break;
    default:
      // OpenFlow 1.3.5 §5.10: back where it came from only by Port.inPort.
      if (port !== packet.inPort && surroundings.livePorts().includes(port)) {
        pass.sent.push({ port, frame: packet.copy() });
      }
  }
}

function punt({ packet, punts }: Pass, { tableId, cookie, reason }: Origin): void {
  punts.push({ frame: packet.copy(), reason, tableId, cookie, state: new Map(packet.state) });
}
