/** What the tracker itself has to say. */

import { type PacketInEvent, ReportCode } from "../machine/index.ts";
import type { Finding } from "../reason.ts";
import type { Subject, TrackerEffect } from "./effect.ts";
import { takeId, type World } from "./world.ts";

/** A report, about a connection or about none. */
export interface Said {
  readonly dpid: bigint;
  readonly code: ReportCode;
  readonly why: string;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly about?: Subject;
}

const noReasons: readonly Finding[] = [];

export function say(world: World, out: TrackerEffect[], { dpid, code, why, numbers = {}, about }: Said): void {
  const id = takeId(world);
  out.push({ type: "report", id, dpid, why, code, numbers, reasons: noReasons, ...(about && { about }) });
}

/** Nobody gets a frame. */
export function drop(world: World, { dpid }: PacketInEvent, why: string, out: TrackerEffect[]): void {
  say(world, out, { dpid, code: ReportCode.foreign, why });
}
