/** `npm start`: captured handshakes in, the plan of a migration out, and the proof that it is right. See `--help`. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { explain, type Plan } from "../../src/migration/index.ts";
import { encodeFrame } from "../../src/tcp/index.ts";
import { readOptions, USAGE } from "./args.ts";
import { ExitCode, systemCode, UserError } from "./errors.ts";
import { findExchange } from "./exchange.ts";
import { findHandshake, type Handshake } from "./handshake.ts";
import { toJson } from "./json.ts";
import { makePlan } from "./planning.ts";
import { type Proof, prove } from "./proof.ts";
import { hexLines, proofResult } from "./report.ts";
import { flowLines, proofLines, sourceLines, storyLines, verdictLines } from "./story.ts";
import { painter, wrap } from "./terminal.ts";
import { type Stop, stopsOf } from "./tour.ts";

/** Where diagrams go unless --svg says otherwise; made when it is missing. */
const OUT = "out";

const paint = painter(process.stdout, process.env);

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

async function visit(stop: Stop): Promise<ExitCode> {
  const { captures, options } = stop;
  const handshake = findHandshake(captures, options.connection);
  const { dial, plan } = makePlan(handshake, options);
  const exchange = findExchange(captures, handshake);
  const proof = plan.status === "ready" && exchange ? prove({ dial, ready: plan }, handshake, exchange) : undefined;
  if (options.format === "text") {
    await tell(stop, handshake, plan, proof);
  } else {
    print([options.format === "json" ? toJson(plan, proof) : explain(plan, options.format).trimEnd()]);
    if (stop.svg !== undefined) await writeDiagram(plan, stop.svg);
    // Standard output is for the plan alone.
    if (proof && proof.failures.length > 0) console.error(proofResult(proof, (_, text) => text).join("\n"));
  }
  if (proof && proof.failures.length > 0) return ExitCode.proofFailed;
  if (plan.status !== "refused" || stop.mayRefuse) return ExitCode.ok;
  console.error(`first-light: the connection cannot be migrated: ${codesOf(plan)}`);
  return ExitCode.refused;
}

function codesOf({ verdict }: Plan): string {
  const refusing = verdict.reasons.filter(({ level }) => level === "refused");
  return refusing.map(({ code, text }) => `${code}: ${text}`).join(" ");
}

async function tell(stop: Stop, handshake: Handshake, plan: Plan, proof: Proof | undefined): Promise<void> {
  const { title, captures, options, brief } = stop;
  const { detail } = options;
  print([paint("bold", title), "─".repeat(title.length), ...sourceLines(captures, handshake)]);
  if (brief || detail === "quiet") {
    if (stop.svg !== undefined) await writeDiagram(plan, stop.svg);
    print([...verdictLines(plan, paint), ...(proof ? proofResult(proof, paint) : []), ""]);
    return;
  }
  print(["", paint("bold", "Plan"), ...storyLines(plan)]);
  if (plan.effects.some(({ type }) => type === "flowMod")) {
    print(["", `${paint("bold", "Flows")} (to paste: --format ovs-ofctl)`, ...flowLines(plan, paint)]);
  }
  const path = stop.svg ?? join(OUT, `${stop.name}.svg`);
  await writeDiagram(plan, path, stop.svg === undefined);
  print(["", `${paint("bold", "Diagram")} ${path} (as Mermaid text: --format mermaid)`]);
  if (proof) {
    const how = "the plan as OpenFlow messages and the captured segments, through the model switch";
    print(["", `${paint("bold", "Proof")}: ${how}`, ...proofLines(proof, detail === "verbose", paint)]);
  } else if (plan.status === "dial") {
    const next = "The new server's answer is not in the capture. Send it this SYN, and plan again with its answer:";
    print(["", ...wrap(next), ...hexLines(encodeFrame(plan.syn))]);
  }
  print([""]);
}

async function writeDiagram(plan: Plan, path: string, intoOut = false): Promise<void> {
  try {
    if (intoOut) await mkdir(OUT, { recursive: true });
    await writeFile(path, explain(plan, "svg"));
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") throw new UserError(`${path}: no such folder`);
    throw code === undefined ? error : new UserError(`${path}: cannot be written (${code})`);
  }
}

async function main(): Promise<ExitCode> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    print([USAGE]);
    return ExitCode.ok;
  }
  let worst: ExitCode = ExitCode.ok;
  for (const stop of await stopsOf(options)) {
    const exitCode = await visit(stop);
    if (worst === ExitCode.ok) worst = exitCode;
  }
  return worst;
}

// Nobody reads any further: `npm start | head`.
process.stdout.on("error", (error) => {
  if (systemCode(error) !== "EPIPE") throw error;
  process.exit();
});

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`first-light: ${error.message}`);
  process.exitCode = error.exitCode;
}
