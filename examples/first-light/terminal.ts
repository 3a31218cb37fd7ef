/** Output for people: colours on a terminal, columns that line up, nothing wider than 100 characters. */

export const WIDTH = 100;

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

const CODES: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export type Paint = (style: Style, text: string) => string;

/** Colours only for a terminal, and not when NO_COLOR (no-color.org) or TERM=dumb asks for none. */
export function painter(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): Paint {
  const noColor = environment.NO_COLOR !== undefined && environment.NO_COLOR !== "";
  if (stream.isTTY !== true || noColor || environment.TERM === "dumb") return (_, text) => text;
  return (style, text) => `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m`;
}

/** Breaks at spaces; lines after the first are indented. A word longer than the line stays whole. */
export function wrap(text: string, indent = 0): string[] {
  return join(text.split(/(?<=\S)(?= +\S)/), indent);
}

/** Breaks flows, behind commas and before the actions too. */
export function fold(text: string, indent = 0): string[] {
  return text.split(/ (?=actions=)/).flatMap((part, index) => {
    return join(`${index === 0 ? "" : " ".repeat(indent)}${part}`.split(/(?<=,)/), indent);
  });
}

function join(pieces: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (line !== "" && line.length + piece.trimEnd().length > WIDTH) {
      lines.push(line.trimEnd());
      line = " ".repeat(indent) + piece.trimStart();
    } else {
      line += piece;
    }
  }
  return [...lines, line.trimEnd()];
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Rows of cells in columns as wide as their widest cell. Trailing space is cut. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, row[index]?.text.length ?? 0), column.title.length),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style }, index) => {
        const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - text.length));
        const painted = style ? paint(style, text) : text;
        if (columns[index]?.align === "right") return space + painted;
        return index === cells.length - 1 ? painted : painted + space;
      })
      .join("  ");
  return [line(columns.map(({ title }) => ({ text: title, style: "dim" }))), ...rows.map(line)];
}
