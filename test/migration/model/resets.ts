/** Resets that the planner itself sends: each with exactly the number that its receiver expects, and only so many. */
import { type ConnectionEvent, defaultLimits } from "../../../src/migration/machine/index.ts";
import type { TrackerEffect } from "../../../src/migration/tracker/index.ts";
import { Port } from "../../../src/ofp/index.ts";
import { seqAdd, TcpFlags } from "../../../src/tcp/index.ts";
import type { HostConnection } from "../../../src/testing/index.ts";
import type { Known } from "./controller.ts";
import { describe, type Peek, peek } from "./peek.ts";
import { clientPort, linkOf } from "./places.ts";
import type { Link, ServerName } from "./scenario.ts";
import type { Watched } from "./watch.ts";
import { Broken } from "./world.ts";

export class ResetWatch {
  private readonly of: Watched;
  /** By the client's port, when they were sent. */
  private readonly sent = new Map<number, number[]>();
  /** Servers, clients' ports and numbers with which they were dialled. */
  private readonly dialed = new Set<string>();

  constructor(of: Watched) {
    this.of = of;
  }

  effects(event: ConnectionEvent, effects: readonly TrackerEffect[], before: Known | undefined): void {
    for (const effect of effects) {
      if (effect.type !== "packetOut" || effect.message.inPort !== Port.controller) continue;
      const segment = peek(effect.message.data);
      const [action] = effect.message.actions;
      const link = action?.type === "output" ? linkOf(action.port) : undefined;
      if (!segment || !link) continue;
      if ((segment.flags & TcpFlags.syn) !== 0) this.dialed.add(`${link} ${segment.srcPort} ${seqAdd(segment.seq, 1)}`);
      if ((segment.flags & TcpFlags.rst) === 0) continue;
      const isToServer = link === "first" || link === "second" || link === "third";
      this.count(isToServer ? segment.srcPort : segment.dstPort, event.at);
      checkCause(event, link, segment);
      if (isToServer) this.checkServer(event, before, link, segment);
      else this.checkClient(before, segment);
    }
  }

  /** A bucket of tokens, seen from outside: between any two of them no more than fit. */
  private count(port: number, at: number): void {
    const times = [...(this.sent.get(port) ?? []), at];
    this.sent.set(port, times);
    const { resetBurst, resetEveryMs } = defaultLimits;
    const first = times.findIndex((time, index) => times.length - index > 1 + resetBurst + (at - time) / resetEveryMs);
    if (first >= 0) throw new Broken(`${times.length - first} resets for ${port} in ${at - (times[first] ?? 0)} ms`);
  }

  private checkServer(event: ConnectionEvent, before: Known | undefined, link: ServerName, segment: Peek): void {
    const served = this.of.servers.find(({ name }) => name === link)?.connections() ?? [];
    const alive = served.filter(({ remote, state }) => remote.port === segment.srcPort && !isOver(state));
    if (alive.length === 0 || alive.some(({ rcvNxt }) => rcvNxt === segment.seq)) return;
    // RFC 9293 §3.10.7.1: to what no connection has sent, the number that it acknowledges.
    if (event.type === "packetIn" && peek(event.frame)?.ack === segment.seq) return;
    // What began with a dial: the server may have let go of an older connection since it was heard last.
    const isDials = this.dialed.has(`${link} ${segment.srcPort} ${segment.seq}`);
    if (isDials && !alive.some(({ irs }) => seqAdd(irs, 1) === segment.seq)) return;
    // What the switch has carried by its flows the planner has not seen.
    if (before?.inSwitch === true) return;
    // Nobody knows of this one until it has answered.
    if (this.of.scenario.servers[link].habit === "oldConnection") return;
    const expected = alive.map(({ rcvNxt }) => rcvNxt).join();
    throw new Broken(`a reset that is not exact went to ${link}: ${describe(segment)}; ${expected} was next`);
  }

  private checkClient(before: Known | undefined, segment: Peek): void {
    const attempt = this.of.attempts.findLast(({ index }) => clientPort(index) === segment.dstPort);
    const { rcvNxt, state } = attempt?.connection ?? {};
    if (state === undefined || isOver(state) || rcvNxt === segment.seq || before?.inSwitch === true) return;
    throw new Broken(`a reset that is not exact went to the client: ${describe(segment)}; ${rcvNxt} was next`);
  }
}

function isOver(state: HostConnection["state"]): boolean {
  return state === "closed" || state === "timeWait";
}

/** RFC 9293 §3.10.7.1: no reset is answered with one. */
function checkCause(event: ConnectionEvent, link: Link, segment: Peek): void {
  if (event.type !== "packetIn" || linkOf(event.inPort) !== link) return;
  const cause = peek(event.frame);
  if (cause && (cause.flags & TcpFlags.rst) !== 0) {
    throw new Broken(`a reset from ${link} was answered with one: ${describe(segment)}`);
  }
}
