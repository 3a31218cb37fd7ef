/** Lists the source files that are longer than the house's limit of 300 lines: a hint where a file holds two families. */
import { readdirSync, readFileSync } from "node:fs";

const LIMIT = 300;

const files = ["src", "examples", "scripts"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`))
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }));
const long = files.filter(({ lines }) => lines > LIMIT).sort((a, b) => b.lines - a.lines);

for (const { path, lines } of long) console.log(`${String(lines).padStart(5)}  ${path}`);
console.log(`${long.length} of ${files.length} files have more than ${LIMIT} lines`);
