/** A real ovs-vswitchd with a bridge of dummy ports: its files in one directory, its processes ended by their ids. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stockOvs } from "../../examples/testbed/ovs-programs.ts";
import { decode, encode, FrameReader, type Message, toHex } from "../../src/index.ts";
import { barrierRequest, hello, setConfig } from "../../src/ofp/index.ts";
import { readCapture } from "../../src/tcp/index.ts";

const env = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
const PATIENCE_MS = 20_000;

/** Frames in hex that left, by port, in order; and what the controller got. */
export interface CameOut {
  readonly out: Map<number, string[]>;
  readonly messages: Message[];
}

export interface Vswitchd {
  /** Sends messages and a barrier, and gives everything that has come by the time the barrier is answered. */
  readonly exchange: (messages: readonly Uint8Array[]) => Promise<Message[]>;
  /** Lets frames in by a port, one after the other, and says what left: by port, in order. */
  inject(port: number, frame: Uint8Array): Promise<CameOut>;
  /** What left since the last time, for what came in by another way. */
  settle(): Promise<CameOut>;
  /** What Open vSwitch says that it does with a frame. */
  trace(port: number, frame: Uint8Array): Promise<string>;
  /** Forgets what the data path remembers of earlier flows. */
  purge(): Promise<void>;
  /** What the data path remembers of earlier flows, a line each. */
  cached(): Promise<string[]>;
  /** Runs ovs-ofctl on the bridge, and gives what it prints. */
  ofctl(command: string, ...args: readonly string[]): string;
  /** Any command of ovs-appctl. */
  appctl(command: string, ...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

async function until(what: string, test: () => boolean): Promise<void> {
  const start = Date.now();
  while (!test()) {
    if (Date.now() - start > PATIENCE_MS) throw new Error(`${what} did not happen`);
    await sleep(20);
  }
}

/**
 * Starts everything. Fails when Open vSwitch is not installed. `vlanLimit` is how many VLAN tags the switch looks behind; 0, as many as
 * it can, which are two. `programs` are Debian's unless given.
 */
export async function startVswitchd(
  ports: readonly number[],
  { vlanLimit = 0, programs = stockOvs } = {},
): Promise<Vswitchd> {
  const directory = mkdtempSync(join(tmpdir(), "ovs-"));
  const file = (name: string) => join(directory, name);
  const children: ChildProcess[] = [];
  const killAll = () => {
    for (const child of children) child.kill();
  };
  // A test run that ends early leaves nothing behind.
  process.once("exit", killAll);
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, args, { env: { ...env, OVS_RUNDIR: directory }, stdio: "ignore" });
    child.on("error", () => undefined);
    children.push(child);
  };
  const vsctl = (...args: readonly string[]) => {
    execFileSync(programs.vsctl, [`--db=unix:${file("db.sock")}`, "--timeout=20", ...args], { env });
  };
  const stop = async () => {
    killAll();
    process.removeListener("exit", killAll);
    await until("the end of the processes", () =>
      children.every((child) => child.pid === undefined || child.exitCode !== null || child.signalCode !== null),
    );
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    execFileSync(programs.ovsdbTool, ["create", file("conf.db"), programs.schema], { env });
    start(programs.ovsdbServer, [file("conf.db"), `--remote=punix:${file("db.sock")}`, `--unixctl=${file("db.ctl")}`]);
    await until("ovsdb-server", () => existsSync(file("db.sock")));
    vsctl("--no-wait", "init", "--", "set", "Open_vSwitch", ".", `other_config:vlan-limit=${vlanLimit}`);
    start(programs.vswitchd, [
      `unix:${file("db.sock")}`,
      "--enable-dummy=override",
      "--disable-system",
      `--unixctl=${file("vswitchd.ctl")}`,
      "-vconsole:off",
      "-vsyslog:off",
    ]);
    await until("ovs-vswitchd", () => existsSync(file("vswitchd.ctl")));
    vsctl(
      ...["add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy", "fail-mode=secure"],
      ...["protocols=OpenFlow13"],
      ...ports.flatMap((port) => [
        ...["--", "add-port", "br0", `p${port}`, "--", "set", "interface", `p${port}`, "type=dummy"],
        ...[`ofport_request=${port}`, `options:tx_pcap=${file(`p${port}.pcap`)}`],
      ]),
    );
    await until("the bridge", () => existsSync(file("br0.mgmt")));
    const control = await connected(file("vswitchd.ctl"));
    const channel = openFlow(await connected(file("br0.mgmt")));
    const seen = new Map(ports.map((port) => [port, 0]));
    const command = commands(control);
    await channel.exchange([encode(setConfig({ missSendLen: 0xffff }))]);
    const settle = async (): Promise<CameOut> => {
      // One turn of its main loop takes the packet in, the next sends it on, another one tells the controller.
      const messages: Message[] = [];
      for (let turn = 0; turn < 4; turn++) {
        await command("version");
        messages.push(...(await channel.exchange([])));
      }
      const out = new Map<number, string[]>();
      for (const [number, count] of seen) {
        const frames = [...readCapture(readFileSync(file(`p${number}.pcap`)))].map((packet) => toHex(packet.frame));
        if (frames.length > count) out.set(number, frames.slice(count));
        seen.set(number, frames.length);
      }
      return { out, messages };
    };
    return {
      exchange: (messages) => channel.exchange(messages),
      async inject(port, frame) {
        await command("netdev-dummy/receive", `p${port}`, toHex(frame));
        return settle();
      },
      settle,
      trace: (port, frame) => command("ofproto/trace", "br0", `in_port=${port}`, toHex(frame)),
      async purge() {
        await command("revalidator/purge");
      },
      cached: async () => (await command("dpctl/dump-flows")).split("\n").filter((line) => line.includes("actions:")),
      ofctl: (name, ...args) =>
        execFileSync(programs.ofctl, ["-O", "OpenFlow13", name, `unix:${file("br0.mgmt")}`, ...args], {
          env,
          encoding: "utf8",
        }),
      appctl: (name, ...args) => command(name, ...args),
      async stop() {
        control.destroy();
        channel.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      resolve(socket);
    });
    socket.on("error", reject);
  });
}

interface Reply {
  readonly result: string;
  readonly error: string | null;
}

/** ovs-appctl's protocol: JSON-RPC, one request after the other. */
function commands(socket: Socket): (method: string, ...params: readonly string[]) => Promise<string> {
  let id = 0;
  let text = "";
  let waiting: ((reply: Reply) => void) | undefined;
  socket.on("data", (chunk) => {
    text += chunk.toString();
    let reply: Reply;
    try {
      reply = JSON.parse(text) as Reply;
    } catch {
      return;
    }
    text = "";
    waiting?.(reply);
  });
  return async (method, ...params) => {
    const reply = await new Promise<Reply>((resolve) => {
      waiting = resolve;
      socket.write(JSON.stringify({ method, params, id: id++ }));
    });
    if (reply.error !== null) throw new Error(`${method}: ${reply.error}`);
    return reply.result;
  };
}

function openFlow(socket: Socket) {
  const frames = new FrameReader();
  const received: Message[] = [];
  let barrier = 0;
  let done: (() => void) | undefined;
  socket.on("data", (chunk) => {
    for (const bytes of frames.push(chunk)) {
      const message = decode(bytes);
      if (message.type === "echoRequest") socket.write(encode({ ...message, type: "echoReply" }));
      else if (message.type === "barrierReply" && message.xid === barrier) done?.();
      else if (message.type !== "hello") received.push(message);
    }
  });
  socket.write(encode(hello()));
  return {
    async exchange(messages: readonly Uint8Array[]): Promise<Message[]> {
      barrier = 0x8000_0000 + (barrier % 0x1000) + 1;
      await new Promise<void>((resolve) => {
        done = resolve;
        socket.write(Buffer.concat([...messages, encode(barrierRequest({ xid: barrier }))]));
      });
      return received.splice(0);
    },
    close(): void {
      socket.destroy();
    },
  };
}
