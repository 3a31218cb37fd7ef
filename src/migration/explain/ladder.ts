/** The diagram as a narrow SVG picture, for long stories: the lines stand close, and texts lie across them. */
import type { Actor, ArrowItem, Diagram, DiagramItem, NoteItem, PhaseItem } from "./diagram.ts";
import { type Drawn, page, textAt, widthOf } from "./svg-parts.ts";

/** Everything in CSS pixels, but for `characters` of a line. */
const size = {
  margin: 14,
  /** Column of the times. */
  times: 62,
  title: 28,
  legend: 15,
  head: 26,
  /** Of a character of the text and of what is smaller. */
  text: 7.25,
  detail: 6.65,
  line: 15,
  minGap: 84,
  characters: 48,
  /** The heads come again after so much. */
  page: 900,
} as const;

interface Layout {
  readonly columns: readonly number[];
  readonly width: number;
  readonly indexOf: (id: string) => number;
}

/** Breaks between parts if it must, then at spaces; a word longer than a line stays whole. */
function wrapped(text: string): string[] {
  if (text.length <= size.characters) return [text];
  return text.split(" · ").flatMap(wrappedWords);
}

function wrappedWords(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < size.characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function textsOf(item: DiagramItem): readonly string[] {
  switch (item.kind) {
    case "phase":
      return [item.text];
    case "note":
      return item.lines.flatMap(wrapped);
    case "arrow":
      return [item.text, ...wrapped(item.detail)];
  }
}

function layoutOf({ title, actors, items }: Diagram, legend: readonly string[]): Layout {
  const positions = new Map(actors.map(({ id }, index) => [id, index]));
  const widest = Math.max(...items.flatMap(textsOf).map((text) => widthOf(text, size.text)), 0) + 24;
  const names = actors.map(({ name }) => widthOf(name, size.text) + 18);
  const least = Math.max(size.minGap, ...names.map((width) => width + 8));
  const above = Math.max(widthOf(title, 8.5), ...legend.map((text) => widthOf(text, size.detail)));
  const inner = Math.max(least * actors.length, widest, above - size.times);
  const width = Math.ceil(size.margin + size.times + inner + size.margin);
  const gap = inner / actors.length;
  const columns = actors.map((_, index) => Math.round(size.margin + size.times + gap * (index + 0.5)));
  return { columns, width, indexOf: (id) => positions.get(id) ?? 0 };
}

function columnOf({ columns, indexOf }: Layout, id: string): number {
  return columns[indexOf(id)] ?? 0;
}

/** The middle nearest to the wanted one with which a text stays inside. */
function inside({ width }: Layout, middle: number, textWidth: number): number {
  const least = size.margin + size.times + textWidth / 2;
  const most = width - size.margin - textWidth / 2;
  return Math.round(Math.max(least, Math.min(middle, most)));
}

function timeAt(y: number, time: string | undefined): string {
  return time === undefined ? "" : textAt(size.margin + size.times - 10, y, "soft time", time);
}

function drawPhase({ text, time }: PhaseItem, top: number, { width }: Layout): Drawn {
  const y = top + 22;
  const left = size.margin + size.times;
  const rule = `<line class="rule" x1="${left}" x2="${width - size.margin}" y1="${y - 4}" y2="${y - 4}"/>`;
  return { svg: rule + timeAt(y, time) + textAt(left, y, "phase", text), bottom: y + 8 };
}

function drawNote(item: NoteItem, top: number, layout: Layout): Drawn {
  const lines = textsOf(item);
  const width = Math.round(Math.max(...lines.map((line) => widthOf(line, size.text))) + 16);
  const height = lines.length * size.line + 9;
  const wanted = (columnOf(layout, item.over[0]) + columnOf(layout, item.over[1])) / 2;
  const left = Math.round(inside(layout, wanted, width) - width / 2);
  const box = `<rect class="note" x="${left}" y="${top + 5}" width="${width}" height="${height}" rx="5"/>`;
  const texts = lines.map((line, index) => textAt(left + 8, top + 20 + index * size.line, "left", line));
  return { svg: box + timeAt(top + 20, item.time) + texts.join(""), bottom: top + height + 11 };
}

function drawArrow(item: ArrowItem, top: number, layout: Layout): Drawn {
  const from = columnOf(layout, item.from);
  const to = columnOf(layout, item.to);
  const place = (text: string, perCharacter: number): number =>
    inside(layout, (from + to) / 2, widthOf(text, perCharacter));
  const y = top + 26;
  const line = `<line class="arrow ${item.style}" x1="${from}" x2="${to}" y1="${y}" y2="${y}" marker-end="url(#tip-${item.style})"/>`;
  const text = textAt(place(item.text, size.text), y - 9, "halo", item.text);
  const details = item.detail === "" ? [] : wrapped(item.detail);
  const below = details.map((words, index) =>
    textAt(place(words, size.detail), y + 14 + index * size.line, "soft halo", words),
  );
  return { svg: line + timeAt(y - 9, item.time) + text + below.join(""), bottom: y + 6 + details.length * size.line };
}

function draw(item: DiagramItem, top: number, layout: Layout): Drawn {
  switch (item.kind) {
    case "phase":
      return drawPhase(item, top, layout);
    case "note":
      return drawNote(item, top, layout);
    case "arrow":
      return drawArrow(item, top, layout);
  }
}

function heads(actors: readonly Actor[], { columns }: Layout, y: number): string {
  return actors
    .map(({ name }, index) => {
      const width = Math.round(widthOf(name, size.text) + 18);
      const x = columns[index] ?? 0;
      const box = `<rect class="head" x="${Math.round(x - width / 2)}" y="${y}" width="${width}" height="${size.head}" rx="6"/>`;
      return box + textAt(x, y + 17, "name", name);
    })
    .join("");
}

/** Where every actor is, since the heads have only their names. */
function legendOf({ actors }: Diagram): readonly string[] {
  return actors.filter(({ address }) => address !== "").map(({ name, address }) => `${name}: ${address}`);
}

/** The heads stand at the top, at the bottom, and in between where the picture is long. */
export function ladder(diagram: Diagram): string {
  const legend = legendOf(diagram);
  const { title, actors, items } = diagram;
  const layout = layoutOf(diagram, legend);
  const { columns, width } = layout;
  const headTop = size.title + 14 + legend.length * size.legend;
  const parts = [heads(actors, layout, headTop)];
  let y = headTop + size.head + 4;
  let lastHead = headTop;
  for (const item of items) {
    if (item.kind === "phase" && y - lastHead > size.page) {
      parts.push(heads(actors, layout, y + 8));
      lastHead = y + 8;
      y = lastHead + size.head + 2;
    }
    const drawn = draw(item, y, layout);
    parts.push(drawn.svg);
    y = drawn.bottom;
  }
  const footTop = y + 14;
  parts.push(heads(actors, layout, footTop));
  const lives = columns.map((x) => `<line class="life" x1="${x}" x2="${x}" y1="${headTop}" y2="${footTop}"/>`);
  const words = legend.map((text, index) =>
    textAt(size.margin, size.title + 17 + index * size.legend, "soft left", text),
  );
  const body = [textAt(size.margin, size.title - 4, "title", title), ...words, ...lives, ...parts];
  return page({ title, width, height: footTop + size.head + 14, rules: ".time{text-anchor:end}", body });
}
