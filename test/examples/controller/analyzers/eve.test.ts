/** Lines of Suricata's EVE log over sockets decide about connections, which then move in a network in memory. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { line } from "../alerts.ts";
import { folder, isWindows, type OpenOptions, open, until, type World, writer } from "./support.ts";

let world: World | undefined;
const temporary = folder();
afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(() => {
  temporary.remove();
});

const tcp = { snort: undefined, eve: [{ host: "127.0.0.1", port: 0 }] };

async function opened(options: Partial<OpenOptions> = {}): Promise<World> {
  world = await open({ analyzer: "eve", places: tcp, ...options });
  return world;
}

/** How many lines have been read and what became of them. */
const counts = (here: World) => {
  const { read, unreadable, ignored, verdicts } = here.count("eve") ?? {};
  return [read, unreadable, ignored, verdicts];
};

async function readSoMany(here: World, read: number): Promise<void> {
  await until(() => here.count("eve")?.read === read);
  await here.run(40);
}

describe("an alert about a request that is held", () => {
  const path = join(temporary.path, "eve.sock");
  it.each([
    ["TCP", "custom", tcp],
    ["TCP", "stock", tcp],
    ...(isWindows ? [] : [["a unix socket", "custom", { snort: undefined, eve: [{ path, mode: "0600" }] }] as const]),
  ] as const)("over %s moves it, with a switch whose actions are %s", async (_, actions, places) => {
    const here = await opened({ places, actions });
    const suricata = await writer("path" in places.eve[0] ? places.eve[0].path : here.port);
    if ("path" in places.eve[0]) expect(statSync(path).mode & 0o777).toBe(0o600);
    const { key, answer } = await here.held();
    suricata.write(`{"event_type":"stats"}\n${line("scan", key)}\n`);
    await readSoMany(here, 2);
    expect(answer()).toBe("two: migrate me");
    expect(here.controller.connection(key)).toMatchObject({ phase: "migrated", target: "twin" });
    expect(counts(here)).toEqual([2, 0, 1, 1]);
    await here.close();
    expect(existsSync(path)).toBe(false);
  });

  it("that says FORWARD, or is about the server's direction, decides as well", async () => {
    const here = await opened();
    const suricata = await writer(here.port);
    const first = await here.held();
    suricata.write(`${line("FORWARD", first.key)}\n`);
    await readSoMany(here, 1);
    const second = await here.held();
    const { src, srcPort, dst, dstPort } = second.key;
    suricata.write(`${line("scan", { vlans: [], src: dst, srcPort: dstPort, dst: src, dstPort: srcPort })}\n`);
    await readSoMany(here, 2);
    expect([first.answer(), second.answer()]).toEqual(["one: migrate me", "two: migrate me"]);
  });

  it("twice does nothing twice", async () => {
    const here = await opened();
    const suricata = await writer(here.port);
    const { key, answer } = await here.held();
    suricata.write(`${line("scan", key)}\n${line("scan", key)}\n`);
    await readSoMany(here, 2);
    expect(answer()).toBe("two: migrate me");
    expect(here.reports().filter((code) => code === "MIGRATED")).toHaveLength(1);
    expect(here.reports()).toContain("VERDICT_IGNORED");
    expect(counts(here)).toEqual([2, 0, 0, 2]);
  });

  it("is not waited for longer than verdictMs, and reported when it comes late", async () => {
    const here = await opened({ tracker: { timing: { verdictMs: 100 } } });
    const suricata = await writer(here.port);
    const { key, answer } = await here.held();
    await here.run(100);
    // The controller's timer is a real one, and the network's clock is not.
    here.controller.tell({ type: "timer", at: here.network.now() });
    await here.run(40);
    expect(answer()).toBe("one: migrate me");
    expect(here.reports()).toContain("VERDICT_MISSING");
    suricata.write(`${line("scan", key)}\n`);
    await readSoMany(here, 1);
    expect(here.reports()).toContain("VERDICT_TOO_LATE");
    expect(here.controller.connection(key)).toMatchObject({ phase: "forwarded", moved: false });
  });

  it("that nobody knows is reported as stale", async () => {
    const here = await opened();
    const suricata = await writer(here.port);
    const { key, answer } = await here.held();
    suricata.write(`${line("scan", { ...key, srcPort: 9 })}\n`);
    await readSoMany(here, 1);
    expect(here.reports()).toContain("VERDICT_STALE");
    expect(answer()).toBe("");
  });
});

describe("beside rules", () => {
  it("an alert decides what no rule matches", async () => {
    const here = await opened({ analyzer: ["rules", "eve"] });
    const suricata = await writer(here.port);
    expect(await here.ask("migrate me")).toBe("two: migrate me");
    const { key, answer } = await here.held("something else");
    suricata.write(`${line("scan", key)}\n`);
    await readSoMany(here, 1);
    expect(answer()).toBe("two: something else");
  });

  it("an alert says nothing where its source does not count", async () => {
    const here = await opened({ analyzer: "snort" });
    const suricata = await writer(here.port);
    const { key } = await here.held();
    suricata.write(`${line("scan", key)}\n`);
    await readSoMany(here, 1);
    expect(counts(here)).toEqual([1, 0, 1, 0]);
    expect(here.controller.connection(key)?.phase).toBe("hold");
  });
});

describe("a writer", () => {
  it("may cut its lines anywhere, and end without a line feed; others write at the same time", async () => {
    const here = await opened();
    const first = await writer(here.port);
    const second = await writer(here.port);
    await until(() => here.alerts.stats().writers === 2);
    const one = await here.held();
    const words = line("sc\u00e4n", one.key);
    const cut = Buffer.from(words).indexOf(0xc3) + 1;
    first.write(Buffer.from(words).subarray(0, cut));
    second.write('{"event_type":"stats"}\n');
    await readSoMany(here, 1);
    first.end(Buffer.from(words).subarray(cut));
    await readSoMany(here, 2);
    expect(one.answer()).toBe("two: migrate me");
    await until(() => here.alerts.stats().writers === 1);
  });

  it("of nonsense is counted, logged once, and listened to further on", async () => {
    const here = await opened();
    const suricata = await writer(here.port);
    const { key, answer } = await here.held();
    const elsewhere = line("scan", { ...key, dst: "10.9.9.9" });
    const udp = line("scan", key, { proto: "UDP" });
    suricata.write(`${"nonsense\n".repeat(100)}{"event_type":"alert"}\n${udp}\n${elsewhere}\n${line("scan", key)}\n`);
    await readSoMany(here, 104);
    expect(counts(here)).toEqual([104, 102, 1, 1]);
    expect(here.logged("an alert that says nothing")).toHaveLength(1);
    expect(answer()).toBe("two: migrate me");
    // Ten seconds after the first one, another one is told, and how many were not.
    await here.run(10_000);
    suricata.write("nonsense\n");
    await readSoMany(here, 105);
    expect(here.logged('"untold":101')).toHaveLength(1);
  });

  it("of a line without end is given up, and the next one heard", async () => {
    const here = await opened({ limits: { line: 1_000 } });
    const endless = await writer(here.port);
    endless.write(`{"event_type":"stats"}\n${"x".repeat(5_000)}`);
    await once(endless, "close");
    expect(counts(here)).toEqual([1, 1, 1, 0]);
    const suricata = await writer(here.port);
    suricata.write('{"event_type":"stats"}\n');
    await readSoMany(here, 2);
  });

  it("of a request of HTTP, as any page can have a browser send it, is given up with all that stands in it", async () => {
    const here = await opened();
    const { key, answer } = await here.held();
    const page = await writer(here.port);
    page.write(`POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n${line("scan", key)}\n`);
    await once(page, "close");
    expect(counts(here)).toEqual([0, 1, 0, 0]);
    await here.run(40);
    expect(answer()).toBe("");
  });

  it("too many is turned away", async () => {
    const here = await opened({ limits: { writers: 1 } });
    const suricata = await writer(here.port);
    await until(() => here.alerts.stats().writers === 1);
    await once(await writer(here.port), "close");
    expect(here.alerts.stats()).toMatchObject({ writers: 1, refused: 1 });
    suricata.write('{"event_type":"stats"}\n');
    await readSoMany(here, 1);
  });
});

describe("a TCP port", () => {
  const warning = "whoever reaches the port decides about connections";

  it("that others than this machine's programs reach is warned of", async () => {
    const here = await opened({ places: { snort: undefined, eve: [{ host: "0.0.0.0", port: 0 }] } });
    expect(here.logged(warning).map((each) => JSON.parse(each) as unknown)).toMatchObject([
      { level: "warn", host: "0.0.0.0", port: here.port },
    ]);
  });

  it("of loopback is not", async () => {
    const here = await opened();
    expect(here.logged(warning)).toEqual([]);
  });
});

describe.skipIf(isWindows)("the path of a unix socket", () => {
  const path = join(temporary.path, "place");
  const places = { snort: undefined, eve: [{ path, mode: undefined }] };

  it("may not be something else's", async () => {
    writeFileSync(path, "precious");
    await expect(open({ analyzer: "eve", places })).rejects.toThrow(/place is there, and is no socket/);
    expect(existsSync(path)).toBe(true);
  });

  it("may not be somebody's who listens there", async () => {
    const other = join(temporary.path, "other");
    const server = createServer().listen(other);
    await once(server, "listening");
    const taken = { snort: undefined, eve: [{ path: other, mode: undefined }] };
    await expect(open({ analyzer: "eve", places: taken })).rejects.toThrow(/somebody else listens at .*other/);
    server.close();
  });

  it("may be left over from a process that was killed", async () => {
    const left = join(temporary.path, "left");
    const script = `require("node:net").createServer().listen(${JSON.stringify(left)}, () => console.log("listening"));`;
    const killed = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect(existsSync(left)).toBe(true);
    const here = await opened({ places: { snort: undefined, eve: [{ path: left, mode: undefined }] } });
    const suricata = await writer(left);
    suricata.write('{"event_type":"stats"}\n');
    await readSoMany(here, 1);
  });

  it("may not be longer than the system takes", async () => {
    const long = { snort: undefined, eve: [{ path: join(temporary.path, "x".repeat(200)), mode: undefined }] };
    await expect(open({ analyzer: "eve", places: long })).rejects.toThrow(/too long for a socket/);
  });
});

it("ports that somebody else has are told", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const places = { snort: undefined, eve: [{ host: "127.0.0.1", port }] };
  await expect(open({ analyzer: "eve", places })).rejects.toThrow(/cannot listen on 127\.0\.0\.1 port/);
  server.close();
});
