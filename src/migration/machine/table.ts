/** What happens in which phase: every event and every phase. */

import { armed, armFailed, barrierLost, reconcile, resumeArm } from "./arm.ts";
import type { Arrival, IcmpArrival } from "./arrival.ts";
import { answerCandidate, beginAgain, passChallenge, promote, propose, proposeAgain, takeBack } from "./candidate.ts";
import { absorb, keepAck, pass, passOrigin, passReset, passTargetReset, relay } from "./carry.ts";
import { dropIcmp, loseTargetOrPassIcmp, passIcmp, passOriginIcmp } from "./carry-icmp.ts";
import { alarm, drop, freeze, ignore, resume } from "./control.ts";
import { accept, dialAgain, redial, refuseAnswer, refused, resumeDial } from "./dial.ts";
import type {
  BarrierReplyEvent,
  ErrorEvent,
  FlowRemovedEvent,
  FlowStatsEvent,
  SwitchEvent,
  TimerEvent,
  VerdictEvent,
} from "./event.ts";
import { carryInSoftware, forwardArmed, resumeForward } from "./forward.ts";
import { greetAgain, greetAnew, greetLate, hearGreeting, refuseGreeting, resumeGreet } from "./greet.ts";
import { abandon, dropHeld, holdFirst, holdMore, holdUnacknowledged, loseOrigin } from "./hold.ts";
import type { ControlKind, EventKind, SegmentKind } from "./kind.ts";
import { idleOrGiveUp, loseSight, loseWatch, moveLate, passOrHold, watchAgain, watched } from "./late.ts";
import { expire, forget, lingerNow } from "./linger.ts";
import {
  acknowledgeAgain,
  answerStranger,
  endRestarted,
  loseTargetOrPass,
  passTarget,
  replanOrEnd,
  resetOriginAgain,
} from "./moved.ts";
import { answered, establish, relayAway, relayEnd, relayOddSyn, relaySyn, start } from "./open.ts";
import { answerParked, forgetParked, keepWindow, loseParked, losePath, resetParkedOrigin } from "./parked-say.ts";
import { type ConnectionPhase, phases } from "./phase.ts";
import { askAgain, compareFlows, flowGone, idle } from "./restore.ts";
import type { Turn } from "./turn.ts";
import { decideByDefault, decideNow, ignoreVerdict, refuseLate, stick } from "./verdict.ts";

/** Changes the state and asks for effects; `E` is what it looks at. */
export type Handler<E> = (turn: Turn, event: E) => void;

/** A handler for every phase, in the order of {@link phases}. */
export type Row<E> = OneEach<typeof phases, Handler<E>>;
type OneEach<P extends readonly unknown[], T> = { readonly [I in keyof P]: T };

function everywhere<E>(of: Handler<E>): Row<E> {
  return [of, of, of, of, of, of, of, of, of, of, of, of, of, of];
}

type IcmpKind = "clientIcmp" | "originIcmp" | "targetIcmp" | "parkedIcmp";

/** What the handlers of a row look at. */
export interface EventOf extends Record<Exclude<SegmentKind, IcmpKind>, Arrival> {
  readonly clientIcmp: IcmpArrival;
  readonly originIcmp: IcmpArrival;
  readonly targetIcmp: IcmpArrival;
  readonly parkedIcmp: IcmpArrival;
  readonly verdictMigrate: VerdictEvent;
  readonly verdictForward: VerdictEvent;
  readonly errorEssential: ErrorEvent;
  readonly errorOther: ErrorEvent;
  readonly barrierReply: BarrierReplyEvent;
  readonly flowRemoved: FlowRemovedEvent;
  readonly flowStats: FlowStatsEvent;
  readonly timer: TimerEvent;
  readonly switchLost: SwitchEvent;
  readonly switchBack: SwitchEvent;
}

type Table<K extends EventKind> = { readonly [Kind in K]: Row<EventOf[Kind]> };

// Each row has two lines, the phases up to the hand-over and those behind it:
//   syn, synAck, ready, hold, dial, greet, arm,
//   migrated, forwarded, nonMig, fwdArm, closing, linger, dead

// biome-ignore format: a table
const segments: Table<SegmentKind> = {
  clientSyn: [
    relaySyn, relaySyn, relaySyn, absorb, absorb, absorb, absorb,
    absorb, relaySyn, relaySyn, relaySyn, absorb, absorb, start,
  ],
  clientSynOther: [
    propose, propose, propose, propose, propose, propose, propose,
    propose, propose, propose, propose, propose, beginAgain, start,
  ],
  clientSynCandidate: [
    proposeAgain, proposeAgain, proposeAgain, proposeAgain, proposeAgain, proposeAgain, proposeAgain,
    proposeAgain, proposeAgain, proposeAgain, proposeAgain, proposeAgain, beginAgain, start,
  ],
  clientAckCandidate: [
    promote, promote, promote, promote, promote, promote, promote,
    promote, promote, promote, promote, promote, promote, relay,
  ],
  clientAck: [
    relay, establish, relay, keepAck, keepAck, keepAck, keepAck,
    pass, pass, pass, keepAck, pass, pass, relay,
  ],
  clientData: [
    relay, holdUnacknowledged, holdFirst, holdMore, holdMore, holdMore, holdMore,
    passOrHold, passOrHold, pass, holdMore, pass, pass, relay,
  ],
  clientKeepalive: [
    relay, relay, relay, keepAck, keepAck, keepAck, keepAck,
    pass, pass, pass, keepAck, pass, pass, relay,
  ],
  clientFin: [
    relay, relayAway, relayAway, holdMore, holdMore, holdMore, holdMore,
    pass, pass, pass, holdMore, pass, pass, relay,
  ],
  clientRst: [
    relayEnd, relayEnd, relayEnd, abandon, abandon, abandon, abandon,
    passReset, passReset, passReset, abandon, passReset, pass, relay,
  ],
  clientRstParked: everywhere(resetParkedOrigin),
  clientRstCandidate: everywhere(takeBack),
  clientRstOther: [
    relay, relay, relay, absorb, absorb, absorb, absorb,
    pass, pass, pass, absorb, pass, pass, relay,
  ],
  clientOdd: [
    absorb, absorb, absorb, absorb, absorb, absorb, absorb,
    absorb, relay, relay, absorb, absorb, absorb, relay,
  ],
  clientIcmp: [
    passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passIcmp,
    passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passIcmp,
  ],

  originSynAck: [
    answered, relay, relay, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originSynAckOther: [
    answered, relayAway, relayAway, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originSynAckCandidate: [
    answerCandidate, answerCandidate, answerCandidate, answerCandidate, answerCandidate, answerCandidate, answerCandidate,
    answerCandidate, answerCandidate, answerCandidate, answerCandidate, answerCandidate, answerCandidate, relay,
  ],
  originSynOdd: [
    relayOddSyn, relayOddSyn, relay, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originAck: [
    relay, relay, relay, absorb, absorb, absorb, absorb,
    resetOriginAgain, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originChallenge: [
    passChallenge, passChallenge, passChallenge, passChallenge, passChallenge, passChallenge, passChallenge,
    resetOriginAgain, pass, pass, passChallenge, passOrigin, passOrigin, relay,
  ],
  originData: [
    relay, relay, relay, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originFin: [
    relay, relayAway, relayAway, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originKeepalive: [
    relay, relay, relay, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originRst: [
    relayEnd, relayEnd, relayEnd, loseOrigin, loseOrigin, loseOrigin, loseOrigin,
    absorb, passReset, passReset, passReset, passReset, passOrigin, relay,
  ],
  originRstOther: [
    relay, relay, relay, absorb, absorb, absorb, absorb,
    absorb, pass, pass, relay, passOrigin, passOrigin, relay,
  ],
  originIcmp: [
    passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passIcmp, passOriginIcmp,
    dropIcmp, passIcmp, passIcmp, passIcmp, passOriginIcmp, passOriginIcmp, passIcmp,
  ],

  targetSynAck: [
    answerStranger, answerStranger, answerStranger, answerStranger, accept, greetAgain, absorb,
    acknowledgeAgain, answerStranger, answerStranger, answerStranger, acknowledgeAgain, acknowledgeAgain, answerStranger,
  ],
  targetSynAckOdd: [
    answerStranger, answerStranger, answerStranger, answerStranger, refuseAnswer, refuseAnswer, refuseAnswer,
    endRestarted, answerStranger, answerStranger, answerStranger, endRestarted, answerStranger, answerStranger,
  ],
  targetSynAckOther: [
    answerStranger, answerStranger, answerStranger, answerStranger, absorb, greetAnew, replanOrEnd,
    endRestarted, answerStranger, answerStranger, answerStranger, endRestarted, answerStranger, answerStranger,
  ],
  targetSynAckWrong: [
    answerStranger, answerStranger, answerStranger, answerStranger, redial, absorb, absorb,
    absorb, answerStranger, answerStranger, answerStranger, absorb, absorb, answerStranger,
  ],
  targetAck: [
    answerStranger, answerStranger, answerStranger, answerStranger, redial, absorb, absorb,
    pass, answerStranger, answerStranger, answerStranger, passTarget, passTarget, answerStranger,
  ],
  targetData: [
    answerStranger, answerStranger, answerStranger, answerStranger, absorb, hearGreeting, absorb,
    pass, answerStranger, answerStranger, answerStranger, passTarget, passTarget, answerStranger,
  ],
  targetFin: [
    answerStranger, answerStranger, answerStranger, answerStranger, absorb, refuseGreeting, absorb,
    pass, answerStranger, answerStranger, answerStranger, passTarget, passTarget, answerStranger,
  ],
  targetRst: [
    absorb, absorb, absorb, absorb, refused, refused, loseTargetOrPass,
    passReset, absorb, absorb, absorb, passReset, absorb, absorb,
  ],
  targetRstCandidate: everywhere(absorb),
  targetRstOther: [
    absorb, absorb, absorb, absorb, absorb, absorb, absorb,
    passTargetReset, absorb, absorb, absorb, absorb, absorb, absorb,
  ],
  targetOther: everywhere(answerStranger),
  targetIcmp: [
    dropIcmp, dropIcmp, dropIcmp, dropIcmp, refused, refused, loseTargetOrPassIcmp,
    passIcmp, dropIcmp, dropIcmp, dropIcmp, passIcmp, passIcmp, dropIcmp,
  ],

  parkedAck: everywhere(keepWindow),
  parkedKeepalive: everywhere(answerParked),
  parkedChallenge: everywhere(passChallenge),
  parkedData: everywhere(loseParked),
  parkedRst: everywhere(forgetParked),
  parkedOdd: everywhere(absorb),
  parkedIcmp: everywhere(losePath),
};

// biome-ignore format: a table
const controls: Table<ControlKind> = {
  verdictMigrate: [
    stick, stick, stick, decideNow, ignoreVerdict, ignoreVerdict, ignoreVerdict,
    moveLate, moveLate, refuseLate, ignoreVerdict, ignoreVerdict, ignoreVerdict, ignoreVerdict,
  ],
  verdictForward: [
    stick, stick, stick, decideNow, ignoreVerdict, ignoreVerdict, ignoreVerdict,
    ignoreVerdict, ignoreVerdict, ignoreVerdict, ignoreVerdict, ignoreVerdict, ignoreVerdict, ignoreVerdict,
  ],
  errorEssential: [
    alarm, alarm, alarm, alarm, alarm, alarm, armFailed,
    loseWatch, loseWatch, carryInSoftware, carryInSoftware, alarm, alarm, alarm,
  ],
  errorOther: everywhere(alarm),
  barrierReply: [
    ignore, ignore, ignore, ignore, ignore, ignore, armed,
    watched, watched, ignore, forwardArmed, ignore, ignore, ignore,
  ],
  flowRemoved: [
    ignore, ignore, ignore, ignore, ignore, ignore, ignore,
    flowGone, flowGone, flowGone, ignore, flowGone, ignore, ignore,
  ],
  flowStats: [
    ignore, ignore, ignore, ignore, ignore, ignore, reconcile,
    compareFlows, compareFlows, compareFlows, ignore, compareFlows, ignore, ignore,
  ],
  timer: [
    expire, expire, expire, decideByDefault, dialAgain, greetLate, barrierLost,
    idleOrGiveUp, idleOrGiveUp, idle, carryInSoftware, lingerNow, forget, ignore,
  ],
  switchLost: [
    drop, drop, drop, dropHeld, freeze, freeze, freeze,
    loseSight, loseSight, loseSight, freeze, loseSight, ignore, ignore,
  ],
  switchBack: [
    ignore, ignore, resume, ignore, resumeDial, resumeGreet, resumeArm,
    watchAgain, watchAgain, askAgain, resumeForward, askAgain, ignore, ignore,
  ],
};

/** The whole transition table. */
export const table: Table<EventKind> = { ...segments, ...controls };

/** The handler of an event in a phase. */
export function handlerOf<K extends EventKind>(kind: K, phase: ConnectionPhase): Handler<EventOf[K]> {
  const row: Row<EventOf[K]> = table[kind];
  return row[phases.indexOf(phase)] ?? ignore;
}
