/** The transition table as the documentation shows it. */
import { type ConnectionPhase, phases } from "../../src/migration/machine/phase.ts";
import { table } from "../../src/migration/machine/table.ts";

/** Each event with its handlers, and the phases in which they act. */
export function renderTransitions(): string {
  const lines = ["| event | handler: phases |", "| --- | --- |"];
  for (const [kind, row] of Object.entries(table)) {
    const groups = new Map<string, ConnectionPhase[]>();
    phases.forEach((phase, index) => {
      const name = row[index]?.name ?? "";
      groups.set(name, [...(groups.get(name) ?? []), phase]);
    });
    const cells = [...groups].map(
      ([name, group]) => `\`${name}\`: ${group.length === phases.length ? "all" : group.join(", ")}`,
    );
    lines.push(`| \`${kind}\` | ${cells.join("; ")} |`);
  }
  return lines.join("\n");
}

const BEGIN = "<!-- transitions: npm run docs:transitions -->";
const END = "<!-- end of transitions -->";

/** The document with the table as it is now. */
export function withTransitions(document: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error("the document has no place for the table");
  return `${document.slice(0, from)}${BEGIN}\n\n${renderTransitions()}\n\n${document.slice(to)}`;
}
