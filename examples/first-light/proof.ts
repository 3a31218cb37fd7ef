/**
 * Pushes the plan and the captured segments through the model switch, and holds what comes out against what the hosts of the
 * capture saw on their links.
 */
import { encodeEffect, type Plan, type ReadyPlan } from "../../src/migration/index.ts";
import { decodeFrame, type Frame, seqAdd, seqDiff } from "../../src/tcp/index.ts";
import { type Match, Pool } from "./compare.ts";
import type { Exchange } from "./exchange.ts";
import type { Handshake } from "./handshake.ts";
import { type Emitted, LINES, type Line, modelSwitch, type Switch } from "./model.ts";
import { flagLetters, isSyn, isSynAck, type Segment } from "./segments.ts";

export interface Row {
  readonly from: "plan" | "client" | "target";
  readonly to: Line;
  /** As it came to the switch; absent for a segment that the planner made. */
  readonly before?: Frame;
  readonly after: Frame;
  readonly bytes: Uint8Array;
  readonly match: Match;
  /** A repetition of held data, which the recording's switch absorbed. */
  readonly absorbed: boolean;
}

/** Something that must not reach a host. */
export interface Stopped {
  readonly what: string;
  readonly passed: boolean;
}

export interface Proof {
  readonly rows: readonly Row[];
  readonly stopped: readonly Stopped[];
  /** What is off; the plan is proved when there is nothing. */
  readonly failures: readonly string[];
}

export interface Steps {
  readonly dial: Plan;
  readonly ready: ReadyPlan;
}

export function prove({ dial, ready }: Steps, handshake: Handshake, exchange: Exchange): Proof {
  const run = new Run(modelSwitch(ready.ports), exchange);
  run.carryOut(dial);
  run.carryOut(ready);
  for (const [line, segment] of inTime(exchange, handshake)) run.push(line, segment);
  run.mustStop("client", handshake.syn, "the client's SYN once more");
  run.mustStop("origin", handshake.synAck, "the old server's SYN-ACK once more");
  if (handshake.targetSynAck) run.mustStop("target", handshake.targetSynAck, "the new server's SYN-ACK once more");
  return run.finish(handshake);
}

/** What both ends sent after the hand-over, in the order of the capture. The plan itself releases what was held. */
function inTime(
  { fromClient, fromTarget }: Exchange,
  { held, targetSynAck }: Handshake,
): ["client" | "target", Segment][] {
  const client = fromClient.filter((segment) => !held.includes(segment));
  const target = fromTarget.filter((segment) => segment !== targetSynAck);
  const both: ["client" | "target", Segment][] = [
    ...client.map((segment): ["client", Segment] => ["client", segment]),
    ...target.map((segment): ["target", Segment] => ["target", segment]),
  ];
  return both.sort(([, a], [, b]) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
}

class Run {
  private readonly device: Switch;
  private readonly pools: Record<Line, Pool>;
  private readonly rows: Row[] = [];
  private readonly stopped: Stopped[] = [];
  private readonly failures: string[] = [];

  constructor(device: Switch, exchange: Exchange) {
    this.device = device;
    this.pools = {
      client: new Pool(exchange.toClient),
      origin: new Pool(exchange.toOrigin),
      target: new Pool(exchange.toTarget),
    };
  }

  carryOut(plan: Plan): void {
    for (const effect of plan.effects) {
      const { emitted, errors, barriers } = this.device.control(encodeEffect(effect));
      this.failures.push(...errors.map((error) => `the switch refuses effect ${effect.id} (${effect.type}): ${error}`));
      if (effect.type === "barrier" && !barriers.includes(effect.id)) {
        this.failures.push(`the switch does not answer barrier ${effect.id}`);
      }
      if (effect.type !== "packetOut") continue;
      if (emitted.length !== 1) this.failures.push(`effect ${effect.id} sends ${emitted.length} frames, not one`);
      const held = effect.carries === "data" ? { before: effect.frame } : {};
      for (const frame of emitted) this.record({ from: "plan", ...held }, frame, false);
    }
  }

  push(line: "client" | "target", segment: Segment): void {
    if (isSyn(segment) || isSynAck(segment)) {
      this.mustStop(line, segment, `the SYN in ${segment.where}`);
      return;
    }
    const { emitted } = this.device.inject(line, segment.bytes);
    if (emitted.length !== 1) this.failures.push(`${segment.where}: ${emitted.length} frames come out, not one`);
    for (const frame of emitted) this.record({ from: line, before: segment.frame }, frame, line === "client");
  }

  /** Nothing of this may come out anywhere. */
  mustStop(line: Line, segment: Segment, what: string): void {
    const passed = this.device.inject(line, segment.bytes).emitted.length > 0;
    this.stopped.push({ what, passed });
    if (passed) this.failures.push(`${what} passes the switch`);
  }

  finish({ held }: Handshake): Proof {
    for (const line of LINES) {
      for (const segment of this.pools[line].rest()) {
        this.failures.push(`${segment.where}: ${NAMES[line]} saw it, but the switch never sent it`);
      }
    }
    const rows = this.rows.map((row) => ({ ...row, absorbed: row.absorbed && isWithin(row, held) }));
    const failures = [...this.failures, ...rows.flatMap((row, index) => failuresOf(row, index + 1))];
    return { rows, stopped: this.stopped, failures };
  }

  private record(origin: Pick<Row, "from" | "before">, { line, bytes }: Emitted, absorbed: boolean): void {
    const after = decodeFrame(bytes);
    this.rows.push({ ...origin, to: line, after, bytes, match: this.pools[line].match(bytes, after), absorbed });
  }
}

const NAMES: Readonly<Record<Row["from"] | Line, string>> = {
  plan: "the plan",
  client: "the client",
  origin: "the old server",
  target: "the new server",
};

/** Whether a client segment repeats held data. */
function isWithin({ before }: Row, held: readonly Segment[]): boolean {
  const [first] = held;
  const last = held.at(-1);
  if (!before?.tcp || !first || !last) return false;
  const end = seqAdd(last.tcp.seq, last.frame.payload.length);
  const { seq } = before.tcp;
  return (
    before.payload.length > 0 &&
    seqDiff(seq, first.tcp.seq) >= 0 &&
    seqDiff(end, seqAdd(seq, before.payload.length)) >= 0
  );
}

function failuresOf(row: Row, number: number): string[] {
  const { before, after, match, absorbed } = row;
  const failures: string[] = [];
  const tell = (text: string) =>
    failures.push(`segment ${number}, from ${NAMES[row.from]} to ${NAMES[row.to]}: ${text}`);
  if (before?.tcp?.checksumValid === false)
    tell("its checksum is wrong in the capture (capture at the switch, without offloading)");
  else if (after.tcp?.checksumValid !== true) tell("its checksum is wrong when it leaves the switch");
  if (match.kind === "different") {
    const fields = match.differences.map((d) => `${d.field} ${d.switch} where ${NAMES[row.to]} saw ${d.host}`);
    tell(`${fields.join(", ")} (${match.seen.where})`);
  }
  if (match.kind === "unseen" && !absorbed) {
    const { seq, ack, flags } = after.tcp ?? { seq: 0, ack: 0, flags: 0 };
    tell(
      `${NAMES[row.to]} saw no such segment: ${flagLetters(flags)} seq ${seq} ack ${ack}, ${row.after.payload.length} bytes`,
    );
  }
  return failures;
}
