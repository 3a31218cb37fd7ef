/**
 * A drawing of the controller's on this page: only shapes and text, without anything that could act or load. Its rules of style stay in
 * a shadow root of its own, as a style sheet that is made here: the page's policy allows none inside the markup.
 */

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS: ReadonlySet<string> = new Set(["svg", "title", "defs", "marker", "path", "rect", "line", "g", "text"]);
const FORBIDDEN = /^(?:on|style$|href$|xlink:|xml:)/i;

/** Throws Error for what is no such drawing. */
function checked(text: string): Element {
  const { documentElement: root } = new DOMParser().parseFromString(text, "image/svg+xml");
  // What does not parse is a page of the browser's about the mistake.
  if (root.localName !== "svg") throw new Error("This is no drawing.");
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (element.namespaceURI !== SVG || !ELEMENTS.has(element.localName)) {
      throw new Error(`The drawing has an element that does not belong there: ${element.localName}`);
    }
    const wrong = element.getAttributeNames().find((name) => FORBIDDEN.test(name));
    if (wrong !== undefined) throw new Error(`The drawing has an attribute that does not belong there: ${wrong}`);
  }
  return root;
}

/** Shows the drawing in `host`. Throws Error for what is none; `host` shows what it showed, then. */
export function showDrawing(host: HTMLElement, text: string): void {
  const [, rules = ""] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
  const drawing = checked(text.replace(/<style>[^<]*<\/style>/, ""));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  shadow.replaceChildren(document.importNode(drawing, true));
}
