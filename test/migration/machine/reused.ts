/** A client that uses the port of a connection again that stayed with server 1, in small steps. */
import { expect } from "vitest";
import { cookieOf } from "../../../src/migration/index.ts";
import { ConnectionRole } from "../../../src/migration/machine/index.ts";
import { mssAndScale } from "../scene.ts";
import { ACK, armingStory, DPID, letters, Run, SYN } from "./scene.ts";

export type Role = keyof typeof ConnectionRole;

export function cookie(run: Run, role: Role): bigint {
  return cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole[role], connection: run.state?.serial ?? 0 });
}

export function ends(run: Run, role: Role, reason = 0): Run {
  return run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie: cookie(run, role), reason });
}

export function flowMods(run: Run, role: string) {
  return run.effects.flatMap((effect) => (effect.type === "flowMod" && effect.role === role ? [effect.message] : []));
}

/** The client's next SYN, which the trap shows: x = 70000. */
export function again(run: Run, seq = 70_000): Run {
  return run.client({ seq, ack: 0, flags: SYN, options: mssAndScale }, cookie(run, "clientSynTrap"));
}

/** Server 1's answer, y = 8000, which the watch shows. */
export function answer(run: Run): Run {
  const fields = { seq: 8000, ack: 70_001, flags: SYN | ACK, window: 65_160, options: mssAndScale };
  return run.origin(fields, cookie(run, "originWatch"));
}

/** From the SYN-ACK of another handshake with server 1 to a connection that has moved: E = 0, D = 8001 − 3001. */
export function completes(run: Run): void {
  expect(answer(run).story).toEqual(["client:SA 8000,70001+0"]);
  run.client({ seq: 70_001, ack: 8001 }, cookie(run, "clientWatch"));
  expect([run.story, run.reports]).toEqual([["delete", "barrier", "s1:A 70001,8001+0"], ["PROMOTED"]]);
  expect(run.state).toMatchObject({ phase: "ready", generation: 2, candidates: [] });
  run.data(18, { seq: 70_001, ack: 8001 });
  expect(run.effects).toMatchObject([{ type: "inspect", payload: letters(18) }]);
  expect([run.phase, run.verdict().story]).toEqual(["hold", ["s2:S 70000,0+0"]]);
  expect(run.targetSynAck({ ack: 70_001 }).story).toEqual(armingStory);
  expect(run.barrier().story).toEqual(["s2:A 70001,3001+0", "forward", "barrier"]);
  expect(run.barrier().story).toEqual(["table:PA 70001,8001+18", "s1:RA 70001,8001+0"]);
  expect(run.phase).toBe("migrated");
  expect(run.effects).toContainEqual(expect.objectContaining({ numbers: { e: 0, d: 5000, released: 18 } }));
}

export const stays = [
  ["forwarded", () => new Run().toForwarded()],
  // Its FIN has gone: the next number is 1002.
  ["nonMig", () => new Run().toNonMig()],
] as const;
