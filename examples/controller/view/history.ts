/** What happened to the chosen connection, asked for again while it goes on. */

import { type Json, objectOf, textOf } from "../json.ts";
import { byId, html, setText } from "./dom.ts";
import { showDrawing } from "./drawing.ts";
import type { Connection } from "./store.ts";
import { phaseWords } from "./words.ts";

export interface HistoryView {
  /** `name` is what was chosen, though the page may not know it any more. */
  readonly show: (name: string | undefined, connection: Connection | undefined) => void;
  /** Asks again, unless the last question is not answered yet. */
  readonly refresh: () => void;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function createHistoryView(ask: (question: Json) => Promise<Json>): HistoryView {
  const title = byId("chosen", HTMLElement);
  const root = byId("diagram", HTMLElement);
  const relative = byId("relative", HTMLInputElement);
  const asText = byId("as-text", HTMLInputElement);
  let chosen: Connection | undefined;
  let shown: string | undefined;
  let isAsking = false;
  let again = false;

  function display(format: string, text: string): void {
    const name = `${format} ${text}`;
    if (name === shown) return;
    // Whoever looks at the end goes on to see it.
    const isAtEnd = shown !== undefined && root.scrollTop + root.clientHeight >= root.scrollHeight - 4;
    shown = name;
    try {
      if (format === "text") root.replaceChildren(html("pre", {}, text));
      else draw(text);
    } catch (error) {
      // Of what was shown nothing is true any more.
      root.replaceChildren(html("p", { role: "alert" }, messageOf(error)));
    }
    if (isAtEnd) root.scrollTop = root.scrollHeight;
  }

  function draw(text: string): void {
    const before = root.firstElementChild;
    const host = before instanceof HTMLDivElement ? before : html("div");
    showDrawing(host, text);
    if (host !== before) root.replaceChildren(host);
  }

  function tell(why: string): void {
    shown = undefined;
    root.replaceChildren(html("p", { class: "soft" }, why));
  }

  async function refresh(): Promise<void> {
    const about = chosen;
    if (!about) return;
    if (isAsking) {
      again = true;
      return;
    }
    isAsking = true;
    const format = asText.checked ? "text" : "svg";
    try {
      const key = objectOf(about.view.key);
      const answer = await ask({ type: "history", key, format, relative: relative.checked });
      if (about.name === chosen?.name) display(format, textOf(answer.text));
    } catch (error) {
      if (about.name === chosen?.name && shown === undefined) tell(messageOf(error));
    }
    isAsking = false;
    if (!again) return;
    again = false;
    await refresh();
  }

  for (const input of [relative, asText]) input.addEventListener("change", () => void refresh());
  return {
    show(name, connection) {
      const isOther = connection?.name !== chosen?.name || connection?.generation !== chosen?.generation;
      chosen = connection;
      if (name === undefined) setText(title, "Choose a connection.");
      else if (!connection) setText(title, `${name} is not on this page any more.`);
      else setText(title, `${connection.name}: ${connection.phase}, ${phaseWords.get(connection.phase) ?? ""}`);
      if (!isOther) return;
      tell("");
      void refresh();
    },
    refresh: () => void refresh(),
  };
}
