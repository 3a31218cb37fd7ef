/** A plan for people. */
import type { Plan } from "../plan-types.ts";
import { commands } from "./commands.ts";
import { mermaid } from "./mermaid.ts";
import { diagramOf } from "./plan-diagram.ts";
import { svg } from "./svg.ts";
import { story } from "./text.ts";

/**
 * `text` a numbered story with the numbers as each side has them; `mermaid` a Mermaid sequence diagram; `svg` the same drawn,
 * one file for light and dark mode; `ovs-ofctl` shell commands that do what the plan says.
 */
export type ExplainFormat = "text" | "mermaid" | "svg" | "ovs-ofctl";

/** Options of {@link explain}. */
export interface ExplainOptions {
  /** Bridge of the ovs-ofctl commands. Absent: `br0`. */
  readonly bridge?: string;
}

/** Explains a plan of any status. Throws RangeError for a format that is none of these. */
export function explain(plan: Plan, format: ExplainFormat, options: ExplainOptions = {}): string {
  switch (format) {
    case "text":
      return story(plan);
    case "mermaid":
      return mermaid(diagramOf(plan));
    case "svg":
      return svg(diagramOf(plan));
    case "ovs-ofctl":
      return commands(plan, options.bridge ?? "br0");
    default:
      return unknownFormat(format);
  }
}

function unknownFormat(format: never): never {
  throw new RangeError(`format must be text, mermaid, svg or ovs-ofctl, not ${String(format)}`);
}
