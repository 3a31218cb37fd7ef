/** What every drawing is made of: colours, text and the page around. */
import type { ArrowStyle } from "./diagram.ts";

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

/** Width of a text in CSS pixels, given that of a character. */
export function widthOf(text: string, perCharacter: number): number {
  return text.length * perCharacter;
}

export function textAt(x: number, y: number, className: string, text: string): string {
  return `<text x="${x}" y="${y}"${className === "" ? "" : ` class="${className}"`}>${escaped(text)}</text>`;
}

/** What is drawn, and how far down it reaches. */
export interface Drawn {
  readonly svg: string;
  readonly bottom: number;
}

export interface Page {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Rules beyond the common ones. */
  readonly rules?: string;
  /** Elements, from back to front. */
  readonly body: readonly string[];
}

/** Colours follow the reader's light or dark mode; no script, no font and no picture from elsewhere. */
export function page({ title, width, height, rules = "", body }: Page): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plan-title">`,
    `<title id="plan-title">${escaped(title)}</title>`,
    `<style>${shapes}${rules}${colours(light)}@media(prefers-color-scheme:dark){${colours(dark)}}</style>`,
    `<defs>${styles.map(marker).join("")}</defs>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}
