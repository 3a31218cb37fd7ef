/** The diagram as one self-contained SVG. */
import { type Actor, type ArrowStyle, actors, type Diagram, type DiagramItem } from "./diagram.ts";

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

/** Text between tags and in attributes. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0x20;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) ? " " : `&#${code};`;
  });
}

const styles: readonly ArrowStyle[] = ["observed", "planned", "reset", "later"];

interface Palette extends Readonly<Record<ArrowStyle, string>> {
  readonly page: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly box: string;
  readonly note: string;
  readonly noteLine: string;
}

const light: Palette = {
  page: "#ffffff",
  ink: "#1c2128",
  soft: "#57606a",
  line: "#c9d1d9",
  box: "#f4f6f8",
  note: "#fff8e1",
  noteLine: "#e3c873",
  observed: "#57606a",
  planned: "#0b61c9",
  reset: "#c62828",
  later: "#1a7f37",
};

const dark: Palette = {
  page: "#12161b",
  ink: "#e6edf3",
  soft: "#9aa5b1",
  line: "#3b444e",
  box: "#1d232a",
  note: "#2b2718",
  noteLine: "#77682c",
  observed: "#aab4be",
  planned: "#63a6ff",
  reset: "#ff7b72",
  later: "#56d364",
};

/** Plain rules, no variables: programs other than browsers draw SVG too. */
function colours(palette: Palette): string {
  const arrows = styles.map((name) => `.${name}{stroke:${palette[name]}}.tip-${name}{fill:${palette[name]}}`);
  return [
    `.page{fill:${palette.page}}text{fill:${palette.ink}}.soft{fill:${palette.soft}}`,
    `.head{fill:${palette.box};stroke:${palette.line}}.life,.rule{stroke:${palette.line}}`,
    `.phase,.halo{stroke:${palette.page}}.note{fill:${palette.note};stroke:${palette.noteLine}}`,
    ...arrows,
  ].join("");
}

const shapes = [
  'text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;text-anchor:middle}',
  ".title{font-weight:600;font-size:14px;text-anchor:start}.name{font-weight:600}.soft{font-size:11px}",
  ".phase{font-weight:600;text-anchor:start;paint-order:stroke;stroke-width:10px}.left{text-anchor:start}",
  ".halo{paint-order:stroke;stroke-width:5px;stroke-linejoin:round}",
  ".life{stroke-dasharray:3 4}.arrow{fill:none;stroke-width:1.6}.later{stroke-dasharray:7 4}",
].join("");

function marker(name: ArrowStyle): string {
  return `<marker id="tip-${name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="tip-${name}" d="M0 1 L10 5 L0 9 z"/></marker>`;
}

type Columns = Readonly<Record<Actor, number>>;

interface Layout {
  readonly columns: Columns;
  readonly width: number;
}

function widthOf(text: string, perCharacter: number): number {
  return text.length * perCharacter;
}

/** Columns far enough apart for every head and for what is written on every arrow and note. */
function layoutOf({ title, actors: heads, items }: Diagram): Layout {
  const half = (actor: Actor): number =>
    Math.max(widthOf(heads[actor].name, size.text), widthOf(heads[actor].address, size.detail)) / 2 + 14;
  const gaps = actors.slice(1).map((actor, index) => {
    const left = actors[index] ?? actor;
    return Math.max(size.minGap, half(left) + half(actor) + 16);
  });
  for (const item of items) {
    if (item.kind !== "arrow") continue;
    const [from, to] = [actors.indexOf(item.from), actors.indexOf(item.to)].sort((a, b) => a - b);
    const needed = Math.max(widthOf(item.text, size.text), widthOf(item.detail, size.detail)) + 28;
    const spanned = gaps.slice(from, to);
    const missing = needed - spanned.reduce((sum, gap) => sum + gap, 0);
    if (missing > 0)
      for (let index = from ?? 0; index < (to ?? 0); index++)
        gaps[index] = (gaps[index] ?? 0) + missing / spanned.length;
  }
  const noteHalf = Math.max(0, ...items.map((item) => (item.kind === "note" ? noteWidth(item.lines) / 2 : 0)));
  const first = Math.max(size.margin + half("client"), size.margin + noteHalf - (gaps[0] ?? 0));
  let x = first;
  const columns: Record<Actor, number> = { client: first, switch: 0, origin: 0, target: 0 };
  actors.forEach((actor, index) => {
    if (index > 0) x += gaps[index - 1] ?? 0;
    columns[actor] = Math.round(x);
  });
  const right = Math.max(columns.target + half("target"), columns.switch + noteHalf);
  return { columns, width: Math.ceil(Math.max(right, size.margin + widthOf(title, 8.5)) + size.margin) };
}

function noteWidth(lines: readonly string[]): number {
  return lines.reduce((widest, line) => Math.max(widest, widthOf(line, size.text)), 0) + 2 * size.notePad;
}

function textAt(x: number, y: number, className: string, text: string): string {
  return `<text x="${x}" y="${y}"${className === "" ? "" : ` class="${className}"`}>${escaped(text)}</text>`;
}

/** What is drawn, and how far down it reaches. */
interface Drawn {
  readonly svg: string;
  readonly bottom: number;
}

function draw(item: DiagramItem, top: number, layout: Layout): Drawn {
  switch (item.kind) {
    case "phase":
      return drawPhase(item.text, top, layout);
    case "note":
      return drawNote(item.lines, (layout.columns[item.over[0]] + layout.columns[item.over[1]]) / 2, top);
    case "arrow":
      return drawArrow(item, top, layout.columns);
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

function drawArrow(item: Extract<DiagramItem, { kind: "arrow" }>, top: number, columns: Columns): Drawn {
  const from = columns[item.from];
  const to = columns[item.to];
  const middle = (from + to) / 2;
  const y = top + 20;
  const line = `<line class="arrow ${item.style}" x1="${from}" x2="${to}" y1="${y}" y2="${y}" marker-end="url(#tip-${item.style})"/>`;
  const detail = item.detail === "" ? "" : textAt(middle, y + 15, "soft halo", item.detail);
  const bottom = top + size.arrow + (detail === "" ? 0 : size.arrowDetail);
  return { svg: line + textAt(middle, y - 7, "halo", item.text) + detail, bottom };
}

function heads({ actors: names }: Diagram, columns: Columns, y: number): string {
  return actors
    .map((actor) => {
      const { name, address } = names[actor];
      const width = Math.round(Math.max(widthOf(name, size.text), widthOf(address, size.detail)) + 28);
      const x = columns[actor];
      const box = `<rect class="head" x="${Math.round(x - width / 2)}" y="${y}" width="${width}" height="${size.headHeight}" rx="8"/>`;
      return box + textAt(x, y + 19, "name", name) + textAt(x, y + 35, "soft", address);
    })
    .join("");
}

/** Colours follow the reader's light or dark mode; no script, no font and no picture from elsewhere. */
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
  const lives = actors.map(
    (actor) => `<line class="life" x1="${columns[actor]}" x2="${columns[actor]}" y1="${lifeTop}" y2="${height - 12}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plan-title">`,
    `<title id="plan-title">${escaped(diagram.title)}</title>`,
    `<style>${shapes}${colours(light)}@media(prefers-color-scheme:dark){${colours(dark)}}</style>`,
    `<defs>${styles.map(marker).join("")}</defs>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    textAt(size.margin, size.titleY, "title", diagram.title),
    ...lives,
    heads(diagram, columns, size.headTop),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}
