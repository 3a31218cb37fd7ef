/** Two controllers of one switch, with hosts, in memory: whoever leads has the connections that the other one has moved. */
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Controller, createController } from "../../../../examples/controller/controller.ts";
import { type ChannelRole, createChannelRole } from "../../../../examples/controller/roles/channel-role.ts";
import {
  createElection,
  type Election,
  type Role,
  rankOf,
  type Standing,
} from "../../../../examples/controller/roles/election.ts";
import { decode, type Message } from "../../../../src/index.ts";
import {
  ControllerRole,
  ErrorType,
  errorMessage,
  RoleRequestFailedCode,
  roleReply,
} from "../../../../src/ofp/index.ts";
import { plainOptions, text, world } from "../scene.ts";
import { wire } from "../streams.ts";
import { shareSwitch } from "./shared-switch.ts";

interface Member {
  readonly controller: Controller;
  readonly election: Election;
  readonly lines: readonly string[];
  readonly logs: readonly (readonly string[])[];
  cut(): void;
  reconnect(): void;
  /** What it has heard of the other one. */
  hears(standing: Standing): void;
}

function pair(actions: "custom" | "stock" = "custom") {
  const { network, model, run, say, ask } = world(actions);
  const shared = shareSwitch(network, model);
  const now = (): number => network.now();

  function member(begins: Role): Member {
    const { options, lines, logs } = plainOptions(now);
    const election = createElection({ begins, rank: rankOf(begins, 5n), lostMs: 1_000, at: 0 });
    const change = (change: ReturnType<Election["tick"]>): void => {
      if (change?.role === "master") controller.lead(Number(change.generation % 256n));
      else if (change) controller.follow();
    };
    const controller: Controller = createController({
      ...options,
      roles: {
        wanted: () => election.state,
        seen: (generation, hasLed) => {
          change(election.seen(generation, hasLed, now()));
        },
        deposed: () => {
          change(election.deposed(now()));
        },
      },
    });
    const open = (): (() => void) => {
      const [ours, theirs] = wire();
      controller.accept(ours, begins);
      return shared.connect(theirs);
    };
    let cut = open();
    return {
      ...{ controller, election, lines, logs },
      cut: () => {
        cut();
      },
      reconnect() {
        cut = open();
      },
      hears(standing) {
        const rank = rankOf(begins === "master" ? "slave" : "master", 5n);
        change(election.heard({ ...standing, rank }, now()));
      },
    };
  }
  return { ...{ run, say, ask, shared, model }, first: member("master"), second: member("slave") };
}

async function led(actions: "custom" | "stock" = "custom") {
  const all = pair(actions);
  all.first.hears({ role: "slave", generation: 0n });
  await all.run(20);
  all.second.hears(all.first.election.state);
  await all.run(20);
  return all;
}

const { master, slave } = ControllerRole;
const phases = ({ controller }: Member) => [...controller.connections()].map(({ phase }) => phase);

describe.each(["custom", "stock"] as const)("two controllers of a switch whose actions are %s", (actions) => {
  it("are its master and its slave, and only the master does something", async () => {
    const { first, second, shared, ask } = await led(actions);
    expect(shared.roles).toEqual([master, slave]);
    expect(first.controller.channels).toMatchObject([{ dpid: 7n, role: "master" }]);
    expect(second.controller.channels).toMatchObject([{ dpid: 7n, role: "slave" }]);
    expect(await ask("migrate me")).toBe("two: migrate me");
    expect(await ask("plain")).toBe("one: plain");
    expect(await ask("shell", 22)).toBe("one: shell");
    expect(phases(first)).toEqual(["migrated", "forwarded"]);
    expect(phases(second)).toEqual([]);
    expect(second.logs).toEqual([]);
    first.controller.stop();
    second.controller.stop();
  });

  it("take over from each other: what has moved goes on, and what comes then moves", async () => {
    const { first, second, shared, say, ask, run } = await led(actions);
    const moved = say("migrate me");
    await run(40);
    first.cut();
    second.hears({ role: "slave", generation: 1n });
    second.hears({ role: "master", generation: 1n });
    await run(5);
    expect(shared.roles).toEqual([slave]);
    const { election } = second;
    expect(election.unreachable(0)).toMatchObject({ role: "master", generation: 2n });
    second.controller.lead(2);
    await run(30);
    expect(shared.roles).toEqual([master]);
    expect(phases(second)).toEqual(["migrated"]);
    moved.send(new TextEncoder().encode(" on"));
    await run(40);
    expect(text(moved.received)).toBe("two: migrate metwo:  on");
    expect(await ask("migrate me, too")).toBe("two: migrate me, too");
    expect(await ask("plain")).toBe("one: plain");
    first.controller.stop();
    second.controller.stop();
  });
});

describe("a master that does not know that there is another one", () => {
  it("stands by as soon as the switch refuses what it says, and forgets what it knew", async () => {
    const { first, second, shared, ask, run } = await led();
    await ask("migrate me");
    // As when it was asleep for a while.
    second.election.unreachable(0);
    second.controller.lead(2);
    await run(30);
    expect(shared.roles).toEqual([slave, master]);
    expect(first.election.state.role).toBe("master");
    first.controller.copy(7n, 3, new Uint8Array(60));
    await run(10);
    expect(first.election.state).toMatchObject({ role: "slave", generation: 2n });
    expect(first.controller.channels).toMatchObject([{ role: "slave" }]);
    expect(phases(first)).toEqual([]);
    expect(phases(second)).toEqual(["migrated"]);
    expect(shared.roles).toEqual([slave, master]);
    first.controller.stop();
    second.controller.stop();
  });

  it("does not take the switch back when its channel opens again", async () => {
    const { first, second, shared, run } = await led();
    // Longer than anybody knows what the other one is.
    await run(1_100);
    first.cut();
    second.election.unreachable(0);
    second.controller.lead(2);
    await run(30);
    first.reconnect();
    await run(30);
    // Nothing but the number tells it.
    expect(first.election.state).toMatchObject({ role: "slave", generation: 2n });
    expect(second.election.state).toMatchObject({ role: "master", generation: 2n });
    expect(shared.roles).toEqual([master, slave]);
    first.controller.stop();
    second.controller.stop();
  });
});

describe("two controllers that were elected at once", () => {
  it("agree as soon as they hear each other, and the switch has a master all the time", async () => {
    const { first, second, shared, ask, run } = pair();
    first.hears({ role: "slave", generation: 0n });
    second.cut();
    await run(1_100);
    // The second one has heard nothing, and has no switch that could tell it anything.
    second.election.tick(500);
    second.election.tick(1_000);
    second.controller.lead(1);
    expect([first.election.state, second.election.state]).toMatchObject([
      { role: "master", generation: 1n },
      { role: "master", generation: 1n },
    ]);
    second.reconnect();
    await run(20);
    // The switch has that number already: with the same one it would have obeyed both.
    expect(second.election.state).toMatchObject({ role: "master", generation: 2n });
    expect(shared.roles).toEqual([slave, master]);
    first.hears(second.election.state);
    second.hears(first.election.state);
    await run(20);
    expect(shared.roles).toEqual([slave, master]);
    expect(await ask("migrate me")).toBe("two: migrate me");
    expect([phases(first), phases(second)]).toEqual([[], ["migrated"]]);
    first.controller.stop();
    second.controller.stop();
  });
});

describe("a switch", () => {
  const said = (): { readonly messages: Message[]; readonly told: string[]; readonly asks: ChannelRole } => {
    const messages: Message[] = [];
    const told: string[] = [];
    const asks = createChannelRole((bytes) => messages.push(decode(bytes)), {
      wanted: () => ({ role: "master", generation: 5n }),
      seen: (generation) => told.push(`seen ${generation}`),
      has: (role) => told.push(role),
      deposed: () => told.push("deposed"),
      refusing: () => told.push("refusing"),
      lacking: () => told.push("lacking"),
    });
    return { messages, told, asks };
  };
  const failed = { errorType: ErrorType.roleRequestFailed, data: new Uint8Array() };

  it("that calls every generation stale is asked five times, and again when the role changes", () => {
    const { messages, told, asks } = said();
    for (let turns = 0; turns < 100; turns += 1) {
      const last = messages.at(-1);
      if (last?.type !== "roleRequest") throw new Error("it asks for something else");
      if (last.role === ControllerRole.nochange) {
        asks.hear(roleReply({ xid: last.xid, role: ControllerRole.equal, generationId: 4n }));
      } else asks.hear(errorMessage({ ...failed, xid: last.xid, code: RoleRequestFailedCode.stale }));
      if (told.at(-1) === "refusing") break;
    }
    expect(told).toEqual([...Array<string>(5).fill("seen 4"), "refusing"]);
    expect(messages).toHaveLength(10);
    asks.ask();
    expect(messages).toHaveLength(11);
  });

  it("that knows no roles is told what it is to be, and says so once", () => {
    const { messages, told, asks } = said();
    const [question] = messages;
    asks.hear(errorMessage({ ...failed, errorType: ErrorType.badRequest, code: 1, xid: question?.xid ?? 0 }));
    asks.ask();
    expect(told).toEqual(["lacking", "master", "master"]);
    expect(messages).toHaveLength(1);
  });
});

describe("a controller that is elected", () => {
  it("asks with a later generation than the switch remembers", async () => {
    const { first, second, shared, run } = pair();
    shared.remember(57n);
    first.hears({ role: "slave", generation: 0n });
    await run(20);
    expect(first.election.state).toMatchObject({ role: "master", generation: 58n });
    expect(shared.roles[0]).toBe(master);
    await turn();
    first.controller.stop();
    second.controller.stop();
  });
});
