/** RFC 4648 §4. */
import { type Bytes, quote, WireError } from "../../wire/index.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** Throws WireError `syntax` or `badLength` for what is no base64 with its padding. */
export function decodeBase64(text: string): Bytes {
  if (text.length % 4 !== 0) {
    throw new WireError("badLength", `${text.length} characters are no multiple of 4`, text.length);
  }
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const length = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let at = 0;
  for (let index = 0; index < length; index++) {
    const value = VALUES.get(text.charAt(index));
    if (value === undefined) throw new WireError("syntax", `${quote(text.charAt(index))} is no digit of base64`, index);
    // Of 6 bits each; the lower 8 of these are a byte as soon as there are 8 more than bytes written.
    bits = ((bits << 6) | value) & 0xffffff;
    const spare = (6 * (index + 1)) % 8;
    if (index % 4 !== 0) bytes[at++] = bits >>> spare;
  }
  return bytes;
}
