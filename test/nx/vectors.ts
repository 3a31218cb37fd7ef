/** Three witnesses of one action: its value, its bytes, and its words for ovs-ofctl. */
import { expect } from "vitest";
import { type Action, decode, encode, formatFlow, fromHex, parseFlow, toHex } from "../../src/index.ts";
import { applyActions, flowMod, type Match } from "../../src/ofp/index.ts";

export interface ActionVector {
  readonly value: Action;
  /** The action alone; blanks where the eye wants them. */
  readonly hex: string;
  /** What is read and printed. */
  readonly text: string;
  /** Other words for the same. */
  readonly alsoRead?: readonly string[];
  /** What the flow matches, for actions that need it. */
  readonly match?: Match;
  readonly matchText?: string;
}

function flowOf(action: Action, match: Match = {}) {
  return flowMod({ match, instructions: [applyActions([action])] });
}

/** Bytes of the one action of a flow-mod: what follows the instruction's header. */
export function actionHex(action: Action, match: Match = {}): string {
  const empty = encode(flowMod({ match, instructions: [applyActions([])] }));
  return toHex(encode(flowOf(action, match)).subarray(empty.length));
}

/** The same flow-mod around other bytes of one action. */
export function flowBytes(hex: string): Uint8Array {
  const action = fromHex(hex);
  const empty = encode(flowMod({ instructions: [applyActions([])] }));
  const bytes = new Uint8Array(empty.length + action.length);
  bytes.set(empty);
  bytes.set(action, empty.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, bytes.length);
  view.setUint16(empty.length - 6, 8 + action.length);
  return bytes;
}

/** The one action of the flow around these bytes. */
export function decodedAction(hex: string): Action | undefined {
  return firstAction(decode(flowBytes(hex)));
}

function firstAction(message: ReturnType<typeof decode>): Action | undefined {
  if (message.type !== "flowMod") throw new Error(`a ${message.type} instead of a flow-mod`);
  const [instruction] = message.instructions;
  return instruction?.type === "applyActions" ? instruction.actions[0] : undefined;
}

/** Holds value, bytes and words against each other, in every direction. */
export function checkVector({ value, hex, text, alsoRead = [], match = {}, matchText = "" }: ActionVector): void {
  const bare = hex.replace(/\s/g, "");
  expect(actionHex(value, match)).toBe(bare);
  expect(decodedAction(bare)).toEqual(value);
  expect(formatFlow(flowOf(value, match))).toBe(`${matchText === "" ? "" : `${matchText} `}actions=${text}`);
  for (const words of [text, ...alsoRead]) {
    expect(firstAction(parseFlow(`${matchText === "" ? "" : `${matchText},`}actions=${words}`))).toEqual(value);
  }
}
