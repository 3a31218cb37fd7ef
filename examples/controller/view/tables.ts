/** Refusals, flows and counters: what the controller said, line by line. */

import { countsOf, type Json, numberOf, objectOf, objectsOf, textOf } from "../json.ts";
import { byId, html, onChange, setText, timeOf } from "./dom.ts";

function reasonItem(reason: Json): HTMLElement {
  const level = textOf(reason.level);
  const isKnown = ["ok", "degraded", "refused"].includes(level);
  return html(
    "li",
    { class: isKnown ? level : "" },
    html("span", { class: "level" }, level),
    ` ${textOf(reason.text)}`,
  );
}

function refusalItem(refusal: Json, choose: (name: string) => void): HTMLElement {
  const name = textOf(refusal.connection);
  const button = html("button", { type: "button", class: "choose" }, name);
  button.addEventListener("click", () => {
    choose(name);
  });
  const reasons = objectsOf(refusal.reasons);
  const at = html("time", {}, timeOf(numberOf(refusal.at)));
  return html(
    "li",
    {},
    html("p", {}, at, " ", html("code", {}, textOf(refusal.code)), ...(name === "" ? [] : [" ", button])),
    html("p", {}, textOf(refusal.why)),
    ...(reasons.length === 0 ? [] : [html("ul", { class: "reasons" }, ...reasons.map(reasonItem))]),
  );
}

export function createRefusalsView(choose: (name: string) => void): (refusals: readonly Json[], total: number) => void {
  const list = byId("refusals", HTMLOListElement);
  const count = byId("refusals-count", HTMLElement);
  const redraw = onChange((refusals: readonly Json[]) => {
    list.replaceChildren(...refusals.map((refusal) => refusalItem(refusal, choose)));
  });
  return (refusals, total) => {
    redraw(refusals);
    setText(count, total === 0 ? "Nothing was refused." : `${total} in all, the newest first.`);
  };
}

function flowRow(flow: Json): HTMLTableRowElement {
  const about = textOf(flow.connection) || (flow.role === "serviceTrap" ? "all services" : "");
  return html(
    "tr",
    {},
    html("td", {}, html("code", {}, textOf(flow.dpid).replace(/^0+(?=.)/, ""))),
    html("td", {}, `${textOf(flow.role) || "?"} `, html("span", { class: "soft" }, about)),
    html("td", {}, html("code", {}, textOf(flow.flow))),
  );
}

export function createFlowsView(): (answer: Json) => void {
  const list = byId("flows", HTMLTableSectionElement);
  const count = byId("flows-count", HTMLElement);
  return onChange((answer: Json) => {
    const flows = objectsOf(answer.flows);
    list.replaceChildren(...flows.map(flowRow));
    setText(
      count,
      `${flows.length} shown of ${numberOf(answer.total)} that the switches were given, the newest first.`,
    );
  });
}

function counterTable(title: string, counts: readonly (readonly [string, number])[]): readonly HTMLElement[] {
  const rows = counts.map(([name, count]) =>
    html("tr", {}, html("th", { scope: "row" }, name), html("td", { class: "number" }, count.toLocaleString("en"))),
  );
  return rows.length === 0 ? [] : [html("table", {}, html("caption", {}, title), html("tbody", {}, ...rows))];
}

export function createCountersView(): (stats: Json) => void {
  const root = byId("counters", HTMLElement);
  return onChange((stats: Json) => {
    const totals = objectOf(stats.totals);
    const positive = (value: unknown) => countsOf(value).filter(([, count]) => count > 0);
    root.replaceChildren(
      ...counterTable("Now", countsOf(stats)),
      ...counterTable("In all", countsOf(totals)),
      ...counterTable("Reports", positive(totals.reports)),
      ...counterTable("Events", positive(totals.events)),
      ...counterTable("Effects", positive(totals.effects)),
    );
  });
}
