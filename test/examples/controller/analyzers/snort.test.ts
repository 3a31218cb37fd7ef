/** Records of Snort, handed over by a program in the place of socat, decide about connections. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { socatCommand } from "../../../../examples/controller/analyzers/snort.ts";
import { SNORT_ALERT_LENGTH } from "../../../../src/analyzer/index.ts";
import { client, record } from "../alerts.ts";
import { web } from "../scene.ts";
import { fakeSocat, folder, isWindows, type OpenOptions, open, until, type World } from "./support.ts";

const temporary = folder();
const place = { directory: temporary.path, socat: "socat", mode: undefined, recordBytes: SNORT_ALERT_LENGTH };
const timing = { firstMs: 1, mostMs: 4, steadyMs: 1_000, endMs: 500 };
let world: World | undefined;
let fake: Awaited<ReturnType<typeof fakeSocat>> | undefined;
afterEach(async () => {
  await world?.close();
  fake?.close();
  world = undefined;
});
afterAll(() => {
  temporary.remove();
});

async function opened(options: Partial<OpenOptions> = {}) {
  fake = await fakeSocat();
  const places = { snort: place, eve: [] };
  const here = await open({ analyzer: "snort", places, command: fake.command, timing, ...options });
  world = here;
  const from = (port: number) => ({ ...client, port });
  return {
    ...here,
    feeds: fake,
    snort: await fake.feed(0),
    alert: (port: number, message = "scan") => record(message, from(port), { ...web, port: 80 }),
    readSoMany: async (read: number) => {
      await until(() => here.count("snort")?.read === read);
      await here.run(40);
    },
  };
}

describe.skipIf(isWindows)("an alert of Snort's", () => {
  it.each(["custom", "stock"] as const)(
    "moves the connection whose request is held, with a switch whose actions are %s",
    async (actions) => {
      const { held, snort, alert, readSoMany, controller, count } = await opened({ actions });
      const { key, answer } = await held();
      snort.write(alert(key.srcPort));
      await readSoMany(1);
      expect(answer()).toBe("two: migrate me");
      expect(controller.connection(key)).toMatchObject({ phase: "migrated", target: "twin" });
      expect(count("snort")).toEqual({ read: 1, unreadable: 0, ignored: 0, verdicts: 1 });
    },
  );

  it("may come in pieces and with others", async () => {
    const { held, snort, alert, readSoMany } = await opened();
    const first = await held();
    const second = await held();
    const both = Buffer.concat([alert(first.key.srcPort, "FORWARD"), alert(second.key.srcPort)]);
    snort.write(both.subarray(0, 70_000));
    await readSoMany(1);
    expect([first.answer(), second.answer()]).toEqual(["one: migrate me", ""]);
    snort.write(both.subarray(70_000));
    await readSoMany(2);
    expect(second.answer()).toBe("two: migrate me");
  });

  it("twice does nothing twice", async () => {
    const { held, snort, alert, readSoMany, reports } = await opened();
    const { key, answer } = await held();
    snort.write(alert(key.srcPort));
    snort.write(alert(key.srcPort));
    await readSoMany(2);
    expect(answer()).toBe("two: migrate me");
    expect(reports().filter((code) => code === "MIGRATED")).toHaveLength(1);
    expect(reports()).toContain("VERDICT_IGNORED");
  });

  it("that is late is reported, and the request has not waited longer than verdictMs", async () => {
    const here = await opened({ tracker: { timing: { verdictMs: 100 } } });
    const { key, answer } = await here.held();
    await here.run(100);
    // The controller's timer is a real one, and the network's clock is not.
    here.controller.tell({ type: "timer", at: here.network.now() });
    await here.run(40);
    expect(answer()).toBe("one: migrate me");
    here.snort.write(here.alert(key.srcPort));
    await here.readSoMany(1);
    expect(here.reports()).toEqual(expect.arrayContaining(["VERDICT_MISSING", "VERDICT_TOO_LATE"]));
  });

  it("about no TCP segment is counted, and the next one heard", async () => {
    const { held, snort, alert, readSoMany, count, alerts } = await opened();
    const { key, answer } = await held();
    const udp = alert(key.srcPort);
    // Ethernet has 14 bytes, and the protocol is the tenth of IPv4: it is behind the 292 bytes before the packet.
    udp[292 + 14 + 9] = 17;
    snort.write(udp);
    snort.write(alert(key.srcPort));
    await readSoMany(2);
    expect(count("snort")).toMatchObject({ unreadable: 1, verdicts: 1 });
    expect(answer()).toBe("two: migrate me");
    expect(alerts.stats().starts).toBe(1);
  });
});

describe.skipIf(isWindows)("the receiver", () => {
  it("is started again when it ends, and its last words are told", async () => {
    const { held, snort, feeds, alert, readSoMany, alerts, logged } = await opened();
    snort.write(alert(1).subarray(0, 1_000));
    snort.end();
    const again = await feeds.feed(1);
    expect(logged("a program has ended")[0]).toContain("the feed has ended");
    // What the first one had begun is not continued by the second.
    const { key, answer } = await held();
    again.write(alert(key.srcPort));
    await readSoMany(1);
    expect(answer()).toBe("two: migrate me");
    expect(alerts.stats().starts).toBe(2);
  });

  it("is started anew when its records cannot be told apart, and what comes behind them is not believed", async () => {
    const { held, snort, feeds, alert, readSoMany, count, logged } = await opened();
    const { key, answer } = await held();
    snort.write(new Uint8Array(SNORT_ALERT_LENGTH).fill(0xff));
    snort.write(alert(key.srcPort));
    const again = await feeds.feed(1);
    expect(logged("a program is started anew")).toHaveLength(1);
    expect(count("snort")).toMatchObject({ read: 0, unreadable: 1 });
    again.write(alert(key.srcPort));
    await readSoMany(1);
    expect(answer()).toBe("two: migrate me");
  });

  it("ends with the controller", async () => {
    const { close, feeds, snort } = await opened();
    const ended = new Promise((resolve) => snort.once("close", resolve));
    await close();
    await ended;
    expect(feeds.feeds).toHaveLength(1);
  });

  it("that there is not is told at once", async () => {
    const nobody = { ...place, socat: join(temporary.path, "nobody") };
    await expect(open({ analyzer: "snort", places: { snort: nobody, eve: [] } })).rejects.toThrow(
      /cannot run .*nobody \(ENOENT\): install the package socat, or say with snort\.socat where it is/,
    );
  });

  it("does not take the place of a file, and needs a folder", async () => {
    const directory = join(temporary.path, "taken");
    mkdirSync(directory);
    const path = join(directory, "snort_alert");
    writeFileSync(path, "precious");
    await expect(open({ analyzer: "snort", places: { snort: { ...place, directory }, eve: [] } })).rejects.toThrow(
      /snort_alert is there, and is no socket/,
    );
    expect(existsSync(path)).toBe(true);
    const nowhere = { ...place, directory: join(temporary.path, "nowhere") };
    await expect(open({ analyzer: "snort", places: { snort: nowhere, eve: [] } })).rejects.toThrow(
      /cannot make a socket in .*nowhere: ENOENT/,
    );
  });
});

it.skipIf(isWindows)("socat is told where to receive, in its own spelling", () => {
  expect(socatCommand({ ...place, directory: "/var/log/snort", mode: "0660" })).toEqual({
    program: "socat",
    args: ["-t", "0", "-b", "131072", "UNIX-RECV:/var/log/snort/snort_alert,mode=0660!!OPEN:/dev/null,wronly", "STDIO"],
  });
  expect(socatCommand({ ...place, directory: "/tmp/a b,c" }).args[4]).toContain(
    "UNIX-RECV:/tmp/a\\ b\\,c/snort_alert!!",
  );
});
