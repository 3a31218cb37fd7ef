/** From option values to the bytes of a TCP header. */
import { exhaustive, quote, WireError, within } from "../wire/index.ts";
import { byteArray, list, object, uint } from "./check.ts";
import { EXPERIMENTAL_KINDS, FAST_OPEN_EXPERIMENT, isCookieLength } from "./option-decode.ts";
import { type TcpOption, TcpOptionKind } from "./option-types.ts";

/** The data offset has four bits, in units of 4 bytes, and the fixed header takes five units. */
const MAX_OPTIONS = 40;

/** RFC 5482 §3: the bit before the 15 of the timeout. */
const GRANULARITIES: ReadonlyMap<unknown, number> = new Map([
  ["seconds", 0],
  ["minutes", 0x8000],
]);

/** Bytes that the options take in the header, the zeros up to a multiple of 4 counted. Checks the shape of each value. */
export function optionsSize(options: readonly TcpOption[]): number {
  let size = 0;
  const all = list(options, 0, "options");
  for (let index = 0; index < all.length; index++) {
    const option = all[index];
    try {
      if (option === undefined) throw new WireError("badValue", "no option", 0);
      size += optionSize(object(option, 0, ""));
      const last = option.type === "end" || option.type === "malformed";
      if (last && index < all.length - 1) throw new WireError("badOrder", `options behind "${option.type}"`, 0);
    } catch (error) {
      throw within(`options[${index}]`, error);
    }
  }
  if (size > MAX_OPTIONS) throw new WireError("tooLong", `${size} bytes, at most ${MAX_OPTIONS}`, 0, "options");
  return (size + 3) & ~3;
}

export function optionSize(option: TcpOption): number {
  switch (option.type) {
    case "nop":
      return 1;
    case "end":
      return 1 + (option.padding === undefined ? 0 : byteArray(option.padding, 0, "padding").length);
    case "mss":
    case "userTimeout":
      return 4;
    case "windowScale":
      return 3;
    case "sackPermitted":
      return 2;
    case "sack": {
      const { length } = list(option.blocks, 0, "blocks");
      if (length < 1) throw new WireError("badLength", "a SACK option has at least one block", 0, "blocks");
      return 2 + 8 * length;
    }
    case "timestamps":
      return 10;
    case "md5":
      if (byteArray(option.digest, 0, "digest").length !== 16) {
        throw new WireError("badLength", `${option.digest.length} bytes where 16 are needed`, 0, "digest");
      }
      return 18;
    case "authentication":
      return 4 + byteArray(option.mac, 0, "mac").length;
    case "multipath":
      return 3 + byteArray(option.data, 0, "data").length;
    case "fastOpen": {
      const { length } = byteArray(option.cookie, 0, "cookie");
      if (!isCookieLength(length)) {
        throw new WireError("badLength", `${length} bytes; a cookie has 0, or 4 to 16 and an even number`, 0, "cookie");
      }
      return (option.experimentalKind === undefined ? 2 : 4) + length;
    }
    case "tcpEno":
      return 2 + byteArray(option.suboptions, 0, "suboptions").length;
    case "accEcn0":
    case "accEcn1": {
      const { length } = list(option.counters, 0, "counters");
      if (length > 3) throw new WireError("badLength", `${length} counters, at most 3`, 0, "counters");
      return 2 + 3 * length;
    }
    case "unknown":
      return 2 + byteArray(option.data, 0, "data").length;
    case "malformed":
      return byteArray(option.raw, 0, "raw").length;
    default:
      return unknownType(option);
  }
}

function unknownType(option: never): never {
  const { type } = option as { type?: unknown };
  throw new WireError("badType", `${quote(type)} is no type of option`, 0, "type");
}

/** Writes the options at `at`; `optionsSize` has checked their shape, and what it told is there and zero. */
export function encodeOptions(bytes: Uint8Array, view: DataView, at: number, options: readonly TcpOption[]): void {
  let next = at;
  for (let index = 0; index < options.length; index++) {
    const option = options[index];
    if (option === undefined) continue;
    try {
      next = encodeOption(bytes, view, next, option);
    } catch (error) {
      throw within(`options[${index}]`, error);
    }
  }
}

/** Returns where the next option begins. */
function encodeOption(bytes: Uint8Array, view: DataView, at: number, option: TcpOption): number {
  if (option.type === "nop") {
    view.setUint8(at, TcpOptionKind.nop);
    return at + 1;
  }
  if (option.type === "end") {
    // The byte is zero already.
    if (option.padding !== undefined) bytes.set(option.padding, at + 1);
    return at + optionSize(option);
  }
  if (option.type === "malformed") {
    bytes.set(option.raw, at);
    return at + option.raw.length;
  }
  const size = optionSize(option);
  view.setUint8(at, kindOf(option, at));
  view.setUint8(at + 1, size);
  encodeBody(bytes, view, at + 2, option);
  return at + size;
}

type LengthOption = Exclude<TcpOption, { type: "nop" | "end" | "malformed" }>;

function kindOf(option: LengthOption, at: number): number {
  if (option.type === "unknown") {
    if (uint(option.kind, 0xff, at, "kind") < 2) {
      throw new WireError("outOfRange", `kind ${option.kind} has no length`, at, "kind");
    }
    return option.kind;
  }
  if (option.type === "fastOpen" && option.experimentalKind !== undefined) {
    if (!EXPERIMENTAL_KINDS.includes(option.experimentalKind)) {
      throw new WireError(
        "badValue",
        `${quote(option.experimentalKind)} is no kind for experiments`,
        at,
        "experimentalKind",
      );
    }
    return option.experimentalKind;
  }
  return TcpOptionKind[option.type];
}

function encodeBody(bytes: Uint8Array, view: DataView, at: number, option: LengthOption): void {
  switch (option.type) {
    case "mss":
      view.setUint16(at, uint(option.value, 0xffff, at, "value"));
      return;
    case "windowScale":
      view.setUint8(at, uint(option.shift, 0xff, at, "shift"));
      return;
    case "sackPermitted":
      return;
    case "sack":
      for (const [index, block] of option.blocks.entries()) {
        const { left, right } = object(block, at, `blocks[${index}]`);
        view.setUint32(at + 8 * index, uint(left, 0xffffffff, at, `blocks[${index}].left`));
        view.setUint32(at + 8 * index + 4, uint(right, 0xffffffff, at, `blocks[${index}].right`));
      }
      return;
    case "timestamps":
      view.setUint32(at, uint(option.value, 0xffffffff, at, "value"));
      view.setUint32(at + 4, uint(option.echo, 0xffffffff, at, "echo"));
      return;
    case "md5":
      bytes.set(option.digest, at);
      return;
    case "userTimeout": {
      const granularity = GRANULARITIES.get(option.granularity);
      if (granularity === undefined) {
        throw new WireError("badValue", `${quote(option.granularity)} is no granularity`, at, "granularity");
      }
      view.setUint16(at, granularity | uint(option.timeout, 0x7fff, at, "timeout"));
      return;
    }
    case "authentication":
      view.setUint8(at, uint(option.keyId, 0xff, at, "keyId"));
      view.setUint8(at + 1, uint(option.rNextKeyId, 0xff, at, "rNextKeyId"));
      bytes.set(option.mac, at + 2);
      return;
    case "multipath":
      view.setUint8(at, (uint(option.subtype, 0xf, at, "subtype") << 4) | uint(option.bits, 0xf, at, "bits"));
      bytes.set(option.data, at + 1);
      return;
    case "fastOpen":
      if (option.experimentalKind !== undefined) view.setUint16(at, FAST_OPEN_EXPERIMENT);
      bytes.set(option.cookie, at + (option.experimentalKind === undefined ? 0 : 2));
      return;
    case "tcpEno":
      bytes.set(option.suboptions, at);
      return;
    case "accEcn0":
    case "accEcn1":
      for (const [index, counter] of option.counters.entries()) {
        const place = at + 3 * index;
        const checked = uint(counter, 0xffffff, place, `counters[${index}]`);
        view.setUint16(place, checked >>> 8);
        view.setUint8(place + 2, checked & 0xff);
      }
      return;
    case "unknown":
      bytes.set(option.data, at);
      return;
    default:
      exhaustive(option);
  }
}
