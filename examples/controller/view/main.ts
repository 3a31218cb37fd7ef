/** The live view of a controller: what it is told over the WebSocket, on one page. */

import { countsOf, type Json, numberOf, objectOf, textOf } from "../json.ts";
import { createConnectionsView } from "./connections.ts";
import { byId, html, onChange, setText } from "./dom.ts";
import { createHistoryView } from "./history.ts";
import { type Link, type LinkState, openLink } from "./link.ts";
import { createStore } from "./store.ts";
import { createCountersView, createFlowsView, createRefusalsView } from "./tables.ts";
import { findToken, forgetToken, isToken, keepToken } from "./token.ts";
import { createTopologyView } from "./topology.ts";
import { groups } from "./words.ts";

const MOST = { connections: 500, refusals: 200, flows: 200 };
/** How often what is not told by itself is asked for. Milliseconds. */
const POLL = 2_000;
/** What changes is shown so long afterwards, with everything that has changed meanwhile. */
const DRAW = 150;

const login = byId("login", HTMLFormElement);
const board = byId("board", HTMLElement);
const problem = byId("problem", HTMLElement);
const input = byId("token", HTMLInputElement);
const status = byId("status", HTMLElement);
const retry = byId("retry", HTMLButtonElement);
const forget = byId("forget", HTMLButtonElement);
const ownFlows = byId("own-flows", HTMLInputElement);

const store = createStore(MOST);
let link: Link | undefined;
let state: LinkState = { kind: "opening" };
let chosen: string | undefined;
let topology: Json = {};
let stats: Json = {};
/** What the controller is to the switches. */
let role = "";
let timer = 0;

async function ask(question: Json): Promise<Json> {
  if (!link) throw new Error("there is no connection");
  return link.ask(question);
}

const showTopology = createTopologyView(byId("topology", HTMLElement));
const showRefusals = createRefusalsView(choose);
const showFlows = createFlowsView();
const showCounters = createCountersView();
const history = createHistoryView(ask);
const list = createConnectionsView(choose, draw);

const showTiles = onChange((counts: readonly (readonly [string, number])[]) => {
  const tiles = counts.map(([name, count]) =>
    html(
      "div",
      { class: `tile ${name.replaceAll(" ", "-")}` },
      html("dt", {}, name),
      html("dd", {}, count.toLocaleString("en")),
    ),
  );
  byId("tiles", HTMLElement).replaceChildren(...tiles);
});

function tileCounts(): readonly (readonly [string, number])[] {
  const phases = new Map(countsOf(stats.phases));
  return [
    ...groups.map(({ name, phases: own }) => {
      const count = own.reduce((sum, phase) => sum + (phases.get(phase) ?? 0), 0);
      return [name, count] as const;
    }),
    ["refusals", store.refused] as const,
  ];
}

function statusText(): string {
  switch (state.kind) {
    case "opening":
      return "Connecting …";
    case "open":
      return role === "slave" ? "Connected. Another controller is the master" : "Connected";
    case "denied":
      return "Not connected";
    case "lost": {
      const seconds = Math.max(1, Math.round((state.again - Date.now()) / 1000));
      return `${state.why}. Next attempt in ${seconds} s.`;
    }
  }
}

function draw(): void {
  clearTimeout(timer);
  timer = 0;
  const connections = store.connections();
  setText(status, statusText());
  status.className = state.kind;
  retry.hidden = state.kind !== "lost";
  board.classList.toggle("stale", state.kind !== "open");
  showTiles(tileCounts());
  showTopology.show(topology, connections, stats);
  list.show(connections, numberOf(stats.connections), chosen);
  history.show(chosen, chosen === undefined ? undefined : store.connection(chosen));
  showRefusals(store.refusals(), store.refused);
  showCounters(stats);
}

function drawSoon(): void {
  if (timer === 0) timer = setTimeout(draw, DRAW);
}

function choose(name: string): void {
  chosen = name;
  draw();
  poll();
}

/** A question of a moment ago that has no answer says that the connection is lost, which is shown anyway. */
function quietly(asked: Promise<unknown>): void {
  asked.catch(() => undefined);
}

function poll(): void {
  if (state.kind !== "open" || document.hidden) return;
  const key = ownFlows.checked && chosen !== undefined ? objectOf(store.connection(chosen)?.view.key) : undefined;
  const isKey = key !== undefined && textOf(key.src) !== "";
  quietly(ask({ type: "flows", limit: MOST.flows, ...(isKey && { key }) }).then(showFlows));
  history.refresh();
  quietly(
    ask({ type: "topology" }).then((answer) => {
      topology = answer;
      drawSoon();
    }),
  );
}

/** Everything from the beginning: at first, and when something was missed. */
async function load(): Promise<void> {
  // Each at once, or it would take the place of an event that comes after it.
  await Promise.all([
    ask({ type: "connections", newest: true, limit: MOST.connections }).then(store.reset),
    ask({ type: "refusals" }).then(store.reset),
    ask({ type: "stats" }).then((counters) => {
      stats = objectOf(counters.stats);
    }),
  ]);
  draw();
  poll();
}

function heard(message: Json): void {
  if (message.type === "dropped") quietly(load());
  else if (message.type === "stats") stats = objectOf(message.stats);
  else if (message.type === "role") role = textOf(message.role);
  else {
    store.hear(message);
    if (chosen !== undefined && message.connection === chosen) history.refresh();
  }
  drawSoon();
}

function changed(next: LinkState): void {
  state = next;
  if (next.kind === "denied") showLogin(next.why);
  else if (next.kind === "open") {
    login.hidden = true;
    board.hidden = false;
    forget.hidden = false;
    quietly(ask({ type: "subscribe", topics: ["events", "role"] }).then(load));
  }
  draw();
}

/** Without a token there is no connection. */
function showLogin(why: string): void {
  forgetToken();
  state = { kind: "denied", why };
  link?.close();
  link = undefined;
  board.hidden = true;
  forget.hidden = true;
  login.hidden = false;
  setText(problem, why);
  input.focus();
  draw();
}

function begin(token: string): void {
  link?.close();
  if (!isToken(token)) {
    showLogin("This is no token: it has 32 to 256 letters, digits and any of - . _ ~");
    return;
  }
  setText(problem, "");
  link = openLink({ token, changed, heard });
}

login.addEventListener("submit", (event) => {
  event.preventDefault();
  const token = input.value.trim();
  input.value = "";
  keepToken(token);
  begin(token);
});
forget.addEventListener("click", () => {
  showLogin("");
});
retry.addEventListener("click", () => link?.retry());
ownFlows.addEventListener("change", poll);
document.addEventListener("visibilitychange", poll);
addEventListener("hashchange", start);
// Not every browser reaches what scrolls with the keyboard otherwise.
for (const region of document.querySelectorAll(".scroll")) region.setAttribute("tabindex", "0");
setInterval(() => {
  poll();
  if (state.kind === "lost") draw();
}, POLL);

function start(): void {
  const token = findToken();
  if (token === undefined) showLogin("");
  else begin(token);
}

start();
