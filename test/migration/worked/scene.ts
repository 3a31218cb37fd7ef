/** What the worked scenarios look at: the actions and matches of flows, and numbers cut out of bytes. */
import type { Run } from "../machine/scene.ts";

type FlowEffectOf = Extract<Run["effects"][number], { readonly type: "flowMod" }>;

/** The flow of this role among the effects of the last event. */
export function flowOf(run: Run, role: string): FlowEffectOf["message"] {
  const found = run.effects.find((effect) => effect.type === "flowMod" && effect.role === role);
  if (found?.type !== "flowMod") throw new Error(`no ${role} flow`);
  return found.message;
}

/** The actions of a flow, in order. */
export function actionsOf(run: Run, role: string): readonly { readonly type: string }[] {
  const [instruction] = flowOf(run, role).instructions;
  return instruction?.type === "applyActions" ? instruction.actions : [];
}

/** Those that shift numbers. */
export function shiftsOf(run: Run, role: string): readonly { readonly type: string }[] {
  return actionsOf(run, role).filter(({ type }) => /^(inc|dec)Tcp/.test(type));
}
