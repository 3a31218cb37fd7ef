/** The configuration, read again while the controller runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../../examples/controller/config.ts";
import { mergeConfig } from "../../../examples/controller/reload.ts";
import { readEventLog, replay } from "../../../src/migration/index.ts";
import { createFlowKey } from "../../../src/tcp/index.ts";
import { bytes, config, scene, text } from "./scene.ts";

const folder = mkdtempSync(join(tmpdir(), "reload-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const web = {
  vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" },
  origin: { switchPort: 1 },
  targets: { second: { switchPort: 2 } },
};
const mail = { vip: { ip: "10.0.0.9", port: 25 }, origin: { switchPort: 5 }, targets: {} };

function written(content: object) {
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify({ services: { web }, ...content }));
  return loadConfig(path, false);
}

const merged = (before: object, after: object) => mergeConfig(written(before), written(after));

describe("a file that is read again", () => {
  it("with nothing new changes nothing", () => {
    expect(merged({}, {})).toMatchObject({ changed: [], restart: [], tracker: false, places: false });
  });

  it.each([
    ["logLevel", {}, { logLevel: "debug" }, false],
    ["policy", {}, { policy: { choices: [] } }, false],
    ["variables", { variables: { A: "10.0.0.1" } }, {}, false],
    ["analyzer", { http: { port: 1 } }, { http: { port: 1 }, analyzer: "both" }, false],
    ["http.origins", { http: { port: 1 } }, { http: { port: 1, origins: ["http://a"] } }, false],
    ["timing", {}, { timing: { verdictMs: 5 } }, true],
    ["timing", { timing: { verdictMs: 5 } }, {}, true],
    ["limits", {}, { limits: { heldSegments: 5 } }, true],
    ["budgets", {}, { budgets: { connections: 5 } }, true],
    ["breaker", {}, { breaker: { failures: 5 } }, true],
    ["awayMs", {}, { awayMs: 5 }, true],
    ["services.web", {}, { services: { web: { ...web, shadow: true } } }, true],
    ["services.web", {}, { services: { web: { ...web, defaultTarget: "second" } } }, true],
  ])("may change %s: %j becomes %j", (name, before, after, tracker) => {
    const change = merged(before, after);
    expect(change).toMatchObject({ changed: [name], restart: [], tracker, places: false });
    // The next time it is nothing new.
    expect(mergeConfig(change.config, written(after))).toMatchObject({ changed: [], restart: [], tracker: false });
  });

  it.each([
    ["services.web.targets.third", { web: { ...web, targets: { ...web.targets, third: { switchPort: 3 } } } }],
    ["services.mail", { web, mail }],
  ])("may add %s, of which the switches must know", (name, services) => {
    const change = merged({}, { services });
    expect(change).toMatchObject({ changed: [name], restart: [], tracker: true, places: true });
    expect(Object.keys(change.config.tracker.services)).toEqual(Object.keys(services));
    expect(mergeConfig(change.config, written({ services }))).toMatchObject({ changed: [], restart: [] });
  });

  it.each([
    ["listen", {}, { listen: [{ port: 1 }] }],
    ["channel", {}, { channel: { echoMs: 1 } }],
    ["dataPlane", {}, { dataPlane: "software" }],
    ["regime", {}, { regime: "lazy" }],
    ["lateMoves", {}, { lateMoves: true }],
    ["secretFile", {}, { secretFile: "s" }],
    ["eventLog", {}, { eventLog: "e" }],
    ["http", {}, { http: { port: 1 } }],
    ["http", { http: { port: 1 } }, { http: { port: 2 } }],
    ["services.mail", { services: { web, mail } }, { services: { web } }],
    ["services.web", {}, { services: { web: { ...web, origin: { switchPort: 7 } } } }],
    ["services.web.targets.second", {}, { services: { web: { ...web, targets: {} } } }],
    ["services.web.targets.second", {}, { services: { web: { ...web, targets: { second: { switchPort: 9 } } } } }],
  ])("needs a restart for %s, and goes on as before: %j becomes %j", (name, before, after) => {
    const current = written(before);
    const change = mergeConfig(current, written(after));
    expect(change).toMatchObject({ changed: [], restart: [name], tracker: false, places: false });
    expect(change.config.tracker).toEqual(current.tracker);
    expect(change.config.http).toEqual(current.http);
  });

  it("does not leave the decision to analyzers where none can connect", () => {
    const change = merged({}, { http: { port: 1 }, analyzer: "northbound" });
    expect(change.restart).toEqual(["analyzer", "http"]);
    expect([...change.config.analyzers]).toEqual(["rules"]);
  });

  it("leaves the decision to programs whose alerts come in already, and not to others", () => {
    const snort = { directory: "snort" };
    const heard = merged({ snort }, { snort, analyzer: ["rules", "snort"] });
    expect(heard).toMatchObject({ changed: ["analyzer"], restart: [] });
    expect([...heard.config.analyzers]).toEqual(["rules", "snort"]);
    const deaf = merged({}, { snort, analyzer: "snort" });
    expect(deaf).toMatchObject({ changed: [], restart: ["snort", "analyzer"] });
    expect([...deaf.config.analyzers]).toEqual(["rules"]);
    expect(deaf.config.places.snort).toBeUndefined();
  });

  it("moves copies to another port at once, of a service that is gone as well as before", () => {
    const mirrored = (mirrorPort?: number) => ({ services: { web: { ...web, ...(mirrorPort && { mirrorPort }) } } });
    const change = merged(mirrored(4), mirrored(5));
    expect(change).toMatchObject({ changed: ["services.web.mirrorPort"], restart: [], tracker: false, places: false });
    expect([...change.config.mirrorPorts]).toEqual([["web", 5]]);
    expect(merged(mirrored(4), mirrored()).config.mirrorPorts.size).toBe(0);
    const gone = merged(mirrored(4), { services: { mail } });
    expect([...gone.config.mirrorPorts]).toEqual([["web", 4]]);
  });

  it("keeps secret and epoch, and reads the rules anew though they have the same name", () => {
    const rules = (word: string) => {
      writeFileSync(join(folder, "a.rules"), `alert tcp any any -> any any (content:"${word}"; sid:1;)`);
      return written({ rules: "a.rules" });
    };
    const current = rules("one");
    const { config: next } = mergeConfig(current, rules("two"));
    expect(next.tracker.secret).toEqual(current.tracker.secret);
    const key = createFlowKey({ src: "10.0.0.3", dst: "10.0.0.1", srcPort: 1, dstPort: 80 });
    expect(next.matcher({ key, payload: bytes("two"), flags: 24, complete: true })?.action).toBe("migrate");
  });
});

describe("a controller that goes on with another configuration", () => {
  it.each(["custom", "stock"] as const)(
    "keeps what has moved and what is held, with actions that are %s",
    async (actions) => {
      const { ask, say, run, controller, lines } = scene(actions, { inspect: () => undefined });
      await run(20);
      const held = say("held", 80);
      await run(10);
      const [before] = [...controller.connections()];
      controller.reconfigure({ ...config, timing: { verdictMs: 700 } }, { places: false });
      expect([...controller.connections()]).toEqual([before]);
      expect(before?.phase).toBe("hold");
      if (!before) return;
      controller.tell({ type: "verdict", at: before.since + 30, verdict: { key: before.key, action: "migrate" } });
      await run(40);
      expect(text(held.received)).toBe("two: held");
      controller.reconfigure(config, { places: false });
      held.send(bytes(" more"));
      await run(40);
      expect(text(held.received)).toBe("two: heldtwo:  more");
      expect(await ask("shell", 22)).toBe("one: shell");
      expect(lines.some((line) => line.includes("SWITCH_ERROR"))).toBe(false);
      controller.stop();
    },
  );

  it("goes on counting", async () => {
    const { ask, run, controller } = scene("custom");
    await run(20);
    await ask("migrate me");
    const { totals } = controller.stats();
    controller.reconfigure(config, { places: false });
    expect(controller.stats().totals).toEqual(totals);
    await ask("migrate me");
    expect(controller.stats().totals.reports.MIGRATED).toBe(2);
    expect(controller.stats().totals.connections).toBe(2);
    controller.stop();
  });

  it("has a server that has come take connections, and keeps those that have moved", async () => {
    const { ask, say, run, controller, lines } = scene("custom");
    await run(20);
    const moved = say("migrate me");
    await run(40);
    const { web: service } = config.services;
    if (!service) throw new Error("there is a service");
    const targets = { ...service.targets, other: { switchPort: 2, mac: "00:00:00:00:00:01" } };
    const services = { web: { ...service, targets, defaultTarget: "other" } };
    controller.reconfigure({ ...config, services }, { places: true });
    await run(40);
    moved.send(bytes(" more"));
    await run(40);
    expect(text(moved.received)).toBe("two: migrate metwo:  more");
    expect(await ask("migrate me, too")).toBe("two: migrate me, too");
    expect(controller.stats().targets.web).toEqual({ twin: 1, other: 1 });
    expect(lines.some((line) => line.includes("SWITCH_ERROR"))).toBe(false);
    controller.stop();
  });

  it("changes nothing where a connection does not fit, and begins no log", async () => {
    const { ask, run, controller, logs } = scene("custom");
    await run(20);
    await ask("migrate me");
    const { web: service } = config.services;
    const services = { web: { ...service, targets: {} } } as typeof config.services;
    expect(() => {
      controller.reconfigure({ ...config, services }, { places: false });
    }).toThrow(/twin/);
    expect(logs).toHaveLength(1);
    expect([...controller.connections()].map(({ phase }) => phase)).toEqual(["migrated"]);
    controller.stop();
  });

  it("writes a log of its own, which replays to the same effects", async () => {
    const { ask, run, controller, logs } = scene("custom");
    await run(20);
    await ask("migrate me");
    const before = logs[0]?.length;
    controller.reconfigure({ ...config, timing: { lingerMs: 70 } }, { places: false });
    await ask("migrate me");
    controller.stop();
    expect(logs[0]).toHaveLength(before ?? 0);
    expect(logs).toHaveLength(2);
    for (const log of logs) {
      const { events, first } = replay(readEventLog(log.join("")));
      expect(events).toBeGreaterThan(5);
      expect(first).toBeUndefined();
    }
  });
});
