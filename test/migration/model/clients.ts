/** What the clients' applications do. */
import { createModelHost, type HostConnection, type ModelHost } from "../../../src/testing/index.ts";
import { greetingsOf } from "./greetings.ts";
import { Ledger } from "./ledger.ts";
import { clientEnd, clientPort, clientVlans, serviceEnd, serviceNumber } from "./places.ts";
import type { ConnectionPlan, Scenario } from "./scenario.ts";
import { tcpSettings } from "./servers.ts";
import type { World } from "./world.ts";

/** One connection of a client's; its port may be used again by another one. */
export interface Attempt {
  readonly index: number;
  readonly plan: ConnectionPlan;
  readonly isn: number;
  readonly ledger: Ledger;
  readonly connection: HostConnection;
  readonly startedAt: number;
  /** Its port was another connection's before. */
  readonly again: boolean;
  /** It gave the connection up, or forgot it. */
  gaveUp: boolean;
  /** The controller has lost everything while this one took an earlier one's place: the flows are that one's. */
  orphaned: boolean;
}

export function createClient(scenario: Scenario, client: number): ModelHost {
  return createModelHost({
    ...clientEnd(scenario, client),
    timeWaitMs: 50,
    vlans: clientVlans(scenario),
  });
}

/** Begins what a plan says; `salt` tells the bytes of one attempt from those of another. */
export function begin(
  world: World,
  scenario: Scenario,
  host: ModelHost,
  index: number,
  isn: number,
  salt: number,
): Attempt {
  const plan = planAt(scenario, index);
  const name = `connection ${index}${salt === index ? "" : ", again"}`;
  const ledger = new Ledger(name, salt, scenario.ratio, greetingsOf(scenario));
  let request = 0;
  const connection = host.connect({
    ...tcpSettings(plan.tcp),
    isn,
    to: serviceEnd(scenario, serviceNumber(scenario, index)),
    port: clientPort(index),
    respond(data) {
      ledger.receive(data);
      goOn();
      return undefined;
    },
  });
  const attempt: Attempt = {
    index,
    plan,
    isn,
    ledger,
    connection,
    startedAt: world.now,
    ...{ again: salt !== index, gaveUp: false, orphaned: false },
  };

  function goOn(): void {
    if (giveUpWhenDue()) return;
    if (!ledger.isAnswered || !mayAsk()) return;
    if (plan.pipelines && request > 0 && request < plan.requests.length) return;
    world.later(plan.pause, next);
  }

  /** Its client has been greeted, as far as it waits for that. */
  function mayAsk(): boolean {
    return plan.hasty || request > 0 || ledger.greeting.isWholeOf("first");
  }

  function giveUpWhenDue(): boolean {
    if (attempt.gaveUp) return true;
    if (plan.ending !== "resets" && plan.ending !== "vanishes") return false;
    if (ledger.answered < plan.endAfter && !(ledger.isAnswered && request >= plan.requests.length)) return false;
    attempt.gaveUp = true;
    // In the middle of its own delivery a connection had better not end.
    if (plan.ending === "resets")
      world.later(0, () => {
        connection.abort();
      });
    return true;
  }

  function next(): void {
    const { state } = connection;
    if (attempt.gaveUp || !["synSent", "synReceived", "established", "closeWait"].includes(state)) return;
    if (connection.peerClosed) return;
    const length = plan.requests[request];
    if (length === undefined) {
      connection.close();
      return;
    }
    request++;
    connection.send(ledger.ask(length));
    if (plan.ending === "halfCloses" && request === plan.requests.length) connection.close();
    if (plan.pipelines) world.later(plan.pause, next);
  }

  if (plan.ending === "resets" && plan.endAfter === 0) {
    world.later(plan.pause, () => giveUpWhenDue());
  }
  if (mayAsk()) next();
  const { stall, keepalive } = plan;
  if (stall) {
    world.later(stall.at, () => {
      connection.pause();
    });
    world.later(stall.at + stall.ms, () => {
      connection.resume();
      // A connection that has closed meanwhile still has what was not read.
      const unread = connection.received.subarray(ledger.answered);
      if (connection.state === "closed" && unread.length > 0) ledger.receive(unread);
    });
  }
  if (keepalive !== undefined)
    world.later(keepalive, () => {
      keepAlive(world, attempt);
    });
  return attempt;
}

function planAt({ connections }: Scenario, index: number): ConnectionPlan {
  const plan = connections[index];
  if (!plan) throw new RangeError("no such connection");
  return plan;
}

function keepAlive(world: World, attempt: Attempt): void {
  const { connection, plan, gaveUp } = attempt;
  if (gaveUp || connection.state === "closed" || world.now > attempt.startedAt + 3000) return;
  connection.probe();
  world.later(plan.keepalive ?? 1000, () => {
    keepAlive(world, attempt);
  });
}
