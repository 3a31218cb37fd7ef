/** RFC 3629, with the replacements of the WHATWG Encoding Standard §8.1.1 for what is no UTF-8: logs may hold anything. */

const REPLACEMENT = 0xfffd;
/** Arguments for one call; more could exceed what the engine takes. */
const CHUNK = 4096;
/** A code point and the length of its sequence share a number, for an object for every byte would be much memory. */
const LENGTH_BITS = 3;
const LENGTH_MASK = 7;

/** The text of some bytes; every ill-formed sequence becomes one U+FFFD for its longest beginning that could have been right. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = "";
  for (let at = from; at < to; ) {
    // As long as can be needed: an array that grows takes more room than most lines.
    const codes = new Array<number>(Math.min(CHUNK, to - at));
    let count = 0;
    for (; at < to && count < CHUNK; count++) {
      const found = codePoint(bytes, at, to);
      codes[count] = found >>> LENGTH_BITS;
      at += found & LENGTH_MASK;
    }
    codes.length = count;
    text += String.fromCodePoint(...codes);
  }
  return text;
}

/** RFC 3629 §4: what a first byte begins, and the range of the second one, which keeps out long forms and surrogates. */
function sequenceOf(
  first: number,
): { readonly more: number; readonly bits: number; from: number; to: number } | undefined {
  if (first >= 0xc2 && first <= 0xdf) return { more: 1, bits: first & 0x1f, from: 0x80, to: 0xbf };
  if (first >= 0xe0 && first <= 0xef) {
    return { more: 2, bits: first & 0x0f, from: first === 0xe0 ? 0xa0 : 0x80, to: first === 0xed ? 0x9f : 0xbf };
  }
  if (first >= 0xf0 && first <= 0xf4) {
    return { more: 3, bits: first & 0x07, from: first === 0xf0 ? 0x90 : 0x80, to: first === 0xf4 ? 0x8f : 0xbf };
  }
  return undefined;
}

/** The code point that begins here, and in the lowest bits the number of bytes that it takes. */
function codePoint(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return packed(first, 1);
  const sequence = sequenceOf(first);
  if (!sequence) return packed(REPLACEMENT, 1);
  let code = sequence.bits;
  for (let index = 1; index <= sequence.more; index++) {
    const next = at + index < end ? bytes[at + index] : undefined;
    const from = index === 1 ? sequence.from : 0x80;
    const to = index === 1 ? sequence.to : 0xbf;
    if (next === undefined || next < from || next > to) return packed(REPLACEMENT, index);
    code = (code << 6) | (next & 0x3f);
  }
  return packed(code, sequence.more + 1);
}

function packed(code: number, length: number): number {
  return (code << LENGTH_BITS) | length;
}
