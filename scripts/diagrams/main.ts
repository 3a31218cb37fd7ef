/** Draws the diagrams of the documentation: `npm run docs:diagrams`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { explain } from "../../src/migration/index.ts";
import { diagramPlans } from "./plans.ts";

const folder = new URL("../../docs/diagrams/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, plan] of diagramPlans()) {
  writeFileSync(new URL(`${name}.svg`, folder), explain(plan, "svg"));
  console.log(`docs/diagrams/${name}.svg: ${plan.status}`);
}
