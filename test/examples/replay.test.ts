/** `npm run replay`, as a user runs it: a child process, its output and its exit status. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE, TRACKER_SAMPLE } from "../../examples/replay/args.ts";
import { sampleLog } from "../../examples/replay/sample.ts";
import { trackerSampleLog } from "../../examples/replay/tracker-sample.ts";
import { expectDrawing, mermaidLine } from "../migration/drawing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const sample = readFileSync(join(ROOT, SAMPLE), "utf8");
const trackerSample = readFileSync(join(ROOT, TRACKER_SAMPLE), "utf8");

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
  const entry = join(ROOT, "examples", "replay", "main.ts");
  const outfile = join(folder, "main.mjs");
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  writeFileSync(join(folder, "sample.jsonl"), sample);
  writeFileSync(join(folder, "tracker.jsonl"), trackerSample);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function replay(args: readonly string[], input = ""): Promise<Outcome> {
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["main.mjs", ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe("the sample", () => {
  it("is what npm run docs:diagrams would record now", () => {
    expect(sample).toBe(sampleLog());
  });

  it("is small, and what the usage names", async () => {
    expect(sample.length).toBeLessThan(30_000);
    const { code, stdout } = await replay([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Try: npm run replay -- ${SAMPLE}`);
    expect(stdout).toContain(TRACKER_SAMPLE);
    expect((await replay(["--help"])).stdout).toBe(stdout);
  });
});

describe("the sample of a tracker", () => {
  it("is what npm run docs:diagrams would record now, and small", () => {
    expect(trackerSample).toBe(trackerSampleLog());
    expect(trackerSample.length).toBeLessThan(100_000);
  });

  it("has what happens to several connections, a snapshot in the middle of a hand-over, and what is nobody's", () => {
    const codes = [...trackerSample.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code);
    const told = ["DATA_PLANE", "MIGRATED", "FORWARDED", "DRAINING", "MIGRATED", "VERDICT_MISSING", "FORWARDED"];
    expect(codes.slice(0, told.length)).toEqual(told);
    const restored = trackerSample.split("\n").filter((line) => line.startsWith('{"restore"'));
    expect(restored.map((line) => line.includes('"phase":"dial"'))).toEqual([true]);
    expect(trackerSample.includes('"type":"unclaimed"')).toBe(true);
  });

  it("replays to the same effects", async () => {
    const { code, stdout, stderr } = await replay(["tracker.jsonl"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a morning in memory: a log of a tracker, (\d+) records\n/);
    expect(stdout).toMatch(/\n10\.0\.0\.3:33334>10\.0\.0\.1:80 +0\.190 +\d+ {2}forgotten\n/);
    expect(stdout).toContain("spare has the connection.");
    expect(stdout).toContain("1 more connection: name one with --connection to read about it.");
    const [, compared, events] = /\nTHE SAME: (\d+) events of (\d+) had the recorded effects\.\n$/.exec(stdout) ?? [];
    expect(compared).toBe(events);
    expect(Number(events)).toBe(trackerSample.split("\n").filter((line) => line.startsWith('{"event"')).length);
  });

  it("is shown in the documentation as it is", async () => {
    const document = readFileSync(join(ROOT, "docs", "history.md"), "utf8");
    const [, shown = ""] = /```text\n(connection [\s\S]*?)```/.exec(document) ?? [];
    const { stdout } = await replay(["tracker.jsonl"]);
    expect(shown.split("\n").length).toBeGreaterThan(3);
    expect(stdout).toContain(shown);
  });

  it("tells of one connection, in words and as a drawing", async () => {
    const undecided = ["--connection", "10.0.0.5:40002-10.0.0.1:80", "tracker.jsonl"];
    const { code, stdout } = await replay(undecided);
    expect(code).toBe(0);
    expect(stdout).toContain("VERDICT_MISSING");
    expect(stdout).not.toContain("10.0.0.3");
    const { stdout: svg } = await replay(["--format", "svg", ...undecided]);
    expectDrawing(svg);
  });

  it("shows the messages and the restored snapshot, and whose effects are whose", async () => {
    const { stdout } = await replay(["--effects", "tracker.jsonl"]);
    expect(stdout).toMatch(/\n#\d+ {2}a snapshot is restored\n#/);
    expect(stdout).toMatch(/\n {2}unclaimed\n/);
    expect(stdout).toMatch(/\n {2}10\.0\.0\.3:33334>10\.0\.0\.1:80 {2}report MIGRATED\n/);
    const { stdout: lines } = await replay(["--format", "json", "tracker.jsonl"]);
    const records = lines.trimEnd().split("\n");
    expect(records.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ event: "restore", effects: [], same: true }),
    );
  });

  it("exits with 1 when the effects are others, and says so when the secret is missing", async () => {
    const { code, stdout } = await replay([file("odd.jsonl", trackerSample.replace(/"secret":"[^"]*",/, ""))]);
    expect(stdout).toContain("It holds no secret: what is drawn by one comes out different.");
    expect(stdout).toContain("DIFFERENT\nThe first difference is in record");
    expect(code).toBe(1);
  });

  it("exits with 2 for an event that the tracker does not take", async () => {
    const other = trackerSample.replace('"target":"honeypot","draining"', '"target":"teapot","draining"');
    const { code, stderr } = await replay([file("teapot.jsonl", other)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^replay: teapot\.jsonl: records\[\d+\]: .*"teapot"\n$/);
  });
});

describe("npm run replay", () => {
  it("is a script of the package", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.replay).toBe("tsx examples/replay/main.ts");
  });

  it("tells the story of a log, and that the effects are the same", async () => {
    const { code, stdout, stderr } = await replay(["sample.jsonl"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a hand-off in memory: a log of one connection, 16 records\n/);
    expect(stdout).toContain("── migrated: the new server has the connection ──");
    expect(stdout).toMatch(/\nTHE SAME: 16 events of 16 had the recorded effects\.\n$/);
    expect(stdout.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  it("takes standard input, one document, and a connection by its name", async () => {
    const [header, ...records] = sample
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const document = JSON.stringify({ ...header, records });
    const { code, stdout } = await replay(["--connection", "10.0.0.3:33333-10.0.0.1:80", "-"], document);
    expect(code).toBe(0);
    expect(stdout).toBe((await replay(["sample.jsonl"])).stdout);
  });

  it("exits with 1 and shows the first difference when the effects are others", async () => {
    const other = file("other.jsonl", sample.replace("Ask the new server", "Beg the new server"));
    const { code, stdout } = await replay(["--quiet", other]);
    expect(code).toBe(1);
    expect(stdout).toBe(`DIFFERENT
The first difference is in record 4, verdict at 25 ms:
  effects[0].why
    recorded "Beg the new server for a connection in the client's name."
    replayed "Ask the new server for a connection in the client's name."
`);
    for (const format of ["json", "svg", "mermaid"]) {
      expect((await replay(["--format", format, other])).code).toBe(1);
    }
  });

  it("draws", async () => {
    const { stdout: svg } = await replay(["--format", "svg", "sample.jsonl"]);
    expectDrawing(svg);
    expect(svg).toBe(readFileSync(join(ROOT, "docs", "diagrams", "history.svg"), "utf8"));
    const { stdout: mermaid } = await replay(["--format", "mermaid", "--relative", "sample.jsonl"]);
    const [first, ...rest] = mermaid.trimEnd().split("\n");
    expect(first).toBe("sequenceDiagram");
    for (const line of rest) expect(line).toMatch(mermaidLine);
    expect(mermaid).toContain("SYN seq=0");
  });

  it("shows the messages of each event", async () => {
    const { code, stdout } = await replay(["--effects", "sample.jsonl"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n#4 {2}0\.024 {2}verdict\n {2}packetOut\n/);
    expect(stdout).toMatch(/\n {4}flowMod xid=\d+ add cookie=0x544d/);
    expect(stdout).toContain("\n  report MIGRATED\n");
  });

  it("writes JSON, one line for each record", async () => {
    const { stdout } = await replay(["--format", "json", "sample.jsonl"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(16);
    expect(lines[4]).toMatchObject({ record: 4, at: 25, event: "verdict", phase: "dial", same: true });
  });

  it("reads what a killed controller left, and says so", async () => {
    const { code, stdout } = await replay([file("cut.jsonl", sample.slice(0, 6000))]);
    expect(code).toBe(0);
    expect(stdout).toContain("Its last line was cut off, and is left out.");
    expect(stdout).toMatch(/THE SAME: \d events of \d/);
  });

  it("can be asked about a log without effects", async () => {
    const bare = sample.split("\n").map((line) => line.replace(/,"effects":.*$/, "}"));
    const { code, stdout } = await replay(["--quiet", file("bare.jsonl", bare.join("\n"))]);
    expect(code).toBe(0);
    expect(stdout).toBe("Replayed 16 records; the log holds no effects to compare.\n");
  });

  it("stays silent when nobody reads on", async () => {
    const { code, stderr } = await new Promise<Outcome>((resolve) => {
      const child = execFile(
        process.execPath,
        ["main.mjs", "sample.jsonl"],
        { cwd: folder },
        (error, stdout, errors) => {
          resolve({ code: error === null ? 0 : 1, stdout, stderr: errors });
        },
      );
      child.stdout?.destroy();
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it.each([
    ["a file that is not there", ["nowhere.jsonl"], "nowhere.jsonl: no such file"],
    ["a folder", ["."], ". is a folder, not a log"],
    ["no file", ["--quiet"], "which FILE? (see --help)"],
    ["two files", ["a", "b"], "only one FILE (see --help)"],
    ["a format that there is not", ["--format", "png", "a"], "--format png: not one of text, mermaid, svg, json"],
    ["an option that there is not", ["--speed", "a"], "Unknown option '--speed' (see --help)"],
    ["messages in a drawing", ["--effects", "--format", "svg", "a"], "--effects and --format svg exclude each other"],
    [
      "a connection that is no name",
      ["--connection", "x", "a"],
      "--connection x: not of the form 10.0.0.3:33333-10.0.0.1:80",
    ],
    [
      "a connection that there is not",
      ["--connection", "10.0.0.9:1-10.0.0.1:80", "sample.jsonl"],
      "sample.jsonl: the log has no 10.0.0.9:1>10.0.0.1:80; it has 10.0.0.3:33333>10.0.0.1:80",
    ],
  ])("says in one line what is wrong with %s", async (_, args, message) => {
    const { code, stderr } = await replay(args);
    expect(code).toBe(2);
    expect(stderr).toBe(`replay: ${message}\n`);
  });

  it("says in which line a log is wrong", async () => {
    const lines = sample.split("\n");
    const broken = [...lines.slice(0, 3), (lines[3] ?? "").replace('"at":5', '"at":"five"'), ...lines.slice(4)].join(
      "\n",
    );
    const { code, stderr } = await replay([file("broken.jsonl", broken)]);
    expect(code).toBe(2);
    expect(stderr).toBe('replay: broken.jsonl, line 4: records[2].event.at: "five" is not a number of milliseconds\n');
  });
});
