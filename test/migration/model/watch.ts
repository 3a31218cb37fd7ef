/** What is checked while a run goes on: every frame that leaves the switch, and everything that the planner asks for. */
import { icmpErrorOf } from "../../../src/migration/machine/icmp.ts";
import { type ConnectionEvent, defaultLimits, defaultTiming } from "../../../src/migration/machine/index.ts";
import type { TrackerEffect } from "../../../src/migration/tracker/index.ts";
import { decodeFrame, seqAdd, seqDiff, seqInWindow, seqOffset, TcpFlags } from "../../../src/tcp/index.ts";
import { toHex } from "../../../src/wire/index.ts";
import type { Attempt } from "./clients.ts";
import type { Controller, Known } from "./controller.ts";
import { FLOOD_PORT, FORGED_WINDOW, isLie } from "./forger.ts";
import { greetingsOf } from "./greetings.ts";
import { describe, isIntact, type Peek, peek } from "./peek.ts";
import { clientEnd, clientPort, linkOf, portOfMac, serverEnd, serviceEnd, switchPorts } from "./places.ts";
import { ResetWatch } from "./resets.ts";
import type { Link, Scenario, ServerName } from "./scenario.ts";
import type { Server } from "./servers.ts";
import { Broken } from "./world.ts";

/** Longest time for which data may be held while the channel works: every wait that there is, as often as it may come. */
const PATIENCE =
  defaultTiming.verdictMs +
  (1 + defaultLimits.redials) * Math.max(...defaultTiming.dialMs) +
  Math.max(...defaultTiming.greetMs) +
  4 * defaultTiming.barrierMs;

/** What a run looks at. */
export interface Watched {
  readonly scenario: Scenario;
  readonly attempts: readonly Attempt[];
  readonly servers: readonly Server[];
  readonly controller: Controller;
  /** First numbers of segments that were forged. */
  readonly forgedNumbers: ReadonlySet<number>;
  /** Everything that was forged, in hex. */
  readonly lies: ReadonlySet<string>;
}

export class Watch {
  private readonly of: Watched;
  private readonly resets: ResetWatch;
  private readonly edges = new Map<Attempt, number>();
  private readonly heldSince = new Map<string, number>();

  constructor(of: Watched) {
    this.of = of;
    this.resets = new ResetWatch(of);
  }

  /** What a client says on its way: a window that it has once offered it must take (RFC 7323 §2.4). */
  offered(attempt: Attempt, { flags, ack, window }: Peek): void {
    if ((flags & TcpFlags.ack) === 0) return;
    const { windowScale } = attempt.plan.tcp;
    const isScaled = windowScale !== false && attempt.connection.peerWindowScale !== undefined;
    const edge = seqAdd(ack, window * 2 ** (isScaled ? windowScale : 0));
    const before = this.edges.get(attempt);
    if (before === undefined || seqDiff(edge, before) > 0) this.edges.set(attempt, edge);
  }

  /** A frame leaves the switch; by its flows, if it tells where it came from. */
  frame(link: Link, frame: Uint8Array, from: Link | undefined): void {
    const segment = peek(frame);
    if (!segment) {
      if (isServer(link)) checkErrorToServer(this.of, link, frame);
      else checkErrorToClient(this.of, frame);
      return;
    }
    if (!isIntact(frame)) throw new Broken(`a damaged segment went to ${link}: ${describe(segment)}`);
    if (isServer(link)) {
      checkCongestionField(this.of, link, segment);
      return;
    }
    // The flow from the new server is there before the commit: what it says must find its way from its first byte on.
    const isArmed = ["arm", "fwdArm"].includes(this.of.controller.knownOf(segment.dstPort)?.phase ?? "");
    // What ends the flows of the connection before may still be on its way to the switch.
    const ours = this.of.attempts.filter(({ index }) => clientPort(index) === segment.dstPort);
    const isBefore = isStraggler(ours, segment);
    if (from && isServer(from) && !isBefore && !(isArmed && from !== "first")) this.checkOwner(from, segment);
    checkReceiver(this.of, link, segment);
    checkClientSpace(this.of, segment, this.edges);
  }

  /** What the planner makes of an event. */
  effects(event: ConnectionEvent, effects: readonly TrackerEffect[], before: Known | undefined): void {
    this.resets.effects(event, effects, before);
    this.checkHeld(event.at);
    if (event.type !== "packetIn") return;
    const from = linkOf(event.inPort);
    if (!from || !isServer(from)) return;
    for (const effect of effects) {
      if (effect.type === "unclaimed") {
        const segment = this.of.lies.has(toHex(event.frame)) ? undefined : peek(effect.frame);
        // With an address of its own a server is a stranger to the client, who resets what it says.
        const isAsService = [0, 1].some(
          (service) => segment?.srcPort === serviceEnd(this.of.scenario, service === 1 ? 1 : 0).port,
        );
        if (segment && isAsService && segment.dstPort >= clientPort(0)) this.checkOwner(from, segment);
      }
      if (effect.type !== "packetOut" || effect.message.data.length === 0) continue;
      const [action] = effect.message.actions;
      const to = action?.type === "output" ? linkOf(action.port) : undefined;
      const segment = peek(effect.message.data);
      if (segment && to && !isServer(to) && isCopy(segment, event.frame)) this.checkOwner(from, segment);
    }
  }

  /** After the commit nothing that the old server says may reach the client, not even a segment without a byte. */
  private checkOwner(from: ServerName, segment: Peek): void {
    const state = this.of.controller.knownOf(segment.dstPort);
    if (!state || state.phase === "dead") return;
    const { owner } = state;
    if (from === owner) return;
    // Server 1 answers a SYN that may be the client's next connection.
    if (from === "first" && state.candidates() > 0) return;
    throw new Broken(`${owner} has the connection, and ${from} reached the client: ${describe(segment)}`);
  }

  /** Nobody holds data for longer than all waits together take; while the channel is broken everything waits. */
  private checkHeld(at: number): void {
    for (const { held, cut, port, generation, phase } of this.of.controller.known()) {
      const name = `${port} ${generation}`;
      const since = this.heldSince.get(name);
      if (held === 0 || cut) this.heldSince.delete(name);
      else if (since === undefined) this.heldSince.set(name, at);
      else if (at > since + PATIENCE) throw new Broken(`data is held since ${since}, in ${phase}`);
    }
  }
}

function isServer(link: Link): link is ServerName {
  return link === "first" || link === "second" || link === "third";
}

/** Whether a segment to the client is what came in, with other numbers. */
function isCopy({ flags, length, window }: Peek, frame: Uint8Array): boolean {
  const original = peek(frame);
  return original?.flags === flags && original.length === length && original.window === window;
}

/** RFC 3168 §6.1.1: marks are for those that have agreed on them. */
function checkCongestionField({ servers }: Watched, link: ServerName, segment: Peek): void {
  if (segment.ecn === 0) return;
  const served = servers.find(({ name }) => name === link)?.connections() ?? [];
  const connection = served.findLast(({ remote }) => remote.port === segment.srcPort);
  if (connection && !connection.ecn) {
    throw new Broken(`${link} has not agreed on ECN, and got ${segment.ecn}: ${describe(segment)}`);
  }
}

/** What an ICMP error quotes must be the receiver's own: its addresses, and numbers that it has used. */
function checkErrorToServer({ servers, scenario, forgedNumbers }: Watched, link: ServerName, frame: Uint8Array): void {
  const error = icmpErrorOf(frame);
  if (!error) return;
  const { ip } = serverEnd(scenario, link, 0);
  const ports = ([0, 1] as const).map((service) => serverEnd(scenario, link, service).port);
  if (!error.intact || error.to !== ip || error.src !== ip || !ports.includes(error.srcPort)) {
    throw new Broken(`${link} got an ICMP error that is not its own`);
  }
  // What it quotes may be a lie, or an answer to one.
  if (isLie(decodeFrame(frame)) || forgedNumbers.size > 0) return;
  const served = servers.find(({ name }) => name === link)?.connections() ?? [];
  const ours = served.filter(({ remote }) => remote.port === error.dstPort);
  if (!ours.some(({ iss, sndNxt }) => seqInWindow(error.seq, iss, seqOffset(sndNxt, iss) + 1))) {
    throw new Broken(`${link} got an ICMP error about ${error.seq}, which it never sent`);
  }
}

function checkErrorToClient({ attempts, forgedNumbers }: Watched, frame: Uint8Array): void {
  const error = icmpErrorOf(frame);
  if (!error) return;
  const ours = attempts.map(({ connection }) => connection).filter(({ local }) => local.port === error.srcPort);
  // Nobody is there who could be misled: of a flood, or of something that was forged about one.
  if (ours.length === 0) return;
  const { local, remote } = ours.at(-1) ?? {};
  const isAbout = error.src === local?.ip && error.dst === remote?.ip && error.dstPort === remote.port;
  if (!error.intact || error.to !== error.src || !isAbout) {
    throw new Broken("the client got an ICMP error that is not its own");
  }
  if (isLie(decodeFrame(frame)) || forgedNumbers.size > 0) return;
  if (!ours.some(({ iss, sndNxt }) => seqInWindow(error.seq, iss, seqOffset(sndNxt, iss) + 1))) {
    throw new Broken(`the client got an ICMP error about ${error.seq}, which it never sent`);
  }
}

/** What a server says reaches nobody but its client, or whoever has it could forge the end of the connection. */
function checkReceiver({ scenario, attempts, forgedNumbers }: Watched, link: Link, segment: Peek): void {
  const ours = attempts.findLast(({ index }) => clientPort(index) === segment.dstPort);
  if (
    !ours ||
    segment.window === FORGED_WINDOW ||
    portOfMac(scenario, clientEnd(scenario, ours.plan.client).mac) === switchPorts[link]
  )
    return;
  // About what it has begun itself.
  if (forgedNumbers.has(seqAdd(segment.ack, -1))) return;
  throw new Broken(`${link} got what another client should: ${describe(segment)}`);
}

/** No segment may say anything to the client outside of what the client has offered and sent. */
function checkClientSpace(
  { scenario, attempts, forgedNumbers }: Watched,
  segment: Peek,
  edges: ReadonlyMap<Attempt, number>,
): void {
  const ours = attempts.filter(({ index }) => clientPort(index) === segment.dstPort);
  if (segment.dstPort >= FLOOD_PORT) return;
  if (ours.length === 0) throw new Broken(`nobody asked for this: ${describe(segment)}`);
  // What a server says with an address of its own is nothing to the client, who resets it.
  if (![0, 1].some((service) => segment.srcPort === serviceEnd(scenario, service === 1 ? 1 : 0).port)) return;
  // What a server says of another connection of these addresses finds its way by the flows of this one.
  const isOld = Object.values(scenario.servers).some(({ habit }) => habit === "oldConnection");
  if (isOld && segment.length === 0) return;
  // What was forged is the forger's business, and so is what server 1 answers to it.
  if (segment.window === FORGED_WINDOW || forgedNumbers.has(seqAdd(segment.ack, -1))) return;
  // A straggler of an earlier connection, which the flows of the next one cannot tell: the client does, by what it acknowledges.
  if (isStraggler(ours, segment)) return;
  // Under the shifts of the next one its numbers are nobody's. The client answers it, and that is all.
  if (ours.length > 1 && segment.flags === TcpFlags.ack && segment.length === 0) return;
  if (!ours.some((attempt) => isWithin(segment, attempt, edges.get(attempt)))) {
    const last = ours.at(-1);
    const { irs, rcvNxt, sndNxt, iss } = last?.connection ?? {};
    if (isOldGreeting(scenario, segment, last)) return;
    const state = JSON.stringify({ irs, rcvNxt, edge: last && edges.get(last), sndNxt, iss });
    throw new Broken(`a segment outside of the client's window: ${describe(segment)}; ${state}`);
  }
}

/** A new server may repeat its greeting behind the hand-over: to the client it lies before what has come, perhaps before all of it. */
function isOldGreeting(scenario: Scenario, { seq, length }: Peek, attempt: Attempt | undefined): boolean {
  if (!scenario.speaksFirst || !attempt) return false;
  const { irs, rcvNxt } = attempt.connection;
  const longest = Math.max(...Object.values(greetingsOf(scenario)).map((bytes) => bytes.length));
  return seqDiff(seq, irs) >= -longest && seqDiff(seqAdd(seq, length), rcvNxt) <= 0;
}

/** Whether it answers something of an earlier connection of the same port, or ends that. */
function isStraggler(ours: readonly Attempt[], { seq, ack, flags }: Peek): boolean {
  const earlier = ours.slice(0, -1).map(({ connection }) => connection);
  if ((flags & (TcpFlags.rst | TcpFlags.ack)) === TcpFlags.rst)
    return earlier.some(({ irs, rcvNxt }) => seqInWindow(seq, irs, seqOffset(rcvNxt, irs) + 1));
  return earlier.some(({ iss, sndNxt }) => seqInWindow(ack, iss, seqOffset(sndNxt, iss) + 1));
}

function isWithin({ seq, ack, flags, length }: Peek, { connection }: Attempt, edge: number | undefined): boolean {
  const { irs, rcvNxt, iss, sndNxt, state } = connection;
  // Nothing has come of it, and the client may have forgotten it since.
  if (state === "synSent" || (state === "closed" && irs === 0 && rcvNxt === 0)) return true;
  if ((flags & TcpFlags.ack) !== 0) {
    // An answer to something of this connection's.
    if (seqDiff(ack, iss) < 0 || seqDiff(ack, sndNxt) > 0) return false;
  }
  // Server 1's answer to a SYN that was repeated on its way and comes when the connection is over, and what it says after that.
  if ((flags & TcpFlags.syn) !== 0 && ack === seqAdd(iss, 1)) return true;
  if (state === "closed" && ack === seqAdd(iss, 1) && length === 0) return true;
  if ((flags & TcpFlags.rst) !== 0 && (flags & TcpFlags.ack) === 0) return true;
  return seqDiff(seq, irs) >= 0 && seqDiff(seqAdd(seq, length), edge ?? seqAdd(rcvNxt, 0xffff)) <= 1;
}
