/** OVS ofp-actions.c, struct nx_action_bundle: chooses one of several ports that are alive, and sends to it or writes its number. */
import type { ActionContext, Definition } from "../../ofp/definition.ts";
import { Port } from "../../ofp/enums/port.ts";
import { writeList } from "../../ofp/list.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown } from "../../ofp/require.ts";
import { at } from "../../ofp/text/field-text.ts";
import { formatPort, parsePort } from "../../ofp/text/names.ts";
import { isObject, quote, type Reader, struct, u16, u32, WireError, type Writer } from "../../wire/index.ts";
import { requireList, requireObject, requireUint } from "../../wire/require.ts";
import { headerOf, lacking, MAX_WIDTH, opaque, packRange, parseDestination, readSubfield } from "../destination.ts";
import { checkNamed, hashFieldNames, requireNamed } from "../hash.ts";
import { isNarrowPort, narrowPort, widePort } from "../port.ts";
import { formatSubfield, requireSubfield, type Subfield } from "../subfield.ts";
import { decimalOf, numberOf, type Token, tokens } from "../tokens.ts";

/** OVS ofp-actions.h, enum nx_bd_algorithm. */
export const BundleAlgorithm = {
  /** The first that is alive. */
  activeBackup: 0,
  /** The one whose own hash is highest (RFC 2992), of those alive. */
  hrw: 1,
} as const;
export type BundleAlgorithm = (typeof BundleAlgorithm)[keyof typeof BundleAlgorithm];

interface Choice {
  /** See {@link BundleAlgorithm}. */
  readonly algorithm: number;
  /** See {@link HashFields}. */
  readonly fields: number;
  /** Another basis makes another hash. */
  readonly basis: number;
  /** Port numbers, at most 2048; 16 bits on the wire. */
  readonly members: readonly number[];
}

/** Sends the packet to one of the ports. */
export interface BundleAction extends Choice {
  readonly type: "bundle";
}

/** Writes the number of one of the ports, or Port.any when none is alive, into a field. */
export interface BundleLoadAction extends Choice {
  readonly type: "bundleLoad";
  /** From 16 to 64 bits. */
  readonly dst: Subfield;
}

/** NXM_OF_IN_PORT: what members are. */
const MEMBER_TYPE = 0x00000002;
const MAX_MEMBERS = 2048;
const MIN_WIDTH = 16;
const algorithmNames = ["active_backup", "hrw"];

const layout = struct({
  algorithm: u16,
  fields: u16,
  basis: u16,
  memberType: u32,
  nMembers: u16,
  ofsNbits: u16,
  dst: u32,
  zero: u32,
});
type Layout = ReturnType<typeof layout.read>;

export const bundleActionDefinition: Definition<BundleAction> = {
  type: "bundle",
  code: 12,
  decode(reader) {
    const start = reader.at;
    const head = reader.field(layout);
    if (head.ofsNbits !== 0 || head.dst !== 0) throw new WireError("badValue", "not zero", start, "dst");
    return { type: "bundle", ...readChoice(reader, head, start) };
  },
  encode(writer, action) {
    writeChoice(writer, action, { ofsNbits: 0, dst: 0 });
  },
  format: (action) => `bundle(${formatChoice(action)},members:${formatMembers(action)})`,
  words: { bundle: (argument) => ({ type: "bundle", ...parseBundle(argument, () => undefined) }) },
};

export const bundleLoadDefinition: Definition<BundleLoadAction> = {
  type: "bundleLoad",
  code: 13,
  decode(reader, registry) {
    const start = reader.at;
    const head = reader.field(layout);
    const dst = part("dst", () => readSubfield(head.dst, head.ofsNbits, registry, start));
    if (!dst) return opaque(reader, start) as BundleLoadAction;
    checkWidth(dst, start);
    return { type: "bundleLoad", ...readChoice(reader, head, start), dst };
  },
  encode(writer, action, registry) {
    const start = writer.offset;
    const { dst } = action;
    const place = part("dst", () => ({ dst: headerOf(dst, registry, start), ofsNbits: packRange(dst, start) }));
    checkWidth(dst, start);
    writeChoice(writer, action, place);
  },
  format: (action, registry) =>
    `bundle_load(${formatChoice(action)},${formatSubfield(action.dst, registry)},members:${formatMembers(action)})`,
  words: { bundle_load: parseBundleLoad },
  missing: ({ dst }, seen, registry) => lacking(dst, seen, registry),
};

function readChoice(reader: Reader, head: Layout, start: number): Choice {
  const { algorithm, fields, basis, memberType, nMembers, zero } = head;
  if (memberType !== MEMBER_TYPE) throw new WireError("badValue", `members of type ${memberType}`, start, "memberType");
  if (zero !== 0) throw new WireError("badValue", "not zero", start, "zero");
  check(algorithm, fields, nMembers, start);
  reader.need(2 * nMembers);
  const members = Array.from({ length: nMembers }, () => widePort(reader.u16()));
  reader.skip(reader.remaining % 8);
  return { algorithm, fields, basis, members };
}

function writeChoice(writer: Writer, choice: Choice, place: Pick<Layout, "ofsNbits" | "dst">): void {
  const start = writer.offset;
  const { algorithm, fields, basis, members } = choice;
  const nMembers = isObject(members) ? members.length : 0;
  writer.field(layout, { algorithm, fields, basis, memberType: MEMBER_TYPE, nMembers, ...place, zero: 0 });
  check(algorithm, fields, nMembers, start);
  writeList(writer, "members", members, (member) => {
    writer.u16(narrowPort(member, writer.offset));
  });
}

function check(algorithm: number, fields: number, nMembers: number, at: number): void {
  checkNamed(algorithm, algorithmNames, at, "algorithm");
  checkNamed(fields, hashFieldNames, at, "fields");
  if (nMembers > MAX_MEMBERS) {
    throw new WireError("outOfRange", `${nMembers} members, at most ${MAX_MEMBERS}`, at, "members");
  }
}

function checkWidth({ bits }: Subfield, at: number): void {
  if (bits < MIN_WIDTH) throw new WireError("outOfRange", `${bits} bits, at least ${MIN_WIDTH}`, at, "dst");
}

function formatChoice({ fields, basis, algorithm }: Choice): string {
  return [hashFieldNames[fields], basis, algorithmNames[algorithm], "ofport"].join(",");
}

function formatMembers({ members }: Choice): string {
  return members.map(formatPort).join(",");
}

function parseBundleLoad(argument: string, { registry }: ActionContext): BundleLoadAction {
  let dst: Subfield | undefined;
  const choice = parseBundle(argument, (next) => {
    const { text, at: offset } = next("a field");
    dst = parseDestination(text, offset, registry);
    packRange(dst, offset);
    checkWidth(dst, offset);
  });
  if (!dst) throw new WireError("syntax", "a field is missing", 0);
  return { type: "bundleLoad", ...choice, dst };
}

/** `eth_src,0,hrw,ofport,members:4,8`; members were once called slaves, and stood in brackets. `between` reads what comes before them. */
function parseBundle(argument: string, between: (next: (what: string) => Token) => void): Choice {
  const next = tokens(argument);
  const token = (what: string, separators = ", "): Token => {
    const found = next(separators);
    if (!found) throw new WireError("syntax", `${what} is missing`, argument.length);
    return found;
  };
  const fields = numberOf(token("what to hash"), hashFieldNames, "choice of fields");
  const basis = decimalOf(token("the basis"), 16);
  const algorithm = numberOf(token("the algorithm"), algorithmNames, "algorithm");
  numberOf(token("ofport"), ["ofport"], "type of members");
  between(token);
  numberOf(token("members", ": "), ["members", "slaves"], "list of members");
  const members: number[] = [];
  for (let member = next(", []"); member; member = next(", []")) members.push(parseMember(member));
  check(algorithm, fields, members.length, 0);
  return { algorithm, fields, basis, members };
}

/** Reserved ports that a packet can be sent to; Port.any is nowhere. */
const named: readonly number[] = [
  ...[Port.inPort, Port.table, Port.normal, Port.flood],
  ...[Port.all, Port.local, Port.any],
];

function parseMember({ text, at: offset }: Token): number {
  const member = at(offset, () => parsePort(text));
  if (!isNarrowPort(member)) throw new WireError("outOfRange", `port ${member} has no 16-bit number`, offset);
  if (member >= Port.max && !named.includes(member)) {
    throw new WireError("badValue", `${quote(text)} is no port that a bundle can have`, offset);
  }
  return member;
}

/** What {@link bundle} takes. */
export interface BundleInit {
  /** See {@link HashFields}; ethSrc unless given. */
  readonly fields?: number;
  /** 0 unless given. */
  readonly basis?: number;
  /** See {@link BundleAlgorithm}. */
  readonly algorithm: number;
  readonly members: readonly number[];
}

/** What {@link bundleLoad} takes. */
export interface BundleLoadInit extends BundleInit {
  readonly dst: Subfield;
}

/**
 * `bundle({ algorithm: BundleAlgorithm.activeBackup, members: [4, 8] })` sends to port 4, or to port 8 when 4 is down.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function bundle(init: BundleInit): BundleAction {
  return onlyKnown(requireObject("init", init), { type: "bundle", ...choiceOf(init) });
}

/**
 * `bundleLoad({ algorithm: BundleAlgorithm.hrw, members: [4, 8], dst: { field: "reg0", offset: 0, bits: 16 } })` writes 4 or 8 into the
 * register.
 *
 * Throws RangeError or TypeError naming the argument that is wrong. Whether the field exists and has these bits, encoding checks.
 */
export function bundleLoad(init: BundleLoadInit): BundleLoadAction {
  const dst = requireSubfield("dst", requireObject("dst", requireObject("init", init).dst), MAX_WIDTH);
  if (dst.bits < MIN_WIDTH) throw new RangeError(`dst.bits must be at least ${MIN_WIDTH}, not ${dst.bits}`);
  return onlyKnown(init, { type: "bundleLoad", ...choiceOf(init), dst });
}

function choiceOf({ algorithm, fields, basis, members }: BundleInit): Choice {
  const list = Array.from(requireList("members", members), (member, index) => {
    const name = `members[${index}]`;
    if (!isNarrowPort(requireUint(name, member, 32))) throw new RangeError(`${name} ${member} has no 16-bit number`);
    return member;
  });
  if (list.length > MAX_MEMBERS) throw new RangeError(`members must be at most ${MAX_MEMBERS}, not ${list.length}`);
  return {
    algorithm: requireNamed("algorithm", algorithm, algorithmNames),
    fields: requireNamed("fields", fields ?? 0, hashFieldNames),
    basis: requireUint("basis", basis, 16, 0),
    members: list,
  };
}
