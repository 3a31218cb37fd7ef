/** `npm start`, as a user runs it: a child process, its output and its exit status. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { painter } from "../../examples/first-light/terminal.ts";
import {
  type CapturedFrame,
  decodeFrame,
  encodeFrame,
  type FrameToCapture,
  readCapture,
  seqAdd,
  seqOffset,
  type Tcp,
  writeCapture,
} from "../../src/tcp/index.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const MAIN = join(EXAMPLES, "first-light", "main.ts");
const CAPTURES = join(EXAMPLES, "captures");

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "first-light-"));
  // Bundled once, it starts several times faster than through tsx. It finds the captures beside its own folder.
  const outfile = join(folder, "first-light", "main.mjs");
  await build({ entryPoints: [MAIN], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  symlinkSync(CAPTURES, join(folder, "captures"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node in a folder of its own, where diagrams may go. */
function node(args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** As `npm start -- ...args` does. */
function start(...args: readonly string[]): Promise<Outcome> {
  return node(["--import", import.meta.resolve("tsx"), MAIN, ...args]);
}

function run(...args: readonly string[]): Promise<Outcome> {
  return node([join("first-light", "main.mjs"), ...args]);
}

type Link = "client" | "origin" | "target";

function path(scenario: string, link: Link): string {
  return join(CAPTURES, scenario, `${link}.pcap`);
}

function frames(scenario: string, link: Link): CapturedFrame[] {
  return [...readCapture(new Uint8Array(readFileSync(path(scenario, link))))];
}

/** Writes a capture of our own making and says where. */
function capture(name: string, content: readonly FrameToCapture[]): string {
  const file = join(folder, name);
  writeFileSync(file, writeCapture(content));
  return file;
}

function file(name: string, content: Uint8Array | string): string {
  const made = join(folder, name);
  writeFileSync(made, content);
  return made;
}

function tcpOf({ frame }: CapturedFrame): Tcp | undefined {
  return decodeFrame(frame).tcp;
}

/** The recording with one link's capture replaced. */
function withLink(scenario: string, link: Link, replacement: string): string[] {
  const links = {
    client: path(scenario, "client"),
    origin: path(scenario, "origin"),
    target: path(scenario, "target"),
  };
  return Object.entries({ ...links, [link]: replacement }).flatMap(([name, where]) => [`--${name}`, where]);
}

/** The same capture with one TCP segment changed and its checksums right again. */
function tampered(scenario: string, link: Link, test: (tcp: Tcp) => boolean, change: (tcp: Tcp) => Tcp): string {
  let changed = 0;
  const content = frames(scenario, link).map((captured) => {
    const frame = decodeFrame(captured.frame);
    if (!frame.tcp || changed > 0 || !test(frame.tcp)) return captured;
    changed++;
    return { ...captured, frame: encodeFrame({ ...frame, tcp: change(frame.tcp) }) };
  });
  expect(changed).toBe(1);
  return capture(`tampered-${link}-${Math.random()}.pcap`, content);
}

const CLIENT_PORT = 33333;
const fromServer = ({ srcPort, flags }: Tcp) => srcPort !== CLIENT_PORT && (flags & 2) === 0;
const fromClient = ({ srcPort, flags }: Tcp) => srcPort === CLIENT_PORT && (flags & 2) === 0;
const seqOneUp = (tcp: Tcp): Tcp => ({ ...tcp, seq: seqAdd(tcp.seq, 1) });
const isPsh = ({ flags }: Tcp) => (flags & 8) !== 0;

describe.concurrent("npm start without options", () => {
  it("tells the plan and proves it, within 100 columns and without colours", async () => {
    const { code, stdout, stderr } = await start();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const client = frames("normalised", "client").flatMap((captured) => tcpOf(captured) ?? []);
    const target = frames("normalised", "target").flatMap((captured) => tcpOf(captured) ?? []);
    const request = client.find((tcp) => tcp.srcPort === CLIENT_PORT && isPsh(tcp));
    const answer = target.find((tcp) => tcp.flags === 0x12);
    if (!request || !answer) throw new Error("the recording lacks the request or server 2's answer");
    const distance = seqOffset(seqAdd(answer.seq, 1), request.ack);
    expect(stdout).toContain(`inc_tcp_ack:${distance}`);
    expect(stdout).toContain(`dec_tcp_seq:${distance}`);
    // The released request and the first acknowledgment of server 2's, on their way through the switch.
    expect(stdout).toMatch(new RegExp(`plan→new .* ${request.seq} → same +${request.ack} → ${seqAdd(answer.seq, 1)} `));
    expect(stdout).toMatch(new RegExp(`new→client .* ${seqAdd(answer.seq, 1)} → ${request.ack} +\\d+ → same `));
    expect(stdout).toContain("TS_NEGOTIATED (refused)");
    expect(stdout.match(/PROVED: 20 of 20 segments .* 20 byte for byte/g)).toHaveLength(2);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout).not.toContain("\u001b");
    expect(readdirSync(join(folder, "out"))).toEqual(expect.arrayContaining(["normalised.svg", "timestamps.svg"]));
    expect(readFileSync(join(folder, "out", "normalised.svg"), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  it("says with --quiet what came out, and with --verbose shows every recording and every byte", async () => {
    const [quiet, verbose] = await Promise.all([run("--quiet"), run("--verbose")]);
    expect(quiet.code).toBe(0);
    expect(quiet.stdout.match(/^PROVED/gm)).toHaveLength(2);
    expect(quiet.stdout).not.toContain("Flows");
    expect(verbose.code).toBe(0);
    expect(verbose.stdout.match(/^PROVED: 20 of 20 segments .* 20 byte for byte/gm)).toHaveLength(4);
    expect(verbose.stdout).toContain("   0000  0000 0000 0001 0000 0000 0003 0800 4500");
    for (const line of verbose.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("explains every option", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const option of [
      "FILE",
      "--client",
      "--origin",
      "--target",
      "--scenario",
      "--connection",
      "--ports",
      "--target-ip",
    ]) {
      expect(stdout).toContain(`  ${option}`);
    }
    for (const option of ["--tolerant-client", "--policy", "--format", "--svg", "--quiet", "--verbose", "--help"]) {
      expect(stdout).toContain(`  ${option}`);
    }
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe.concurrent("captures", () => {
  it.each(["normalised", "normalised-ipv6", "nat", "timestamps"])("may all be in one file: %s", async (scenario) => {
    const all = (["client", "origin", "target"] as const).flatMap((link) => frames(scenario, link));
    const merged = capture(
      `merged-${scenario}.pcap`,
      all.sort((a, b) => (a.atNs < b.atNs ? -1 : 1)),
    );
    const { code, stdout } = await run(merged, "--quiet", "--tolerant-client");
    expect(stdout).toMatch(/^PROVED: 20 of 20 segments/m);
    expect(code).toBe(0);
  });

  it("may lack the new server's answer: then the plan is the synthetic SYN", async () => {
    const { code, stdout } = await run(path("nat", "client"));
    expect(code).toBe(0);
    expect(stdout).toContain("(status: dial)");
    expect(stdout).toContain("Send it this SYN");
    expect(stdout).not.toContain("PROVED");
  });

  it("may show the client repeat what is held", async () => {
    const seen = frames("normalised", "client");
    const request = seen.findIndex(
      (captured) => decodeFrame(captured.frame).payload.length > 0 && tcpOf(captured) !== undefined,
    );
    const repeated = seen.flatMap((captured, index) => {
      return index === request ? [captured, { ...captured, atNs: captured.atNs + 1000n }] : [captured];
    });
    const { code, stdout } = await run(
      ...withLink("normalised", "client", capture("repeated.pcap", repeated)),
      "--quiet",
    );
    expect(stdout).toMatch(/^PROVED: 20 of 20 segments/m);
    expect(code).toBe(0);
  });

  it("may show the new server repeat its SYN-ACK, which must not reach the client", async () => {
    const seen = frames("normalised", "target");
    const last = seen.at(-1)?.atNs ?? 0n;
    const answer = seen.filter((captured) => tcpOf(captured)?.flags === 0x12);
    const repeated = [...seen, ...answer.map((captured) => ({ ...captured, atNs: last + 1000n }))];
    const { code, stdout } = await run(...withLink("normalised", "target", capture("again.pcap", repeated)), "--quiet");
    expect(stdout.replace(/\s+/g, " ")).toMatch(/PROVED: 20 of 20 segments .* 4 intruders stopped/);
    expect(code).toBe(0);
  });

  it("may lack a link: what cannot be compared is counted apart", async () => {
    const links = withLink("normalised", "client", path("normalised", "client"));
    const { code, stdout } = await run(...links.filter((_, index) => index !== 2 && index !== 3), "--quiet");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "19 of 20 segments left the switch as the hosts saw them, 19 byte for byte, 1 not",
    );
    expect(code).toBe(0);
  });

  it("may hold several connections, of which --connection picks one", async () => {
    const both = capture("both.pcap", [...frames("normalised-ipv6", "client"), ...frames("normalised", "client")]);
    const { stdout } = await run(both, "--quiet", "--connection", "10.0.0.3:33333-10.0.0.1:11111");
    expect(stdout).toContain("Connection  10.0.0.3:33333 → 10.0.0.1:11111");
    const first = await run(both, "--quiet");
    expect(first.stdout).toContain("Connection  [2001:db8::3]:33333 → [2001:db8::1]:11111");
  });
});

describe.concurrent("the proof fails loudly", () => {
  const cases: [string, Link, (tcp: Tcp) => boolean, (tcp: Tcp) => Tcp, RegExp][] = [
    [
      "a sequence number that the new server sent",
      "target",
      (t) => fromServer(t) && isPsh(t),
      seqOneUp,
      /seq \d+ where the client saw \d+/,
    ],
    [
      "a sequence number that the client saw",
      "client",
      (t) => fromServer(t) && isPsh(t),
      seqOneUp,
      /seq \d+ where the client saw \d+/,
    ],
    [
      "an acknowledgment that the new server saw",
      "target",
      (t) => fromClient(t) && !isPsh(t) && t.window > 63,
      (t) => ({ ...t, ack: seqAdd(t.ack, -1) }),
      /ack \d+ where the new server saw \d+/,
    ],
    [
      "the reset that the old server saw",
      "origin",
      (t) => (t.flags & 4) !== 0,
      seqOneUp,
      /seq \d+ where the old server saw \d+/,
    ],
    [
      "a window that the client saw",
      "client",
      (t) => fromServer(t) && isPsh(t),
      (t) => ({ ...t, window: t.window + 1 }),
      /window \d+ where the client saw \d+/,
    ],
  ];
  it.each(cases)("over %s", async (_, link, test, change, message) => {
    const { code, stdout } = await start(...withLink("normalised", link, tampered("normalised", link, test, change)));
    expect(code).toBe(1);
    const said = stdout.replace(/\s+/g, " ");
    expect(said).toMatch(message);
    expect(said).toContain("FAILED: 1 thing is off");
    expect(said).toContain("DIFFERS");
    expect(said).not.toContain("PROVED");
  });

  it("over another answer of the new server's, which makes every number wrong", async () => {
    const other = tampered("normalised", "target", ({ flags }) => flags === 0x12, seqOneUp);
    const { code, stdout } = await run(...withLink("normalised", "target", other), "--quiet");
    expect(code).toBe(1);
    // The SYN and the reset do not depend on it.
    expect(stdout).toContain("FAILED: 18 things are off");
  });

  it("over a segment that the client never saw", async () => {
    const seen = frames("normalised", "client");
    const lost = seen.findLastIndex((captured) => tcpOf(captured)?.srcPort === 11111);
    const left = capture("lost.pcap", seen.toSpliced(lost, 1));
    const { code, stdout } = await run(...withLink("normalised", "client", left), "--quiet");
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /segment 20, from the new server to the client: the client saw no such segment/,
    );
  });

  it("over a segment that nobody sent", async () => {
    const sent = frames("normalised", "target");
    const lost = sent.findLastIndex((captured) => tcpOf(captured)?.srcPort === 11111);
    const left = capture("unsent.pcap", sent.toSpliced(lost, 1));
    const { code, stdout } = await run(...withLink("normalised", "target", left), "--quiet");
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "client.pcap frame 22: the client saw it, but the switch never sent it",
    );
  });

  it("over a checksum that was wrong before", async () => {
    const damaged = frames("normalised", "target").map((captured) => {
      const tcp = tcpOf(captured);
      if (!tcp || !fromServer(tcp) || !isPsh(tcp)) return captured;
      const frame = new Uint8Array(captured.frame);
      frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
      return { ...captured, frame };
    });
    const { code, stdout } = await run(
      ...withLink("normalised", "target", capture("damaged.pcap", damaged)),
      "--quiet",
    );
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, " ")).toContain("its checksum is wrong in the capture");
  });

  it("on standard error when standard output is for the plan alone", async () => {
    const wrong = tampered("normalised", "target", (tcp) => fromServer(tcp) && isPsh(tcp), seqOneUp);
    const { code, stdout, stderr } = await run(...withLink("normalised", "target", wrong), "--format", "mermaid");
    expect(code).toBe(1);
    expect(stderr).toContain("FAILED: 1 thing is off");
    expect(stdout).toMatch(/^sequenceDiagram\n/);
    expect(stdout).not.toContain("FAILED");
  });
});

describe.concurrent("formats", () => {
  it("prints commands for ovs-ofctl and comments, nothing else", async () => {
    const { code, stdout } = await run("--format", "ovs-ofctl");
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("ovs-ofctl -O OpenFlow13 add-flow ")).length).toBe(6);
    for (const line of lines) expect(line).toMatch(/^(#|ovs-ofctl )/);
  });

  it("prints JSON with the messages and the proof", async () => {
    const { code, stdout } = await run("--format", "json", "--scenario", "nat");
    expect(code).toBe(0);
    const { effects, proof, ...plan } = JSON.parse(stdout) as {
      effects: { type: string; message: string }[];
      proof: { proved: boolean; failures: string[]; segments: { match: string; bytes: string }[] };
    };
    expect(plan).toMatchObject({
      status: "ready",
      verdict: { level: "ok" },
      targetKey: { dst: "10.0.0.2", dstPort: 22222 },
    });
    const flows = effects.filter(({ type }) => type === "flowMod");
    expect(flows).toHaveLength(6);
    for (const { message } of flows) expect(message).toMatch(/^040e/);
    expect(proof).toMatchObject({ proved: true, failures: [] });
    expect(proof.segments.map(({ match }) => match)).toEqual(Array.from({ length: 20 }, () => "bytes"));
  });

  it("prints the diagram, and writes it where --svg says", async () => {
    const where = join(folder, "here.svg");
    const { code, stdout } = await run("--format", "svg", "--svg", where);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<svg /);
    expect(readFileSync(where, "utf8").trimEnd()).toBe(stdout.trimEnd());
  });
});

describe.concurrent("what cannot be done ends with one line on standard error", () => {
  const cases: [string, () => string[], number, string][] = [
    ["a file that is not there", () => ["nosuch.pcap"], 2, "nosuch.pcap: no such file"],
    ["a folder", () => [CAPTURES], 2, "is a folder, not a capture file"],
    [
      "a file that is no capture",
      () => [file("text.pcap", "Hello, world: this is no capture.\n")],
      2,
      "text.pcap: this is no capture file",
    ],
    ["an empty file", () => [file("empty.pcap", "")], 2, "empty.pcap: this is no capture file"],
    [
      "a truncated capture",
      () => [file("cut.pcap", readFileSync(path("normalised", "client")).subarray(0, 3000))],
      2,
      "cut.pcap is truncated: after 9 frames, at byte ",
    ],
    [
      "a capture cut within its header",
      () => [file("head.pcap", readFileSync(path("normalised", "client")).subarray(0, 10))],
      2,
      "head.pcap is truncated: after 0 frames",
    ],
    [
      "a capture without the SYN",
      () => [
        capture(
          "late.pcap",
          frames("normalised", "client").filter((captured) => tcpOf(captured)?.flags !== 2),
        ),
      ],
      2,
      "late.pcap: no handshake to plan from (21 frames, 19 of them TCP; 10.0.0.1:11111 → 10.0.0.3:33333: no SYN)",
    ],
    [
      "a capture without the request",
      () => [path("normalised", "origin")],
      2,
      "10.0.0.3:33333 → 10.0.0.1:11111: a handshake, but no data from the client",
    ],
    [
      "a capture without TCP",
      () => [capture("none.pcap", frames("normalised", "client").slice(0, 2))],
      2,
      "(2 frames, 0 of them TCP)",
    ],
    [
      "another connection than is there",
      () => [path("normalised", "client"), "--connection", "10.0.0.3:5-10.0.0.1:11111"],
      2,
      "no handshake of 10.0.0.3:5 → 10.0.0.1:11111 (22 frames, 20 of them TCP; 10.0.0.3:33333 → 10.0.0.1:11111)",
    ],
    [
      "an answer of another connection's",
      () => withLink("normalised", "target", path("nat", "target")),
      2,
      "no SYN-ACK in ",
    ],
    [
      "frames that the capture cut",
      () => [
        capture(
          "snap.pcap",
          frames("normalised", "client").map((captured) => ({ ...captured, frame: captured.frame.subarray(0, 80) })),
        ),
      ],
      2,
      "was cut to 80 bytes: capture whole frames",
    ],
    ["an unknown option", () => ["--bogus"], 2, "Unknown option '--bogus' (see --help)"],
    ["an option without its value", () => ["--client"], 2, "Option '--client <value>' argument missing (see --help)"],
    ["two files", () => ["a.pcap", "b.pcap"], 2, "only one FILE"],
    ["an unknown format", () => ["--format", "xml"], 2, "--format xml: not one of text, ovs-ofctl, mermaid, svg, json"],
    ["a connection that is none", () => ["--connection", "foo"], 2, "--connection foo: not of the form"],
    ["equal ports", () => ["--ports", "1,1,2"], 2, "three different ports are needed"],
    ["an unknown policy", () => ["--policy", "colour=red"], 2, "policy.colour is none of unknownOptions, "],
    ["a target address that is none", () => ["--target-ip", "10.0.0"], 2, "target.ip"],
    [
      "a diagram in a folder that is not there",
      () => ["--scenario", "nat", "--format", "json", "--svg", "no/such.svg"],
      2,
      "no/such.svg: no such folder",
    ],
    [
      "a connection that cannot be migrated",
      () => withLink("timestamps", "client", path("timestamps", "client")),
      3,
      "the connection cannot be migrated: TS_NEGOTIATED: ",
    ],
  ];
  it.each(cases)("%s", async (_, args, code, message) => {
    const outcome = await run(...args());
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toMatch(/^first-light: [^\n]*\n$/);
    expect(outcome.code).toBe(code);
  });
});

describe("colours", () => {
  const paint = (isTTY: boolean, environment: NodeJS.ProcessEnv) => painter({ isTTY }, environment)("red", "text");

  it("are for terminals that do not refuse them", () => {
    expect(paint(true, {})).toBe("\u001b[31mtext\u001b[39m");
    expect(paint(true, { NO_COLOR: "" })).toBe("\u001b[31mtext\u001b[39m");
    expect(paint(false, {})).toBe("text");
    expect(paint(true, { NO_COLOR: "1" })).toBe("text");
    expect(paint(true, { TERM: "dumb" })).toBe("text");
  });
});
