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
  /** Reads what follows the header that names the variant, up to the reader's end. */
  decode(reader: Reader, registry: Registry): T;
  /** Writes what follows that header. */
  encode(writer: Writer, value: T, registry: Registry): void;
  /**
   * An extension's message or multipart body: its name in what `ovs-ofctl ofp-print` prints, `NXT_ROLE_REQUEST`; of a multipart body
   * without `request` or `reply`, `NXST_IPFIX_BRIDGE`.
   */
  readonly label?: string;
  /** An action: its words for `ovs-ofctl`, `resubmit(,1)`. */
  format?(value: T, registry: Registry): string;
  /**
   * An extension's message or multipart body: what `ovs-ofctl ofp-print` prints behind `NXT_ROLE_REQUEST (OF1.3) (xid=0x1):` and
   * the flags of a multipart message, with the blank or line feed that it opens with; nothing when absent.
   */
  print?(value: T, registry: Registry): Printed;
  /**
   * An extension's action: the words of `ovs-ofctl` that read to it, in lower case. A standard word takes the place of the standard
   * reading.
   */
  readonly words?: Readonly<Record<string, ActionWord>>;
  /**
   * An action: what it needs of a packet that is not among the fields `seen` where it stands, in words; undefined when it can run. The
   * readers of text ask, and the model switch.
   */
  missing?(value: T, seen: SeenFields, registry: Registry): string | undefined;
  /** An action that writes one field: the field's key. */
  target?(value: T): string | undefined;
  /** An action that stands inside one other only: that one's type. Readers of text refuse it elsewhere, as a switch does. */
  readonly within?: string;
  /** An action that not every other may stand beside in a list: the types of those that may. */
  readonly besides?: readonly string[];
}

/** A message that ovs-ofctl refuses to print: the name of its error, and the bytes follow. */
export interface Refusal {
  readonly refusal: string;
  /** What it printed before it came to what it refuses. */
  readonly printed?: string;
}

/** What follows `(xid=0x1):`, with the blank or line feed that it opens with. */
export type Printed = string | Refusal;

/** The value that a definition reads and writes. */
export type VariantOf<D> = D extends Definition<infer T> ? T : never;

/** What the reader of an action's argument may ask for. */
export interface ActionContext {
  readonly registry: Registry;
  /** The fields of the flow's match; without a flow, empty. */
  readonly seen: SeenFields;
  /**
   * Reads the actions inside an argument, `ct(exec(...))`; `within` is the type of the action that they stand in. Offsets in its
   * errors count from the first character of `text`, so a caller wraps them with `shifted`. Throws WireError `tooDeep` beyond a
   * depth that no real flow has.
   */
  actions(text: string, within: string): readonly Tagged[];
}

/**
 * Reads the argument of an action written in `ovs-ofctl` words: the `2` of `output:2`, `output=2` and `output(2)`, the
 * `5->reg0` of `load:5->reg0`, "" for a word alone. Gives one action, or several. Throws WireError `syntax` or `outOfRange`
 * with offsets counted from the argument's first character.
 */
export type ActionWord = (argument: string, context: ActionContext) => Tagged | readonly Tagged[];

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
  /** A field that actions write only inside one action: that one's type. */
  readonly within?: string;
  /** The smallest and the largest number, where not every number of these bits means something. */
  readonly range?: readonly [least: number, most: number];
  /** Whether the length of the header says how many bytes the value has, at most `value.size`; the value is a `Uint8Array`. */
  readonly variable?: boolean;
  /** The fields that the header also says something of, and says alone: `ipv4Dst` of `ipv4DstNxm`, `reg0` and `reg1` of `pktReg0`. */
  readonly parts?: readonly FieldPart[];
  /**
   * What must stand before the field; says in words what is missing, or undefined. `seen` has the fields by their first names: a
   * header that stands for others counts as those.
   */
  missing?(seen: SeenFields): string | undefined;
  /** How `ovs-ofctl` writes it; a field without this is written `oxm:<class>:<field>=0x…`. */
  readonly text?: FieldText;
}

/** Some bits of a field that are another field. */
export interface FieldPart {
  /** The other field's key in a match. */
  readonly name: string;
  /** The lowest bit. */
  readonly low: number;
  readonly bits: number;
  /** The other field's value from these bits, where it is not the same number. */
  readonly from?: (value: bigint) => bigint;
}

/** The `ovs-ofctl` column of a table of fields. */
export interface FieldText {
  /** The name that actions print: `ip_dst`. */
  readonly name: string;
  /** Other names that are read: `nw_dst`. */
  readonly aliases?: readonly string[];
  /** The name in a printed match where it is not `name`: `nw_dst`. */
  readonly matchName?: string;
  readonly value: ValueText;
  /** Whether this is a second header of a field: printed like the first, but read by its OXM or NXM name only. */
  readonly alternate?: boolean;
  /** Whether `set_field` refuses it. */
  readonly readOnly?: boolean;
  /** Whether ovs-ofctl does not know the field: then the words are ours. */
  readonly foreign?: boolean;
  /**
   * What ovs-ofctl makes of masks; without this, a mask of all ones in all bytes is none.
   *
   * - `exact`: so is one of the field's own bits, whatever the bits above them.
   * - `kept`: bits above the field's own do not count, and a value without a mask is sent with one of the field's own bits.
   * - `value`: the bits set in the value are the mask, whatever mask is written. That is a mistake of ovs-ofctl 3.1.0, and of the switch.
   */
  readonly masks?: "exact" | "kept" | "value";
  /** Whether the words say only some of the values; others are written as bytes behind the header's raw name. */
  readonly limited?: boolean;
  /** Whether the name alone matches packets that have the field at all. */
  readonly presence?: boolean;
  /** Where `ofp-print` prints less, or something else, than a flow says. */
  readonly print?: PrintText;
  /** Place in a printed match; fields of one place follow each other as in the table. */
  readonly printed: number;
  /** Place in the match that ovs-ofctl sends. */
  readonly sent: number;
}

/** What `ofp-print` prints of a field. */
export interface PrintText {
  readonly name?: string;
  /** Value and mask. */
  format?(value: FieldValue, mask: FieldValue | undefined, field: OxmField): string;
  /** Whether it is printed at all. */
  shown?(values: SeenFields): boolean;
}

/** How a kind of value is written. */
export interface ValueText {
  /** `value`, or `value/mask` when a mask is given. */
  format(value: FieldValue, mask: FieldValue | undefined, field: OxmField): string;
  /** The same in a match, where ovs-ofctl writes it differently there. */
  formatMatch?(value: FieldValue, mask: FieldValue | undefined, field: OxmField): string;
  /** The inverse. Throws WireError with offsets counted from the first character. */
  parse(text: string, field: OxmField): FieldValue | Masked;
}

/** A row of a table of messages: a definition reads and writes a message without its header, and so without its xid. */
export type MessageRow<M extends Tagged> = M extends Tagged ? Definition<Omit<M, "xid"> & Pick<M, "type">> : never;

/** What an experimenter adds to OpenFlow. `A` are its actions, `M` its messages. */
export interface ExperimenterExtension<A extends Tagged = Tagged, M extends Tagged = Tagged> {
  readonly name: string;
  /** The experimenter id: a vendor's OUI, or a number that the ONF assigned. */
  readonly experimenter: number;
  /** Found by the 16-bit subtype that follows the experimenter id. */
  readonly actions?: readonly Definition<A>[];
  /** Found by the 32-bit experimenter type. */
  readonly messages?: readonly MessageRow<M>[];
  /** Bodies of multipart requests, found by the 32-bit experimenter type. */
  readonly multipartRequests?: readonly Definition[];
  /** Bodies of multipart replies. */
  readonly multipartReplies?: readonly Definition[];
  /** Fields of any OXM class. */
  readonly fields?: readonly OxmField[];
  /** ovs-ofctl's names of the errors that have this experimenter, by their exp_type. */
  readonly errors?: Readonly<Record<number, string>>;
}

/** Which of the two multipart messages. */
export type MultipartDirection = "request" | "reply";

/** Everything a codec understands, for look-up in both directions. */
export interface Registry {
  /** A standard action, by its OFPAT number. */
  actionByCode(code: number): Definition | undefined;
  /** An extension's action, by its 16-bit subtype. */
  experimenterAction(experimenter: number, subtype: number): Definition | undefined;
  /** An action of either kind, by its `type`. */
  actionByType(type: string): Entry | undefined;
  /** A standard message, by its OFPT number. */
  messageByCode(code: number): Definition | undefined;
  /** An extension's message, by its 32-bit type. */
  experimenterMessage(experimenter: number, expType: number): Definition | undefined;
  /** A message of either kind, by its `type`. */
  messageByType(type: string): Entry | undefined;
  /** An extension's multipart body, by its 32-bit type. */
  experimenterMultipart(direction: MultipartDirection, experimenter: number, expType: number): Definition | undefined;
  /** An extension's multipart body, by its `type`. */
  multipartByType(direction: MultipartDirection, type: string): Entry | undefined;
  /** A match field, by its key. */
  fieldByName(name: string): OxmField | undefined;
  /** A match field, by what its OXM header says. */
  fieldByHeader(oxmClass: number, field: number, experimenter: number): OxmField | undefined;
  /** By any name that ovs-ofctl reads, the OXM or NXM name among them. */
  fieldByText(name: string): OxmField | undefined;
  /** ovs-ofctl's name of an experimenter's error. */
  experimenterError(experimenter: number, code: number): string | undefined;
  /** By the word in any case. */
  actionWord(word: string): ActionWord | undefined;
  readonly fields: readonly OxmField[];
}

/** A definition and, when an extension brought it, the extension's experimenter id. */
export interface Entry {
  readonly definition: Definition;
  readonly experimenter?: number;
}
