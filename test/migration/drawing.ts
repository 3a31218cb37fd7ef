/** What a drawing must be, whatever it shows. */
import { expect } from "vitest";

/** What Mermaid's grammar for sequence diagrams allows of what we use, one statement a line. */
export const mermaidLine = new RegExp(
  [
    "^  participant [A-Z]\\d* as (?:[^;#\\n]|#\\d+;)+$",
    "^  Note over [A-Z]\\d*(?:,[A-Z]\\d*)?: (?:[^;#\\n]|#\\d+;)+$",
    "^  ([A-Z]\\d*)(?:->>|-->>|-x)(?!\\1:)[A-Z]\\d*: (?:[^;#\\n]|#\\d+;)+$",
  ].join("|"),
);

/** Checks that tags nest and that text and attributes hold no bare `<` or `&`; returns the names of the elements. */
function elements(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let rest = xml;
  while (rest !== "") {
    const text = /^[^<]+/.exec(rest)?.[0];
    const tag = /^<(\/?)([A-Za-z]+)((?: [A-Za-z][A-Za-z0-9-]*="(?:[^"<&]|&#\d+;)*")*)(\/?)>/.exec(rest);
    if (text !== undefined) {
      expect(text).toMatch(/^(?:[^<&]|&#\d+;)*$/);
      rest = rest.slice(text.length);
    } else if (tag) {
      const [whole, closing, name = "", , empty] = tag;
      if (closing === "/") expect(open.pop()).toBe(name);
      else {
        names.push(name);
        if (empty !== "/") open.push(name);
      }
      rest = rest.slice(whole.length);
    } else {
      throw new Error(`no XML: ${rest.slice(0, 60)}`);
    }
  }
  expect(open).toEqual([]);
  return names;
}

/** An SVG picture that is well-formed, stands alone, runs nothing and is drawn inside its own frame. */
export function expectDrawing(text: string): void {
  const names = elements(text.trimEnd());
  expect(names[0]).toBe("svg");
  expect(names).toContain("title");
  const drawn = ["svg", "title", "style", "defs", "marker", "path", "rect", "line", "text"];
  expect(names.filter((name) => !drawn.includes(name))).toEqual([]);
  expect(text).not.toMatch(/href|url\((?!#)|@import|<script|on[a-z]+=|NaN|undefined|Infinity/);
  // It is drawn inside its own frame.
  const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(text) ?? []).map(Number);
  for (const [, x] of text.matchAll(/ x[12]?="(-?[\d.]+)"/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(0);
    expect(Number(x)).toBeLessThanOrEqual(width);
  }
  for (const [, y] of text.matchAll(/ y[12]?="(-?[\d.]+)"/g)) expect(Number(y)).toBeLessThanOrEqual(height);
}
