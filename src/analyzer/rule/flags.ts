/** The options `flags`, `flow` and `dsize`. */
import { quote, WireError } from "../../wire/index.ts";
import { readInteger } from "./number.ts";
import { type Piece, splitList } from "./scan.ts";
import type { FlagsCondition, SizeCondition } from "./types.ts";

const BITS: ReadonlyMap<string, number> = new Map([
  ["F", 0x01],
  ["S", 0x02],
  ["R", 0x04],
  ["P", 0x08],
  ["A", 0x10],
  ["U", 0x20],
  ["E", 0x40],
  ["2", 0x40],
  ["C", 0x80],
  ["1", 0x80],
  ["0", 0x00], // alone: no flag at all
]);

const MODES: ReadonlyMap<string, FlagsCondition["mode"]> = new Map([
  ["+", "all"],
  ["*", "any"],
  ["!", "none"],
]);

/** `PA`, `+S`, `S,CE`, `0` */
export function readFlags(piece: Piece): FlagsCondition {
  const [wanted, ignored, ...more] = splitList(piece, ",");
  if (!wanted || wanted.text === "") throw new WireError("syntax", "flags are missing", piece.at);
  if (more[0]) throw new WireError("syntax", "one comma is enough", more[0].at - 1);
  let mode: FlagsCondition["mode"] = "exactly";
  let letters = "";
  for (let index = 0; index < wanted.text.length; index++) {
    const other = MODES.get(wanted.text.charAt(index));
    if (other === undefined) letters += wanted.text.charAt(index);
    else if (mode === "exactly") mode = other;
    else throw new WireError("duplicate", "more than one of + * !", wanted.at + index);
    // A blank keeps the place of the letters behind it.
    if (other !== undefined) letters += " ";
  }
  return {
    type: "flags",
    mode,
    flags: readBits({ text: letters, at: wanted.at }),
    ignored: ignored ? readBits(ignored) : 0,
  };
}

function readBits({ text, at }: Piece): number {
  const zero = text.indexOf("0");
  if (zero >= 0 && text.trim() !== "0") throw new WireError("badValue", "0 means no flag and stands alone", at + zero);
  if (text.trim() === "") throw new WireError("syntax", "flags are missing", at);
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    const bit = letter === " " ? 0 : BITS.get(letter.toUpperCase());
    if (bit === undefined) throw new WireError("syntax", `${quote(letter)} is no flag: F S R P A U E C`, at + index);
    bits |= bit;
  }
  return bits;
}

/** What is true of the bytes that a client sends in an established connection, once they are in order. */
const HOLDS: readonly string[] = ["established", "to_server", "from_client", "stateless", "only_stream"];

const HOLDS_NOT: ReadonlyMap<string, string> = new Map([
  ["to_client", "is about what a server sends: only a client's bytes are held"],
  ["from_server", "is about what a server sends: only a client's bytes are held"],
  ["not_established", "is about connections that are not there yet"],
  ["no_stream", "is about single segments: held bytes are put in order before they are matched"],
  ["no_frag", "is about fragments of IP"],
  ["only_frag", "is about fragments of IP"],
]);

/** The words of `flow`. */
export function readFlow(piece: Piece): string[] {
  return splitList(piece, ",").map(({ text, at }) => {
    const word = text.toLowerCase();
    if (HOLDS.includes(word)) return word;
    const why = HOLDS_NOT.get(word);
    if (why !== undefined) throw new WireError("unsupported", `${quote(text)} ${why}`, at);
    throw new WireError("syntax", `${quote(text)} is no word of flow`, at);
  });
}

const MAX_SIZE = 65_535;

/** `300`, `>300`, `<300`, `300<>400` (both ends included) */
export function readSize({ text, at }: Piece): SizeCondition {
  const [, comparison = "", first = "", between, second = ""] = /^([<>]?)\s*(\d+)\s*(<>)?\s*(\d*)$/.exec(text) ?? [];
  const wrong = () => new WireError("syntax", `${quote(text)} is no size: 300, >300, <300, 300<>400`, at);
  if (first === "" || (between === undefined) !== (second === "") || (comparison !== "" && second !== ""))
    throw wrong();
  const value = readInteger({ text: first, at: at + text.indexOf(first) }, 0, MAX_SIZE);
  if (between !== undefined) {
    const most = readInteger({ text: second, at: at + text.lastIndexOf(second) }, 0, MAX_SIZE);
    if (most < value) throw new WireError("badValue", `the range ${quote(text)} is empty`, at);
    return { type: "dsize", least: value, most };
  }
  if (comparison === ">") return { type: "dsize", least: value + 1 };
  if (comparison === "") return { type: "dsize", least: value, most: value };
  if (value === 0) throw new WireError("badValue", "no size is less than 0", at);
  return { type: "dsize", least: 0, most: value - 1 };
}
