/** Sets of addresses and ports as headers write them: lists, negation, variables. */
import { quote, WireError } from "../../wire/index.ts";
import { type Piece, splitList, trimmed } from "./scan.ts";

/** Lists and variables in one another beyond this are refused: nobody writes them, and recursion must have an end. */
const MAX_DEPTH = 16;
/** Variables may name one another, so that few of them could mean very many members. */
const MAX_MEMBERS = 10_000;

/** Texts of variables by their names without the dollar sign. */
export type Variables = ReadonlyMap<string, string>;

/** What a kind of set has of its own. */
export interface SetWords<T> {
  readonly any: T;
  /** Reads a member that is neither a list nor a variable. */
  readonly member: (piece: Piece) => T;
  readonly list: (included: readonly T[], excluded: readonly T[]) => T;
}

/** Reads a set. Errors in the text of a variable are told at the place where the rule names it. */
export function readSet<T>(whole: Piece, words: SetWords<T>, variables: Variables): T {
  let members = 0;
  return read(whole, 0);

  function read(piece: Piece, depth: number): T {
    const { text, at } = piece;
    if (depth > MAX_DEPTH) throw new WireError("tooDeep", `nested more than ${MAX_DEPTH} levels`, at);
    if (++members > MAX_MEMBERS) throw new WireError("tooLong", `a set of more than ${MAX_MEMBERS} members`, at);
    if (text === "any") return words.any;
    if (text.startsWith("!")) return words.list([], [read(withoutNegation(piece), depth + 1)]);
    if (text.startsWith("$")) return readVariable(piece, depth);
    if (text.startsWith("[")) return readList(piece, depth);
    return words.member(piece);
  }

  function readVariable(piece: Piece, depth: number): T {
    const value = variables.get(variableName(piece));
    if (value === undefined) throw new WireError("badValue", `no value is given for ${quote(piece.text)}`, piece.at);
    try {
      return read({ text: value.trim(), at: 0 }, depth + 1);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new WireError(error.code, `in the variable ${quote(piece.text)}: ${error.detail}`, piece.at);
    }
  }

  function readList({ text, at }: Piece, depth: number): T {
    if (!text.endsWith("]")) throw new WireError("syntax", "a list that is not closed", at);
    const included: T[] = [];
    const excluded: T[] = [];
    for (const member of splitList({ text: text.slice(1, -1), at: at + 1 }, ",")) {
      if (member.text.startsWith("!")) excluded.push(read(withoutNegation(member), depth + 1));
      else included.push(read(member, depth + 1));
    }
    return words.list(included, excluded);
  }
}

function withoutNegation({ text, at }: Piece): Piece {
  const rest = trimmed({ text: text.slice(1), at: at + 1 });
  if (rest.text === "any") throw new WireError("badValue", `"!any" is nothing`, at);
  if (rest.text.startsWith("!")) throw new WireError("syntax", "one ! is enough", rest.at);
  return rest;
}

/** `$HOME_NET`; the forms with parentheses are not read. */
function variableName({ text, at }: Piece): string {
  const [, name] = /^\$(\w+)$/.exec(text) ?? [];
  if (name === undefined) throw new WireError("syntax", `${quote(text)} is no name of a variable`, at);
  return name;
}
