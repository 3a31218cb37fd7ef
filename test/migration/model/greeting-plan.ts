/** What a server says before it is asked. */

/** How a server greets. */
export interface GreetingPlan {
  /** Another number is another text. */
  readonly text: number;
  /** Of a line, without its code and its end. */
  readonly length: number;
  /**
   * - `line`: ends with a line feed
   * - `reply`: two lines, the first of which says that another one follows (RFC 959 §4.2)
   * - `open`: does not end
   * - `more`: a whole line, and another one behind it
   */
  readonly shape: "line" | "reply" | "open" | "more";
  /** So many milliseconds after the SYN, or with the first answer, if that is earlier. */
  readonly after: number;
}

/** Bytes of answers begin here; those of greetings are below, so that the client can tell them apart. */
export const ANSWERS = 0x40;

/** Digits, spaces, hyphens and the ends of lines. */
export function greetingBytes({ text, length, shape }: GreetingPlan): Uint8Array {
  const digits = Array.from({ length }, (_, index) => (7 * text + index) % 10).join("");
  const ends = shape === "open" ? "" : "\r\n";
  const second = shape === "reply" || shape === "more" ? `220 ${digits}\r\n` : "";
  const line = `220${shape === "reply" ? "-" : " "}${digits}${ends}${second}`;
  return Uint8Array.from(line, (character) => character.charCodeAt(0));
}
