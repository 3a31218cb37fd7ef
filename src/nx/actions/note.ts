/** OVS ofp-actions.c, struct nx_action_note: bytes that the switch keeps with the flow and does not read. */
import type { Definition } from "../../ofp/definition.ts";
import { align8, type Bytes, toHex, WireError } from "../../wire/index.ts";
import { requireBytes } from "../../wire/require.ts";

/** Does nothing; its data comes back with the flow. */
export interface NoteAction {
  readonly type: "note";
  /** What travels is filled up with zeros to 6, 14, 22 … bytes, and comes back so. */
  readonly data: Uint8Array;
}

/** Type, length, experimenter id and subtype: what stands before the data in a multiple of 8 bytes. */
const BEFORE = 10;
const MAX_DATA = 0xfff8 - BEFORE;

export const noteDefinition: Definition<NoteAction> = {
  type: "note",
  code: 8,
  decode: (reader) => ({ type: "note", data: reader.take() }),
  encode: (writer, { data }) => {
    writer.raw(data);
  },
  format: ({ data }) => `note:${(toHex(filled(data)).match(/../g) ?? []).join(".")}`,
  words: { note: parseNote },
};

function filled(data: Uint8Array): Bytes {
  const whole = new Uint8Array(align8(BEFORE + data.length) - BEFORE);
  whole.set(data);
  return whole;
}

/** Pairs of hex digits, with or without dots between them. */
function parseNote(argument: string): NoteAction {
  const bytes: number[] = [];
  let at = 0;
  while (at < argument.length) {
    const pair = argument.slice(at, at + 2);
    if (!/^[0-9a-f]{2}$/i.test(pair)) throw new WireError("syntax", "two hex digits are needed", at);
    bytes.push(Number.parseInt(pair, 16));
    at += 2;
    if (argument[at] === ".") at++;
  }
  if (bytes.length > MAX_DATA) throw new WireError("tooLong", `${bytes.length} bytes, at most ${MAX_DATA}`, 0);
  return { type: "note", data: filled(Uint8Array.from(bytes)) };
}

/**
 * `note(Uint8Array.of(1, 2))`. The data is copied and filled up with zeros to 6, 14, 22 … bytes, as it travels.
 *
 * Throws TypeError for what is no Uint8Array, RangeError for more than 65,518 bytes.
 */
export function note(data: Uint8Array): NoteAction {
  requireBytes("data", data);
  if (data.length > MAX_DATA) throw new RangeError(`data must have at most ${MAX_DATA} bytes, not ${data.length}`);
  return { type: "note", data: filled(data) };
}
