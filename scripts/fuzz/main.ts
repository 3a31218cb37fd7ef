/**
 * Damages messages for a long time and keeps what behaves in a new way, so that damage goes deeper:
 * `npm run fuzz -- --seconds 600 --seed 1`. Ends with 1 when something broke, and prints the bytes, of which a test is to be made.
 */
import { parseArgs } from "node:util";
import { createDraw } from "../../src/testing/host/random.ts";
import { corpusOf } from "../../test/hostile/corpus.ts";
import { mutated } from "../../test/hostile/mutations.ts";
import { hexOf, verdictOn } from "../../test/hostile/verdict.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});
const seconds = numberOf("seconds", values.seconds);
const seed = numberOf("seed", values.seed);

function numberOf(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new RangeError(`--${name} must be a whole number`);
  return Number(text);
}

/** The corpus does not grow beyond this: a run of hours keeps to the memory of one of minutes. */
const MOST = 20_000;
const corpus = corpusOf(seed, 20);
const known = new Set<string>();
const broken = new Map<string, string>();
const draw = createDraw(seed);
const until = Date.now() + 1000 * seconds;
let runs = 0;
let accepted = 0;
let told = Date.now();

while (Date.now() < until) {
  const bytes = mutated(corpus, draw);
  runs += 1;
  try {
    const verdict = verdictOn(bytes);
    if (verdict.accepted) accepted += 1;
    if (!known.has(verdict.signature) && corpus.length < MOST) {
      known.add(verdict.signature);
      if (bytes.length >= 8 && bytes.length <= 4000) corpus.push(bytes);
    }
  } catch (error) {
    const what = String(error).slice(0, 160);
    if (!broken.has(what)) console.log(`broken: ${what}\n  ${hexOf(bytes)}`);
    broken.set(what, hexOf(bytes));
  }
  if (Date.now() - told > 10_000) {
    told = Date.now();
    console.log(`${runs} messages, ${accepted} accepted, ${known.size} kinds of behaviour, ${broken.size} broken`);
  }
}
console.log(
  `${runs} messages, ${accepted} accepted, ${known.size} kinds of behaviour, ${broken.size} broken (seed ${seed})`,
);
process.exitCode = broken.size === 0 ? 0 : 1;
