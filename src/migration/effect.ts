/** What a plan asks for, as values; bytes only at the very end. */
import { BundleControlType, bundleAdd, bundleControl, nicira, onf } from "../nx/index.ts";
import { type BarrierRequest, createCodec, type PacketOut } from "../ofp/index.ts";
import type { Frame } from "../tcp/index.ts";
import { type Bytes, concat, isList, isObject, quote, WireError } from "../wire/index.ts";
import type { FlowRole } from "./cookie.ts";
import type { HandoverFlow } from "./flows.ts";
import type { BundleEffect, ConnectionEffect } from "./machine/effect.ts";

/**
 * Where in a hand-over an effect belongs: `dial` asks the new server, `arm` makes the switch ready, `handshake` completes the
 * new connection, `commit` sends the client's data there, `release` lets the held data go, `reset` ends the old connection,
 * `abort` ends the new one.
 */
export type Phase = "dial" | "arm" | "handshake" | "commit" | "release" | "reset" | "abort";

interface EffectBase {
  /** A u32, unique in the plan and in what its dial sent: the xid of its message, which errors and barrier replies bring back. */
  readonly id: number;
  /** The switch that it is for. */
  readonly dpid: bigint;
  /** Why, for people. */
  readonly why: string;
  readonly phase: Phase;
}

/** Changes the switch's flows. */
export interface FlowModEffect extends EffectBase {
  readonly type: "flowMod";
  readonly role: keyof typeof FlowRole;
  readonly message: HandoverFlow;
}

/** What a packet-out carries. */
export type Carried = "syn" | "ack" | "data" | "rst";

/** Sends a segment. */
export interface PacketOutEffect extends EffectBase {
  readonly type: "packetOut";
  readonly carries: Carried;
  /** The segment in the numbers that its message has; the flows shift what is released through the flow table. */
  readonly frame: Frame;
  readonly message: PacketOut;
}

/** Waits until the switch has done all that was sent before it. */
export interface BarrierEffect extends EffectBase {
  readonly type: "barrier";
  readonly message: BarrierRequest;
}

/** One thing that a plan asks for. */
export type Effect = FlowModEffect | PacketOutEffect | BarrierEffect;

let codec: ReturnType<typeof makeCodec> | undefined;

function makeCodec() {
  return createCodec({ experimenters: [nicira, onf] });
}

/** The codec that knows every message of an effect; made on first use. */
export function effectCodec(): ReturnType<typeof makeCodec> {
  codec ??= makeCodec();
  return codec;
}

/**
 * The effect's OpenFlow message, or several whole ones for a bundle; their xid is the effect's id. Nothing for an effect that tells
 * or asks the caller something. Throws WireError for a value that is no effect.
 */
export function encodeEffect(effect: Effect | ConnectionEffect | { readonly type: "unclaimed" }): Bytes {
  if (!isObject(effect)) throw new WireError("badValue", `${quote(effect)} is no effect`, 0);
  if (effect.type === "report" || effect.type === "inspect" || effect.type === "unclaimed") return new Uint8Array();
  if (effect.type === "bundle") return encodeBundle(effect);
  return effectCodec().encode(effect.message, { xid: effect.id });
}

/** The commit closes the bundle. Its id need only differ from those of bundles that are open: the effect's does. */
function encodeBundle({ id, flows }: BundleEffect): Bytes {
  if (!isList(flows) || !flows.every(isObject)) throw new WireError("badValue", "a bundle needs flows", 0, "flows");
  const codec = effectCodec();
  const control = (controlType: BundleControlType): Bytes =>
    codec.encode(bundleControl({ xid: id, bundleId: id, controlType }));
  return concat([
    control(BundleControlType.openRequest),
    ...flows.map(({ message }) => codec.encode(bundleAdd({ xid: id, bundleId: id, message }))),
    control(BundleControlType.commitRequest),
  ]);
}
