/** Two that hear each other over their northbound interfaces and agree, whatever their configurations say. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createLog } from "../../../../examples/controller/log.ts";
import type { Role } from "../../../../examples/controller/roles/election.ts";
import { alone, createRoles, type Roles } from "../../../../examples/controller/roles/index.ts";
import { open, token } from "../northbound/support.ts";

interface Member {
  readonly roles: Roles;
  readonly lines: readonly string[];
  readonly port: number;
  readonly close: () => void;
}

const LOST_MS = 200;

/** `peer` is the port of the other one's interface, once all are there. */
async function member(begins: Role, peer: () => number): Promise<Member> {
  const lines: string[] = [];
  let roles: Roles | undefined;
  const world = await open({ role: () => roles?.view() ?? alone, limits: { beatMs: 20 } });
  const nothing = (): void => undefined;
  const started = (): Roles =>
    createRoles({
      config: {
        ...{ url: `ws://127.0.0.1:${peer()}/northbound`, tokenFile: "", begins, beatMs: 20, lostMs: LOST_MS },
      },
      token: () => token,
      controller: () => ({ lead: nothing, follow: nothing }),
      changed: world.northbound.roleChanged,
      log: createLog(
        "info",
        (line) => lines.push(line),
        () => 0,
      ),
      now: () => performance.now(),
    });
  return {
    get roles() {
      roles ??= started();
      return roles;
    },
    ...{ lines, port: world.port },
    close() {
      roles?.stop();
      world.close();
    },
  };
}

const views = (members: readonly Member[]) => members.map(({ roles }) => roles.view());

it("two that both begin as master agree on the one with the greater rank, say so once, and leave it at that", async () => {
  const members: Member[] = [];
  for (const other of [1, 0]) members.push(await member("master", () => members[other]?.port ?? 0));
  for (const { roles } of members) roles.start();
  const isAgreed = (): boolean => {
    const [one, two] = views(members);
    return one?.role !== two?.role && one?.generation === two?.generation;
  };
  while (!isAgreed()) await sleep(5);
  const agreed = views(members);
  await sleep(2 * LOST_MS);
  expect(views(members)).toEqual(agreed);
  const [leader, other] = agreed[0]?.role === "master" ? agreed : [...agreed].reverse();
  expect(leader?.rank).toBeGreaterThan(other?.rank ?? 0n);
  for (const { lines } of members)
    expect(lines.filter((line) => line.includes("both controllers begin as master"))).toHaveLength(1);
  for (const { close } of members) close();
});

it("one whose peer is itself says so once, and leads alone", async () => {
  const own: Member = await member("slave", () => own.port);
  own.roles.start();
  while (own.roles.view().role !== "master") await sleep(5);
  await sleep(2 * LOST_MS);
  expect(own.roles.view()).toMatchObject({ role: "master", generation: 1n });
  expect(own.lines.filter((line) => line.includes("leads to this controller itself"))).toHaveLength(1);
  own.close();
});
