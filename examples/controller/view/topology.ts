/** The map as a drawing, as wide as there is room: clients on the left and servers on the right, or everything in one column. */
import { html, onChange, svg } from "./dom.ts";
import { countText, type Dweller, mapOf, type PortPlace, type SwitchPlace } from "./map.ts";

export interface TopologyView {
  readonly show: (...map: Parameters<typeof mapOf>) => void;
}

/** CSS pixels; `letter` and `small` are a character of a name and of what is below it. */
const size = { narrow: 560, margin: 2, node: 46, gap: 12, pad: 10, head: 50, letter: 7.3, small: 6.7, port: 34 };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cut(text: string, width: number, letter = size.letter): string {
  const room = Math.floor((width - 2 * size.pad) / letter);
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`;
}

function isServer({ dwellers }: PortPlace): boolean {
  return dwellers.some(({ kind }) => kind !== "client");
}

const nobody: Dweller = { kind: "client", name: "nobody seen", detail: "", connections: 0 };

function dwellersOf({ dwellers }: PortPlace): readonly Dweller[] {
  return dwellers.length === 0 ? [nobody] : dwellers;
}

function heightOf(port: PortPlace): number {
  return dwellersOf(port).length * (size.node + size.gap);
}

function node(dweller: Dweller, { x, y, width, height }: Box): SVGElement {
  const second = [dweller.detail, countText(dweller)].filter((part) => part !== "").join(", ");
  const kind = dweller === nobody ? "nobody" : dweller.kind;
  const middle = y + height / 2;
  return svg(
    "g",
    { class: `node ${kind}` },
    svg("title", {}, `${dweller.name}${second === "" ? "" : `: ${second}`}`),
    svg("rect", { x, y, width, height, rx: 7 }),
    svg(
      "text",
      { x: x + size.pad, y: second === "" ? middle + 4 : middle - 4, class: "name" },
      cut(dweller.name, width),
    ),
    ...(second === ""
      ? []
      : [svg("text", { x: x + size.pad, y: middle + 13, class: "soft" }, cut(second, width, size.small))]),
  );
}

function cable(dweller: Dweller, isUp: boolean, from: readonly [number, number], to: readonly [number, number]) {
  const middle = (from[0] + to[0]) / 2;
  const path = `M${from[0]} ${from[1]}C${middle} ${from[1]} ${middle} ${to[1]} ${to[0]} ${to[1]}`;
  const busy = dweller.connections > 0 ? " busy" : "";
  return svg("path", { class: `cable ${dweller.kind}${busy}${isUp ? "" : " down"}`, d: path });
}

interface Drawn {
  readonly parts: readonly SVGElement[];
  readonly bottom: number;
}

/** The ports of one side, from `top` down. */
function side(ports: readonly PortPlace[], top: number, edge: number, x: number, width: number): Drawn {
  const parts: SVGElement[] = [];
  let y = top;
  const isRight = x > edge;
  for (const port of ports) {
    const middle = y + (heightOf(port) - size.gap) / 2;
    for (const dweller of dwellersOf(port)) {
      const box = { x, y, width, height: size.node };
      parts.push(cable(dweller, port.isUp, [edge, middle], [isRight ? x : x + width, y + size.node / 2]));
      parts.push(node(dweller, box));
      y += size.node + size.gap;
    }
    parts.push(portBox(port, edge, middle));
  }
  return { parts, bottom: y };
}

function portBox({ number, name, isUp }: PortPlace, x: number, y: number): SVGElement {
  return svg(
    "g",
    { class: isUp ? "port" : "port down" },
    svg("title", {}, `port ${number}${name === "" ? "" : `, ${name}`}${isUp ? "" : ", down"}`),
    svg("rect", { x: x - size.port / 2, y: y - 11, width: size.port, height: 22, rx: 4 }),
    svg("text", { x, y: y + 4, class: "number" }, String(number)),
  );
}

function body({ dpid, peer }: SwitchPlace, box: Box): SVGElement {
  const { x, y, width, height } = box;
  const name = width < 25 * size.letter ? dpid.replace(/^0+(?=.)/, "") : dpid;
  return svg(
    "g",
    { class: "switch" },
    svg("title", {}, `switch ${dpid}, at ${peer}`),
    svg("rect", { x, y, width, height, rx: 9 }),
    svg("text", { x: x + width / 2, y: y + 21, class: "name middle" }, cut(`switch ${name}`, width)),
    svg("text", { x: x + width / 2, y: y + 38, class: "soft middle" }, cut(peer, width, size.small)),
  );
}

function wide(place: SwitchPlace, top: number, width: number): Drawn {
  const nodeWidth = Math.min(240, width * 0.34);
  const [left, right] = [nodeWidth + width * 0.06, width - nodeWidth - width * 0.06];
  const inner = top + size.head + size.gap;
  const isRight = place.ports.filter(isServer);
  const isLeft = place.ports.filter((port) => !isServer(port));
  const clients = side(isLeft, inner, left, size.margin, nodeWidth);
  const servers = side(isRight, inner, right, width - nodeWidth - size.margin, nodeWidth);
  const bottom = Math.max(clients.bottom, servers.bottom, inner);
  const box = { x: left, y: top + size.margin, width: right - left, height: bottom - top };
  return { parts: [body(place, box), ...clients.parts, ...servers.parts], bottom: bottom + 2 * size.gap };
}

function narrow(place: SwitchPlace, top: number, width: number): Drawn {
  const inner = top + size.head + size.gap;
  const ports = [...place.ports].sort((a, b) => Number(isServer(a)) - Number(isServer(b)));
  const edge = size.margin + size.port;
  const x = edge + size.port * 1.6;
  const drawn = side(ports, inner, edge, x, width - x - size.margin);
  const spine = { x: size.margin, y: top + size.margin, width: width - 2 * size.margin, height: size.head };
  const stem = svg("path", {
    class: "cable stem",
    d: `M${edge} ${top + size.head}V${drawn.bottom - size.node / 2 - size.gap}`,
  });
  return { parts: [stem, body(place, spine), ...drawn.parts], bottom: drawn.bottom + size.gap };
}

function words(map: readonly SwitchPlace[]): string {
  return map
    .map(({ dpid, ports }) => {
      const told = ports.map(
        (port) =>
          `port ${port.number}: ${dwellersOf(port)
            .map(({ name }) => name)
            .join(" and ")}`,
      );
      return `Switch ${dpid}. ${told.join(", ")}.`;
    })
    .join(" ");
}

function draw(map: readonly SwitchPlace[], width: number): SVGElement {
  const parts: SVGElement[] = [];
  let bottom = 0;
  for (const place of map) {
    const drawn = (width < size.narrow ? narrow : wide)(place, bottom, width);
    parts.push(...drawn.parts);
    bottom = drawn.bottom;
  }
  // Nothing comes below the last one.
  const height = bottom - 2 * size.gap + 2 * size.margin;
  const view = { viewBox: `0 0 ${width} ${height}`, width, height };
  return svg("svg", { ...view, role: "img", "aria-label": words(map) }, ...parts);
}

export function createTopologyView(root: HTMLElement): TopologyView {
  let map: readonly SwitchPlace[] = [];
  const redraw = onChange(({ width, places }: { width: number; places: readonly SwitchPlace[] }) => {
    root.replaceChildren(
      places.length === 0 ? html("p", { class: "soft" }, "No switch is connected.") : draw(places, width),
    );
  });
  const again = (): void => {
    const width = Math.floor(root.clientWidth);
    if (width > 0) redraw({ width, places: map });
  };
  new ResizeObserver(again).observe(root);
  return {
    show(...about) {
      map = mapOf(...about);
      again();
    },
  };
}
