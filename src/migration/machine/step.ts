/** One event of one connection: what becomes of it, and what is to be done. */
import type { Tcp } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { connectionId, connectionOf } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { arrivalOf, icmpArrivalOf, segmentOf } from "./arrival.ts";
import { currentCandidates, sendWaiting } from "./candidate.ts";
import { checkEvent } from "./check-event.ts";
import { classify } from "./classify.ts";
import { type ConnectionConfig, type Settings, settingsOf } from "./config.ts";
import { earliestDeadline, phaseDeadline } from "./deadline.ts";
import { type ConnectionEffect, ConnectionRole } from "./effect.ts";
import type { ConnectionEvent, PacketInEvent } from "./event.ts";
import { cookieNumber } from "./flows.ts";
import { isTakenOver } from "./handover.ts";
import { type IcmpError, icmpErrorOf } from "./icmp.ts";
import type { EventKind } from "./kind.ts";
import { learnAddresses } from "./learn.ts";
import { follow, relayDamaged, relayLooking } from "./look.ts";
import { resetRetired } from "./moved.ts";
import { expireParked } from "./park.ts";
import { ReportCode } from "./report.ts";
import { asIfHeld, shadowOf } from "./shadow.ts";
import type { ConnectionState } from "./state.ts";
import { type EventOf, handlerOf } from "./table.ts";
import { report, type Turn, update } from "./turn.ts";
import { unknownConnection } from "./unknown.ts";
import { decideByDefault, decideNow, isAbout } from "./verdict.ts";

/** What {@link step} returns. */
export interface StepResult {
  /** Undefined only when it was before, and the event began no connection. */
  readonly state: ConnectionState | undefined;
  /** In order. */
  readonly effects: readonly ConnectionEffect[];
}

/**
 * Takes one event of one connection. A connection begins with `undefined` and a frame from its client.
 *
 * Pure: the same arguments give the same result, nothing is changed in place, and time is what the event says. Events must
 * come in the order of their `at`. Send the effects in their order, over one channel for each switch; give every `error`,
 * `barrierReply` and `flowStats` back with the id that its effect had.
 *
 * Throws RangeError or TypeError for a configuration or an event that is none; for nothing that a network does.
 */
export function step(state: ConnectionState | undefined, event: ConnectionEvent, config: ConnectionConfig): StepResult {
  checkEvent(event);
  return stepChecked(state, event, config);
}

/** The same, for an event that was checked. */
export function stepChecked(
  state: ConnectionState | undefined,
  event: ConnectionEvent,
  config: ConnectionConfig,
): StepResult {
  const settings = settingsOf(config);
  const begun = state ?? (event.type === "packetIn" ? firstState(event, settings) : undefined);
  if (!begun) return { state, effects: [] };
  const turn: Turn = { at: event.at, settings, state: begun, effects: [] };
  const shadow = shadowOf(begun, settings);
  if (shadow !== begun.shadow) update(turn, { shadow });
  const candidates = currentCandidates(turn);
  if (candidates !== begun.candidates) update(turn, { candidates });
  expireParked(turn);
  handle(turn, event);
  sendWaiting(turn);
  // While the connection was on its way back their time did not count.
  expireParked(turn);
  return { state: turn.state, effects: turn.effects };
}

/** When the next `timer` event is due; undefined when none is. */
export function deadline(state: ConnectionState, config: ConnectionConfig): number | undefined {
  return earliestDeadline(state, settingsOf(config));
}

function firstState({ frame, dpid, inPort, at }: PacketInEvent, settings: Settings): ConnectionState | undefined {
  const segment = segmentOf(frame);
  if (!segment) return undefined;
  const connection = connectionOf(segment);
  const { ip } = settings.origin;
  // Its service is another one.
  if (ip !== undefined && ip.includes(":") !== (connection.ipVersion === 6)) return undefined;
  const resets = { tokens: settings.limits.resetBurst, at };
  const serial = connectionId(connection.key);
  const numbers = { generation: 0, serial, nextSerial: seqAdd(serial, 1), nextId: serial };
  return unknownConnection({ dpid, clientPort: inPort, connection, ...numbers, resets, dialed: undefined }, at);
}

function handle(turn: Turn, event: ConnectionEvent): void {
  const { state, settings } = turn;
  switch (event.type) {
    case "packetIn":
      handlePacket(turn, event);
      return;
    case "verdict":
      if (!isAbout(state, event.verdict)) {
        report(
          turn,
          ReportCode.verdictStale,
          "The verdict is not about this connection, or not about what is known of it.",
        );
      } else if (state.shadow?.request) {
        asIfHeld(turn, (held) => {
          decideNow(held, event);
        });
      } else if (event.verdict.action === "migrate") run(turn, "verdictMigrate", event);
      else run(turn, "verdictForward", event);
      return;
    case "timer": {
      const due = phaseDeadline(state, settings);
      if (due === undefined || event.at < due) return;
      if (state.shadow?.request) asIfHeld(turn, decideByDefault);
      else run(turn, "timer", event);
      return;
    }
    default:
      if (event.dpid === state.dpid) handleSwitch(turn, event);
  }
}

type FromSwitch = Exclude<ConnectionEvent, { readonly type: "packetIn" | "verdict" | "timer" }>;

const carryingRoles: readonly number[] = [
  ConnectionRole.forward,
  ConnectionRole.reverse,
  ConnectionRole.plainToServer,
  ConnectionRole.plainToClient,
  ConnectionRole.clientSynTrap,
  ConnectionRole.targetSynTrap,
  ConnectionRole.targetRstTrap,
];

function handleSwitch(turn: Turn, event: FromSwitch): void {
  const { state } = turn;
  switch (event.type) {
    case "error":
      if ((state.pending ?? state.late)?.flows.includes(event.id)) run(turn, "errorEssential", event);
      else run(turn, "errorOther", event);
      return;
    case "barrierReply":
      if ((state.pending ?? state.late)?.barrier === event.id) run(turn, "barrierReply", event);
      return;
    case "flowStats":
      if (state.asked !== event.id) return;
      update(turn, { asked: undefined });
      run(turn, "flowStats", event);
      return;
    case "flowRemoved": {
      const { tag, epoch, role, connection } = cookieParts(event.cookie);
      const own = turn.settings.cookie;
      // Other controllers, and this one in another epoch, number their connections alike.
      const isOwn = tag === own.tag && epoch === own.epoch && connection === cookieNumber(state);
      if (isOwn && carryingRoles.includes(role)) run(turn, "flowRemoved", event);
      return;
    }
    case "switchLost":
    case "switchBack":
      run(turn, event.type, event);
  }
}

function handlePacket(turn: Turn, event: PacketInEvent): void {
  const { state, settings } = turn;
  update(turn, { lastAt: event.at });
  const segment = segmentOf(event.frame);
  if (!segment) {
    handleIcmp(turn, event);
    return;
  }
  const arrival = arrivalOf(event, segment, state, settings);
  if (!arrival) {
    report(turn, ReportCode.foreign, "This segment comes from no side of the connection.");
  } else if (isDamaged(segment.tcp, segment.frame.ipv4?.checksumValid)) {
    if (state.shadow && relayDamaged(turn, event.frame, arrival)) return;
    report(turn, ReportCode.damaged, "This segment is damaged: nobody would take it.");
  } else {
    learnAddresses(turn, arrival);
    if (state.shadow && !relayLooking(turn, arrival)) return;
    follow(turn, arrival);
    const kind = classify(turn, arrival);
    // Of a server that lost the connection long ago, only what it says to another SYN is worth a look.
    if (!arrival.retired || kind === "originSynAckCandidate") run(turn, kind, arrival);
    else if (kind === "originChallenge") resetRetired(turn, arrival);
  }
}

function isDamaged({ checksumValid }: Tcp, ipChecksumValid: boolean | undefined): boolean {
  return checksumValid === false || ipChecksumValid === false;
}

function handleIcmp(turn: Turn, event: PacketInEvent): void {
  const { state, settings } = turn;
  const error = icmpErrorOf(event.frame);
  const arrival = error && icmpArrivalOf(event, error, state, settings);
  if (!arrival) {
    report(turn, ReportCode.foreign, "This frame holds no segment of the connection.");
  } else if (!arrival.error.intact) {
    if (state.shadow && relayDamaged(turn, event.frame, arrival)) return;
    report(turn, ReportCode.damaged, "This ICMP error is damaged: nobody would take it.");
  } else if (arrival.side === "client") run(turn, "clientIcmp", arrival);
  else if (arrival.side === "origin") run(turn, "originIcmp", arrival);
  else if (arrival.side === "parked") run(turn, "parkedIcmp", arrival);
  else if (isTakenOver(state) || endsDial(state, arrival.error)) run(turn, "targetIcmp", arrival);
}

/** RFC 5927 §4.1: what does not quote a number in flight may be anybody's. */
function endsDial({ takeover }: ConnectionState, { final, seq }: IcmpError): boolean {
  return final && takeover !== undefined && [takeover.initialSeq, seqAdd(takeover.initialSeq, 1)].includes(seq);
}

function run<K extends EventKind>(turn: Turn, kind: K, event: EventOf[K]): void {
  handlerOf(kind, turn.state.phase)(turn, event);
}
