/** Every event in every phase. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ConnectionEffect, phases, step } from "../../../src/migration/machine/index.ts";
import {
  clientKinds,
  controlKinds,
  originKinds,
  parkedKinds,
  targetKinds,
} from "../../../src/migration/machine/kind.ts";
import { table } from "../../../src/migration/machine/table.ts";
import { Port } from "../../../src/ofp/index.ts";
import { eventOf, inPhase, preparedFor } from "./every-event.ts";
import { expected } from "./expected-table.ts";
import { DPID, type Run } from "./scene.ts";

const kinds = [...clientKinds, ...originKinds, ...targetKinds, ...parkedKinds, ...controlKinds];

/** The groups of a row: its handlers by phase, and the phases in which its event cannot come. */
function parse(row: string): { handlers: Map<string, string>; never: string[] } {
  const handlers = new Map<string, string>();
  let never: string[] = [];
  for (const group of row.split("; ")) {
    const [left = "", right = ""] = group.split(": ");
    if (left === "never") never = right.split(" ");
    else for (const phase of left.split(" ")) handlers.set(phase, right);
  }
  return { handlers, never };
}

const cells = kinds.flatMap((kind) => phases.map((phase) => ({ kind, phase })));

it("has a row for every kind of event and a column for every phase", () => {
  expect(Object.keys(table).sort()).toEqual([...kinds].sort());
  expect(Object.keys(expected).sort()).toEqual([...kinds].sort());
  for (const kind of kinds) expect(table[kind]).toHaveLength(14);
});

it.each(kinds)("says what %s does in each phase", (kind) => {
  const { handlers } = parse(expected[kind] ?? "");
  const said = Object.fromEntries(phases.map((phase, index) => [phase, table[kind][index]?.name]));
  expect(said).toEqual(Object.fromEntries(phases.map((phase) => [phase, handlers.get(phase)])));
});

function prepared(kind: string, phase: string): Run {
  const run = inPhase[phase]?.();
  if (!run?.state) throw new Error(`no connection in ${phase}`);
  expect(run.phase).toBe(phase);
  run.state = preparedFor(kind, run.state);
  return run;
}

describe("an event", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Which row an event takes, by its own account. */
  function rowTaken(run: Run, kind: string): string {
    const rows: string[] = [];
    const spies = Object.entries(table).map(([name, row]) => {
      const handlers = row as unknown as ((...args: unknown[]) => void)[];
      const original = [...handlers];
      handlers.forEach((_, index) => {
        handlers[index] = () => {
          rows.push(name);
        };
      });
      return () => {
        original.forEach((handler, index) => {
          handlers[index] = handler;
        });
      };
    });
    try {
      run.event(eventOf(kind, run));
    } finally {
      for (const restore of spies) restore();
    }
    return rows.join();
  }

  it.each(kinds)("of kind %s is known as one wherever it can come", (kind) => {
    const { never } = parse(expected[kind] ?? "");
    const reached = phases.filter((phase) => rowTaken(prepared(kind, phase), kind) === kind);
    expect(reached).toEqual(phases.filter((phase) => !never.includes(phase)));
  });
});

/** Handlers whose work is an answer to each packet: they do it again, within a bound of their own. */
const answers = [
  "answerParked",
  "hearGreeting",
  "greetAgain",
  "greetAnew",
  "redial",
  "answerStranger",
  "acknowledgeAgain",
  "resetOriginAgain",
];

function isChange({ type }: ConnectionEffect): boolean {
  return type === "flowMod" || type === "barrier" || type === "flowStats" || type === "inspect";
}

it.each(cells)("$kind twice in a row in $phase does nothing twice", ({ kind, phase }) => {
  const run = prepared(kind, phase);
  const event = eventOf(kind, run);
  run.event(event);
  const after = run.phase ?? "";
  run.event(event);
  expect(run.phase).toBe(after);
  expect(run.effects.filter(isChange)).toEqual([]);
  const { handlers } = parse(expected[kind] ?? "");
  if (answers.includes(handlers.get(after) ?? "")) return;
  // A segment may be relayed as often as it comes, but nothing is made up or released again.
  expect(run.sentFrames.filter(({ inPort }) => inPort === Port.controller)).toEqual([]);
  expect(run.sentFrames.length).toBeLessThanOrEqual(1);
});

it.each(cells)("$kind in $phase changes nothing in place and is told the same each time", ({ kind, phase }) => {
  const run = prepared(kind, phase);
  const { state } = run;
  const event = eventOf(kind, run);
  const before = structuredClone(state);
  const first = step(state, event, run.config);
  expect(state).toEqual(before);
  expect(step(state, event, run.config)).toEqual(first);
  expect(structuredClone(first.state)).toEqual(first.state);
});

it.each(cells)("$kind in $phase gives every effect a number of its own and says why", ({ kind, phase }) => {
  const run = prepared(kind, phase);
  const from = run.state?.nextId ?? 0;
  run.event(eventOf(kind, run));
  expect(run.effects.map(({ id }) => id)).toEqual(run.effects.map((_, index) => (from + index) >>> 0));
  for (const effect of run.effects) {
    expect(effect.dpid).toBe(DPID);
    expect(effect.why).toMatch(/^\S.*[.]$/);
    if ("message" in effect) expect(effect.message.xid).toBe(effect.id);
  }
});
