/** The options of a rule, in the order of the rule. */
import { quote, WireError, within } from "../../wire/index.ts";
import { readContentBytes, readQuoted, readText } from "./content.ts";
import { readFlags, readFlow, readSize } from "./flags.ts";
import { checkContent, isModifier, type OncePerRule, type OpenContent, readModifier } from "./modifiers.ts";
import { readInteger } from "./number.ts";
import { readPcre } from "./pcre.ts";
import { type OptionText, type Piece, splitList } from "./scan.ts";
import type { Condition, Rule, RuleMetadata, RuleReference } from "./types.ts";

/** Everything of a rule that does not stand in its header. */
export type RuleBody = Omit<Rule, "action" | "protocol" | "source" | "destination" | "bidirectional" | "line">;

/** A body that is being read. */
interface Draft {
  msg?: string;
  gid?: number;
  sid?: number;
  rev?: number;
  classtype?: string;
  priority?: number;
  flow?: readonly string[];
  readonly references: RuleReference[];
  readonly metadata: RuleMetadata[];
  readonly conditions: Condition[];
  /** The content that a modifier would change, and where it stands. */
  content?: { readonly value: OpenContent; readonly at: number };
  readonly once: OncePerRule;
}

const MAX_U32 = 0xffffffff;
/** More would be a mistake, and each costs time for every connection. */
const MAX_CONDITIONS = 100;

/** Options that may stand more than once. */
const REPEATABLE: readonly string[] = ["content", "pcre", "reference", "metadata"];

/** Throws WireError with an offset into the rule and the option's name as path. */
export function readOptions(
  options: readonly OptionText[],
  classifications: ReadonlyMap<string, number>,
  end: number,
): RuleBody {
  const draft: Draft = { references: [], metadata: [], conditions: [], once: { fastPattern: false } };
  const seen = new Set<string>();
  for (const option of options) {
    try {
      if (isModifier(option.name)) {
        readModifier(option, draft.content?.value, draft.once);
        continue;
      }
      closeContent(draft);
      if (seen.has(option.name) && !REPEATABLE.includes(option.name)) {
        throw new WireError("duplicate", `a second ${quote(option.name)}`, option.at);
      }
      seen.add(option.name);
      readOption(draft, option, classifications);
    } catch (error) {
      throw error instanceof WireError && error.path === "" ? within(option.name, error) : error;
    }
  }
  closeContent(draft);
  return bodyOf(draft, classifications, end);
}

function closeContent(draft: Draft): void {
  if (draft.content) checkContent(draft.content.value, draft.content.at);
  delete draft.content;
}

function readOption(draft: Draft, option: OptionText, classifications: ReadonlyMap<string, number>): void {
  const value = () => needed(option);
  switch (option.name) {
    case "msg":
      draft.msg = readText(value());
      break;
    case "gid":
      draft.gid = readInteger(value(), 1, MAX_U32);
      break;
    case "sid":
      draft.sid = readInteger(value(), 1, MAX_U32);
      break;
    case "rev":
      draft.rev = readInteger(value(), 0, MAX_U32);
      break;
    case "priority":
      draft.priority = readInteger(value(), 1, MAX_U32);
      break;
    case "classtype":
      draft.classtype = readClasstype(value(), classifications);
      break;
    case "reference":
      draft.references.push(readReference(value()));
      break;
    case "metadata":
      draft.metadata.push(...readMetadata(value()));
      break;
    case "flow":
      draft.flow = readFlow(value());
      break;
    case "flags":
      addCondition(draft, readFlags(value()), option);
      break;
    case "dsize":
      addCondition(draft, readSize(value()), option);
      break;
    case "pcre":
      addCondition(draft, readPcre(value()), option);
      break;
    case "content": {
      const { negated, inner } = readQuoted(value());
      const content: OpenContent = {
        type: "content",
        bytes: readContentBytes(inner),
        negated,
        nocase: false,
        only: false,
      };
      addCondition(draft, content, option);
      draft.content = { value: content, at: option.at };
      break;
    }
    default:
      throw new WireError("unsupported", `the option ${quote(option.name)} is not understood`, option.at);
  }
}

function needed({ name, at, value }: OptionText): Piece {
  if (!value || value.text === "") throw new WireError("syntax", `${quote(name)} needs a value`, value?.at ?? at);
  return value;
}

function addCondition(draft: Draft, condition: Condition, { at }: OptionText): void {
  if (draft.conditions.length === MAX_CONDITIONS) {
    throw new WireError("tooLong", `a rule of more than ${MAX_CONDITIONS} conditions`, at);
  }
  draft.conditions.push(condition);
}

/** Without a table any classtype goes; with one, Snort refuses those that are not in it. */
function readClasstype({ text, at }: Piece, classifications: ReadonlyMap<string, number>): string {
  if (classifications.size > 0 && !classifications.has(text)) {
    throw new WireError("badValue", `${quote(text)} is none of the classifications that are given`, at);
  }
  return text;
}

function readReference(piece: Piece): RuleReference {
  const comma = piece.text.indexOf(",");
  const system = piece.text.slice(0, comma).trim();
  const id = piece.text.slice(comma + 1).trim();
  if (comma < 0 || system === "" || id === "") {
    throw new WireError("syntax", "a reference is a system, a comma and a name in it", piece.at);
  }
  return { system, id };
}

function readMetadata(piece: Piece): RuleMetadata[] {
  return splitList(piece, ",").map(({ text, at }) => {
    const [, key = "", value = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    if (key === "") throw new WireError("syntax", "an empty entry of metadata", at);
    return { key, value };
  });
}

function bodyOf(draft: Draft, classifications: ReadonlyMap<string, number>, end: number): RuleBody {
  const { msg, gid = 1, sid, rev = 0, classtype, flow = [], references, metadata, conditions } = draft;
  if (sid === undefined) throw new WireError("syntax", "a rule needs a sid", end, "sid");
  const priority = draft.priority ?? (classtype === undefined ? undefined : classifications.get(classtype));
  return {
    ...(msg !== undefined && { msg }),
    gid,
    sid,
    rev,
    ...(classtype !== undefined && { classtype }),
    ...(priority !== undefined && { priority }),
    references,
    metadata,
    flow,
    conditions,
  };
}
