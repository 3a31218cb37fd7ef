/** The diagram as a Mermaid sequence diagram. */
import { type Actor, actors, type Diagram, type DiagramItem } from "./diagram.ts";

const ids: Readonly<Record<Actor, string>> = { client: "C", switch: "S", origin: "O", target: "T" };

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

function statement(item: DiagramItem): string {
  switch (item.kind) {
    case "phase":
      return `Note over C,T: ${escaped(item.text)}`;
    case "note": {
      const [first, last] = item.over;
      const over = first === last ? ids[first] : `${ids[first]},${ids[last]}`;
      return `Note over ${over}: ${lines(item.lines)}`;
    }
    case "arrow": {
      const line = { observed: "->>", planned: "->>", reset: "-x", later: "-->>" }[item.style];
      return `${ids[item.from]}${line}${ids[item.to]}: ${lines([item.text, item.detail])}`;
    }
  }
}

export function mermaid({ actors: names, items }: Diagram): string {
  const participants = actors.map((actor) => {
    const { name, address } = names[actor];
    return `participant ${ids[actor]} as ${lines([name, address])}`;
  });
  return `${["sequenceDiagram", ...[...participants, ...items.map(statement)].map((line) => `  ${line}`)].join("\n")}\n`;
}
