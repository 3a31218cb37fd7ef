/** The options that say where and how a content is to be found. */
import { quote, WireError } from "../../wire/index.ts";
import { readInteger } from "./number.ts";
import { type OptionText, type Piece, splitList } from "./scan.ts";
import type { ContentCondition } from "./types.ts";

/** A content whose modifiers may still come. */
export type OpenContent = { -readonly [K in keyof ContentCondition]: ContentCondition[K] };

type WindowName = "offset" | "depth" | "distance" | "within";

const LIMIT = 65_535;
const OPPOSITE: Readonly<Record<WindowName, readonly WindowName[]>> = {
  offset: ["distance", "within"],
  depth: ["distance", "within"],
  distance: ["offset", "depth"],
  within: ["offset", "depth"],
};

const WINDOW_NAMES: readonly WindowName[] = ["offset", "depth", "distance", "within"];

export function isModifier(name: string): boolean {
  return name === "nocase" || name === "rawbytes" || name === "fast_pattern" || isWindowName(name);
}

function isWindowName(name: string): name is WindowName {
  return Object.hasOwn(OPPOSITE, name);
}

/** What a rule may have once, in whatever content. */
export interface OncePerRule {
  fastPattern: boolean;
}

/** Changes the content before it. */
export function readModifier(option: OptionText, content: OpenContent | undefined, once: OncePerRule): void {
  const { name, at, value } = option;
  if (!content) throw new WireError("badOrder", `${quote(name)} stands behind a content`, at);
  if (isWindowName(name)) {
    if (!value) throw new WireError("syntax", `${quote(name)} needs a number`, at);
    readWindow(name, at, value, content);
  } else if (name === "fast_pattern") {
    if (once.fastPattern) throw new WireError("duplicate", "only one content can be the fast pattern", at);
    once.fastPattern = true;
    if (value) readFastPattern(value, content);
  } else {
    if (value) throw new WireError("syntax", `${quote(name)} takes no value`, value.at);
    // The bytes are as they came in any case: rawbytes changes nothing.
    if (name === "nocase") content.nocase = true;
  }
}

function readWindow(name: WindowName, at: number, value: Piece, content: OpenContent): void {
  if (content[name] !== undefined) throw new WireError("duplicate", `a second ${quote(name)}`, at);
  const other = OPPOSITE[name].find((candidate) => content[candidate] !== undefined);
  if (other !== undefined) throw new WireError("badValue", `${quote(name)} and ${quote(other)} exclude each other`, at);
  if (/^[a-z_]\w*$/i.test(value.text)) {
    throw new WireError("unsupported", `${quote(value.text)} is a variable of byte_extract`, value.at);
  }
  const isLength = name === "depth" || name === "within";
  content[name] = readInteger(value, isLength ? content.bytes.length : -LIMIT, LIMIT);
}

/** `only`, or the part of the content by which a matcher of many patterns would find it. */
function readFastPattern(value: Piece, content: OpenContent): void {
  if (value.text.toLowerCase() === "only") {
    content.only = true;
    return;
  }
  const [offset, length, more] = splitList(value, ",");
  if (!offset || !length || more)
    throw new WireError("syntax", "fast_pattern takes only, or an offset and a length", value.at);
  const from = readInteger(offset, 0, content.bytes.length - 1);
  readInteger(length, 1, content.bytes.length - from);
}

/** What can be said when all modifiers of a content have been seen. */
export function checkContent(content: OpenContent, at: number): void {
  if (!content.only) return;
  const other = content.negated ? "!" : WINDOW_NAMES.find((name) => content[name] !== undefined);
  if (other === undefined) return;
  const detail = `fast_pattern:only finds a content anywhere: it goes with no ${quote(other)}`;
  throw new WireError("badValue", detail, at, "content");
}
