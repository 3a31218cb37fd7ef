/** The real socat between Snort's datagrams and the controller, and between a log file that grows and its EVE socket. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { createAnalyzers } from "../../examples/controller/analyzers/index.ts";
import { createLog } from "../../examples/controller/log.ts";
import { defaultPolicy, encodeSnortAlert, SNORT_ALERT_LENGTH, snortEvent } from "../../src/analyzer/index.ts";
import type { TrackerEvent } from "../../src/migration/index.ts";
import { createFlowKey, dataFrame, encodeFrame } from "../../src/tcp/index.ts";

const folder = mkdtempSync(join(tmpdir(), "socat, alerts-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const socket = join(folder, "snort_alert");
const place = { directory: folder, socat: "socat", mode: "0620", recordBytes: SNORT_ALERT_LENGTH };
const services = {
  web: { vip: { ip: "10.0.0.1", port: 80 }, origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } },
};

function record(srcPort: number): Uint8Array {
  const from = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: srcPort };
  const to = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
  const packet = encodeFrame(dataFrame({ from, to, seq: 7, ack: 1, window: 1, payload: new Uint8Array(1460) }));
  return encodeSnortAlert({
    ...{ type: "snortAlert", littleEndian: true, message: "scan", seconds: 0, microseconds: 0 },
    ...{ originalLength: packet.length, linkHeader: 0, networkHeader: 14, transportHeader: 34, data: 54, validity: 0 },
    ...{ packet, event: snortEvent({ sid: 1 }) },
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

/** One datagram, by socat as well, whose own spelling of a path is another matter here. */
async function send(bytes: Uint8Array): Promise<void> {
  const path = join(folder, "datagram");
  writeFileSync(path, bytes);
  const sender = spawn("socat", ["-u", "-b", "131072", "OPEN:datagram", "UNIX-SENDTO:snort_alert"], { cwd: folder });
  expect(await once(sender, "exit")).toEqual([0, null]);
}

function receiving(places: Parameters<typeof createAnalyzers>[0]["places"]) {
  const told: TrackerEvent[] = [];
  const lines: string[] = [];
  const log = createLog(
    "info",
    (line) => lines.push(line),
    () => 0,
  );
  const analyzers = createAnalyzers({
    ...{ places, log, now: () => performance.now(), timing: { firstMs: 1 } },
    live: () => ({ analyzers: new Set(["snort", "eve"]), services, policy: defaultPolicy }),
    tell: (event) => told.push(event),
  });
  const ports = () => told.flatMap((event) => (event.type === "verdict" ? [event.verdict.key.srcPort] : []));
  return { analyzers, told, lines, ports };
}

describe("Snort's datagrams", () => {
  it("arrive whole and in order; the socket is the receiver's own and goes with it", async () => {
    const { analyzers, told, ports } = receiving({ snort: place, eve: [] });
    await analyzers.start();
    await until(() => existsSync(socket));
    expect(statSync(socket).mode & 0o777).toBe(0o620);
    const numbers = Array.from({ length: 20 }, (_, index) => 40_000 + index);
    for (const number of numbers) await send(record(number));
    await until(() => told.length === numbers.length);
    expect(ports()).toEqual(numbers);
    expect(told[0]).toMatchObject({ verdict: { action: "migrate", rule: "1:1:0", reason: "scan", seq: 7 } });
    await analyzers.stop();
    expect(existsSync(socket)).toBe(false);
  });

  it("of another length do not spoil those that follow", async () => {
    const { analyzers, ports } = receiving({ snort: place, eve: [] });
    await analyzers.start();
    await until(() => existsSync(socket));
    await send(new Uint8Array(SNORT_ALERT_LENGTH - 1).fill(0xff));
    // Lost with the stream that it has put out of step.
    await send(record(1));
    await until(() => analyzers.stats().starts === 2 && existsSync(socket));
    await send(record(2));
    await until(() => ports().length === 1);
    expect(ports()).toEqual([2]);
    await analyzers.stop();
  });

  it("have no receiver any more when the controller was killed, and the next one begins", async () => {
    const program = `
      const { createSnortReceiver } = await import(${JSON.stringify(new URL("../../examples/controller/analyzers/snort.ts", import.meta.url).href)});
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const alert = () => {};
      await createSnortReceiver({ place: ${JSON.stringify(place)}, alert, unreadable: alert, log, now: () => 0 }).start();
    `;
    const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", program];
    const killed = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    await until(() => existsSync(socket));
    killed.kill("SIGKILL");
    await until(() => !existsSync(socket));
    const { analyzers, ports } = receiving({ snort: place, eve: [] });
    await analyzers.start();
    await until(() => existsSync(socket));
    await send(record(3));
    await until(() => ports().length === 1);
    await analyzers.stop();
  });
});

it("a log file that grows comes through tail and socat, also when it is rotated", async () => {
  const eve = join(folder, "eve.sock");
  const { analyzers, told, ports } = receiving({ snort: undefined, eve: [{ path: eve, mode: undefined }] });
  await analyzers.start();
  const log = join(folder, "eve.json");
  const key = createFlowKey({ src: "10.0.0.3", dst: "10.0.0.1", srcPort: 4, dstPort: 80 });
  const line = (port: number) =>
    `${JSON.stringify({
      ...{ event_type: "alert", src_ip: key.src, src_port: port, dest_ip: key.dst, dest_port: 80, proto: "TCP" },
      alert: { gid: 1, signature_id: 7, rev: 1, signature: "scan", category: "", severity: 1 },
    })}\n`;
  writeFileSync(log, line(1));
  // What is in the file already is old: only what comes from now on is read.
  const command = "tail -n 0 -F eve.json 2>/dev/null | socat -u STDIN UNIX-CONNECT:eve.sock";
  const following = spawn("bash", ["-c", command], { cwd: folder, detached: true, stdio: "ignore" });
  await until(() => analyzers.stats().writers === 1);
  // The pipe is there before tail has looked at the file: it is written to until something comes.
  await until(() => {
    if (told.length === 0) appendFileSync(log, line(2));
    return told.length > 0;
  });
  rmSync(log);
  writeFileSync(log, line(3));
  await until(() => ports().includes(3));
  expect(ports()).not.toContain(1);
  if (following.pid !== undefined) process.kill(-following.pid);
  await once(following, "exit");
  await analyzers.stop();
  expect(existsSync(eve)).toBe(false);
});
