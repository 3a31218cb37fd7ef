/** What a codec is made of: definitions of actions, instructions, messages and match fields, found through a registry. */
import type { Field, Reader, Writer } from "../wire/index.ts";

/** Any value of a discriminated union on `type`. */
export interface Tagged {
  readonly type: string;
}

/**
 * One variant of a family: an action, an instruction, a message. `decode` starts behind the header that names the variant and
 * must read up to `reader.end`; `encode` writes what stands there.
 */
export interface Definition<T extends Tagged = Tagged> {
  readonly type: T["type"];
  /** The number on the wire: OFPAT, OFPIT, OFPT, or the experimenter's subtype. */
  readonly code: number;
  decode(reader: Reader, registry: Registry): T;
  encode(writer: Writer, value: T, registry: Registry): void;
  /** The words of `ovs-ofctl` for it; only actions have them. */
  format?(value: T, registry: Registry): string;
}

/**
 * Reads the argument of an action written in `ovs-ofctl` words: `output:2`, `note(01.02)`, `load:5->reg0`. Throws WireError
 * `syntax` or `outOfRange` with offsets counted from the argument's first character.
 */
export type ActionWord = (argument: string, registry: Registry) => Tagged;

/** The value of a match field: numbers up to 32 bits, bigint beyond, addresses as text, the rest bytes. */
export type FieldValue = number | bigint | string | Uint8Array;

/** A value of which only the bits set in `mask` count; value bits outside the mask must be zero. */
export interface Masked<V extends FieldValue = FieldValue> {
  readonly value: V;
  readonly mask: V;
}

/** The fields seen so far in a match, in wire order. */
export type SeenFields = ReadonlyMap<string, FieldValue | Masked>;

/** One row of a table of OXM fields (OpenFlow 1.3.5 §7.2.3.7). */
export interface OxmField {
  /** The key in a match: the OXM name less its class prefix, in camelCase. */
  readonly name: string;
  readonly oxmName: string;
  readonly oxmClass: number;
  readonly field: number;
  /** For class 0xffff: whose field it is. */
  readonly experimenter?: number;
  readonly value: Field<FieldValue>;
  /** How many low bits of the value may be set: 13 for vlanVid, which occupies two bytes. */
  readonly bits: number;
  readonly maskable: boolean;
  /** What must stand before the field; says in words what is missing, or undefined. */
  missing?(seen: SeenFields): string | undefined;
}

/** What an experimenter adds to OpenFlow. `A` are its actions, `M` its messages. */
export interface ExperimenterExtension<A extends Tagged = Tagged, M extends Tagged = Tagged> {
  readonly name: string;
  /** The experimenter id: a vendor's OUI, or a number that the ONF assigned. */
  readonly experimenter: number;
  /** Found by the 16-bit subtype that follows the experimenter id. */
  readonly actions?: readonly Definition<A>[];
  /** `ovs-ofctl` words that read to actions, in lower case. */
  readonly actionWords?: Readonly<Record<string, ActionWord>>;
  /** Found by the 32-bit experimenter type. */
  readonly messages?: readonly Definition<M>[];
  /** Fields of any OXM class. */
  readonly fields?: readonly OxmField[];
}

/** Everything a codec understands, for look-up in both directions. */
export interface Registry {
  actionByCode(code: number): Definition | undefined;
  experimenterAction(experimenter: number, subtype: number): Definition | undefined;
  actionByType(type: string): Entry | undefined;
  messageByCode(code: number): Definition | undefined;
  experimenterMessage(experimenter: number, expType: number): Definition | undefined;
  messageByType(type: string): Entry | undefined;
  fieldByName(name: string): OxmField | undefined;
  fieldByHeader(oxmClass: number, field: number, experimenter: number): OxmField | undefined;
  readonly fields: readonly OxmField[];
}

/** A definition and, when an extension brought it, the extension's experimenter id. */
export interface Entry {
  readonly definition: Definition;
  readonly experimenter?: number;
}
