/** OVS ofp-actions.c, struct nx_action_learn and nx_action_learn2: a flow from the packet that hits this one. */
import type { Definition, Registry } from "../../ofp/definition.ts";
import { DEFAULT_PRIORITY } from "../../ofp/enums/flow.ts";
import { Table } from "../../ofp/enums/table.ts";
import { readOxmId, writeOxmId } from "../../ofp/oxm-id.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireTaggedList } from "../../ofp/require.ts";
import { checkUint, type Reader, struct, u8, u16, u32, u64, WireError, type Writer } from "../../wire/index.ts";
import { requireBigUint, requireObject, requireUint } from "../../wire/require.ts";
import { opaque } from "../destination.ts";
import { fieldOf, requireSubfield, type Subfield } from "../subfield.ts";
import { missingOf } from "./learn-needs.ts";
import { type LearnSpec, readSpecs, writeSpecs } from "./learn-spec.ts";
import { formatLearn, parseLearn } from "./learn-text.ts";
import { type Learn2Action, type LearnAction, type Learned, LearnFlags } from "./learn-types.ts";

const layout = struct({
  idleTimeout: u16,
  hardTimeout: u16,
  priority: u16,
  cookie: u64,
  flags: u16,
  tableId: u8,
  pad: u8,
  finIdleTimeout: u16,
  finHardTimeout: u16,
});
const layout2 = struct({ limit: u32, resultDstOfs: u16, pad2: u16 });

const FLAGS = LearnFlags.sendFlowRem | LearnFlags.deleteLearned;
/** NX_LEARN_F_WRITE_RESULT */
const WRITE_RESULT = 4;

type Head = Omit<Learned, "specs">;

export const learnDefinition: Definition<LearnAction> = {
  type: "learn",
  code: 16,
  decode(reader, registry) {
    const start = reader.at;
    const head = readHead(reader);
    checkFlags(head.flags, start);
    const specs = part("specs", () => readSpecs(reader, registry));
    return specs ? { type: "learn", ...head, specs } : (opaque(reader, start) as LearnAction);
  },
  encode(writer, action, registry) {
    const start = writer.offset;
    writeHead(writer, action);
    checkFlags(action.flags, start);
    part("specs", () => {
      writeSpecs(writer, action.specs, registry);
    });
  },
  format: formatLearn,
  words: { learn: parseLearn },
  missing: ({ specs }, seen, registry) => missingOf(specs, seen, registry),
};

export const learn2Definition: Definition<Learn2Action> = {
  type: "learn2",
  code: 45,
  decode(reader, registry) {
    const start = reader.at;
    const { flags: bits, ...head } = readHead(reader);
    const { limit, resultDstOfs, pad2 } = reader.field(layout2);
    if (pad2 !== 0) throw new WireError("badValue", "not zero", start, "pad2");
    const flags = bits & ~WRITE_RESULT;
    checkFlags(flags, start);
    const writes = (bits & WRITE_RESULT) !== 0;
    if (!writes && resultDstOfs !== 0) throw new WireError("badValue", "a bit without a field", start, "resultDst");
    const resultDst = writes ? part("resultDst", () => readResult(reader, resultDstOfs, registry)) : undefined;
    const specs = writes && !resultDst ? undefined : part("specs", () => readSpecs(reader, registry));
    if (!specs) return opaque(reader, start) as Learn2Action;
    return { type: "learn2", ...head, flags, limit, ...(resultDst && { resultDst }), specs };
  },
  encode(writer, action, registry) {
    const start = writer.offset;
    const { limit, resultDst, flags } = action;
    checkFlags(flags, start);
    writeHead(writer, { ...action, flags: resultDst === undefined ? flags : flags | WRITE_RESULT });
    writer.field(layout2, { limit, resultDstOfs: resultDst?.offset ?? 0, pad2: 0 });
    if (resultDst !== undefined) {
      part("resultDst", () => {
        writeResult(writer, resultDst, registry);
      });
    }
    part("specs", () => {
      writeSpecs(writer, action.specs, registry);
    });
  },
  format: formatLearn,
  missing: ({ specs }, seen, registry) => missingOf(specs, seen, registry),
};

function readHead(reader: Reader): Head {
  const start = reader.at;
  const { pad: odd, ...head } = reader.field(layout);
  if (odd !== 0) throw new WireError("badValue", "not zero", start, "pad");
  checkTable(head.tableId, start);
  return head;
}

function writeHead(writer: Writer, head: Head): void {
  const start = writer.offset;
  writer.field(layout, { ...head, pad: 0 });
  checkTable(head.tableId, start);
}

function checkTable(tableId: number, at: number): void {
  if (tableId === Table.all) throw new WireError("outOfRange", "255 is no table to learn into", at, "tableId");
}

function checkFlags(flags: number, at: number): void {
  part("flags", () => {
    checkUint(flags, FLAGS, at);
  });
}

/** The header of a field, which may be an experimenter's; undefined for one that no table has. */
function readResult(reader: Reader, offset: number, registry: Registry): Subfield | undefined {
  const start = reader.at;
  const id = readOxmId(reader, registry);
  if (!registry.fieldByName(id.field)) return undefined;
  if (id.hasMask || id.length !== undefined)
    throw new WireError("badLength", "a header with a mask or another length", start);
  const subfield = { field: id.field, offset, bits: 1 };
  fieldOf(subfield, registry, start);
  return subfield;
}

function writeResult(writer: Writer, subfield: Subfield, registry: Registry): void {
  const { name } = fieldOf(subfield, registry, writer.offset);
  if (subfield.bits !== 1) throw new WireError("outOfRange", `${subfield.bits} bits instead of one`, writer.offset);
  writeOxmId(writer, { field: name, hasMask: false }, registry);
}

/** What {@link learn} takes. */
export interface LearnInit {
  readonly tableId: number;
  readonly idleTimeout?: number; // seconds
  readonly hardTimeout?: number; // seconds
  /** 0x8000 unless given. */
  readonly priority?: number;
  readonly cookie?: bigint;
  /** See {@link LearnFlags}. */
  readonly flags?: number;
  readonly finIdleTimeout?: number; // seconds
  readonly finHardTimeout?: number; // seconds
  readonly limit?: number;
  readonly resultDst?: Subfield;
  readonly specs: readonly LearnSpec[];
}

/**
 * A learned flow for the way back, for a switch that learns where addresses are:
 *
 * ```ts
 * learn({
 *   tableId: 1,
 *   hardTimeout: 60,
 *   specs: [
 *     { type: "match", dst: { field: "ethDstNxm", offset: 0, bits: 48 }, src: { field: "ethSrcNxm", offset: 0, bits: 48 } },
 *     { type: "output", src: { field: "inPortNxm", offset: 0, bits: 16 } },
 *   ],
 * });
 * ```
 *
 * With a limit or a resultDst it is the newer action, learn2. Throws RangeError or TypeError naming the argument that is wrong.
 * Whether fields exist and have these bits, encoding checks.
 */
export function learn(init: LearnInit): LearnAction | Learn2Action {
  requireObject("init", init);
  const { limit, resultDst } = init;
  if (requireUint("tableId", init.tableId, 8) === Table.all)
    throw new RangeError("tableId must be from 0 to 254, not 255");
  const flags = requireUint("flags", init.flags, 16, 0);
  if ((flags & ~FLAGS) !== 0) throw new RangeError(`flags must be from 0 to ${FLAGS}, not ${flags}`);
  const learned: Learned = {
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    hardTimeout: requireUint("hardTimeout", init.hardTimeout, 16, 0),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    flags,
    tableId: init.tableId,
    finIdleTimeout: requireUint("finIdleTimeout", init.finIdleTimeout, 16, 0),
    finHardTimeout: requireUint("finHardTimeout", init.finHardTimeout, 16, 0),
    specs: requireTaggedList("specs", init.specs),
  };
  const result = resultDst && requireSubfield("resultDst", requireObject("resultDst", resultDst), 1);
  onlyKnown(init, { ...learned, limit, resultDst });
  const most = requireUint("limit", limit, 32, 0);
  if (most === 0 && !result) return { type: "learn", ...learned };
  return { type: "learn2", ...learned, limit: most, ...(result && { resultDst: result }) };
}
