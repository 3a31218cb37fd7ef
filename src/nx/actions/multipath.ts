/** OVS ofp-actions.c, struct nx_action_multipath: chooses one of several links by a hash, and writes its number into a field. */
import type { ActionContext, Definition } from "../../ofp/definition.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown } from "../../ofp/require.ts";
import { pad, struct, u16, u32, WireError } from "../../wire/index.ts";
import { requireObject, requireUint } from "../../wire/require.ts";
import { headerOf, lacking, MAX_WIDTH, opaque, packRange, parseDestination, readSubfield } from "../destination.ts";
import { checkNamed, hashFieldNames, requireNamed } from "../hash.ts";
import { formatSubfield, requireSubfield, type Subfield } from "../subfield.ts";
import { decimalOf, numberOf, type Token, tokens } from "../tokens.ts";

/** OVS ofp-actions.h, enum nx_mp_algorithm. */
export const MultipathAlgorithm = {
  /** The hash modulo the number of links. */
  moduloN: 0,
  /** RFC 2992: ranges of hashes. */
  hashThreshold: 1,
  /** RFC 2992: the link whose own hash is highest. */
  hrw: 2,
  /** Hashes again until a link comes out; `arg` counts the hashes that are left out. */
  iterHash: 3,
} as const;
export type MultipathAlgorithm = (typeof MultipathAlgorithm)[keyof typeof MultipathAlgorithm];

/** Writes the number of a link, from 0, into `dst`. */
export interface MultipathAction {
  readonly type: "multipath";
  /** See {@link HashFields}. */
  readonly fields: number;
  /** Another basis makes another hash. */
  readonly basis: number;
  /** See {@link MultipathAlgorithm}. */
  readonly algorithm: number;
  /** The number of links less one. */
  readonly maxLink: number;
  /** For the algorithm iterHash. */
  readonly arg: number;
  /** At most 64 bits, and enough for `maxLink`. */
  readonly dst: Subfield;
}

const algorithmNames = ["modulo_n", "hash_threshold", "hrw", "iter_hash"];

const layout = struct({
  fields: u16,
  basis: u16,
  pad0: pad(2),
  algorithm: u16,
  maxLink: u16,
  arg: u32,
  pad1: pad(2),
  ofsNbits: u16,
  dst: u32,
});

export const multipathDefinition: Definition<MultipathAction> = {
  type: "multipath",
  code: 10,
  decode(reader, registry) {
    const start = reader.at;
    const { ofsNbits, dst: header, ...rest } = reader.field(layout);
    const dst = part("dst", () => readSubfield(header, ofsNbits, registry, start));
    if (!dst) return opaque(reader, start, reader.at) as MultipathAction;
    const action: MultipathAction = { type: "multipath", ...rest, dst };
    check(action, start);
    return action;
  },
  encode(writer, action, registry) {
    const start = writer.offset;
    const { dst } = action;
    const place = part("dst", () => ({ dst: headerOf(dst, registry, start), ofsNbits: packRange(dst, start) }));
    writer.field(layout, { ...action, ...place });
    check(action, start);
  },
  format: ({ fields, basis, algorithm, maxLink, arg, dst }, registry) =>
    `multipath(${[
      hashFieldNames[fields],
      basis,
      algorithmNames[algorithm],
      maxLink + 1,
      arg,
      formatSubfield(dst, registry),
    ].join(",")})`,
  words: { multipath: parseMultipath },
  missing: ({ dst }, seen, registry) => lacking(dst, seen, registry),
};

function check({ fields, algorithm, maxLink, dst: { bits } }: MultipathAction, at: number): void {
  checkNamed(fields, hashFieldNames, at, "fields");
  checkNamed(algorithm, algorithmNames, at, "algorithm");
  if (maxLink >= 2 ** bits) {
    throw new WireError("outOfRange", `${maxLink + 1} links do not fit ${bits} bits`, at, "maxLink");
  }
}

/** `eth_src,50,modulo_n,4,0,NXM_NX_REG0[]`; ovs-ofctl reads no further. */
function parseMultipath(argument: string, { registry }: ActionContext): MultipathAction {
  const next = tokens(argument);
  const token = (what: string): Token => {
    const found = next(", ");
    if (!found) throw new WireError("syntax", `multipath needs ${what}`, argument.length);
    return found;
  };
  const fields = numberOf(token("what to hash"), hashFieldNames, "choice of fields");
  const basis = decimalOf(token("a basis"), 16);
  const algorithm = numberOf(token("an algorithm"), algorithmNames, "algorithm");
  const links = token("a number of links");
  const nLinks = decimalOf(links, 17);
  if (nLinks < 1 || nLinks > 0x10000) throw new WireError("outOfRange", `${nLinks} is not from 1 to 65536`, links.at);
  const arg = decimalOf(token("the algorithm's argument"), 32);
  const { text, at } = token("a field");
  const dst = parseDestination(text, at, registry);
  packRange(dst, at);
  const action: MultipathAction = { type: "multipath", fields, basis, algorithm, maxLink: nLinks - 1, arg, dst };
  check(action, links.at);
  return action;
}

/** What {@link multipath} takes. */
export interface MultipathInit {
  /** See {@link HashFields}. */
  readonly fields: number;
  /** 0 unless given. */
  readonly basis?: number;
  /** See {@link MultipathAlgorithm}. */
  readonly algorithm: number;
  readonly maxLink: number;
  /** 0 unless given. */
  readonly arg?: number;
  readonly dst: Subfield;
}

/**
 * `multipath({ fields: HashFields.symmetricL4, algorithm: MultipathAlgorithm.hrw, maxLink: 3, dst: { field: "reg0", offset: 0, bits: 2 } })`
 * chooses one of four links.
 *
 * Throws RangeError or TypeError naming the argument that is wrong. Whether the field exists and has these bits, encoding checks.
 */
export function multipath(init: MultipathInit): MultipathAction {
  requireObject("init", init);
  const dst = requireSubfield("dst", requireObject("dst", init.dst), MAX_WIDTH);
  const maxLink = requireUint("maxLink", init.maxLink, 16);
  if (maxLink >= 2 ** dst.bits) throw new RangeError(`maxLink must fit the ${dst.bits} bits of dst, not ${maxLink}`);
  return onlyKnown(init, {
    type: "multipath",
    fields: requireNamed("fields", init.fields, hashFieldNames),
    basis: requireUint("basis", init.basis, 16, 0),
    algorithm: requireNamed("algorithm", init.algorithm, algorithmNames),
    maxLink,
    arg: requireUint("arg", init.arg, 32, 0),
    dst,
  });
}
