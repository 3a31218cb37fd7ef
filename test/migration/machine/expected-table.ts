/**
 * What each event does in each phase, written down a second time: groups of phases with the name of a handler behind them.
 * `never` are the phases in which an event of this kind cannot come.
 */
export const expected: Readonly<Record<string, string>> = {
  // The client.
  clientSyn:
    "syn synAck ready forwarded nonMig fwdArm: relaySyn; hold dial greet arm migrated closing linger: absorb; dead: start; never: dead",
  clientSynOther:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing: propose; linger: beginAgain; dead: start",
  clientSynCandidate:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing: proposeAgain; linger: beginAgain; dead: start; never: dead",
  clientAckCandidate:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger: promote; dead: relay; never: dead",
  clientAck:
    "syn ready dead: relay; synAck: establish; hold dial greet arm fwdArm: keepAck; migrated forwarded nonMig closing linger: pass; never: syn",
  clientData:
    "syn dead: relay; synAck: holdUnacknowledged; ready: holdFirst; hold dial greet arm fwdArm: holdMore; migrated forwarded: passOrHold; nonMig closing linger: pass; never: syn",
  clientKeepalive:
    "syn synAck ready dead: relay; hold dial greet arm fwdArm: keepAck; migrated forwarded nonMig closing linger: pass; never: syn",
  clientFin:
    "syn dead: relay; synAck ready: relayAway; hold dial greet arm fwdArm: holdMore; migrated forwarded nonMig closing linger: pass; never: syn",
  clientRst:
    "syn synAck ready: relayEnd; hold dial greet arm fwdArm: abandon; migrated forwarded nonMig closing: passReset; linger: pass; dead: relay",
  clientRstParked:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: resetParkedOrigin; never: dead",
  clientRstCandidate:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: takeBack; never: dead",
  clientRstOther:
    "syn synAck ready dead: relay; hold dial greet arm fwdArm: absorb; migrated forwarded nonMig closing linger: pass",
  clientOdd:
    "forwarded nonMig dead: relay; syn synAck ready hold dial greet arm migrated fwdArm closing linger: absorb",
  clientIcmp: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: passIcmp",
  // Server 1.
  originSynAck:
    "syn: answered; synAck ready fwdArm dead: relay; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originSynAckOther:
    "syn: answered; synAck ready: relayAway; hold dial greet arm migrated: absorb; forwarded nonMig: pass; fwdArm dead: relay; closing linger: passOrigin; never: syn dead",
  originSynAckCandidate:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger: answerCandidate; dead: relay; never: dead",
  originSynOdd:
    "syn synAck: relayOddSyn; ready fwdArm dead: relay; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originAck:
    "syn synAck ready fwdArm dead: relay; hold dial greet arm: absorb; migrated: resetOriginAgain; forwarded nonMig: pass; closing linger: passOrigin",
  originChallenge:
    "syn synAck ready hold dial greet arm fwdArm: passChallenge; migrated: resetOriginAgain; forwarded nonMig: pass; closing linger: passOrigin; dead: relay; never: dead",
  originData:
    "syn synAck ready fwdArm dead: relay; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originFin:
    "syn fwdArm dead: relay; synAck ready: relayAway; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originKeepalive:
    "syn synAck ready fwdArm dead: relay; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originRst:
    "syn synAck ready: relayEnd; hold dial greet arm: loseOrigin; migrated: absorb; forwarded nonMig fwdArm closing: passReset; linger: passOrigin; dead: relay",
  originRstOther:
    "syn synAck ready fwdArm dead: relay; hold dial greet arm migrated: absorb; forwarded nonMig: pass; closing linger: passOrigin",
  originIcmp:
    "syn synAck ready hold dial greet forwarded nonMig fwdArm dead: passIcmp; arm closing linger: passOriginIcmp; migrated: dropIcmp",
  // The new server.
  targetSynAck:
    "syn synAck ready hold forwarded nonMig fwdArm dead: answerStranger; greet: greetAgain; dial: accept; arm: absorb; migrated closing linger: acknowledgeAgain",
  targetSynAckOdd:
    "syn synAck ready hold forwarded nonMig fwdArm linger dead: answerStranger; dial greet arm: refuseAnswer; migrated closing: endRestarted; never: syn synAck ready hold migrated forwarded nonMig fwdArm closing linger dead",
  targetSynAckOther:
    "syn synAck ready hold forwarded nonMig fwdArm linger dead: answerStranger; greet: greetAnew; dial: absorb; arm: replanOrEnd; migrated closing: endRestarted; never: syn synAck ready hold dial forwarded nonMig fwdArm dead",
  targetSynAckWrong:
    "syn synAck ready hold forwarded nonMig fwdArm dead: answerStranger; dial: redial; greet arm migrated closing linger: absorb; never: syn synAck ready hold forwarded nonMig fwdArm dead",
  targetAck:
    "syn synAck ready hold forwarded nonMig fwdArm dead: answerStranger; dial: redial; greet arm: absorb; migrated: pass; closing linger: passTarget",
  targetData:
    "syn synAck ready hold forwarded nonMig fwdArm dead: answerStranger; greet: hearGreeting; dial arm: absorb; migrated: pass; closing linger: passTarget",
  targetFin:
    "syn synAck ready hold forwarded nonMig fwdArm dead: answerStranger; greet: refuseGreeting; dial arm: absorb; migrated: pass; closing linger: passTarget",
  targetRst:
    "syn synAck ready hold forwarded nonMig fwdArm linger dead: absorb; dial greet: refused; arm: loseTargetOrPass; migrated closing: passReset; never: syn synAck ready hold forwarded nonMig fwdArm dead",
  targetRstCandidate:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: absorb; never: syn synAck ready hold dial forwarded nonMig fwdArm dead",
  targetRstOther:
    "syn synAck ready hold dial greet arm forwarded nonMig fwdArm closing linger dead: absorb; migrated: passTargetReset",
  targetOther:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: answerStranger; never: syn synAck ready hold forwarded nonMig fwdArm dead",
  targetIcmp:
    "syn synAck ready hold forwarded nonMig fwdArm dead: dropIcmp; dial greet: refused; arm: loseTargetOrPassIcmp; migrated closing linger: passIcmp; never: syn synAck ready hold forwarded nonMig fwdArm dead",
  // A parked server.
  parkedAck: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: keepWindow",
  parkedKeepalive:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: answerParked",
  parkedChallenge:
    "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: passChallenge; never: dead",
  parkedData: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: loseParked",
  parkedRst: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: forgetParked",
  parkedOdd: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: absorb",
  parkedIcmp: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: losePath",
  // Everything else.
  verdictMigrate:
    "syn synAck ready: stick; hold: decideNow; dial greet arm fwdArm closing linger dead: ignoreVerdict; migrated forwarded: moveLate; nonMig: refuseLate",
  verdictForward:
    "syn synAck ready: stick; hold: decideNow; dial greet arm migrated forwarded nonMig fwdArm closing linger dead: ignoreVerdict",
  errorEssential:
    "syn synAck ready hold dial greet closing linger dead: alarm; arm: armFailed; migrated forwarded: loseWatch; nonMig fwdArm: carryInSoftware; never: syn synAck ready hold dial greet migrated forwarded closing linger dead",
  errorOther: "syn synAck ready hold dial greet arm migrated forwarded nonMig fwdArm closing linger dead: alarm",
  barrierReply:
    "syn synAck ready hold dial greet nonMig closing linger dead: ignore; migrated forwarded: watched; arm: armed; fwdArm: forwardArmed; never: syn synAck ready hold dial greet migrated forwarded nonMig closing linger dead",
  flowRemoved:
    "syn synAck ready hold dial greet arm fwdArm linger dead: ignore; migrated forwarded nonMig closing: flowGone",
  flowStats:
    "syn synAck ready hold dial greet fwdArm linger dead: ignore; arm: reconcile; migrated forwarded nonMig closing: compareFlows",
  timer:
    "syn synAck ready: expire; greet: greetLate; hold: decideByDefault; dial: dialAgain; arm: barrierLost; migrated forwarded: idleOrGiveUp; nonMig: idle; fwdArm: carryInSoftware; closing: lingerNow; linger: forget; dead: ignore; never: dead",
  switchLost:
    "syn synAck ready: drop; hold: dropHeld; dial greet arm fwdArm: freeze; migrated forwarded nonMig closing: loseSight; linger dead: ignore",
  switchBack:
    "syn synAck hold linger dead: ignore; greet: resumeGreet; ready: resume; dial: resumeDial; arm: resumeArm; fwdArm: resumeForward; migrated forwarded: watchAgain; nonMig closing: askAgain",
};
