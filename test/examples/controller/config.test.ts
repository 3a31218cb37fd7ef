/** The configuration file of the controller: what it says, and what is said about one that is wrong. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readOptions } from "../../../examples/controller/args.ts";
import { loadConfig } from "../../../examples/controller/config.ts";
import { UserError } from "../../../examples/first-light/errors.ts";
import { createFlowKey } from "../../../src/tcp/index.ts";

const folder = mkdtempSync(join(tmpdir(), "controller-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const web = {
  vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" },
  origin: { switchPort: 1 },
  targets: { second: { switchPort: 2 } },
};
let number = 0;

function written(content: unknown): string {
  number += 1;
  const path = join(folder, `config-${number}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("a configuration", () => {
  it("needs no more than its services", () => {
    const config = loadConfig(written({ services: { web } }), true);
    expect(config).toMatchObject({
      listen: [{ host: "127.0.0.1", port: 6653 }],
      channel: { handshakeMs: 5000, echoMs: 5000, deadMs: 5000 },
      tracker: { services: { web }, cookie: { epoch: 0 } },
      logLevel: "info",
    });
    expect(config.tracker.secret).toHaveLength(32);
  });

  it("names files beside itself, and datapaths as ovs-ofctl does", () => {
    const service = { ...web, dpid: "00000000000000ab" };
    const listen = [{ port: 6654, tls: { key: "key.pem", cert: "/etc/cert.pem" } }];
    const config = loadConfig(written({ services: { web: service }, eventLog: "a/events.jsonl", listen }), false);
    expect(config.eventLog).toBe(join(folder, "a/events.jsonl"));
    expect(config.listen[0]?.tls).toEqual({ key: join(folder, "key.pem"), cert: "/etc/cert.pem" });
    expect(config.tracker.services.web?.dpid).toBe(0xabn);
  });

  it("names another controller of the same switches, which has the same token unless told otherwise", () => {
    const both = { services: { web }, http: { port: 8080 } };
    const peer = { url: "ws://10.0.0.9:8080/northbound" };
    const roles = (own: object) => loadConfig(written({ ...both, roles: { peer, ...own } }), false).roles;
    expect(roles({})).toEqual({
      ...{ url: "ws://10.0.0.9:8080/northbound", tokenFile: join(folder, "northbound.token") },
      ...{ begins: "slave", beatMs: 250, lostMs: 1000 },
    });
    expect(roles({ peer: { ...peer, tokenFile: "theirs" }, begins: "master", beatMs: 100, lostMs: 300 })).toMatchObject(
      { tokenFile: join(folder, "theirs"), begins: "master", beatMs: 100, lostMs: 300 },
    );
    expect(loadConfig(written({ services: { web } }), false).roles).toBeUndefined();
  });

  it.each([
    [{ http: undefined }, /roles need http/],
    [{ epochFile: "epoch" }, /roles and epochFile exclude each other/],
    [{ roles: { peer: { url: "ws://10.0.0.9:1/northbound" }, lostMs: 749 } }, /lostMs must be at least three times/],
    [{ roles: { peer: { url: "ws://[10.0.0.9:1/northbound" } } }, /roles\.peer\.url is no URL: ws:\/\/\[10/],
    [{ roles: {} }, /peer/],
    [{ roles: { peer: { url: "http://10.0.0.9" } } }, /url/],
    [{ roles: { peer: { url: "ws://10.0.0.9:1/northbound" }, begins: "equal" } }, /begins/],
  ])("with roles may not say %j", (change, problem) => {
    const plain = {
      ...{ services: { web }, http: { port: 8080 } },
      roles: { peer: { url: "ws://10.0.0.9:1/northbound" } },
    };
    expect(() => loadConfig(written({ ...plain, ...change }), false)).toThrow(problem);
  });

  it("may look like the example, whose rules move reports and nothing else", () => {
    const { matcher } = loadConfig("examples/controller/example.json", false);
    const key = createFlowKey({ src: "10.0.0.3", dst: "10.0.0.1", srcPort: 1, dstPort: 80 });
    const judged = (text: string) =>
      matcher.judge({ key, payload: new TextEncoder().encode(text), flags: 24, complete: false }).state;
    expect(["GET /report/7 HTTP/1.1", "GET /report", "GET / HTTP/1.1"].map(judged)).toEqual([
      "match",
      "needMore",
      "noMatch",
    ]);
  });

  it("reads rules with their variables, and tells all that is wrong with them", () => {
    writeFileSync(join(folder, "good.rules"), 'alert tcp any any -> $WEB 80 (msg:"x"; content:"GET"; sid:7;)\n');
    const { matcher } = loadConfig(
      written({ services: { web }, rules: "good.rules", variables: { WEB: "10.0.0.1" } }),
      false,
    );
    const key = createFlowKey({ src: "10.0.0.3", dst: "10.0.0.1", srcPort: 1, dstPort: 80 });
    const payload = new TextEncoder().encode("GET /");
    expect(matcher({ key, payload, flags: 24, complete: false })).toMatchObject({ action: "migrate" });
    writeFileSync(
      join(folder, "bad.rules"),
      "alert udp any any -> any 80 (sid:1;)\nalert tcp any any -> $NOBODY 80 (sid:2;)\n",
    );
    const path = written({ services: { web }, rules: "bad.rules" });
    expect(() => loadConfig(path, false)).toThrow(/bad\.rules:\n {2}line 1, .*\n {2}line 2, /);
    expect(() => loadConfig(written({ services: { web }, rules: "no.rules" }), false)).toThrow(
      /cannot read .*no\.rules: ENOENT/,
    );
  });

  it("opens a northbound interface where it or the command line says so", () => {
    expect(loadConfig(written({ services: { web } }), false).http).toBeUndefined();
    const http = { port: 8080, origins: ["https://a.example"] };
    const path = written({ services: { web }, http, analyzer: "both" });
    const tokenFile = join(folder, "northbound.token");
    const defaults = { host: "127.0.0.1", tokenFile, histories: 128 };
    expect(loadConfig(path, false).http).toEqual({ ...defaults, ...http });
    const elsewhere = { host: "::1", port: 1 };
    expect(loadConfig(path, false, elsewhere).http).toEqual({ ...defaults, ...http, ...elsewhere });
    const bare = written({ services: { web } });
    expect(loadConfig(bare, false, elsewhere).http).toEqual({ ...defaults, origins: [], ...elsewhere });
  });

  it("says whose verdicts count, and where those of other programs come in", () => {
    const { analyzers, places, mirrorPorts } = loadConfig(
      written({
        services: { web: { ...web, mirrorPort: 4 } },
        analyzer: ["rules", "snort", "eve"],
        snort: { directory: "snort" },
        eve: [{ path: "eve.sock", mode: "0660" }, { port: 9000 }],
      }),
      false,
    );
    expect([...analyzers]).toEqual(["rules", "snort", "eve"]);
    expect(places).toEqual({
      snort: { directory: join(folder, "snort"), socat: "socat", mode: undefined, recordBytes: 65_864 },
      eve: [
        { path: join(folder, "eve.sock"), mode: "0660" },
        { host: "127.0.0.1", port: 9000 },
      ],
    });
    expect([...mirrorPorts]).toEqual([["web", 4]]);
    const bare = loadConfig(written({ services: { web } }), false);
    expect(bare.places).toEqual({ snort: undefined, eve: [] });
    expect([[...bare.analyzers], bare.mirrorPorts.size]).toEqual([["rules"], 0]);
    const http = { port: 0 };
    const both = loadConfig(written({ services: { web }, analyzer: "both", http }), false);
    expect([...both.analyzers]).toEqual(["rules", "northbound"]);
  });

  it("keeps its secret and counts its runs in files that it makes", () => {
    const path = written({ services: { web }, secretFile: "secret", epochFile: "epoch" });
    const first = loadConfig(path, true).tracker;
    const second = loadConfig(path, true).tracker;
    expect(second.secret).toEqual(first.secret);
    expect([first.cookie?.epoch, second.cookie?.epoch]).toEqual([0, 1]);
    expect(statSync(join(folder, "secret")).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "epoch"), "255\n");
    expect(loadConfig(path, true).tracker.cookie?.epoch).toBe(0);
    // Whoever only looks at a configuration uses up nothing.
    loadConfig(path, false);
    expect(readFileSync(join(folder, "epoch"), "utf8")).toBe("0\n");
  });

  it.each([
    ["no file", undefined, /cannot read .*: ENOENT/],
    ["no JSON", "{", /is no JSON: /],
    ["a list", [], /the configuration must be object/],
    ["nothing", {}, /the configuration must have required property 'services'/],
    [
      "a name that nothing reads",
      { services: { web }, lateMove: true },
      /must NOT have additional properties: lateMove/,
    ],
    ["a port that is none", { services: { web }, listen: [{ port: 70_000 }] }, /listen\.0\.port must be <= 65535/],
    ["a wrong word", { services: { web }, dataPlane: "fast" }, /dataPlane must be equal to .*: \["probe",/],
    [
      "a service without a target list",
      { services: { web: { ...web, targets: undefined } } },
      /services\.web must have/,
    ],
    [
      "an address that is none",
      { services: { web: { ...web, vip: { ip: "10.0.0", port: 80 } } } },
      /services\.web\.vip\.ip/,
    ],
    ["an origin with a path", { services: { web }, http: { port: 1, origins: ["http://a/"] } }, /http\.origins\.0/],
    [
      "an analyzer that cannot connect",
      { services: { web }, analyzer: "northbound" },
      /analyzer northbound needs http/,
    ],
    ["an analyzer without its alerts", { services: { web }, analyzer: "snort" }, /analyzer snort needs snort, /],
    [
      "a list of analyzers without lines",
      { services: { web }, analyzer: ["rules", "eve"] },
      /analyzer eve needs eve, /,
    ],
    ["an analyzer that is none", { services: { web }, analyzer: ["bro"] }, /analyzer\.0 must be equal to one of/],
    ["no analyzer at all", { services: { web }, analyzer: [] }, /analyzer must NOT have fewer than 1/],
    ["a writer's place that is two", { services: { web }, eve: [{ path: "a", port: 1 }] }, /eve\.0 must have a path, /],
    ["a writer's place that is none", { services: { web }, eve: [{ host: "::1" }] }, /eve\.0 must have a path, /],
    [
      "a mode that chmod would not take",
      { services: { web }, eve: [{ path: "a", mode: "rw" }] },
      /eve\.0\.mode must match pattern/,
    ],
    [
      "a mirror that is a server",
      { services: { web: { ...web, mirrorPort: 2 } } },
      /services\.web\.mirrorPort 2 is a server's/,
    ],
    [
      "a mirror that is no port",
      { services: { web: { ...web, mirrorPort: 0 } } },
      /services\.web\.mirrorPort must be >= 1/,
    ],
    ["a policy that is none", { services: { web }, policy: { choices: [{ action: "drop" }] } }, /choices\[0\]\.action/],
    [
      "a target that no service has",
      { services: { web }, policy: { choices: [{ action: "migrate", target: "third" }] } },
      /policy\.choices\[0\]\.target third is no service's/,
    ],
    [
      "an origin that no browser writes",
      { services: { web }, http: { port: 8080, origins: ["https://a.example", "https://A.example:443"] } },
      /http\.origins\.1 https:\/\/A\.example:443 is not as browsers write it: https:\/\/a\.example$/,
    ],
    [
      "a time that no timer can wait",
      { services: { web }, channel: { echoMs: 3_600_001 } },
      /channel\.echoMs must be <= 3600000/,
    ],
    [
      "a time in words",
      { services: { web }, timing: { verdictMs: "5" } },
      /timing\.verdictMs must be a number, not "5"/,
    ],
    ["a name that the library does not read", { services: { web }, timing: { lingerMS: 5 } }, /timing\.lingerMS/],
  ])("that is %s is refused by name", (_, content, told) => {
    const path = content === undefined ? join(folder, "nobody.json") : written(content);
    expect(() => loadConfig(path, true)).toThrow(told);
  });

  it("tells everything that is wrong at once", () => {
    const path = written({ services: { web }, listen: [{ port: -1 }], logLevel: "loud" });
    expect(() => loadConfig(path, true)).toThrow(/listen\.0\.port[\s\S]*logLevel/);
  });

  it("tells everything that its schema does not know at once, and makes no file then", () => {
    const content = {
      ...{ services: { web: { ...web, mirrorPort: 1 } }, timing: { verdictMs: -1 }, rules: "none.rules" },
      ...{ analyzer: "northbound", secretFile: "unused.secret", epochFile: "unused.epoch" },
    };
    const path = written(content);
    expect(() => loadConfig(path, true)).toThrow(
      /timing\.verdictMs[^\n]*\n[^\n]*northbound needs http[^\n]*\n[^\n]*mirrorPort 1[^\n]*\ncannot read [^\n]*none\.rules: ENOENT$/,
    );
    expect([existsSync(join(folder, "unused.secret")), existsSync(join(folder, "unused.epoch"))]).toEqual([
      false,
      false,
    ]);
  });

  it.each(["my rules\n", "256\n", "-1\n", "1.5\n", "1 2\n"])(
    "does not write over a file that is no number: %j",
    (text) => {
      writeFileSync(join(folder, "precious"), text);
      const path = written({ services: { web }, epochFile: "precious" });
      expect(() => loadConfig(path, true)).toThrow(/precious is no number of a run/);
      expect(readFileSync(join(folder, "precious"), "utf8")).toBe(text);
    },
  );

  it.each(["secretFile", "epochFile"])("says that its %s cannot be made", (name) => {
    const path = written({ services: { web }, [name]: "no/such/folder" });
    expect(() => loadConfig(path, true)).toThrow(UserError);
    expect(() => loadConfig(path, true)).toThrow(/cannot write .*no.such.folder: ENOENT/);
  });
});

describe("the command line", () => {
  it("names the configuration, and may say how much to tell", () => {
    expect(readOptions(["--config", "a.json", "--log-level", "debug", "--check"])).toEqual({
      ...{ config: "a.json", check: true, logLevel: "debug", eventLog: undefined },
    });
    expect(readOptions(["-h"])).toBe("help");
  });

  it.each([
    [[], /--config FILE/],
    [["--config"], /config/],
    [["--config", "a", "--log-level", "loud"], /must be one of debug, info, warn, error, not loud/],
    [["--config", "a", "--speed", "1"], /--speed/],
    [["--config", "a", "b"], /b/],
  ] as const)("%j is refused", (args, told) => {
    expect(() => readOptions(args)).toThrow(told);
  });
});
