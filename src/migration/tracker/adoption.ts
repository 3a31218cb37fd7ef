/** Flows of an earlier controller that were sent again as this one's. */
import { CookieMask, cookieParts } from "../cookie.ts";
import { ReportCode } from "../machine/index.ts";
import type { Recovery } from "../recovery/recover.ts";
import { settle } from "./book.ts";
import { deletion } from "./deletion.ts";
import type { TrackerEffect } from "./effect.ts";
import { say } from "./report.ts";
import type { Adoption, Switch, World } from "./world.ts";

/** How long the switch may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/** What is to happen when the switch has taken what recovery sends, or not; undefined when nothing is sent. */
export function adopt({ effects, cleanUp }: Recovery, at: number): Adoption | undefined {
  const barrier = effects.find(({ type }) => type === "barrier");
  if (!barrier) return undefined;
  return {
    barrier: barrier.id,
    deadline: at + PATIENCE_MS,
    flows: new Map(
      effects.flatMap((effect) =>
        effect.type === "flowMod" ? [[effect.id, cookieParts(effect.message.cookie).connection] as const] : [],
      ),
    ),
    cleanUp: cleanUp.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.cookie] : [])),
  };
}

/** Whether the event is about flows that were sent again. One that is refused leaves what it should replace. */
export function adopted(
  world: World,
  known: Switch,
  event: { readonly type: "error" | "barrierReply"; readonly id: number },
  out: TrackerEffect[],
): boolean {
  const { adoption, dpid } = known;
  if (!adoption) return false;
  if (event.type === "error") {
    const serial = adoption.flows.get(event.id);
    if (serial === undefined) return false;
    known.adoption = { ...adoption, cleanUp: [] };
    carryHere(world, serial);
    const why = "The switch refuses a flow of a connection that was found again: the older flows stay.";
    say(world, out, { dpid, code: ReportCode.switchError, why, numbers: { id: event.id } });
    return true;
  }
  if (event.id !== adoption.barrier) return false;
  known.adoption = undefined;
  for (const cookie of adoption.cleanUp) {
    const why = "What is left of the earlier controller's flows is not needed any more.";
    out.push(deletion(world, dpid, cookie, CookieMask.connection, why));
  }
  return true;
}

/** The end of its flows tells nothing about a connection whose flows have other cookies: its own silence does. */
function carryHere({ book }: World, serial: number): void {
  const entry = book.byNumber.get(serial);
  if (entry?.state.recovered) settle(book, entry, { ...entry.state, inSwitch: false });
}

/** The switch owes an answer, and nothing is deleted without it. */
export function adoptionLate(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { adoption, dpid } = known;
  if (!adoption || at < adoption.deadline) return;
  known.adoption = undefined;
  const why = "The switch does not confirm the flows of connections that were found again: older ones stay.";
  say(world, out, { dpid, code: ReportCode.barrierLost, why });
}
