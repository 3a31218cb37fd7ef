/** An OpenFlow 1.3 switch in memory: real bytes in, real bytes out. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import { nicira, onf } from "../../nx/extension.ts";
import type { ExtensionMessage } from "../../nx/messages/index.ts";
import { createCodec } from "../../ofp/codec.ts";
import { FlowModFlags } from "../../ofp/enums/flow.ts";
import { PortReason } from "../../ofp/enums/port.ts";
import { DEFAULT_MISS_SEND_LEN } from "../../ofp/enums/switch.ts";
import { fromBits } from "../../ofp/field-bits.ts";
import { FrameReader } from "../../ofp/frame-reader.ts";
import type { Match } from "../../ofp/match.ts";
import { errorMessage } from "../../ofp/messages/error.ts";
import { flowRemoved } from "../../ofp/messages/flow-removed.ts";
import { hello } from "../../ofp/messages/hello.ts";
import { type Message, standardMessages } from "../../ofp/messages/index.ts";
import { packetIn } from "../../ofp/messages/packet-in.ts";
import { portStatus } from "../../ofp/messages/port-status.ts";
import { createRegistry } from "../../ofp/registry.ts";
import { type Bytes, viewOf, WireError } from "../../wire/index.ts";
import { requireBytes } from "../../wire/require.ts";
import { answer, type SwitchParts } from "./answer.ts";
import { Bundles, checkAddedHeader } from "./bundle.ts";
import { fieldNamed } from "./field-bits.ts";
import { durationOf, statsOf } from "./flow-entry.ts";
import { FlowTables, type Removal } from "./flow-table.ts";
import { checkedOptions, type ModelSwitch, type ModelSwitchOptions, requirePort } from "./options.ts";
import type { Punt, SentFrame } from "./pass.ts";
import { type Outcome, runTables, type Surroundings } from "./pipeline.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { describePort } from "./replies.ts";

const ETHERNET_HEADER = 14;
/** A longer one would not fit a packet-in. */
const MAX_FRAME = 65_000;
/** How much of a refused message fits into the error that answers it. */
const MAX_ERROR_DATA = 0xffff - 12;

/**
 * Makes a switch whose flow tables are empty: it drops everything. Its HELLO waits in the first `take`.
 *
 * ```ts
 * const model = createModelSwitch({ ports: [1, 2] });
 * model.receive(encode(parseFlow("tcp,in_port=1 actions=inc_tcp_seq:1000,output:2")));
 * model.inject(1, frame);
 * const { out } = model.take();
 * ```
 *
 * Throws RangeError or TypeError naming the option that is wrong.
 */
export function createModelSwitch(options: ModelSwitchOptions): ModelSwitch {
  const checked = checkedOptions(options);
  const codec = createCodec({ experimenters: [nicira, onf] });
  const tables = new FlowTables(checked.maxFlows);
  const ports = new Map(checked.ports.map((port) => [port, true]));
  const config = { missSendLen: DEFAULT_MISS_SEND_LEN };
  let frames = new FrameReader();
  let bundles = new Bundles();
  let now = 0;
  let toController: Bytes[] = [];
  let out: SentFrame[] = [];

  const surroundings: Surroundings = {
    tables,
    now: () => now,
    livePorts: () => [...ports].flatMap(([port, isUp]) => (isUp ? [port] : [])),
    shiftsLate: checked.dataPlane === "prototype",
  };
  const abilities = {
    registry: createRegistry([nicira, onf], standardMessages),
    tables: checked.tables,
    tcpShift: checked.actions === "custom",
  };

  function tell(message: Message<NiciraAction, ExtensionMessage>): void {
    toController.push(codec.encode(message));
  }

  function deliver({ sent, punts }: Outcome): void {
    out.push(...sent);
    for (const punt of punts) tell(packetIn({ ...packetInOf(punt) }));
  }

  function tellRemovals(removals: readonly Removal[]): void {
    for (const { entry, reason } of removals) {
      if ((entry.flags & FlowModFlags.sendFlowRem) === 0) continue;
      const { cookie, priority, tableId, idleTimeout, hardTimeout, packetCount, byteCount, match } = entry;
      tell(
        flowRemoved({
          ...durationOf(entry, now),
          ...{ cookie, priority, tableId, idleTimeout, hardTimeout, packetCount, byteCount, match, reason },
        }),
      );
    }
  }

  function handle(bytes: Uint8Array): void {
    try {
      if (checked.bundles) checkAddedHeader(bytes);
      answer(codec.decode(bytes), bytes, parts());
    } catch (error) {
      const refusal = error instanceof WireError ? refusalOf(error) : error;
      if (!(refusal instanceof Refusal)) throw refusal;
      refuse(bytes, refusal);
    }
  }

  function parts(): SwitchParts {
    return {
      ...{ tables, ports, abilities, surroundings, options: checked, codec, config, bundles },
      ...{ tell, deliver, tellRemovals, refuse },
    };
  }

  function refuse(bytes: Uint8Array, { errorType, code, experimenter }: Refusal): void {
    const data = bytes.subarray(0, MAX_ERROR_DATA);
    const xid = viewOf(bytes).getUint32(4);
    tell(errorMessage({ xid, errorType, code, data, ...(experimenter !== undefined && { experimenter }) }));
  }

  tell(hello());
  return {
    receive(bytes) {
      for (const message of frames.push(requireBytes("bytes", bytes))) handle(message);
    },
    inject(port, frame) {
      if (!ports.has(port)) throw new RangeError(`port ${port} is none of this switch`);
      const { length } = requireBytes("frame", frame);
      if (length < ETHERNET_HEADER || length > MAX_FRAME) {
        throw new RangeError(`frame must have ${ETHERNET_HEADER} to ${MAX_FRAME} bytes, not ${length}`);
      }
      if (ports.get(port) === true) deliver(runTables(frame, port, surroundings));
    },
    take() {
      const output = { toController, out };
      toController = [];
      out = [];
      return output;
    },
    advance(ms) {
      if (typeof ms !== "number" || !(ms >= 0 && ms < Infinity)) throw new RangeError(`ms must be from 0, not ${ms}`);
      now += ms;
      tellRemovals(tables.expire(now));
      bundles.expire(parts());
    },
    deadline() {
      const end = tables.nextEnd();
      return end === undefined ? undefined : Math.max(0, end - now);
    },
    setPort(port, state) {
      requirePort(port);
      const before = ports.get(port);
      const isUp = state === "up";
      if (before === (state === "absent" ? undefined : isUp)) return;
      if (state === "absent") ports.delete(port);
      else ports.set(port, isUp);
      const reason = state === "absent" ? PortReason.delete : before === undefined ? PortReason.add : PortReason.modify;
      tell(portStatus({ reason, desc: describePort(port, isUp, checked.datapathId) }));
    },
    flows: () => [...tables.entries()].map((entry) => statsOf(entry, now)),
    reconnect() {
      frames = new FrameReader();
      bundles = new Bundles();
      tell(hello());
    },
  };
}

function packetInOf({ frame, reason, tableId, cookie, state }: Punt): Parameters<typeof packetIn>[0] {
  // The port is always told, everything else only when it is set; in the order of Open vSwitch.
  const told = [...state].flatMap(([name, value]) => {
    const field = fieldNamed(name);
    return field && (name === "inPort" || value !== 0n) ? [{ field, value }] : [];
  });
  told.sort((a, b) => (a.field.text?.sent ?? 0) - (b.field.text?.sent ?? 0));
  const match: Match = Object.fromEntries(told.map(({ field, value }) => [field.name, fromBits(field, value)]));
  return { data: frame, totalLen: Math.min(frame.length, 0xffff), reason, tableId, cookie, match };
}
