/** `learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])`: ovs-ofctl's words for learning (OVS learn.c). */
import type { ActionContext, OxmField, Registry } from "../../ofp/definition.ts";
import { DEFAULT_PRIORITY } from "../../ofp/enums/flow.ts";
import { Table } from "../../ofp/enums/table.ts";
import { at } from "../../ofp/text/field-text.ts";
import { hex, parseBigUint, parseU64 } from "../../ofp/text/number.ts";
import { scanWords, type Word } from "../../ofp/text/scan.ts";
import { quote, WireError } from "../../wire/index.ts";
import { parseDestination, parseShortSubfield, requireWritable } from "../destination.ts";
import { formatSubfield, parseSubfield, type Subfield, widthOf } from "../subfield.ts";
import { decimalOf } from "../tokens.ts";
import type { LearnLoad, LearnMatch, LearnSpec } from "./learn-spec.ts";
import { type Learn2Action, type LearnAction, type Learned, LearnFlags } from "./learn-types.ts";
import { formatWhole, parseWhole } from "./learn-value.ts";

const ARROW = "->";

export function formatLearn(action: LearnAction | Learn2Action, registry: Registry): string {
  const words = [`table=${action.tableId}`];
  const word = (name: string, value: number, usual = 0): void => {
    if (value !== usual) words.push(`${name}=${value}`);
  };
  word("idle_timeout", action.idleTimeout);
  word("hard_timeout", action.hardTimeout);
  word("fin_idle_timeout", action.finIdleTimeout);
  word("fin_hard_timeout", action.finHardTimeout);
  word("priority", action.priority, DEFAULT_PRIORITY);
  if (action.flags & LearnFlags.sendFlowRem) words.push("send_flow_rem");
  if (action.flags & LearnFlags.deleteLearned) words.push("delete_learned");
  if (action.cookie !== 0n) words.push(`cookie=${hex(action.cookie)}`);
  if (action.type === "learn2") {
    word("limit", action.limit);
    if (action.resultDst) words.push(`result_dst=${formatSubfield(action.resultDst, registry)}`);
  }
  return `learn(${[...words, ...action.specs.map((spec) => formatSpec(spec, registry))].join(",")})`;
}

function formatSpec(spec: LearnSpec, registry: Registry): string {
  switch (spec.type) {
    case "match":
      return formatMatch(spec, registry);
    case "load": {
      const { src, dst } = spec;
      const from = typeof src === "bigint" ? hex(src) : formatSubfield(src, registry);
      return `load:${from}${ARROW}${formatSubfield(dst, registry)}`;
    }
    case "output":
      return `output:${formatSubfield(spec.src, registry)}`;
  }
}

/** A whole field has its value in its own words; the same bits of the packet go without saying. */
function formatMatch({ src, dst }: LearnMatch, registry: Registry): string {
  const place = formatSubfield(dst, registry);
  if (typeof src !== "bigint") {
    const from = formatSubfield(src, registry);
    return from === place ? place : `${place}=${from}`;
  }
  const field = registry.fieldByName(dst.field);
  if (!field?.text || !isWhole(dst, field)) return `${place}=${hex(src)}`;
  return `${field.text.name}=${formatWhole(src, field, field.text.value)}`;
}

function isWhole({ offset, bits }: Subfield, field: OxmField): boolean {
  return offset === 0 && bits === widthOf(field);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What the words have said so far. */
interface Reading extends Writable<Omit<Learned, "specs">> {
  limit: number;
  resultDst?: Subfield;
  readonly specs: LearnSpec[];
}

export function parseLearn(argument: string, { registry }: ActionContext): LearnAction | Learn2Action {
  const read: Reading = {
    idleTimeout: 0,
    hardTimeout: 0,
    priority: DEFAULT_PRIORITY,
    cookie: 0n,
    flags: 0,
    tableId: 1,
    finIdleTimeout: 0,
    finHardTimeout: 0,
    limit: 0,
    specs: [],
  };
  for (const word of scanWords(argument)) {
    if (Object.hasOwn(words, word.key)) words[word.key]?.(read, word, registry);
    else read.specs.push(parseSpec(word, registry));
  }
  const { limit, resultDst, ...learned } = read;
  if (limit === 0 && !resultDst) return { type: "learn", ...learned };
  return { type: "learn2", ...learned, limit, ...(resultDst && { resultDst }) };
}

type Reader = (read: Reading, word: Word, registry: Registry) => void;

function numbered(
  name: "idleTimeout" | "hardTimeout" | "finIdleTimeout" | "finHardTimeout" | "priority" | "limit",
  bits: number,
): Reader {
  return (read, { value, valueAt }) => {
    read[name] = decimalOf({ text: value, at: valueAt }, bits);
  };
}

const words: Readonly<Record<string, Reader>> = {
  table: (read, { value, valueAt }) => {
    read.tableId = decimalOf({ text: value, at: valueAt }, 8);
    if (read.tableId === Table.all) throw new WireError("outOfRange", "255 is no table to learn into", valueAt);
  },
  priority: numbered("priority", 16),
  idle_timeout: numbered("idleTimeout", 16),
  hard_timeout: numbered("hardTimeout", 16),
  fin_idle_timeout: numbered("finIdleTimeout", 16),
  fin_hard_timeout: numbered("finHardTimeout", 16),
  limit: numbered("limit", 32),
  cookie: (read, { value, valueAt }) => {
    read.cookie = at(valueAt, () => parseU64(value));
  },
  send_flow_rem: (read) => {
    read.flags |= LearnFlags.sendFlowRem;
  },
  delete_learned: (read) => {
    read.flags |= LearnFlags.deleteLearned;
  },
  result_dst: (read, { value, valueAt }, registry) => {
    const resultDst = at(valueAt, () => parseSubfield(value, registry));
    requireWritable(resultDst, valueAt, registry);
    if (resultDst.bits !== 1) throw new WireError("outOfRange", `${resultDst.bits} bits instead of one`, valueAt);
    read.resultDst = resultDst;
  },
};

/** A field's name comes before the words load and output, and none has such a name. */
function parseSpec(word: Word, registry: Registry): LearnSpec {
  const { key, value, valueAt } = word;
  if (key === "load") return parseLoad(value, valueAt, registry);
  if (key === "output") return { type: "output", src: parseShortSubfield(value, valueAt, registry) };
  const dst = parseShortSubfield(key, word.at, registry);
  if (value === "") return { type: "match", dst, src: dst };
  const src = subfieldOrNothing(value, registry);
  if (src) return { type: "match", dst, src: sameWidth(parseShortSubfield(value, valueAt, registry), dst, valueAt) };
  return { type: "match", dst, src: at(valueAt, () => parseImmediate(value, dst, registry)) };
}

/** What is no subfield is a value. */
function subfieldOrNothing(text: string, registry: Registry): Subfield | undefined {
  try {
    return parseSubfield(text, registry);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** A whole field in its own words, a part of one as a number. */
function parseImmediate(text: string, dst: Subfield, registry: Registry): bigint {
  const field = registry.fieldByName(dst.field);
  if (!field || !isWhole(dst, field)) return parseBigUint(text, dst.bits);
  return parseWhole(text, field);
}

/** `5->reg0[0..7]`, `reg1[0..7]->reg0[0..7]` */
function parseLoad(text: string, offset: number, registry: Registry): LearnLoad {
  const arrow = text.indexOf(ARROW);
  if (arrow < 0) throw new WireError("syntax", "load needs a source, ->, and a field", offset + text.length);
  const from = text.slice(0, arrow);
  const dstAt = offset + arrow + ARROW.length;
  const dst = parseDestination(text.slice(arrow + ARROW.length), dstAt, registry);
  if (/^-?\d/.test(from)) return { type: "load", dst, src: at(offset, () => parseBigUint(from, dst.bits)) };
  return { type: "load", dst, src: sameWidth(parseShortSubfield(from, offset, registry), dst, offset) };
}

function sameWidth(src: Subfield, dst: Subfield, offset: number): Subfield {
  if (src.bits !== dst.bits) {
    throw new WireError(
      "badValue",
      `${src.bits} bits of ${quote(src.field)} for ${dst.bits} of ${quote(dst.field)}`,
      offset,
    );
  }
  return src;
}
