/** What a rule is, as plain data. Nothing here does anything. */

/** A rule line of Snort 2.9, as far as it can be matched against the bytes that a client sent. */
export interface Rule {
  /** `alert` decides as the policy says; `pass` leaves the connection where it is. */
  readonly action: "alert" | "pass";
  readonly protocol: "tcp" | "ip";
  readonly source: RuleEndpoint;
  readonly destination: RuleEndpoint;
  /** `<>`: either end may be the client. */
  readonly bidirectional: boolean;
  readonly msg?: string;
  /** Generator, 1 when the rule names none. */
  readonly gid: number;
  readonly sid: number;
  /** Revision, 0 when the rule names none. */
  readonly rev: number;
  readonly classtype?: string;
  /** 1 is the most urgent; from the option `priority`, else from the table of classifications. */
  readonly priority?: number;
  readonly references: readonly RuleReference[];
  /** The entries of `metadata`, in order. */
  readonly metadata: readonly RuleMetadata[];
  /** The words of `flow`, which hold for everything that a client sends in an established connection. */
  readonly flow: readonly string[];
  /** In the order of the rule, which matters: a relative one starts where the one before it ended. */
  readonly conditions: readonly Condition[];
  /** Where the rule begins, from 1 on. */
  readonly line: number;
}

/** `reference:cve,2021-44228` */
export interface RuleReference {
  readonly system: string;
  readonly id: string;
}

/** `metadata:service http` */
export interface RuleMetadata {
  readonly key: string;
  readonly value: string;
}

/** One side of the header. */
export interface RuleEndpoint {
  readonly addresses: AddressSet;
  readonly ports: PortSet;
}

/** A set of addresses. */
export type AddressSet =
  | { readonly type: "any" }
  /** The addresses whose first `prefix` bits are those of `address`; IPv4 and IPv6 never meet. */
  | { readonly type: "network"; readonly address: string; readonly prefix: number }
  | SetList<AddressSet>;

/** A set of ports. */
export type PortSet =
  | { readonly type: "any" }
  /** Both ends included. */
  | { readonly type: "range"; readonly from: number; readonly to: number }
  | SetList<PortSet>;

/** What is in one of `included` (in anything, when that is empty) and in none of `excluded`. */
export interface SetList<T> {
  readonly type: "list";
  readonly included: readonly T[];
  readonly excluded: readonly T[];
}

/** Something that must hold. */
export type Condition = FlagsCondition | SizeCondition | ContentCondition | PcreCondition;

/** `flags:PA`: the flags of the segment that brought the newest bytes. */
export interface FlagsCondition {
  readonly type: "flags";
  /** `exactly` these and no others, `all` of these (`+`), `any` of these (`*`), `none` of these (`!`). */
  readonly mode: "exactly" | "all" | "any" | "none";
  /** Bits as in the TCP header, 0 to 255. */
  readonly flags: number;
  /** Bits that are taken for zero. */
  readonly ignored: number;
}

/** `dsize:>100`: how many bytes the client has sent. */
export interface SizeCondition {
  readonly type: "dsize";
  readonly least: number;
  /** Absent: no limit. */
  readonly most?: number;
}

/** `content:"…"` with its modifiers. */
export interface ContentCondition {
  readonly type: "content";
  /** 1 to 2047 bytes. */
  readonly bytes: Uint8Array;
  /** The window must not have them. It must have a byte, though. */
  readonly negated: boolean;
  /** ASCII letters of either case are the same. */
  readonly nocase: boolean;
  /** Where the window begins, counted from the first byte. */
  readonly offset?: number;
  /** Length of a window that begins at the offset. */
  readonly depth?: number;
  /** Where the window begins, counted from the end of what matched before; makes the content relative, as `within` does. */
  readonly distance?: number;
  /** Length of a window that begins at the distance. */
  readonly within?: number;
  /** `fast_pattern:only`: somewhere, and what follows is not relative to it. */
  readonly only: boolean;
}

/** `pcre:"/…/flags"` */
export interface PcreCondition {
  readonly type: "pcre";
  /** What stands between the delimiters. */
  readonly pattern: string;
  readonly negated: boolean;
  /** `R`: the subject begins where what matched before ended. */
  readonly relative: boolean;
  /** `i` */
  readonly caseless: boolean;
  /** `s`: a dot stands for a line feed, too. */
  readonly dotAll: boolean;
  /** `m`: `^` and `$` stand for the ends of lines, too. */
  readonly multiline: boolean;
  /** `A`: only at the beginning of the subject. */
  readonly anchored: boolean;
  /** `E`: `$` does not stand before a line feed that ends the subject. */
  readonly dollarEndOnly: boolean;
}
