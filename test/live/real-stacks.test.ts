/**
 * The hand-over with the TCP of this machine's own Linux at every end: what the library makes up is believed, server 1's program
 * gets ECONNRESET, the new server's goes on where its predecessor stood, and the client's notices nothing.
 */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionConfig, Policy, ServerPlace } from "../../src/migration/index.ts";
import { TcpFlags } from "../../src/tcp/index.ts";
import { createMiddlebox, type Middlebox, port } from "./middlebox.ts";
import { checkNeeds, type HostPlace, type Lab, openLab, type Program } from "./namespaces.ts";

const CLIENT_PORT = 33333;
const SERVICE_PORT = 11111;
/** A request and its answer: a download, then, on the same connection, an upload with a smaller one. */
const FIRST = { request: 300, answer: 400_000 };
const SECOND = { request: 600_000, answer: 50_000 };

interface Scenario {
  readonly ipVersion: 4 | 6;
  /** Server 2 has a MAC, an address and a port of its own. */
  readonly nat?: boolean;
  readonly regime?: "normalise" | "lazy";
  readonly policy?: Policy;
  /** The model switch shifts the numbers; otherwise the library does. */
  readonly actions?: boolean;
  readonly bundles?: boolean;
  /** Nobody listens on server 2. */
  readonly deaf?: boolean;
  /** Largest receive buffer of server 1 and of server 2: decides the window scale. */
  readonly buffers?: readonly [number, number];
}

interface Scene {
  readonly lab: Lab;
  readonly box: Middlebox;
  readonly client: Program;
  readonly origin: Program;
  readonly target: Program;
}

let open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});
beforeAll(checkNeeds);

const MIB = 1 << 20;

async function begin({ ipVersion, nat = false, regime = "normalise", policy = {}, ...rest }: Scenario): Promise<Scene> {
  const address = (host: number): string => (ipVersion === 4 ? `10.0.0.${host}` : `2001:db8::${host}`);
  const mac = (host: number): string => `00:00:00:00:00:0${host}`;
  const [first, second] = rest.buffers ?? [6 * MIB, 6 * MIB];
  const tcp = (buffer: number): string[] => [
    "net.ipv4.tcp_ecn=1",
    "net.ipv4.tcp_timestamps=1",
    "net.ipv4.tcp_sack=1",
    `net.ipv4.tcp_rmem=4096 131072 ${buffer}`,
  ];
  const twin = nat ? 2 : 1;
  const hosts: HostPlace[] = [
    { name: "client", mac: mac(3), address: address(3), sysctl: tcp(6 * MIB) },
    { name: "origin", mac: mac(1), address: address(1), sysctl: tcp(first) },
    { name: "target", mac: mac(twin), address: address(twin), sysctl: tcp(second) },
  ];
  const place: ServerPlace = { switchPort: port.target, ...(nat && { mac: mac(2), ip: address(2), port: 22222 }) };
  const config: ConnectionConfig = {
    service: { origin: { switchPort: port.origin }, targets: { second: place }, policy },
    regime,
    dataPlane: rest.actions ? "actions" : "software",
    bundles: rest.bundles ?? false,
  };
  const early: { box?: Middlebox } = {};
  const lab = await openLab(hosts, (index, frame) => {
    // What a host says before there is a switch is lost.
    early.box?.receive(index + 1, frame);
  });
  open.push(() => lab.close());
  const box = createMiddlebox(config, rest.actions ? "custom" : "stock", CLIENT_PORT, (number, frame) => {
    lab.ports.send(number - 1, frame);
  });
  early.box = box;
  const timer = setInterval(() => {
    box.tick();
  }, 10);
  open.push(() => {
    clearInterval(timer);
  });
  // A controller answers what server 2 asks about the client; here it need not ask.
  lab.run("target", "ip", "neighbour", "replace", address(3), "lladdr", mac(3), "nud", "permanent", "dev", "eth0");
  const origin = lab.program("origin", "server", "origin", address(1), `${SERVICE_PORT}`);
  const target = lab.program(
    "target",
    "server",
    "target",
    address(twin),
    `${rest.deaf ? 7 : (place.port ?? SERVICE_PORT)}`,
  );
  await Promise.all([origin.until("listening"), target.until("listening")]);
  const exchanges = [FIRST, SECOND].map(({ request, answer }) => `${request}:${answer}`);
  const client = lab.program(
    "client",
    "client",
    address(1),
    `${SERVICE_PORT}`,
    address(3),
    `${CLIENT_PORT}`,
    ...exchanges,
  );
  return { lab, box, client, origin, target };
}

/** The one established connection of a host, in the words of `ss`. */
function connection(lab: Lab, host: string): string {
  const lines = lab.run(host, "ss", "-tinoHO", "state", "established").trim().split("\n");
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
}

function scales(line: string): readonly number[] {
  return (/wscale:(\d+),(\d+)/.exec(line) ?? []).slice(1).map(Number);
}

/** Counters that tell of segments which a host did not believe. */
const suspicious = [
  "PAWSEstab",
  "PAWSActive",
  "TCPChallengeACK",
  "TSEcrRejected",
  "BeyondWindow",
  "TCPSACKDiscard",
  "TCPDSACKIgnoredOld",
];

function suspicions({ lab }: Scene, host: string): Record<string, number> {
  const found = suspicious.map((name) => [name, lab.counter(host, name)] as const);
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}

/** The rest of the client's program, and that everything came as it was sent. */
async function complete({ client }: Scene): Promise<void> {
  client.child.stdin.write("go on\n");
  expect(await client.until("answer", 2)).toMatchObject({ answer: SECOND.answer, right: true });
  expect(await client.until("rest")).toEqual({ rest: 0 });
  expect(client.said.filter((line) => "failed" in line)).toEqual([]);
}

const flagsOf = ({ box }: Scene, out: number, wanted: number) =>
  box.sent.flatMap(({ port: number, frame: { tcp } }) =>
    number === out && tcp && (tcp.flags & wanted) !== 0 ? [tcp] : [],
  );

const moving: readonly (readonly [string, Scenario])[] = [
  ["IPv4, server 2 with server 1's address", { ipVersion: 4 }],
  ["IPv4, server 2 with an address of its own", { ipVersion: 4, nat: true }],
  ["IPv6, server 2 with server 1's address", { ipVersion: 6 }],
  ["IPv6, server 2 with an address of its own", { ipVersion: 6, nat: true }],
  ["IPv4, server 2's window scale larger by 3", { ipVersion: 4, buffers: [6 * MIB, 32 * MIB] }],
  ["IPv4, the switch shifts the numbers", { ipVersion: 4, actions: true }],
  [
    "IPv4, the switch shifts the numbers of another address, with bundles",
    { ipVersion: 4, nat: true, actions: true, bundles: true },
  ],
  [
    "IPv4, the client's SYN left as it is, timestamps and all",
    { ipVersion: 4, regime: "lazy", policy: { clientToleratesMissingTimestamps: true } },
  ],
];

describe.each(moving)("%s", (name, scenario) => {
  it("moves, and nobody's TCP finds anything odd", async () => {
    const scene = await begin(scenario);
    const { lab, box, client, origin, target } = scene;
    expect(await client.until("answer")).toMatchObject({ answer: FIRST.answer, right: true });
    expect(box.state()?.phase).toBe("migrated");
    expect(await origin.until("error")).toEqual({ error: "ECONNRESET" });
    expect(await target.until("accepted")).toEqual({ accepted: "target" });
    expect(lab.run("origin", "ss", "-tinoHO", "state", "established").trim()).toBe("");
    const [ofClient, ofTarget] = [connection(lab, "client"), connection(lab, "target")];
    // The client's own scale is mirrored; that of server 2 may be larger, which the policy allows up to 3.
    expect(scales(ofTarget)[0]).toBe(scales(ofClient)[1]);
    expect((scales(ofTarget)[1] ?? 0) - (scales(ofClient)[0] ?? 0)).toBe(scenario.buffers ? 3 : 0);
    expect(ofTarget).not.toMatch(/ (ts|sack) /);
    expect(ofTarget).toMatch(/ ecn /);
    // What server 2 sends may be marked on the way: it has ECN as the client and server 1 had agreed.
    const marks = scene.box.sent
      .filter(({ port: out, frame }) => out === port.client && frame.payload.length > 0)
      .map(({ frame }) => frame.ipv4?.ecn ?? frame.ipv6?.ecn);
    expect(marks.length).toBeGreaterThan(100);
    expect(marks.filter((mark) => mark !== 1 && mark !== 2)).toEqual([]);
    const [syn] = flagsOf(scene, port.origin, TcpFlags.syn);
    const offered = syn?.options.map(({ type }) => type) ?? [];
    if (scenario.regime === "lazy") {
      expect(ofClient).toMatch(/ ts sack /);
      expect(offered).toEqual(expect.arrayContaining(["timestamps", "sackPermitted"]));
    } else {
      expect(ofClient).not.toMatch(/ (ts|sack) /);
      expect(offered).not.toContain("timestamps");
      expect(offered).not.toContain("sackPermitted");
    }
    expect(flagsOf(scene, port.origin, TcpFlags.rst)).toHaveLength(1);
    expect(box.bundles()).toBe(scenario.bundles ? 1 : 0);
    await complete(scene);
    expect(origin.said).toEqual([{ listening: "origin" }, { accepted: "origin" }, { error: "ECONNRESET" }]);
    expect(target.said.filter((line) => "request" in line).map(({ request }) => request)).toEqual([
      FIRST.request,
      SECOND.request,
    ]);
    for (const host of ["client", "origin", "target"]) expect({ host, ...suspicions(scene, host) }).toEqual({ host });
    const { numbers } = box.reports.find(({ code }) => code === "MIGRATED") ?? {};
    const words = (line: string): string => / ((?:ts |sack |ecn |ecnseen )*\w+ wscale:\S+)/.exec(line)?.[1] ?? line;
    console.log(`${name}: ${JSON.stringify(numbers)}, client ${words(ofClient)}, server 2 ${words(ofTarget)}`);
  });
});

const staying: readonly (readonly [string, Scenario, string])[] = [
  ["server 2 refuses", { ipVersion: 4, deaf: true }, "TARGET_REFUSED"],
  ["server 2 of another address refuses, IPv6", { ipVersion: 6, nat: true, deaf: true }, "TARGET_REFUSED"],
  ["server 2's window scale is smaller", { ipVersion: 4, buffers: [32 * MIB, 6 * MIB] }, "TARGET_UNFIT"],
];

describe.each(staying)("when %s", (name, scenario, code) => {
  it("server 1 goes on and has noticed nothing", async () => {
    const scene = await begin(scenario);
    const { box, client, origin, target } = scene;
    expect(await client.until("answer")).toMatchObject({ answer: FIRST.answer, right: true });
    expect(box.state()?.phase).toBe("forwarded");
    expect(box.reports.map((report) => report.code)).toContain(code);
    await complete(scene);
    expect(origin.said.filter((line) => "request" in line).map(({ request }) => request)).toEqual([
      FIRST.request,
      SECOND.request,
    ]);
    expect(await origin.until("closed")).toEqual({ closed: "origin" });
    expect(target.said.filter((line) => "request" in line)).toEqual([]);
    for (const host of ["client", "origin"]) expect({ host, ...suspicions(scene, host) }).toEqual({ host });
    console.log(`${name}: ${box.reports.map((report) => report.code).join(" ")}`);
  });
});

it("is not moved when the client has timestamps and nobody says that it can do without", async () => {
  const scene = await begin({ ipVersion: 4, regime: "lazy" });
  expect(await scene.client.until("answer")).toMatchObject({ answer: FIRST.answer, right: true });
  const reasons = scene.box.reports.flatMap((report) => report.reasons.map(({ code }) => code));
  expect(reasons).toContain("TS_NEGOTIATED");
  await complete(scene);
  expect(scene.origin.said.filter((line) => "request" in line)).toHaveLength(2);
});
