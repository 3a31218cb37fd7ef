/** What conditions mean, as plainly as it can be written: every end is tried, nothing is fast, and all bytes are there. */
import type { Condition, ContentCondition, PcreCondition } from "../../src/analyzer/index.ts";

/** Whether the conditions hold for these bytes, of which there are no more. */
export function referenceMatches(conditions: readonly Condition[], bytes: Uint8Array): boolean {
  return holds(conditions, 0, bytes);
}

/** Whether the rest of the conditions holds when what was matched before ended at `cursor`. */
function holds([condition, ...rest]: readonly Condition[], cursor: number, bytes: Uint8Array): boolean {
  if (!condition) return true;
  return endsOf(condition, cursor, bytes).some((end) => holds(rest, end, bytes));
}

function endsOf(condition: Condition, cursor: number, bytes: Uint8Array): number[] {
  switch (condition.type) {
    case "flags":
      return [cursor];
    case "dsize": {
      const { least, most = Number.POSITIVE_INFINITY } = condition;
      return least <= bytes.length && bytes.length <= most ? [cursor] : [];
    }
    case "content":
      return contentEnds(condition, cursor, bytes);
    case "pcre":
      return pcreEnds(condition, cursor, bytes);
  }
}

function contentEnds(condition: ContentCondition, cursor: number, bytes: Uint8Array): number[] {
  const { distance, within, offset = 0, depth, negated, only } = condition;
  const isRelative = distance !== undefined || within !== undefined;
  const from = isRelative ? cursor + (distance ?? 0) : offset;
  const length = (isRelative ? within : depth) ?? Number.POSITIVE_INFINITY;
  const first = Math.max(0, from);
  const last = Math.min(bytes.length, from + length);
  const ends: number[] = [];
  for (let start = first; start + condition.bytes.length <= last; start++) {
    if (isAt(condition, bytes, start)) ends.push(start + condition.bytes.length);
  }
  if (only) return ends.length > 0 ? [cursor] : [];
  if (!negated) return ends;
  // Snort finds nothing absent where there is nothing, and an absolute content begins a new search.
  if (ends.length > 0 || first >= last) return [];
  return [isRelative ? cursor : 0];
}

function isAt({ bytes: wanted, nocase }: ContentCondition, bytes: Uint8Array, start: number): boolean {
  const spell = (octets: Uint8Array) => {
    const text = String.fromCharCode(...octets);
    return nocase ? text.toLowerCase() : text;
  };
  return spell(wanted) === spell(bytes.subarray(start, start + wanted.length));
}

function pcreEnds(condition: PcreCondition, cursor: number, bytes: Uint8Array): number[] {
  const base = condition.relative ? cursor : 0;
  if (base >= bytes.length) return [];
  const subject = String.fromCharCode(...bytes.subarray(base));
  const ends: number[] = [];
  for (let end = 0; end <= subject.length; end++) if (canEndAt(condition, subject, end)) ends.push(base + end);
  if (condition.negated) return ends.length === 0 ? [cursor] : [];
  return ends;
}

/** JavaScript's own engine says whether a match can end there, with PCRE's meaning spelt out where it is another one. */
function canEndAt(condition: PcreCondition, subject: string, end: number): boolean {
  const { multiline, dollarEndOnly, caseless, dotAll, anchored } = condition;
  const dollar = multiline ? "(?=\\n|(?![^]))" : dollarEndOnly ? "(?![^])" : "(?=\\n?(?![^]))";
  const circumflex = multiline ? "(?:(?<![^])|(?<=\\n)(?=[^]))" : "(?<![^])";
  const source = condition.pattern
    .replaceAll("[[:upper:]]", caseless ? "[A-Za-z]" : "[A-Z]")
    .replaceAll("\\Z", "(?=\\n?(?![^]))")
    .replaceAll("\\z", "(?![^])")
    .replaceAll("\\A", "(?<![^])")
    .replaceAll("$", dollar.replaceAll("$", "$$$$"))
    .replace(/(?<!\[)\^(?!\])/g, circumflex);
  const where = `(?<=^[^]{${end}})`;
  const wanted = new RegExp(
    `${anchored ? "(?<![^])" : ""}(?:${source})${where}`,
    `${caseless ? "i" : ""}${dotAll ? "s" : ""}`,
  );
  return wanted.test(subject);
}
