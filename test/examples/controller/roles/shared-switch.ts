/**
 * A switch with several controllers and their roles, OpenFlow 1.3.5 §6.3.6, before one that knows only one: what each controller asks is
 * answered to it, what happens is told to those that are no slaves, and slaves change nothing.
 */
import type { Duplex } from "node:stream";
import { type Bytes, decode, encode, FrameReader, type Message } from "../../../../src/index.ts";
import {
  BadRequestCode,
  ControllerRole,
  ErrorType,
  errorMessage,
  hello,
  type RoleRequest,
  RoleRequestFailedCode,
  roleReply,
} from "../../../../src/ofp/index.ts";
import type { ModelSwitch, Network } from "../../../../src/testing/index.ts";

interface Line {
  readonly stream: Duplex;
  role: number;
}

const changes: readonly Message["type"][] = ["flowMod", "packetOut", "experimenter", "bundleControl", "bundleAdd"];
const questions: readonly Message["type"][] = [
  ...(["featuresRequest", "multipartRequest", "barrierRequest", "echoRequest", "bundleControl"] as const),
];
const events: readonly Message["type"][] = ["packetIn", "flowRemoved", "portStatus"];
const { master, slave, equal, nochange } = ControllerRole;

export function shareSwitch(network: Network, model: ModelSwitch) {
  const lines = new Set<Line>();
  /** Who has asked with this id, in the order in which answers come: the first messages of all controllers have the same. */
  const askers = new Map<number, Line[]>();
  /** Who has said something with this id last, for what is refused. */
  const sayers = new Map<number, Line>();
  let generation: bigint | undefined;

  function tell(line: Line, message: Message): void {
    if (!line.stream.destroyed) line.stream.write(encode(message));
  }

  function fail(line: Line, bytes: Bytes, { xid }: Message, errorType: number, code: number): void {
    tell(line, errorMessage({ xid, errorType, code, data: bytes.subarray(0, 64) }));
  }

  function changeRole(line: Line, bytes: Bytes, request: RoleRequest): void {
    const { role, generationId, xid } = request;
    if (role === master || role === slave) {
      if (generation !== undefined && BigInt.asIntN(64, generationId - generation) < 0n) {
        fail(line, bytes, request, ErrorType.roleRequestFailed, RoleRequestFailedCode.stale);
        return;
      }
      generation = generationId;
      if (role === master) for (const other of lines) if (other.role === master) other.role = slave;
    }
    if (role !== nochange) line.role = role;
    tell(line, roleReply({ xid, role: line.role, generationId: generation ?? 0xffff_ffff_ffff_ffffn }));
  }

  function hear(line: Line, bytes: Bytes): void {
    const message = decode(bytes);
    if (message.type === "hello") return;
    if (message.type === "roleRequest") changeRole(line, bytes, message);
    else if (line.role === slave && changes.includes(message.type)) {
      fail(line, bytes, message, ErrorType.badRequest, BadRequestCode.isSlave);
    } else {
      const { xid } = message;
      sayers.set(xid, line);
      if (questions.includes(message.type)) askers.set(xid, [...(askers.get(xid) ?? []), line]);
      model.receive(bytes);
    }
  }

  network.control(model, (bytes) => {
    const message = decode(bytes);
    if (message.type === "hello") return;
    if (events.includes(message.type)) {
      for (const line of lines) if (line.role !== slave) tell(line, message);
      return;
    }
    const asker = message.type === "error" ? undefined : askers.get(message.xid)?.shift();
    const line = asker ?? sayers.get(message.xid);
    if (line) tell(line, message);
  });

  return {
    /** Opens a channel over this stream. Returns what a partition of the network does. */
    connect(stream: Duplex): () => void {
      const line: Line = { stream, role: equal };
      lines.add(line);
      const frames = new FrameReader();
      stream.on("data", (chunk: Buffer) => {
        for (const message of frames.push(chunk)) hear(line, message);
      });
      stream.on("close", () => lines.delete(line));
      tell(line, hello());
      return () => stream.destroy();
    },
    get roles(): readonly number[] {
      return [...lines].map(({ role }) => role);
    },
    /** As if there had been masters before. */
    remember(past: bigint): void {
      generation = past;
    },
  };
}
