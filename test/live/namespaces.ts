/** Network namespaces of our own, with hosts in them that are joined to one that plays the switch. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PYTHON = process.env.PYTHON ?? "/usr/bin/python3";
const env = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
const PATIENCE_MS = 15_000;

export interface HostPlace {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  /** `net.ipv4.tcp_ecn=1` and the like. */
  readonly sysctl: readonly string[];
}

/** A line of a host's program. */
export type Said = Readonly<Record<string, unknown>>;

export interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: Said[];
  /** The first line that has this, now or later. */
  until(key: string, count?: number): Promise<Said>;
}

export interface Lab {
  /** A port of the switch for each host, in order; whatever comes in goes to `receive`. */
  readonly ports: { send(port: number, frame: Uint8Array): void };
  /** A program of `host.py` on a host. */
  program(host: string, ...args: readonly string[]): Program;
  /** What a command on a host prints. */
  run(host: string, command: string, ...args: readonly string[]): string;
  /** A counter of the host's TCP, `PAWSEstab`; 0 where its kernel has none of the name. */
  counter(host: string, name: string): number;
  /** Ends every program of the lab's and takes its namespaces away. */
  close(): void;
}

let serial = 0;

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function execute(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Says in words what is missing for a lab. */
export function checkNeeds(): void {
  if (process.getuid?.() !== 0) throw new Error("real stacks need root, for network namespaces");
  for (const [tool, flag] of [
    ["ip", "-V"],
    ["ethtool", "--version"],
    ["ss", "-V"],
    ["sysctl", "-V"],
    [PYTHON, "-V"],
  ] as const) {
    try {
      execute(tool, flag);
    } catch (error) {
      throw new Error(`${tool} is not installed`, { cause: error });
    }
  }
}

/**
 * Takes the namespaces away when this process is gone, however it ended: it sees the end of its input. It is no child of a group that
 * a terminal or a test runner ends.
 */
function startGuardian(tag: string): ChildProcessWithoutNullStreams {
  const script = `trap '' HUP INT TERM; cat >/dev/null; ip netns list | grep -o '^${tag}-[a-z]*' | xargs -r -n 1 ip netns delete`;
  const guardian = spawn("sh", ["-c", script], { env, detached: true });
  guardian.stdin.on("error", () => undefined);
  guardian.unref();
  return guardian;
}

/** Builds everything, or nothing: what goes wrong half-way is taken down again. */
export async function openLab(
  hosts: readonly HostPlace[],
  receive: (port: number, frame: Uint8Array) => void,
): Promise<Lab> {
  const tag = `tcpmig-live-${process.pid}-${serial++}`;
  const namespaces: string[] = [];
  const children: ChildProcessWithoutNullStreams[] = [];
  const guardian = startGuardian(tag);
  const close = (): void => {
    for (const child of children) child.kill("SIGKILL");
    for (const name of namespaces.splice(0)) {
      try {
        execute("ip", "netns", "delete", name);
      } catch {
        // It is gone already.
      }
    }
    guardian.stdin.end();
  };
  const add = (name: string): string => {
    const namespace = `${tag}-${name}`;
    execute("ip", "netns", "add", namespace);
    namespaces.push(namespace);
    execute("ip", "-n", namespace, "link", "set", "lo", "up");
    return namespace;
  };
  const inside = (host: string, command: string, ...args: readonly string[]): string =>
    execute("ip", "netns", "exec", `${tag}-${host}`, command, ...args);
  const start = (host: string, args: readonly string[]): ChildProcessWithoutNullStreams => {
    const child = spawn("ip", ["netns", "exec", `${tag}-${host}`, PYTHON, ...args], { env });
    child.stdin.on("error", () => undefined);
    children.push(child);
    return child;
  };
  try {
    const hub = add("switch");
    for (const { name, mac, address, sysctl } of hosts) {
      const namespace = add(name);
      execute("ip", "-n", hub, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace);
      const quiet = ["accept_ra=0", "accept_dad=0", "router_solicitations=0", "addr_gen_mode=1"];
      inside(name, "sysctl", "-qw", ...quiet.map((setting) => `net.ipv6.conf.eth0.${setting}`), ...sysctl);
      inside("switch", "sysctl", "-qw", `net.ipv6.conf.${name}.disable_ipv6=1`);
      execute("ip", "-n", namespace, "link", "set", "eth0", "address", mac);
      // Segments must be what a wire would show: no large ones, and checksums in place.
      const off = ["tx", "rx", "tso", "gso", "gro"].flatMap((feature) => [feature, "off"]);
      inside(name, "ethtool", "-K", "eth0", ...off);
      inside("switch", "ethtool", "-K", name, ...off);
      execute("ip", "-n", hub, "link", "set", name, "up");
      execute("ip", "-n", namespace, "link", "set", "eth0", "up");
      const [prefix, ...nodad] = address.includes(":") ? ["64", "nodad"] : ["24"];
      execute("ip", "-n", namespace, "address", "add", `${address}/${prefix}`, "dev", "eth0", ...nodad);
    }
    const relay = start("switch", [file("ports.py"), ...hosts.map(({ name }) => name)]);
    let rest = Buffer.alloc(0);
    relay.stdout.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const end = 5 + rest.readUInt32BE(1);
        const [port = 0] = rest;
        const frame = Uint8Array.from(rest.subarray(5, end));
        rest = rest.subarray(end);
        receive(port, frame);
      }
    });
    await new Promise<void>((resolve, reject) => {
      let text = "";
      relay.stderr.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("ready")) resolve();
      });
      relay.on("close", () => {
        reject(new Error(`ports.py ended: ${text}`));
      });
    });
    return {
      ports: {
        send(port, frame) {
          const header = Buffer.alloc(5);
          header.writeUInt8(port, 0);
          header.writeUInt32BE(frame.length, 1);
          relay.stdin.write(Buffer.concat([header, frame]));
        },
      },
      program: (host, ...args) => programOf(start(host, [file("host.py"), ...args])),
      run: inside,
      counter(host, name) {
        const lines = inside(host, "cat", "/proc/net/netstat").split("\n");
        const row = lines.findIndex((line) => line.startsWith("TcpExt:") && line.split(" ").includes(name));
        const column = lines[row]?.split(" ").indexOf(name) ?? -1;
        return row < 0 ? 0 : Number(lines[row + 1]?.split(" ")[column]);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function programOf(child: ChildProcessWithoutNullStreams): Program {
  const said: Said[] = [];
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push(JSON.parse(line) as Said);
  });
  return {
    child,
    said,
    async until(key, count = 1) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const found = said.filter((line) => key in line)[count - 1];
        if (found) return found;
        if (Date.now() > end) throw new Error(`no "${key}" among ${JSON.stringify(said)} ${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
