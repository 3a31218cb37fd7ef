/**
 * Open vSwitch, ofp-packet.c, enum nx_continuation_prop_type: where a packet stopped in the pipeline. What it means is the switch's own
 * affair and may differ in other versions than 3.1: a controller hands it back as it is.
 */
import { type Action, readActions, writeActions } from "../../ofp/action.ts";
import type { Printed, Registry, Tagged } from "../../ofp/definition.ts";
import { part } from "../../ofp/part.ts";
import { formatActions } from "../../ofp/text/format-actions.ts";
import { hex, octets } from "../../ofp/text/number.ts";
import { bytes, pad, struct, u8, u32, u64 } from "../../wire/index.ts";
import {
  type ExperimenterProperty,
  fixedProperty,
  type PropertyDefinition,
  propertyList,
  type UnknownProperty,
} from "./property.ts";

/** One part of a continuation; `X` are the actions of the extensions in use. */
export type ContinuationProperty<X extends Tagged = never> =
  /** The bridge, 16 bytes in the byte order of the switch. */
  | { readonly type: "bridge"; readonly uuid: Uint8Array }
  /** A value on the stack, the top one first. */
  | { readonly type: "stack"; readonly value: Uint8Array }
  /** Bits of the mirrors that have the packet already. */
  | { readonly type: "mirrors"; readonly mirrors: number }
  /** The packet has been through connection tracking. */
  | { readonly type: "conntracked" }
  /** Of the flow whose actions follow. */
  | { readonly type: "tableId"; readonly tableId: number }
  | { readonly type: "cookie"; readonly cookie: bigint }
  /** What is left of a flow's actions. */
  | { readonly type: "actions" | "actionSet"; readonly actions: readonly Action<X>[] }
  /** A port of the data path. */
  | { readonly type: "odpPort"; readonly odpPort: number }
  | ExperimenterProperty
  | UnknownProperty;

type Known = Exclude<ContinuationProperty<Tagged>, ExperimenterProperty | UnknownProperty>;

const FIRST = 0x8000;
const ALIGN = 4;
/** The widest field has so many bytes. */
const STACK_VALUE = 128;

function actionsRow(type: "actions" | "actionSet", code: number): PropertyDefinition {
  return {
    type,
    code: FIRST + code,
    decode: (reader, registry) => {
      reader.skip(ALIGN);
      return { type, actions: part("actions", () => readActions(reader, registry)) };
    },
    encode: (writer, { actions }: { readonly actions: readonly Tagged[] } & Tagged, registry) => {
      writer.zeros(ALIGN);
      part("actions", () => {
        writeActions(writer, actions, registry);
      });
    },
  };
}

const stack: PropertyDefinition<Extract<Known, { readonly type: "stack" }>> = {
  type: "stack",
  code: FIRST + 1,
  decode: (reader) => ({ type: "stack", value: reader.take() }),
  encode: (writer, { value }) => {
    writer.raw(value);
  },
};

export const continuationProperties = propertyList<Known>([
  fixedProperty("bridge", FIRST + 0, struct({ uuid: bytes(16) })),
  stack,
  fixedProperty("mirrors", FIRST + 2, struct({ mirrors: u32 })),
  fixedProperty("conntracked", FIRST + 3, struct({})),
  fixedProperty("tableId", FIRST + 4, struct({ tableId: u8 }), u8.size),
  fixedProperty("cookie", FIRST + 5, struct({ pad: pad(ALIGN), cookie: u64 })),
  actionsRow("actions", 6),
  actionsRow("actionSet", 7),
  fixedProperty("odpPort", FIRST + 8, struct({ odpPort: u32 })),
]);

/** The lines about a continuation; of what stands there once, the last counts. */
export function printContinuation(list: readonly ContinuationProperty<Tagged>[], registry: Registry): Printed {
  const stacked: string[] = [];
  const actions: string[] = [];
  const actionSet: Tagged[] = [];
  const once = { bridge: "", mirrors: "", conntracked: "", odpPort: "" };
  let tableId = 0;
  let cookie = 0n;
  for (const given of list) {
    const property = continuationProperties.loose(given, registry);
    if (!property) return { refusal: "OFPBPC_BAD_LEN" };
    switch (property.type) {
      case "experimenter":
        if (property.experimenter === 0) return { refusal: "OFPBPC_BAD_EXPERIMENTER" };
        break;
      case "bridge":
        once.bridge = isZero(property.uuid) ? "" : ` continuation.bridge=${uuidText(property.uuid)}\n`;
        break;
      case "stack":
        if (property.value.length > STACK_VALUE) return { refusal: "OFPBPC_BAD_LEN" };
        stacked.push(` ${subvalue(property.value)}`);
        break;
      case "mirrors":
        once.mirrors = property.mirrors === 0 ? "" : ` continuation.mirrors=${hex(property.mirrors)}\n`;
        break;
      case "conntracked":
        once.conntracked = " continuation.conntracked=true\n";
        break;
      case "tableId":
        tableId = property.tableId;
        break;
      case "cookie":
        cookie = property.cookie;
        break;
      case "actions":
        actions.push(`unroll_xlate(table=${tableId}, cookie=${cookie})`);
        if (property.actions.length > 0) actions.push(formatActions(property.actions, registry));
        break;
      case "actionSet":
        actionSet.push(...property.actions);
        break;
      case "odpPort":
        once.odpPort = property.odpPort === 0 ? "" : ` continuation.odp_port=${property.odpPort}\n`;
        break;
      default:
    }
  }
  return [
    once.bridge,
    stacked.length === 0 ? "" : ` continuation.stack=(top)${stacked.join("")} (bottom)\n`,
    once.mirrors,
    once.conntracked,
    actions.length === 0 ? "" : ` continuation.actions=${actions.join(",")}\n`,
    actionSet.length === 0 ? "" : ` continuation.action_set=${formatActions(actionSet, registry)}\n`,
    once.odpPort,
  ].join("");
}

function isZero(value: Uint8Array): boolean {
  return value.every((octet) => octet === 0);
}

/** As hosts print it whose lowest byte comes first. */
function uuidText(uuid: Uint8Array): string {
  const words = [0, 4, 8, 12].map((at) => octets(Uint8Array.from(uuid.subarray(at, at + 4)).reverse()));
  const text = words.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** Hexadecimal without leading zeros. */
function subvalue(value: Uint8Array): string {
  const text = octets(value).replace(/^0+/, "");
  return text === "" ? "0" : `0x${text}`;
}
