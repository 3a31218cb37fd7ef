/** Asks ovs-ofctl, Debian's unless told otherwise: what it reads in our bytes, and what bytes it sends for a text. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stockOvs } from "../../examples/testbed/ovs-programs.ts";
import {
  barrierReply,
  createCodec,
  ErrorType,
  errorMessage,
  FrameReader,
  hello,
  MessageType,
} from "../../src/ofp/index.ts";
import { viewOf } from "../../src/wire/index.ts";

const codec = createCodec();

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs ovs-ofctl under OpenFlow 1.3 to its end; fails when there is no such program. */
export function ovsOfctl(args: readonly string[], input = "", program = stockOvs.ofctl): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ["--no-names", "-O", "OpenFlow13", ...args],
      { maxBuffer: 2 ** 28, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") reject(new Error(`ovs-ofctl: ${error.message}`, { cause: error }));
        else resolve({ status: Number(error?.code ?? 0), stdout, stderr });
      },
    );
    // It may have ended before it read anything: then its answer counts, not the broken pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs `use` with a directory that is gone afterwards. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "tcp-migration-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What `ovs-ofctl ofp-parse` prints for each of these messages. */
export function printed(messages: readonly Uint8Array[], program = stockOvs.ofctl): Promise<string[]> {
  return withDirectory(async (directory) => {
    const file = join(directory, "messages");
    writeFileSync(file, Buffer.concat(messages));
    const { stdout, stderr } = await ovsOfctl(["ofp-parse", file], "", program);
    const texts = stdout.split(/^(?=OFPT_|NXT_|\*\*\*decode|OFPST_|\(\*\*\*)/m).map((text) => text.trimEnd());
    if (texts.length !== messages.length) {
      throw new Error(`${messages.length} messages, ${texts.length} texts\n${stdout}\n${stderr}`);
    }
    return texts;
  });
}

/** What `ovs-ofctl ofp-parse` prints for all of these messages, in one piece. */
export function printedTogether(messages: readonly Uint8Array[]): Promise<string> {
  return withDirectory(async (directory) => {
    const file = join(directory, "messages");
    writeFileSync(file, Buffer.concat(messages));
    return (await ovsOfctl(["ofp-parse", file])).stdout;
  });
}

/** The messages that `ovs-ofctl <args>` sends to a switch of ours, which says yes to everything. `@` stands for the switch. */
export function sent(
  args: readonly string[],
  input = "",
  program = stockOvs.ofctl,
): Promise<{ ran: Ran; messages: Uint8Array[] }> {
  return withSwitch((address) =>
    ovsOfctl(
      args.map((arg) => (arg === "@" ? address : arg)),
      input,
      program,
    ),
  );
}

/** Runs `use` with the address of a switch of ours, which says yes to everything, and collects the messages that it gets. */
export function withSwitch<T>(use: (address: string) => Promise<T>): Promise<{ ran: T; messages: Uint8Array[] }> {
  return withDirectory(async (directory) => {
    const path = join(directory, "switch");
    const messages: Uint8Array[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      const frames = new FrameReader();
      socket.write(codec.encode(hello()));
      socket.on("data", (chunk) => {
        for (const bytes of frames.push(chunk)) {
          messages.push(bytes);
          const answer = answerTo(bytes);
          if (answer) socket.write(answer);
        }
      });
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      return { ran: await use(`unix:${path}`), messages };
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });
}

function answerTo(bytes: Uint8Array): Uint8Array | undefined {
  const xid = viewOf(bytes).getUint32(4);
  if (bytes[1] === MessageType.barrierRequest) return codec.encode(barrierReply({ xid }));
  // It asks for the names of tables, and lives without.
  if (bytes[1] === MessageType.multipartRequest) {
    return codec.encode(errorMessage({ xid, errorType: ErrorType.badRequest, code: 2, data: bytes }));
  }
  return undefined;
}

/** The flow-mods that `ovs-ofctl add-flows` makes of these lines, with xid 0. Fails with what it says when it refuses one. */
export async function flowModsOf(flows: readonly string[], program = stockOvs.ofctl): Promise<Uint8Array[]> {
  const { ran, messages } = await sent(["add-flows", "@", "-"], `${flows.join("\n")}\n`, program);
  if (ran.status !== 0) throw new Error(ran.stderr);
  return messages
    .filter((bytes) => bytes[1] === MessageType.flowMod)
    .map((bytes) => {
      const copy = Uint8Array.from(bytes);
      copy.fill(0, 4, 8);
      return copy;
    });
}
