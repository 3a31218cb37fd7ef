/** Writes the transition table into the documentation: `npm run docs:transitions`. */
import { readFileSync, writeFileSync } from "node:fs";
import { withTransitions } from "./render.ts";

const file = new URL("../../docs/state-machine.md", import.meta.url);
writeFileSync(file, withTransitions(readFileSync(file, "utf8")));
