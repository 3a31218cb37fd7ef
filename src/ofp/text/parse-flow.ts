/** Flows from the text that `ovs-ofctl add-flows` takes and `dump-flows` prints. */
import { quote, WireError } from "../../wire/index.ts";
import type { Registry, Tagged } from "../definition.ts";
import { FlowModCommand, FlowModFlags } from "../enums/flow.ts";
import { Table } from "../enums/table.ts";
import type { Instruction } from "../instruction.ts";
import { type FlowMod, flowMod } from "../messages/flow-mod.ts";
import { at } from "./field-text.ts";
import { finishMatch } from "./finish-match.ts";
import { createMatchWords } from "./match-words.ts";
import { parseGroupId, parsePort } from "./names.ts";
import { parseDecimal, parseU64, parseUint } from "./number.ts";
import { packetState } from "./packet-state.ts";
import { parseInstructionList } from "./parse-actions.ts";
import { readMatchWord } from "./parse-match.ts";
import { scanWords, type Word } from "./scan.ts";

/** The words that open a line of a flow file. */
export const commandWords: Readonly<Record<string, number>> = {
  add: FlowModCommand.add,
  modify: FlowModCommand.modify,
  modify_strict: FlowModCommand.modifyStrict,
  delete: FlowModCommand.delete,
  delete_strict: FlowModCommand.deleteStrict,
};

export const flagWords: Readonly<Record<string, number>> = {
  send_flow_rem: FlowModFlags.sendFlowRem,
  check_overlap: FlowModFlags.checkOverlap,
  reset_counts: FlowModFlags.resetCounts,
  no_packet_counts: FlowModFlags.noPktCounts,
  no_byte_counts: FlowModFlags.noBytCounts,
};

/** What dump-flows says about a flow that is no part of it. */
const statistics = ["duration", "n_packets", "n_bytes", "idle_age", "hard_age"];

/** What a flow has besides its match and instructions, as it is read. */
interface Head {
  command: number;
  tableId?: number;
  cookie: bigint;
  cookieMask: bigint;
  priority?: number;
  idleTimeout?: number;
  hardTimeout?: number;
  outPort?: number;
  outGroup?: number;
  bufferId?: number;
  flags: number;
}

type HeadReader = (head: Head, value: string) => void;

const headWords: Readonly<Record<string, HeadReader>> = {
  table: (head, value) => {
    head.tableId = parseDecimal(value, 8);
  },
  priority: (head, value) => {
    head.priority = parseUint(value, 16);
  },
  cookie: readCookie,
  idle_timeout: (head, value) => {
    head.idleTimeout = parseUint(value, 16);
  },
  hard_timeout: (head, value) => {
    head.hardTimeout = parseUint(value, 16);
  },
  out_port: (head, value) => {
    head.outPort = parsePort(value);
  },
  out_group: (head, value) => {
    head.outGroup = parseGroupId(value);
  },
  // OpenFlow 1.4 and later; 1.3 has no place for it.
  importance: (_, value) => {
    parseUint(value, 16);
  },
  // Words of ours, for what ovs-ofctl cannot say.
  buffer_id: (head, value) => {
    head.bufferId = parseUint(value, 32);
  },
  flags: (head, value) => {
    head.flags |= parseUint(value, 16);
  },
  command: (head, value) => {
    head.command = parseUint(value, 8);
  },
};

/** `cookie=V` gives an added flow its cookie, `cookie=V/M` selects flows by theirs. */
function readCookie(head: Head, text: string): void {
  const slash = text.indexOf("/");
  const cookie = parseU64(slash < 0 ? text : text.slice(0, slash));
  if (slash >= 0) {
    head.cookieMask = at(slash + 1, () => parseU64(text.slice(slash + 1)));
    head.cookie = cookie;
    return;
  }
  if (head.command === FlowModCommand.delete || head.command === FlowModCommand.deleteStrict) {
    throw new WireError("badMask", `a deletion selects by cookie: a mask is needed, cookie=${quote(text)}/-1`, 0);
  }
  // OpenFlow 1.3 cannot change the cookie of a flow that is there: ovs-ofctl drops the word.
  if (head.command === FlowModCommand.add) head.cookie = cookie;
}

/**
 * One flow. Throws WireError `syntax`, `unknownField`, `outOfRange`, `badMask`, `badPrerequisite`, `badOrder`, `duplicate` or
 * `tooDeep` with the offset in characters.
 */
export function parseFlow(text: string, registry: Registry): FlowMod<Tagged> {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  const flow = withoutComment(text);
  const [start, command] = readCommand(flow);
  const actions = findActions(flow, start);
  const head: Head = { command, cookie: 0n, cookieMask: 0n, flags: 0 };
  const words = createMatchWords();
  for (const word of at(start, () => scanWords(flow.slice(start, actions?.from)))) {
    readWord(head, words, { ...word, at: word.at + start, valueAt: word.valueAt + start }, registry);
  }
  const match = finishMatch(words, registry);
  const deletes = head.command === FlowModCommand.delete || head.command === FlowModCommand.deleteStrict;
  if (!actions && !deletes)
    throw new WireError("syntax", "actions=… is missing; actions=drop does nothing", flow.length);
  const tableId = head.tableId ?? (deletes ? Table.all : 0);
  const reading = { registry, state: packetState(match, registry), strictness: "strict", depth: 0 } as const;
  const instructions = actions
    ? at(actions.to, () => parseInstructionList(flow.slice(actions.to), reading, head.tableId ?? Table.all))
    : [];
  return flowMod<Tagged>({ ...head, tableId, match, instructions: instructions as Instruction<Tagged>[] });
}

/** Files of flows may have comments. Blanks take their place, so that offsets stay. */
export function withoutComment(text: string): string {
  return text.includes("#") ? text.replace(/#[^\n]*/g, (comment) => " ".repeat(comment.length)) : text;
}

function readCommand(text: string): readonly [end: number, command: number] {
  const first = /^[\s,]*([a-z_]+)(?=[\s,]|$)/.exec(text);
  const word = first?.[1] ?? "";
  return first && Object.hasOwn(commandWords, word) ? [first[0].length, commandWords[word] ?? 0] : [0, 0];
}

/** Where `actions=` begins and where it ends. */
function findActions(text: string, start: number): { readonly from: number; readonly to: number } | undefined {
  const from = text.indexOf("action", start);
  if (from < 0) return undefined;
  const word = /^actions?\s*=/.exec(text.slice(from, from + 64));
  if (!word) throw new WireError("syntax", "actions must be followed by =", from);
  return { from, to: from + word[0].length };
}

function readWord(head: Head, words: ReturnType<typeof createMatchWords>, word: Word, registry: Registry): void {
  const { key, value, valueAt } = word;
  if (Object.hasOwn(flagWords, key)) head.flags |= flagWords[key] ?? 0;
  else if (Object.hasOwn(headWords, key)) {
    if (word.opener === "") throw new WireError("syntax", `${key} needs a value`, word.at);
    at(valueAt, () => {
      headWords[key]?.(head, value);
    });
  } else if (!statistics.includes(key) && !readMatchWord(words, word, registry) && !isIgnored(key)) {
    throw new WireError("unknownField", `${quote(key)} is no word that a flow may have`, word.at);
  }
}

/** Words that ovs-ofctl reads over, for switches of its own kind. */
function isIgnored(key: string): boolean {
  return key === "no_readonly_table" || key === "allow_hidden_fields";
}
