/** Shadow mode: every event in every phase that it knows. */
import { describe, expect, it } from "vitest";
import { type ConnectionConfig, type ConnectionEffect, step } from "../../../src/migration/machine/index.ts";
import { clientKinds, controlKinds, originKinds, targetKinds } from "../../../src/migration/machine/kind.ts";
import { ports } from "../scene.ts";
import { eventOf, preparedFor } from "./every-event.ts";
import { ACK, DPID, FIN, plainConfig, RST, Run } from "./scene.ts";

const config: ConnectionConfig = { service: { ...plainConfig.service, shadow: true } };
const shadowed = () => new Run({}, config);

/** A connection in each phase; `asked` has a request that nobody has decided about, and so have those that end in it. */
const inPhase: Readonly<Record<string, () => Run>> = {
  syn: () => shadowed().syn(),
  synAck: () => shadowed().syn().synAck(),
  ready: () => shadowed().toReady(),
  asked: () => shadowed().toHold(),
  forwarded: () => shadowed().toHold().verdict(),
  nonMig: () => shadowed().toNonMig(),
  closing: () => closed(shadowed().toHold().verdict()),
  closingAsked: () => closed(shadowed().toHold()),
  linger: () => shadowed().toHold().verdict().client({ seq: 1019, ack: 0, flags: RST }),
  lingerAsked: () => shadowed().toHold().client({ seq: 1019, ack: 0, flags: RST }),
  dead: () => shadowed().toReady().client({ ack: 0, flags: RST }),
};
const phases = Object.keys(inPhase);
const phaseNames: Readonly<Record<string, string>> = {
  asked: "forwarded",
  closingAsked: "closing",
  lingerAsked: "linger",
};

function closed(run: Run): Run {
  return run.client({ seq: 1019, flags: FIN | ACK }).origin({ ack: 1019, flags: FIN | ACK });
}

/** Where an event leads: `phases: phase`, and nowhere from the others. */
const leads: Readonly<Record<string, string>> = {
  clientSyn: "dead: syn",
  clientSynOther: "linger lingerAsked dead: syn",
  clientSynCandidate: "linger lingerAsked dead: syn",
  clientAckCandidate: "syn synAck ready asked forwarded nonMig closing closingAsked linger lingerAsked: ready",
  clientAck: "synAck: ready",
  clientData: "synAck ready: forwarded",
  clientFin: "synAck ready: nonMig",
  clientRst: "syn synAck ready: dead; asked forwarded nonMig closing closingAsked: linger",
  originSynAck: "syn: synAck",
  originSynAckOther: "syn: synAck; synAck ready: nonMig",
  originFin: "synAck ready: nonMig",
  originRst: "syn synAck ready: dead; asked forwarded nonMig closing closingAsked: linger",
  timer: "syn synAck ready: dead; forwarded nonMig closing: linger; linger: dead",
  switchLost: "syn synAck ready: dead",
};

/** What is said of a verdict and of the time that is up. */
const reports: Readonly<Record<string, string>> = {
  verdictMigrate:
    "asked closingAsked lingerAsked: WOULD_MIGRATE; forwarded nonMig: VERDICT_TOO_LATE; closing linger dead: VERDICT_IGNORED",
  verdictForward: "asked closingAsked lingerAsked: FORWARDED; forwarded nonMig closing linger dead: VERDICT_IGNORED",
  timer: "syn synAck ready linger: ENDED; asked closingAsked lingerAsked: VERDICT_MISSING FORWARDED",
};

function cell(rows: Readonly<Record<string, string>>, kind: string, phase: string): string | undefined {
  for (const group of (rows[kind] ?? "").split("; ")) {
    const [from = "", to = ""] = group.split(": ");
    if (from.split(" ").includes(phase)) return to;
  }
  return undefined;
}

// A connection that is only looked at has no parked servers.
const kinds = [
  ...clientKinds.filter((kind) => kind !== "clientRstParked"),
  ...originKinds,
  ...targetKinds,
  ...controlKinds,
];
const cells = kinds.flatMap((kind) => phases.map((phase) => ({ kind, phase })));

function prepared(kind: string, phase: string): Run {
  const run = inPhase[phase]?.();
  if (!run?.state) throw new Error(`no connection in ${phase}`);
  expect(run.phase).toBe(phaseNames[phase] ?? phase);
  run.state = preparedFor(kind, run.state);
  return run;
}

function isChange({ type }: ConnectionEffect): boolean {
  return type === "flowMod" || type === "barrier" || type === "flowStats" || type === "inspect";
}

/** Every packet that goes out is the one that came in, and goes to the other side. */
function checkPackets(run: Run): void {
  const event = run.events.at(-1);
  const fromEnd = event?.type === "packetIn" && [ports.client, ports.origin].includes(event.inPort);
  const sent = run.effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.message] : []));
  const port = fromEnd && event.inPort === ports.client ? ports.origin : ports.client;
  expect(sent.map(({ data }) => data)).toEqual(fromEnd ? [event.frame] : []);
  expect(sent.map(({ actions }) => actions)).toEqual(fromEnd ? [[{ type: "output", port, maxLen: 0 }]] : []);
}

describe.each(cells)("$kind in $phase", ({ kind, phase }) => {
  it("is passed on as it came, and nothing else is sent", () => {
    const run = prepared(kind, phase);
    run.event(eventOf(kind, run));
    checkPackets(run);
    const added = run.effects.filter((effect) => effect.type === "flowMod" && effect.message.command === 0);
    const roles = added.map((effect) => (effect.type === "flowMod" ? effect.role : ""));
    expect(["", "plainToServer plainToClient"]).toContain(roles.join(" "));
    expect(run.effects.filter(({ type }) => type === "bundle")).toEqual([]);
    expect(run.effects.map(({ why }) => why).filter((why) => !/^\S.*[.]$/.test(why))).toEqual([]);
  });

  it("leads where it should", () => {
    const run = prepared(kind, phase);
    run.event(eventOf(kind, run));
    expect(run.phase).toBe(cell(leads, kind, phase) ?? phaseNames[phase] ?? phase);
    if (reports[kind] !== undefined) expect(run.reports.join(" ")).toBe(cell(reports, kind, phase) ?? "");
  });

  it("twice in a row does nothing twice", () => {
    const run = prepared(kind, phase);
    const event = eventOf(kind, run);
    run.event(event);
    const after = run.phase;
    run.event(event);
    expect(run.phase).toBe(after);
    expect(run.effects.filter(isChange)).toEqual([]);
    checkPackets(run);
  });

  it("changes nothing in place and is told the same each time", () => {
    const run = prepared(kind, phase);
    const { state } = run;
    const event = eventOf(kind, run);
    const before = structuredClone(state);
    const first = step(state, event, config);
    expect(state).toEqual(before);
    expect(step(state, event, config)).toEqual(first);
    const from = state?.nextId ?? 0;
    expect(first.effects.map(({ id }) => id)).toEqual(first.effects.map((_, index) => (from + index) >>> 0));
    expect(first.effects.filter(({ dpid }) => dpid !== DPID)).toEqual([]);
  });
});
