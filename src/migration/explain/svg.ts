/** The diagram as an SVG picture, wide enough for every text beside its arrow. */
import type { Actor, ArrowItem, Diagram, DiagramItem } from "./diagram.ts";
import { type Drawn, page, textAt, widthOf } from "./svg-parts.ts";

/** Everything in CSS pixels. */
const size = {
  margin: 24,
  titleY: 34,
  headTop: 56,
  headHeight: 46,
  /** Of a character of the text, the detail and the heads; all of them monospaced. */
  text: 7.25,
  detail: 6.65,
  minGap: 150,
  phase: 44,
  arrow: 40,
  arrowDetail: 15,
  line: 17,
  notePad: 9,
  foot: 26,
} as const;

interface Layout {
  /** Where the line of each actor is. */
  readonly columns: readonly number[];
  readonly width: number;
  /** Position of an actor from the left. */
  readonly indexOf: (id: string) => number;
}

function half({ name, address }: Actor): number {
  return Math.max(widthOf(name, size.text), widthOf(address, size.detail)) / 2 + 14;
}

/** Columns far enough apart for every head and for what is written on every arrow and note. */
function layoutOf({ title, actors, items }: Diagram): Layout {
  const positions = new Map(actors.map(({ id }, index) => [id, index]));
  const indexOf = (id: string): number => positions.get(id) ?? 0;
  const halves = actors.map(half);
  const gaps = halves.slice(1).map((right, index) => Math.max(size.minGap, (halves[index] ?? 0) + right + 16));
  for (const item of items) {
    if (item.kind !== "arrow") continue;
    const [from = 0, to = 0] = [indexOf(item.from), indexOf(item.to)].sort((a, b) => a - b);
    const needed = Math.max(widthOf(item.text, size.text), widthOf(item.detail, size.detail)) + 28;
    const spanned = gaps.slice(from, to);
    const missing = needed - spanned.reduce((sum, gap) => sum + gap, 0);
    if (missing > 0)
      for (let index = from; index < to; index++) gaps[index] = (gaps[index] ?? 0) + missing / spanned.length;
  }
  // Notes stand beside the second actor, the switch.
  const noteHalf = Math.max(0, ...items.map((item) => (item.kind === "note" ? noteWidth(item.lines) / 2 : 0)));
  let x = Math.max(size.margin + (halves[0] ?? 0), size.margin + noteHalf - (gaps[0] ?? 0));
  const columns = actors.map((_, index) => {
    if (index > 0) x += gaps[index - 1] ?? 0;
    return Math.round(x);
  });
  const right = Math.max((columns.at(-1) ?? 0) + (halves.at(-1) ?? 0), (columns[1] ?? 0) + noteHalf);
  const width = Math.ceil(Math.max(right, size.margin + widthOf(title, 8.5)) + size.margin);
  return { columns, width, indexOf };
}

function columnOf({ columns, indexOf }: Layout, id: string): number {
  return columns[indexOf(id)] ?? 0;
}

function noteWidth(lines: readonly string[]): number {
  return lines.reduce((widest, line) => Math.max(widest, widthOf(line, size.text)), 0) + 2 * size.notePad;
}

function draw(item: DiagramItem, top: number, layout: Layout): Drawn {
  switch (item.kind) {
    case "phase":
      return drawPhase(item.text, top, layout);
    case "note":
      return drawNote(item.lines, (columnOf(layout, item.over[0]) + columnOf(layout, item.over[1])) / 2, top);
    case "arrow":
      return drawArrow(item, top, columnOf(layout, item.from), columnOf(layout, item.to));
  }
}

function drawPhase(text: string, top: number, { width }: Layout): Drawn {
  const y = top + 24;
  const rule = `<line class="rule" x1="${size.margin}" x2="${width - size.margin}" y1="${y - 4}" y2="${y - 4}"/>`;
  return { svg: rule + textAt(size.margin, y, "phase", text), bottom: top + size.phase };
}

function drawNote(lines: readonly string[], middle: number, top: number): Drawn {
  const width = Math.round(noteWidth(lines));
  const height = lines.length * size.line + 2 * size.notePad - 4;
  const left = Math.round(middle - width / 2);
  const box = `<rect class="note" x="${left}" y="${top}" width="${width}" height="${height}" rx="6"/>`;
  const texts = lines.map((line, index) =>
    textAt(left + size.notePad, top + size.notePad + 10 + index * size.line, "left", line),
  );
  return { svg: box + texts.join(""), bottom: top + height + 14 };
}

function drawArrow(item: ArrowItem, top: number, from: number, to: number): Drawn {
  const middle = (from + to) / 2;
  const y = top + 20;
  const line = `<line class="arrow ${item.style}" x1="${from}" x2="${to}" y1="${y}" y2="${y}" marker-end="url(#tip-${item.style})"/>`;
  const detail = item.detail === "" ? "" : textAt(middle, y + 15, "soft halo", item.detail);
  const bottom = top + size.arrow + (detail === "" ? 0 : size.arrowDetail);
  return { svg: line + textAt(middle, y - 7, "halo", item.text) + detail, bottom };
}

function heads(actors: readonly Actor[], { columns }: Layout, y: number): string {
  return actors
    .map(({ name, address }, index) => {
      const width = Math.round(Math.max(widthOf(name, size.text), widthOf(address, size.detail)) + 28);
      const x = columns[index] ?? 0;
      const box = `<rect class="head" x="${Math.round(x - width / 2)}" y="${y}" width="${width}" height="${size.headHeight}" rx="8"/>`;
      return box + textAt(x, y + 19, "name", name) + textAt(x, y + 35, "soft", address);
    })
    .join("");
}

export function svg(diagram: Diagram): string {
  const layout = layoutOf(diagram);
  const { columns, width } = layout;
  let y = size.headTop + size.headHeight + 12;
  const parts: string[] = [];
  for (const item of diagram.items) {
    const drawn = draw(item, y, layout);
    parts.push(drawn.svg);
    y = drawn.bottom;
  }
  const height = y + size.foot;
  const lifeTop = size.headTop + size.headHeight;
  const lives = columns.map((x) => `<line class="life" x1="${x}" x2="${x}" y1="${lifeTop}" y2="${height - 12}"/>`);
  const { title, actors } = diagram;
  const body = [
    textAt(size.margin, size.titleY, "title", title),
    ...lives,
    heads(actors, layout, size.headTop),
    ...parts,
  ];
  return page({ title, width, height, body });
}
