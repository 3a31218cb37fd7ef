/** The program itself: it begins, reads its configuration again, and ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { readOptions } from "../../../examples/controller/args.ts";
import { checkFiles } from "../../../examples/controller/check.ts";
import { loadConfig } from "../../../examples/controller/config.ts";
import { listen } from "../../../examples/controller/listen.ts";
import { problemsOf } from "../../../examples/controller/problems.ts";
import { UserError } from "../../../examples/first-light/errors.ts";
import { readEventLog } from "../../../src/migration/index.ts";
import { connectClient, type Message } from "./northbound/support.ts";
import { scene } from "./scene.ts";

const folder = mkdtempSync(join(tmpdir(), "controller-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MAIN = fileURLToPath(new URL("../../../examples/controller/main.ts", import.meta.url));
const services = {
  web: { vip: { ip: "10.0.0.1", port: 80 }, origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } },
};
const verdict = {
  ...{ type: "verdict", action: "migrate" },
  key: { src: "10.0.0.3", srcPort: 4000, dst: "10.0.0.1", dstPort: 80 },
};

function write(content: object | string): string {
  const path = join(folder, "config.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function begin(...options: string[]) {
  const args = ["--import", import.meta.resolve("tsx"), MAIN, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  const lines: Message[] = [];
  let heard: (() => void) | undefined;
  createInterface(child.stderr).on("line", (line) => {
    lines.push(JSON.parse(line) as Message);
    heard?.();
  });
  /** The next line with this text, waited for. */
  async function told(text: string): Promise<Message> {
    for (;;) {
      const index = lines.findIndex((line) => line.text === text);
      const [found] = index === -1 ? [] : lines.splice(index, 1);
      if (found) return found;
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  }
  return { child, lines, told };
}

// Windows knows no SIGHUP that a program could be sent.
describe.skipIf(process.platform === "win32")("the program", () => {
  it("is watched over HTTP, reads its configuration again at SIGHUP, and ends at SIGTERM", async () => {
    const first = { listen: [{ port: 0 }], services };
    const config = write(first);
    const events = join(folder, "events.jsonl");
    const { child, told } = begin("--config", config, "--http", "0", "--event-log", events);
    const ended = once(child, "exit");
    const { port } = await told("northbound interface");
    await told("listening");
    const token = readFileSync(join(folder, "northbound.token"), "utf8").trim();
    const headers = { authorization: `Bearer ${token}` };
    const metrics = await fetch(`http://127.0.0.1:${String(port)}/metrics`, { headers });
    expect(await metrics.text()).toContain("\ntcp_migration_switches 0\n");
    const client = await connectClient(Number(port), { headers });

    write({ ...first, timing: { verdictMs: 50 }, eventLog: "other", logLevel: "debug" });
    child.kill("SIGHUP");
    expect(await told("the configuration was read again")).toMatchObject({ changed: ["timing", "logLevel"] });
    expect(await told("this needs a restart")).toMatchObject({ names: ["eventLog"] });

    write("{");
    child.kill("SIGHUP");
    expect((await told("the configuration stays as it was")).why).toMatch(/is no JSON/);
    expect(await client.ask({ type: "stats", id: 1 })).toMatchObject({ type: "stats" });

    child.kill("SIGTERM");
    expect(await client.closed).toBe(1001);
    expect(await ended).toEqual([0, null]);
    for (const path of [events, `${events}.1`]) expect(readEventLog(readFileSync(path, "utf8")).of).toBe("tracker");
  });
});

// Windows knows no SIGKILL and no SIGTERM between programs.
describe.skipIf(process.platform === "win32")("two programs that know each other", () => {
  /** Ports that nobody has, as far as anybody can know. */
  async function freePorts(): Promise<readonly number[]> {
    const servers = [createServer(), createServer()];
    const ports = await Promise.all(
      servers.map(async (server) => {
        await once(server.listen(0, "127.0.0.1"), "listening");
        const address = server.address();
        return typeof address === "object" && address ? address.port : 0;
      }),
    );
    for (const server of servers) server.close();
    return ports;
  }

  it("are one master and one slave, and take over when the other one is killed or ends", async () => {
    const [one = 0, two = 0] = await freePorts();
    const start = (own: number, other: number, begins: string) => {
      const path = join(folder, `${begins}.json`);
      const roles = { peer: { url: `ws://127.0.0.1:${other}/northbound` }, begins };
      const http = { port: own, tokenFile: "shared.token" };
      writeFileSync(path, JSON.stringify({ listen: [{ port: 0 }], services, http, roles }));
      return begin("--config", path);
    };
    const first = start(one, two, "master");
    expect(await first.told("this controller leads")).toMatchObject({ generation: "1" });
    const second = start(two, one, "slave");
    const headers = { authorization: `Bearer ${readFileSync(join(folder, "shared.token"), "utf8").trim()}` };
    await second.told("listening");
    const watcher = await connectClient(two, { headers });
    await watcher.ask({ type: "subscribe", id: 1, topics: ["role"] });
    // It knows the other one's generation once it has heard it.
    await watcher.take(({ role, generation }) => role === "slave" && generation === "1");
    expect(await watcher.ask({ ...verdict, id: 2 })).toMatchObject({ type: "error", code: "standsBy" });
    first.child.kill("SIGKILL");
    expect(await second.told("this controller leads")).toMatchObject({ generation: "2" });
    await watcher.take(({ role }) => role === "master");
    expect(await watcher.ask({ ...verdict, id: 3 })).toMatchObject({ type: "error", code: "VERDICT_STALE" });
    const third = start(one, two, "master");
    const other = third.told("listening").then(() => connectClient(one, { headers }));
    const onlooker = await other;
    await onlooker.ask({ type: "subscribe", id: 1, topics: ["role"] });
    await onlooker.take(({ role, generation }) => role === "slave" && generation === "2");
    second.child.kill("SIGTERM");
    expect(await third.told("this controller leads")).toMatchObject({ generation: "3" });
    const ended = once(third.child, "exit");
    third.child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });
});

// Unix sockets are something else on Windows.
it.skipIf(process.platform === "win32")("the program takes alerts, and ends when it cannot", async () => {
  const eve = join(folder, "eve.sock");
  const first = { listen: [{ port: 0 }], services, analyzer: "eve", eve: [{ path: eve }] };
  const { child, told } = begin("--config", write(first));
  const ended = once(child, "exit");
  await told("listening");
  const suricata = connect(eve);
  suricata.write("nonsense\n");
  expect(await told("an alert that says nothing")).toMatchObject({ source: "eve" });
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(existsSync(eve)).toBe(false);

  writeFileSync(eve, "precious");
  const args = ["--import", import.meta.resolve("tsx"), MAIN, "--config", write(first), "--http", "0"];
  const second = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  const lines: string[] = [];
  createInterface(second.stderr).on("line", (line) => lines.push(line));
  expect(await once(second, "close")).toEqual([2, null]);
  expect(lines.at(-1)).toBe(`controller: ${eve} is there, and is no socket`);
});

it("files that are no certificate are told, not thrown", async () => {
  const pem = join(folder, "none.pem");
  writeFileSync(pem, "nonsense");
  const where = { host: "127.0.0.1", port: 0, tls: { key: pem, cert: pem } };
  const { controller, log } = scene("custom");
  await expect(listen(where, { controller, log, handshakeMs: 5000 })).rejects.toThrow(UserError);
  controller.stop();
});

// Two that listen, the second one where somebody does already.
it("the program ends when it cannot listen at all of its places", async () => {
  const busy = createServer();
  await once(busy.listen(0, "127.0.0.1"), "listening");
  const address = busy.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const path = join(folder, "places.json");
  writeFileSync(path, JSON.stringify({ listen: [{ port: 0 }, { port }], services }));
  const args = ["--import", import.meta.resolve("tsx"), MAIN, "--config", path];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  const lines: string[] = [];
  createInterface(child.stderr).on("line", (line) => lines.push(line));
  expect(await once(child, "close")).toEqual([2, null]);
  expect(lines.at(-1)).toMatch(`controller: cannot listen on 127.0.0.1 port ${port}: `);
  busy.close();
});

it("a second run that cannot listen leaves the event log of the first one alone", async () => {
  const path = join(folder, "kept.log");
  writeFileSync(path, "precious\n");
  const busy = createServer();
  await once(busy.listen(0, "127.0.0.1"), "listening");
  const address = busy.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const config = join(folder, "second.json");
  writeFileSync(config, JSON.stringify({ listen: [{ port }], services }));
  const args = ["--import", import.meta.resolve("tsx"), MAIN, "--config", config, "--event-log", path];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  expect(await once(child, "close")).toEqual([2, null]);
  expect(readFileSync(path, "utf8")).toBe("precious\n");
  busy.close();
});

it("the program goes on when nobody reads its log any more", async () => {
  const { child, told } = begin("--config", write({ listen: [{ port: 0 }], services }));
  await told("listening");
  const ended = once(child, "exit");
  child.stderr.destroy();
  child.kill("SIGHUP");
  await sleep(300);
  expect(child.exitCode).toBe(null);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

it("--check tells all that is wrong with the files that a run would read, and makes none", () => {
  const pem = join(folder, "bad.pem");
  writeFileSync(pem, "nonsense");
  const gone = join(folder, "gone.pem");
  const short = join(folder, "short.token");
  writeFileSync(short, "x");
  const path = join(folder, "files.json");
  const fresh = join(folder, "fresh.token");
  const http = { port: 0, tokenFile: short };
  const kept = { secretFile: short, epochFile: pem };
  writeFileSync(
    path,
    JSON.stringify({
      listen: [
        { port: 0, tls: { key: pem, cert: pem } },
        { port: 0, tls: { key: gone, cert: gone } },
      ],
      ...{ services, http, ...kept },
    }),
  );
  const config = loadConfig(path, false);
  const seen = problemsOf([
    () => {
      checkFiles(config);
    },
  ]).join("\n");
  expect(seen.split("\n")).toEqual([
    expect.stringContaining(`no TLS with ${pem}, ${pem}: `),
    `cannot read ${gone}: ENOENT`,
    expect.stringContaining(`${short} is no token`),
    `${short} is no secret: it has 1 bytes, and 16 are needed`,
    `${pem} is no number of a run: 0 to 255, and nothing else`,
  ]);
  writeFileSync(path, JSON.stringify({ listen: [{ port: 0 }], services, http: { port: 0, tokenFile: fresh } }));
  checkFiles(loadConfig(path, true));
  expect(existsSync(fresh)).toBe(false);
});

it.each([
  ["8080", { host: "127.0.0.1", port: 8080 }],
  ["localhost:0", { host: "localhost", port: 0 }],
  ["[::1]:65535", { host: "::1", port: 65_535 }],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
])("the command line may say --http %s", (text, http) => {
  expect(readOptions(["--config", "a", "--http", text])).toMatchObject({ http });
});

it.each(["", "host", "host:", ":80", "::1:80", "host:65536", "host:80x", "a b:80", "[host]:80"])(
  "--http %j is refused",
  (text) => {
    expect(() => readOptions(["--config", "a", "--http", text])).toThrow(/--http must be HOST:PORT/);
  },
);
