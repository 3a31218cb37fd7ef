/** OVS ofp-actions.c, struct nx_action_conjunction: one of the clauses that a packet must meet, all of them, to hit a flow. */
import type { Definition } from "../../ofp/definition.ts";
import { fixed } from "../../ofp/tagged.ts";
import { at } from "../../ofp/text/field-text.ts";
import { parseDecimal, parseUint } from "../../ofp/text/number.ts";
import { quote, struct, u8, u32, WireError } from "../../wire/index.ts";
import { requireObject, requireUint } from "../../wire/require.ts";

/**
 * A packet that hits flows with every clause of a conjunction goes on as if it had hit a flow that matches `conjId`: `id`. Such a flow
 * has no other actions but `note`.
 */
export interface ConjunctionAction {
  readonly type: "conjunction";
  /** From 0, as on the wire; ovs-ofctl writes and reads one more. */
  readonly clause: number;
  /** From 2 to 64. */
  readonly nClauses: number;
  readonly id: number;
}

const MIN_CLAUSES = 2;
const MAX_CLAUSES = 64;

const base = fixed<ConjunctionAction>("conjunction", 34, struct({ clause: u8, nClauses: u8, id: u32 }));

export const conjunctionDefinition: Definition<ConjunctionAction> = {
  ...base,
  decode(reader, registry) {
    const start = reader.at;
    const action = base.decode(reader, registry);
    check(action, start);
    return action;
  },
  encode(writer, action, registry) {
    const start = writer.offset;
    base.encode(writer, action, registry);
    check(action, start);
  },
  format: ({ clause, nClauses, id }) => `conjunction(${id},${clause + 1}/${nClauses})`,
  words: { conjunction: parseConjunction },
  besides: ["conjunction", "note"],
};

function check({ clause, nClauses }: ConjunctionAction, at: number): void {
  if (nClauses < MIN_CLAUSES || nClauses > MAX_CLAUSES) {
    throw new WireError("outOfRange", `${nClauses} is not from ${MIN_CLAUSES} to ${MAX_CLAUSES}`, at, "nClauses");
  }
  if (clause >= nClauses) throw new WireError("outOfRange", `${clause} is not below ${nClauses}`, at, "clause");
}

const FORM = /^(\s*)(0x[0-9a-f]+|-?\d+)(\s*,\s*)(\d+)(\s*\/\s*)(\d+)\s*$/i;

/** `1,2/3`: the id, which clause of how many, counted from 1. */
function parseConjunction(argument: string): ConjunctionAction {
  const parts = FORM.exec(argument);
  if (!parts) throw new WireError("syntax", `${quote(argument)} is not of the form id,clause/clauses`, 0);
  const [, before = "", id = "", comma = "", clause = "", slash = "", clauses = ""] = parts;
  const idAt = before.length;
  const clauseAt = idAt + id.length + comma.length;
  const clausesAt = clauseAt + clause.length + slash.length;
  const number = at(clauseAt, () => parseDecimal(clause, 8));
  if (number === 0) throw new WireError("outOfRange", "clauses are counted from 1", clauseAt);
  const action: ConjunctionAction = {
    type: "conjunction",
    clause: number - 1,
    nClauses: at(clausesAt, () => parseDecimal(clauses, 8)),
    id: at(idAt, () => parseUint(id, 32)),
  };
  check(action, clauseAt);
  return action;
}

/** What {@link conjunction} takes. */
export interface ConjunctionInit {
  readonly id: number;
  /** From 0. */
  readonly clause: number;
  readonly nClauses: number;
}

/**
 * `conjunction({ id: 7, clause: 0, nClauses: 2 })` is the first of two clauses, `conjunction(7,1/2)` in ovs-ofctl's words.
 *
 * Throws RangeError or TypeError for numbers out of range.
 */
export function conjunction(init: ConjunctionInit): ConjunctionAction {
  const { id, clause, nClauses } = requireObject("init", init);
  if (requireUint("nClauses", nClauses, 8) < MIN_CLAUSES || nClauses > MAX_CLAUSES) {
    throw new RangeError(`nClauses must be from ${MIN_CLAUSES} to ${MAX_CLAUSES}, not ${nClauses}`);
  }
  if (requireUint("clause", clause, 8) >= nClauses)
    throw new RangeError(`clause must be below ${nClauses}, not ${clause}`);
  return { type: "conjunction", clause, nClauses, id: requireUint("id", id, 32) };
}
