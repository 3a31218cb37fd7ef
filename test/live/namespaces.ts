/** Network namespaces of our own, with hosts in them that are joined to one that plays the switch. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { layCable } from "../../examples/testbed/cable.ts";
import { createBelongings } from "../../examples/testbed/cleanup.ts";
import { environment, execute } from "../../examples/testbed/shell.ts";

const PYTHON = process.env.PYTHON ?? "/usr/bin/python3";
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
  close(): Promise<void>;
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
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

/** Builds everything, or nothing: what goes wrong half-way is taken down again. */
export async function openLab(
  hosts: readonly HostPlace[],
  receive: (port: number, frame: Uint8Array) => void,
): Promise<Lab> {
  const belongings = createBelongings();
  const inside = (host: string, command: string, ...args: readonly string[]): string =>
    execute("ip", "netns", "exec", `${belongings.tag}-${host}`, command, ...args);
  const start = (host: string, args: readonly string[]): ChildProcessWithoutNullStreams => {
    const child = spawn("ip", ["netns", "exec", `${belongings.tag}-${host}`, PYTHON, ...args], { env: environment });
    child.stdin.on("error", () => undefined);
    belongings.keep(child);
    return child;
  };
  try {
    const hub = belongings.namespace("switch");
    for (const { name, mac, address, sysctl } of hosts) {
      layCable({ hub, cable: name, namespace: belongings.namespace(name), mac, ip: address, sysctl });
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
      close: () => belongings.close(),
    };
  } catch (error) {
    await belongings.close();
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
