/** Flows that go by their cookies. */
import { FlowModCommand, flowMod } from "../../ofp/index.ts";
import type { FlowEffect } from "../machine/index.ts";
import { takeId, type World } from "./world.ts";

export function deletion(world: World, dpid: bigint, cookie: bigint, cookieMask: bigint, why: string): FlowEffect {
  const id = takeId(world);
  const message = flowMod({ xid: id, command: FlowModCommand.delete, cookie, cookieMask });
  return { type: "flowMod", id, dpid, why, role: "all", message };
}
