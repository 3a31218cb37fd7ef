/** A diagram as a Mermaid sequence diagram. */
import type { Diagram, DiagramItem } from "./diagram.ts";

/** Mermaid ends a statement at `;` and writes characters of its own grammar as `#code;`. */
function escaped(text: string): string {
  return text.replace(/[#;<>\n\r]/g, (character) => `#${character.charCodeAt(0)};`);
}

function lines(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== "")
    .map(escaped)
    .join("<br/>");
}

function statement(item: DiagramItem, all: string): string {
  const time = item.time ?? "";
  switch (item.kind) {
    case "phase":
      return `Note over ${all}: ${escaped([item.text, time].filter((text) => text !== "").join(" · "))}`;
    case "note": {
      const [first, last] = item.over;
      const over = first === last ? first : `${first},${last}`;
      return `Note over ${over}: ${lines([time, ...item.lines])}`;
    }
    case "arrow": {
      const line = { observed: "->>", planned: "->>", reset: "-x", later: "-->>" }[item.style];
      return `${item.from}${line}${item.to}: ${lines([time, item.text, item.detail])}`;
    }
  }
}

export function mermaid({ actors, items }: Diagram): string {
  const participants = actors.map(({ id, name, address }) => `participant ${id} as ${lines([name, address])}`);
  const all = [actors.at(0)?.id, actors.at(-1)?.id].join(",");
  const statements = items.map((item) => statement(item, all));
  return `${["sequenceDiagram", ...[...participants, ...statements].map((line) => `  ${line}`)].join("\n")}\n`;
}
