/** From captured segments to the plan of a hand-over. */
import { reverseFlowKey, type VlanTag } from "../tcp/index.ts";
import { seqAdd } from "../tcp/seq.ts";
import {
  type Connection,
  judgeServers,
  judgeVlans,
  keyTowards,
  type ServerAddress,
  sameKey,
  serverVlans,
} from "./connection.ts";
import type { Effect } from "./effect.ts";
import { establishFacts, readSegments, type Segments, type Standing } from "./facts.ts";
import type { Handover } from "./flows.ts";
import { createIssuer, type Issuer } from "./issue-effects.ts";
import { type Outlook, outlookOf } from "./outlook.ts";
import {
  abortEffects,
  armEffects,
  commitEffects,
  dialEffects,
  handshakeEffects,
  releaseEffects,
  resetEffects,
} from "./plan-effects.ts";
import type { MigrationInput, Plan, RefusedPlan } from "./plan-types.ts";
import { isRefused, judge } from "./reason.ts";
import type { Segment } from "./segment.ts";
import { checkSettings, type Settings } from "./settings.ts";

/**
 * Plans to move a connection to another server, from what was captured of it.
 *
 * Without `targetSynAck` the plan is the first step: `status: "dial"`, with the verdict on the options and the synthetic SYN to
 * send. With the new server's answer to that SYN it is the whole hand-over: `status: "ready"`. When it must not be done,
 * `status` is `"refused"` at either step, `verdict.reasons` say why, and the effects only take back what the dial began.
 *
 * One held segment of the client's is enough for the numbers; what SYN and SYN-ACK agreed on is then unknown, and
 * `policy.unknownOptions` decides.
 *
 * Effects of a ready plan, in order: guard, SYN traps and reverse flow with a barrier; the ACK that completes the handshake
 * with the new server; the forward flow with a barrier (the commit); the held data; the reset of the old server. Wait for the
 * reply to each barrier before going on.
 *
 * The same input gives the same plan. Throws TypeError or RangeError for arguments that are wrong or missing, WireError for
 * bytes that are no Ethernet frame; nothing else that the network does makes it throw.
 */
export function planMigration(input: MigrationInput): Plan {
  const settings = checkSettings(input);
  const segments = readSegments(input);
  const facts = establishFacts(segments, input, settings.policy, settings.origin);
  const { connection, standing } = facts;
  const { ports, target } = settings;
  const common = {
    ports,
    target,
    key: connection?.key,
    targetKey: connection && keyTowards(connection, target),
    connection,
    observed: {
      syn: segments.syn?.frame,
      synAck: segments.synAck?.frame,
      targetSynAck: segments.target?.frame,
    },
  };
  const unreachable = connection
    ? [...judgeVlans(connection, settings.policy), ...judgeServers(connection, ports, settings.origin, target)]
    : [];
  if (!connection || !standing || unreachable.some(isRefused)) {
    return {
      ...common,
      status: "refused",
      next: "forward",
      verdict: judge([...facts.findings, ...unreachable]),
      effects: [],
      numbers: undefined,
      offsets: undefined,
      syn: undefined,
      held: [],
    };
  }
  const outlook = outlookOf(segments, facts, connection, standing, settings, input.initialSeq);
  const { syn, numbers, offsets, held, answer } = outlook;
  const plan = {
    ...common,
    connection,
    key: connection.key,
    targetKey: keyTowards(connection, target),
    verdict: judge([...unreachable, ...outlook.findings]),
    syn,
    numbers,
    offsets,
    held,
  };
  // The dial has an id of its own, so that a late error about the SYN is not taken for one about a flow.
  const issue = createIssuer(answer ? seqAdd(settings.firstId, 1) : settings.firstId, settings.dpid);
  if (plan.verdict.level === "refused") {
    return { ...plan, status: "refused", ...takeBack(issue, connection, settings, outlook) };
  }
  if (numbers.sendNext === undefined || !offsets) {
    return { ...plan, status: "dial", effects: dialEffects(issue, syn, ports.target) };
  }
  const effects = handOver(issue, segments, connection, standing, settings, outlook, numbers.sendNext);
  return { ...plan, status: "ready", offsets, effects };
}

function takeBack(
  issue: Issuer,
  connection: Connection,
  { target, ports }: Settings,
  { answer, refused, numbers }: Outlook,
): Pick<RefusedPlan, "next" | "effects"> {
  const reset = (seq: number, why: string): Effect[] => abortEffects(issue, connection, target, ports.target, seq, why);
  if (answer?.kind === "accepted") {
    const why = "Take back the connection that the new server has just accepted.";
    return { next: "forward", effects: reset(numbers.receiveNext, why) };
  }
  if (refused || answer === undefined || answer.kind === "refused") return { next: "forward", effects: [] };
  if (answer.kind === "stale") {
    const why = "End the older connection of the same addresses and ports that the new server still has.";
    return { next: "redial", effects: reset(answer.resetSeq, why) };
  }
  return { next: "wait", effects: [] };
}

function handOver(
  issue: Issuer,
  segments: Segments,
  connection: Connection,
  standing: Standing,
  settings: Settings,
  outlook: Outlook,
  sendNext: number,
): Effect[] {
  const { ports, origin, target, policy } = settings;
  const handover: Handover = {
    connection,
    ports,
    origin,
    target,
    originVlans: originVlans(segments.synAck, connection, origin),
    targetVlans: segments.target?.vlans ?? serverVlans(connection, target),
    client: standing,
    server: { receiveNext: outlook.numbers.receiveNext, sendNext },
    clearEcn: outlook.clearEcn,
    policy,
    cookie: settings.cookieOf(connection),
  };
  return [
    ...armEffects(issue, handover),
    ...handshakeEffects(issue, handover, outlook.window),
    ...commitEffects(issue, handover),
    ...releaseEffects(issue, handover, outlook.held),
    ...resetEffects(issue, handover, outlook.numbers.originReset),
  ];
}

/** The tags on what the old server sends: its SYN-ACK shows them, when it was captured on that server's side. */
function originVlans(synAck: Segment | undefined, connection: Connection, origin: ServerAddress): readonly VlanTag[] {
  return synAck && sameKey(reverseFlowKey(synAck.key), keyTowards(connection, origin))
    ? synAck.vlans
    : serverVlans(connection, origin);
}
