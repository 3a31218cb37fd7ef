/** Asking a switch for its flows. */
import { multipartRequest } from "../../ofp/index.ts";
import { CookieMask, cookieOf } from "../cookie.ts";
import { type FlowStatsEvent, ReportCode } from "../machine/index.ts";
import { advance } from "./advance.ts";
import type { TrackerEffect } from "./effect.ts";
import type { Entry } from "./entry.ts";
import { isUnderWay } from "./phases.ts";
import { settleAnswer } from "./recovery.ts";
import { say } from "./report.ts";
import { type Switch, takeId, type World } from "./world.ts";

/** How long the first answer may take, in milliseconds; each later one as much longer. */
const PATIENCE_MS = 2_000;
const TRIES = 5;

/** Asks for all flows with the tag. `waiting` are connections that have asked for their own, by the ids with which they did. */
export function ask(
  world: World,
  known: Switch,
  at: number,
  waiting: ReadonlyMap<number, Entry>,
  out: TrackerEffect[],
): void {
  known.question = { ids: new Set(), deadline: at, tries: 0, waiting, flows: undefined };
  world.book.released ??= new Set();
  askOnce(world, known, at, out);
}

function askOnce(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { dpid, question } = known;
  if (!question) return;
  const id = takeId(world);
  const tries = question.tries + 1;
  // A late answer to an earlier question is one, too.
  known.question = { ...question, ids: new Set([...question.ids, id]), tries, deadline: at + tries * PATIENCE_MS };
  const cookie = cookieOf({ ...world.setup.cookie, epoch: 0, role: 0, connection: 0 });
  const message = multipartRequest({ xid: id, body: { type: "flow", cookie, cookieMask: CookieMask.tag } as const });
  const why = "See which flows the switch has: connections may be found again by them.";
  out.push({ type: "flowStats", id, dpid, why, message });
}

/** The switch owes an answer. */
export function askAgain(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { question, dpid } = known;
  if (!question || question.flows || at < question.deadline) return;
  if (question.tries < TRIES) {
    askOnce(world, known, at, out);
    return;
  }
  closeQuestion(world, known);
  resume(world, known, at, out);
  const why = "The switch does not tell its flows: whatever connections they carry is not known.";
  say(world, out, { dpid, code: ReportCode.flowsUnknown, why });
}

/** Nothing is asked any more. */
export function closeQuestion({ book, switches }: World, known: Switch): void {
  known.question = undefined;
  if (![...switches.values()].some(({ question }) => question)) book.released = undefined;
}

/** Whether the event answers the question. */
export function answered(world: World, known: Switch, event: FlowStatsEvent, out: TrackerEffect[]): boolean {
  const { question } = known;
  if (!question?.ids.has(event.id) || question.flows) return false;
  known.question = { ...question, flows: event.flows };
  settleQuestion(world, known, event.at, out);
  return true;
}

/** Acts on the answer once it is known, too, what the switch understands. */
export function settleQuestion(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { question, probe } = known;
  if (!question?.flows || probe) return;
  settleAnswer(world, known, question.flows, question.waiting, at, out);
  closeQuestion(world, known);
  resume(world, known, at, out);
}

/** Hand-overs that the end of the channel stopped go on. */
function resume(world: World, { dpid }: Switch, at: number, out: TrackerEffect[]): void {
  for (const entry of [...(world.book.bySwitch.get(dpid) ?? [])]) {
    if (isUnderWay(entry.state) && entry.state.cut) advance(world, entry, { type: "switchBack", at, dpid }, out);
  }
}
