/** Draws the diagrams of the documentation, and records the sample logs: `npm run docs:diagrams`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { SAMPLE, TRACKER_SAMPLE } from "../../examples/replay/args.ts";
import { sampleLog } from "../../examples/replay/sample.ts";
import { trackerSampleLog } from "../../examples/replay/tracker-sample.ts";
import { explain, explainHistory } from "../../src/migration/index.ts";
import { diagramHistories } from "./histories.ts";
import { diagramPlans } from "./plans.ts";

const folder = new URL("../../docs/diagrams/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, plan] of diagramPlans()) {
  writeFileSync(new URL(`${name}.svg`, folder), explain(plan, "svg"));
  console.log(`docs/diagrams/${name}.svg: ${plan.status}`);
}
for (const [name, history] of diagramHistories()) {
  writeFileSync(new URL(`${name}.svg`, folder), explainHistory(history, "svg"));
  console.log(`docs/diagrams/${name}.svg: ${history.entries.length} entries`);
}
for (const [path, log] of [
  [SAMPLE, sampleLog()],
  [TRACKER_SAMPLE, trackerSampleLog()],
] as const) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), log);
  console.log(path);
}
