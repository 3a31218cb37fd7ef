/** The fields of a match that words have said, in the order in which ovs-ofctl sends them. */
import { WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, Registry } from "../definition.ts";
import { exact, type Match, seenFields } from "../match.ts";
import { isMasked, type OxmEntry } from "../oxm.ts";
import { partsOf } from "../parts.ts";
import { ethTypeIn, numberIn } from "../prerequisites.ts";
import { impliesEthernet, type MatchWords, type Read, type SlotRead } from "./match-words.ts";
import { ethernetEntry, isSharedWord, sharedField } from "./protocols.ts";
import { emitTag } from "./vlan.ts";

/**
 * The match in the order in which ovs-ofctl sends it. Throws WireError `badPrerequisite` for a field without the field that gives
 * it meaning, with the offset of its word.
 */
export function finishMatch(words: MatchWords, registry: Registry): Match {
  const fields = new Map(words.fields);
  const said = seenFields(Object.fromEntries([...fields].map(([name, { entry }]) => [name, entry])), registry);
  const ethType = ethTypeIn(said);
  const ipProto = numberOf(words.slots.get("nw_proto")) ?? numberIn(said, "ipProto");
  for (const read of words.slots.values()) {
    const name = isSharedWord(read.means) ? sharedField(read.means, ethType, ipProto) : read.means;
    if (typeof name === "string") {
      // The OXM name of a field may have been written, too.
      if ((fields.get(name)?.at ?? -1) > read.at) continue;
      checkFits(name, read, registry);
      fields.set(name, read);
    } else if (read.entry !== undefined) {
      throw missing(read.means, name.needs, read.at);
    }
  }
  for (const [name, read] of emitTag(words.tag)) fields.set(name, read);
  return ordered(fields, words.ethernet, registry);
}

/** tp_src is read with 16 bits and may turn out to be an ICMP type of 8. */
function checkFits(name: string, { entry, means, at: offset }: SlotRead, registry: Registry): void {
  const field = registry.fieldByName(name);
  if (entry === undefined) return;
  if (!field || (typeof entry === "number" ? entry >= 2 ** field.bits : isMasked(entry) && !field.maskable)) {
    throw new WireError("outOfRange", `${means} does not fit ${name}`, offset);
  }
}

function ordered(fields: ReadonlyMap<string, Read>, ethernet: boolean, registry: Registry): Match {
  const rows = [...fields].flatMap(([name, { entry, at }]) =>
    entry === undefined ? [] : [{ name, entry, at, field: registry.fieldByName(name) }],
  );
  rows.sort((a, b) => (a.field?.text?.sent ?? Infinity) - (b.field?.text?.sent ?? Infinity) || 0);
  const tellsFrames =
    ethernet && !rows.some(({ name, field }) => name === "packetType" || (field && impliesEthernet(field)));
  const entries: OxmEntry[] = tellsFrames ? [ethernetEntry(registry)] : [];
  const seen = new Map<string, FieldValue | Masked>();
  for (const { name, entry, at: offset, field } of rows) {
    const needs = field?.missing?.(seen);
    if (needs !== undefined) throw missing(field?.text?.matchName ?? field?.text?.name ?? name, needs, offset);
    entries.push([name, entry]);
    for (const [part, value] of field ? partsOf(field, entry, registry) : [])
      if (value !== undefined) seen.set(part, value);
  }
  return Object.fromEntries(entries);
}

function missing(word: string, needs: string, offset: number): WireError {
  return new WireError("badPrerequisite", `${word} has no meaning without ${needs}`, offset);
}

function numberOf(read: Read | undefined): number | undefined {
  const value = read && exact(read.entry);
  return typeof value === "number" ? value : undefined;
}
