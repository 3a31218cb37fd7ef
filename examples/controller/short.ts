/** An error may repeat what it is about: not all of it. */
export function short(text: string): string {
  const limit = 256;
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
