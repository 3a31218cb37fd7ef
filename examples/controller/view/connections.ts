/** The list of connections: the newest first, filtered, and one of them chosen. */

import { objectOf, textOf } from "../json.ts";
import { byId, html, setText } from "./dom.ts";
import type { Connection } from "./store.ts";
import { groupOf, phaseWords } from "./words.ts";

export interface ConnectionsView {
  /** `total` is how many the controller has. */
  readonly show: (connections: readonly Connection[], total: number, chosen: string | undefined) => void;
}

/** Rows on the page. */
const MAX_ROWS = 200;

interface Row {
  readonly element: HTMLTableRowElement;
  readonly update: (connection: Connection, isChosen: boolean) => void;
}

function endOf({ view }: Connection): string {
  const { src, srcPort } = objectOf(view.key);
  const ip = textOf(src);
  return `${ip.includes(":") ? `[${ip}]` : ip}:${String(srcPort)}`;
}

function serverOf({ view, phase }: Connection): string {
  const target = textOf(view.target);
  if (target === "" || target === "origin") return "server 1";
  return view.moved === true || phase === "gone" ? target : `server 1 → ${target}`;
}

function makeRow(name: string, choose: (name: string) => void): Row {
  const button = html("button", { type: "button", class: "choose" });
  const badge = html("span");
  const [service, server] = [html("td"), html("td")];
  button.addEventListener("click", () => {
    choose(name);
  });
  return {
    element: html("tr", {}, html("td", {}, button), service, html("td", {}, badge), server),
    update(connection, isChosen) {
      const { phase, view } = connection;
      setText(button, endOf(connection));
      setText(service, textOf(view.service));
      setText(badge, phase);
      badge.className = `badge ${groupOf(phase).replaceAll(" ", "-")}`;
      badge.title = phaseWords.get(phase) ?? phase;
      setText(server, serverOf(connection));
      button.setAttribute("aria-pressed", String(isChosen));
    },
  };
}

function wordsOf(connection: Connection): string {
  const { name, phase, view } = connection;
  return [name, phase, textOf(view.service), serverOf(connection)].join(" ").toLowerCase();
}

/** `changed` when the filter has. */
export function createConnectionsView(choose: (name: string) => void, changed: () => void): ConnectionsView {
  const list = byId("connections", HTMLTableSectionElement);
  const shown = byId("shown", HTMLElement);
  const filter = byId("filter", HTMLInputElement);
  const phase = byId("phase", HTMLSelectElement);
  phase.append(html("option", { value: "" }, "all"));
  for (const [name, words] of phaseWords) phase.append(html("option", { value: name, title: words }, name));
  filter.addEventListener("input", changed);
  phase.addEventListener("change", changed);
  let rows = new Map<string, Row>();

  return {
    show(connections, total, chosen) {
      const parts = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = connections.filter(
        (connection) =>
          (phase.value === "" || phase.value === connection.phase) &&
          parts.every((part) => wordsOf(connection).includes(part)),
      );
      const next = new Map<string, Row>();
      let place: Element | null = list.firstElementChild;
      for (const connection of fitting.slice(0, MAX_ROWS)) {
        const key = `${connection.name} ${connection.generation}`;
        const row = rows.get(key) ?? makeRow(connection.name, choose);
        row.update(connection, connection.name === chosen);
        next.set(key, row);
        // Whatever is in its place already keeps the keyboard's focus.
        if (row.element === place) place = place.nextElementSibling;
        else list.insertBefore(row.element, place);
      }
      for (const [name, { element }] of rows) if (!next.has(name)) element.remove();
      rows = next;
      setText(shown, `${rows.size} shown of ${connections.length} on this page; the controller tracks ${total}.`);
    },
  };
}
