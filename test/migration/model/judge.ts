/** How a run had to end, derived from the scenario and from what the hosts saw, and not from what the planner says. */
import type { Attempt } from "./clients.ts";
import { greetingsOf } from "./greetings.ts";
import type { Outcome } from "./run.ts";
import type { Scenario, ServerName } from "./scenario.ts";
import { Broken } from "./world.ts";

function total({ plan }: Attempt): number {
  return plan.requests.reduce((sum, length) => sum + length, 0);
}

/** Why this connection need not end well; undefined when it must. */
export function excuse(scenario: Scenario, attempt: Attempt): string | undefined {
  const { servers } = scenario;
  const { plan, ledger } = attempt;
  if (attempt.gaveUp) return "its client gave it up";
  if (attempt.orphaned)
    return "the flows of its port's connection before carry it, and nobody knows that there is another one";
  if (mayBeUnshown(scenario, attempt))
    return "the flow that shows another SYN of its port may be one that the switch refused";
  if (isUntagged(scenario)) return "server 1 is in a VLAN of its own, and nobody knows its clients until they speak";
  if (servers.first.habit === "silent" || servers.first.habit === "refuses") return "there is no server 1";
  const ended = ledger.path.find((name) => ["closes", "halfCloses", "resets"].includes(servers[name].habit));
  if (ended !== undefined) return `the ${ended} server ended it`;
  const quiet = Math.max(plan.pause, plan.stall?.ms ?? 0);
  if (quiet + 3000 > 1000 * scenario.idleSeconds) return "it was idle for longer than the policy allows";
  return undefined;
}

export function judge(scenario: Scenario, outcome: Outcome): void {
  const { attempts, left, flows, reports } = outcome;
  const told = `; reports ${reports.join(" ")}`;
  for (const attempt of attempts) {
    const { ledger, connection } = attempt;
    const { state, error } = connection;
    const muted = attempt.gaveUp && attempt.plan.ending === "vanishes";
    if (!muted && state !== "closed" && !mayWait(scenario, attempt))
      throw new Broken(`${ledger.name} never ends: ${state}${told}`);
    if (scenario.shadow && ledger.path.some((name) => name !== "first")) {
      throw new Broken(`${ledger.name} went to ${ledger.path.join()} in shadow mode${told}`);
    }
    if (excuse(scenario, attempt) !== undefined) continue;
    if (error !== undefined) throw new Broken(`${ledger.name} ended with ${error}${told}`);
    if (ledger.asked !== total(attempt) || !ledger.isAnswered) {
      throw new Broken(`${ledger.name} got ${ledger.answered} bytes for ${ledger.asked} of ${total(attempt)}${told}`);
    }
    const [greeter] = ledger.path;
    if (!ledger.greeting.isWholeOf("first") && greeter && !ledger.greeting.isWholeOf(greeter)) {
      throw new Broken(`${ledger.name} was greeted by another server than ${greeter}${told}`);
    }
    const target = mustReach(scenario, attempt);
    if (target !== undefined && !ledger.path.includes(target)) {
      throw new Broken(`${ledger.name} had to move to the ${target} server, and went to ${ledger.path.join()}${told}`);
    }
  }
  if (left.length > 0) throw new Broken(`not forgotten: ${left.map(({ phase }) => phase).join()}${told}`);
  if (flows !== 0) throw new Broken(`${flows} flows are left${told}`);
  if (isLossless(scenario)) judgeServers(scenario, outcome, told);
}

function mayBeUnshown({ troubles, tracker }: Scenario, { again }: Attempt): boolean {
  return tracker !== undefined && again && troubles.some(({ type }) => type === "refusal");
}

/** What server 1 repeats to a client that only listens is lost where the controller forgets them, and the switch has no flow. */
function isUntagged({ servers, troubles, maxFlows }: Scenario): boolean {
  return servers.first.vlan !== undefined && maxFlows !== undefined && troubles.some(({ type }) => type === "crash");
}

/** The reset of the server that it was with may be lost, and a client that waits for an answer never asks again. */
function mayWait(scenario: Scenario, attempt: Attempt): boolean {
  const { ledger, orphaned } = attempt;
  const { weather, faults, servers } = scenario;
  if (orphaned || isUntagged(scenario) || mayBeUnshown(scenario, attempt)) return true;
  const isLossy = weather.loss > 0 || faults.some(({ what }) => what === "lost");
  return isLossy && ledger.path.some((name) => servers[name].habit === "resets");
}

/** Whatever the switch and its channel do to a connection; that the controller starts again is not to be noticed. */
function isTroubled({ troubles }: Scenario): boolean {
  return troubles.some(({ type }) => type !== "restart");
}

function isLossless(scenario: Scenario): boolean {
  const { weather, faults, maxFlows } = scenario;
  // A repeated SYN that comes when the connection is over begins another one, which is nobody's.
  return (
    weather.loss + weather.duplication === 0 &&
    faults.every(({ what }) => what === "late") &&
    !isTroubled(scenario) &&
    maxFlows === undefined
  );
}

/** Where nothing gets lost, no server is left with a connection that nobody has. */
function judgeServers(scenario: Scenario, { servers, attempts }: Outcome, told: string): void {
  if (attempts.some(({ gaveUp }) => gaveUp)) return;
  for (const { name, connections } of servers) {
    if (scenario.servers[name].habit === "oldConnection") continue;
    for (const { state, remote } of connections()) {
      if (state !== "closed") {
        throw new Broken(`the ${name} server still has the connection of port ${remote.port}: ${state}${told}`);
      }
    }
  }
}

/** Whether a client that was greeted by server 1 may move to this server, as far as it is greetings that say so. */
function greetsAlike(scenario: Scenario, target: ServerName, hasty: boolean): boolean {
  const { servers, speaksFirst } = scenario;
  const { first, [target]: second } = greetingsOf(scenario);
  if (first.length === 0) return true;
  if (!speaksFirst || hasty || (servers[target].greeting?.after ?? 0) > 100) return false;
  const { maxBannerBytes, banner = "equal" } = speaksFirst;
  if (Math.max(first.length, second.length) > maxBannerBytes) return false;
  if (banner === "equal") return first.join() === second.join();
  const isReply = (name: ServerName) => ["line", "reply"].includes(servers[name].greeting?.shape ?? "");
  return isReply("first") && isReply(target);
}

/** The server that must have had the connection: only where nothing and nobody speaks against it. */
function mustReach(scenario: Scenario, { plan }: Attempt): ServerName | undefined {
  const { weather, tracker, maxFlows, faults, forgeries, regime, servers, latency } = scenario;
  if (scenario.shadow) return undefined;
  const isCalm = weather.loss + weather.duplication + weather.jitter === 0 && faults.length === 0 && latency <= 20;
  const [verdict, ...others] = plan.verdicts;
  if (tracker && Object.keys(tracker.budgets).length > 0) return undefined;
  if (
    !isCalm ||
    isTroubled(scenario) ||
    forgeries.some(({ what }) => what === "unreachable") ||
    maxFlows !== undefined ||
    !verdict ||
    others.length > 0
  )
    return undefined;
  if (verdict.action === "forward" || verdict.from !== "question" || verdict.after > 500) return undefined;
  if (plan.extra === "signed" || plan.keepalive !== undefined || plan.stall || plan.again) return undefined;
  const target = verdict.target ?? "second";
  if (target === "nobody" || target === "first" || servers[target].habit !== "serves") return undefined;
  if (servers.first.habit !== "serves" || !greetsAlike(scenario, target, plan.hasty)) return undefined;
  // §2 of RFC 7323, RFC 9293 §3.7.1, RFC 3168 §6.1.1: what client and server 1 agree on must hold for the new one.
  const one = servers.first.tcp;
  const two = servers[target].tcp;
  const client = plan.tcp;
  const none = scenario.ipVersion === 4 ? 536 : 1220;
  if ((two.mss === false ? none : two.mss) < (one.mss === false ? none : one.mss)) return undefined;
  const shift = client.windowScale === false ? false : one.windowScale;
  if (shift !== false) {
    if (two.windowScale === false) return undefined;
    const lost = two.windowScale - shift;
    if (lost < 0 || lost > 3) return undefined;
  }
  if (client.ecn && one.ecn && !two.ecn && scenario.ecnMismatch === "refuse") return undefined;
  if (regime === "lazy" && (plan.extra !== "none" || (client.timestamps && one.timestamps))) return undefined;
  return target;
}
