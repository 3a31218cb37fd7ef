/** The files that event logs are in. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { createEventLogs } from "../../../examples/controller/event-logs.ts";
import { createLog } from "../../../examples/controller/log.ts";
import { UserError } from "../../../examples/first-light/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "event-logs-"));
const quiet = createLog(
  "error",
  () => undefined,
  () => 0,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("are the first one of a run and its last ones, and a log without a line is no file", async () => {
  const names: unknown[] = [];
  const log = createLog(
    "info",
    (line) => names.push((JSON.parse(line) as { path?: string }).path),
    () => 0,
  );
  const path = join(folder, "events");
  const logs = createEventLogs(path, log, 4);
  logs.begin();
  for (let number = 0; number < 6; number += 1) {
    const write = logs.next();
    if (number === 2) continue;
    write(`log ${number}\n`);
    write("its second line\n");
    // Each is open before the next one begins.
    await sleep(20);
  }
  logs.end();
  await sleep(20);
  expect(names).toEqual(["", ".1", ".2", ".3", ".1"].map((end) => `${path}${end}`));
  const firstLines = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8").split("\n")[0]]);
  expect(Object.fromEntries(firstLines)).toEqual({
    events: "log 0",
    "events.1": "log 5",
    "events.2": "log 3",
    "events.3": "log 4",
  });
});

it("are not made before they begin, and then only their owner reads them", async () => {
  const path = join(folder, "later");
  const logs = createEventLogs(path, quiet);
  const write = logs.next();
  write("first\n");
  await sleep(20);
  expect(existsSync(path)).toBe(false);
  logs.begin();
  write("second\n");
  await sleep(20);
  logs.end();
  await sleep(20);
  expect(readFileSync(path, "utf8")).toBe("first\nsecond\n");
  expect(statSync(path).mode & 0o777).toBe(process.platform === "win32" ? 0o666 : 0o600);
});

it("of which the first cannot be written are a mistake of the user, told at once", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const logs = createEventLogs(join(file, "events"), quiet);
  logs.next()("first\n");
  expect(() => {
    logs.begin();
  }).toThrow(UserError);
});
