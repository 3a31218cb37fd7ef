/** Bundles (ONF EXT-230) as Open vSwitch keeps them: a part that is refused is missing, and the others are carried out. */

import type { NiciraAction } from "../../nx/actions/index.ts";
import { NICIRA, ONF } from "../../nx/experimenter.ts";
import {
  type BundleAdd,
  type BundleControl,
  bundleControl,
  BundleControlType as Control,
  type ExtensionMessage,
} from "../../nx/index.ts";
import { ErrorType } from "../../ofp/enums/error.ts";
import { HEADER_LENGTH, OFP_VERSION } from "../../ofp/message.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { viewOf } from "../../wire/index.ts";
import { type Change, type Done, readFlowMod, readPacketOut } from "./change.ts";
import type { Abilities } from "./check.ts";
import type { FlowTables, Removal } from "./flow-table.ts";
import type { Outcome, Surroundings } from "./pipeline.ts";
import { Refusal } from "./refusal.ts";

/** Codes of errors as EXT-230 numbers them. */
const Failed = {
  badId: 2302,
  closed: 2304,
  badType: 2306,
  badFlags: 2307,
  badLength: 2308,
  badXid: 2309,
  unsupported: 2310,
  messageFailed: 2313,
  timeout: 2314,
} as const;

/** An idle bundle is thrown away, in milliseconds. */
const PATIENCE_MS = 10_000;

function failed(code: number): Refusal {
  return new Refusal(ErrorType.experimenter, code, ONF);
}

/** NXBRC_UNENCODABLE_ERROR: OpenFlow 1.3 has no number for OFPBFC_BAD_VERSION. */
const UNENCODABLE = 10;

interface OpenBundle {
  readonly flags: number;
  /** The message that began it. */
  readonly begin: Uint8Array;
  closed: boolean;
  usedAt: number;
  readonly parts: { readonly bytes: Uint8Array; readonly change: Change }[];
}

/** The parts of a switch that a bundle reaches. */
export interface BundleParts {
  readonly tables: FlowTables;
  readonly abilities: Abilities;
  readonly surroundings: Surroundings;
  readonly tell: (message: Message<NiciraAction, ExtensionMessage>) => void;
  readonly deliver: (outcome: Outcome) => void;
  readonly tellRemovals: (removals: readonly Removal[]) => void;
  readonly refuse: (bytes: Uint8Array, refusal: Refusal) => void;
}

/** The bundles of one connection to a controller. */
export class Bundles {
  private readonly open = new Map<number, OpenBundle>();

  /** Throws a refusal. */
  control({ xid, bundleId, controlType, flags }: BundleControl, bytes: Uint8Array, parts: BundleParts): void {
    const bundle = this.open.get(bundleId);
    switch (controlType) {
      case Control.openRequest:
        this.open.delete(bundleId);
        if (bundle) throw failed(Failed.badId);
        this.begin(bundleId, flags, bytes, parts);
        break;
      case Control.closeRequest:
        this.current(bundleId, bundle, flags).closed = true;
        break;
      case Control.commitRequest:
        this.open.delete(bundleId);
        if (!bundle) throw failed(Failed.badId);
        if (bundle.flags !== flags) throw failed(Failed.badFlags);
        commit(bundle, parts);
        break;
      case Control.discardRequest:
        if (!this.open.delete(bundleId)) throw failed(Failed.badId);
        break;
      case Control.openReply:
      case Control.closeReply:
      case Control.commitReply:
      case Control.discardReply:
        throw failed(Failed.badType);
      default:
        // Open vSwitch 3.1 does nothing and echoes a type of 0.
        parts.tell(bundleControl({ xid, bundleId, controlType: 0, flags: 0 }));
        return;
    }
    // The reply's number follows the request's.
    parts.tell(bundleControl({ xid, bundleId, controlType: controlType + 1, flags: 0 }));
  }

  /** Throws a refusal; the bundle then lacks this message. */
  add({ bundleId, flags, message }: BundleAdd<NiciraAction>, bytes: Uint8Array, parts: BundleParts): void {
    const change = readChange(message, parts.abilities);
    const found = this.open.get(bundleId);
    const bundle = found ? this.current(bundleId, found, flags) : this.begin(bundleId, flags, bytes, parts);
    bundle.usedAt = parts.surroundings.now();
    bundle.parts.push({ bytes, change });
  }

  /** Throws away what has been idle for too long, and tells. */
  expire({ surroundings, refuse }: BundleParts): void {
    for (const [id, { usedAt, begin }] of this.open) {
      if (surroundings.now() - usedAt < PATIENCE_MS) continue;
      this.open.delete(id);
      refuse(begin, failed(Failed.timeout));
    }
  }

  private begin(id: number, flags: number, begin: Uint8Array, { surroundings }: BundleParts): OpenBundle {
    const bundle = { flags, begin, closed: false, usedAt: surroundings.now(), parts: [] };
    this.open.set(id, bundle);
    return bundle;
  }

  /** An open bundle; one that is used wrongly is thrown away. */
  private current(id: number, bundle: OpenBundle | undefined, flags: number): OpenBundle {
    if (!bundle) throw failed(Failed.badId);
    if (!bundle.closed && bundle.flags === flags) return bundle;
    this.open.delete(id);
    throw failed(bundle.closed ? Failed.closed : Failed.badFlags);
  }
}

/** All or nothing, whatever the flags say. */
function commit(bundle: OpenBundle, parts: BundleParts): void {
  const { tables, surroundings, refuse, deliver, tellRemovals } = parts;
  const restore = tables.remember();
  const done: Done[] = [];
  for (const { bytes, change } of bundle.parts) {
    try {
      done.push(change(tables, surroundings));
    } catch (error) {
      restore();
      if (!(error instanceof Refusal)) throw error;
      refuse(bytes, error);
      throw failed(Failed.messageFailed);
    }
  }
  for (const { removals, outcome } of done) {
    tellRemovals(removals);
    if (outcome) deliver(outcome);
  }
}

function readChange(message: Message<NiciraAction>, abilities: Abilities): Change {
  if (message.type === "flowMod") return readFlowMod(message, abilities);
  if (message.type === "packetOut") return readPacketOut(message, abilities);
  throw failed(Failed.unsupported);
}

const EXPERIMENTER = 4;
const ADD = 2301;
/** Where the message in a bundle begins. */
const INNER = HEADER_LENGTH + 16;
/** By type, what the shortest message of those that a bundle takes has, and in which steps they grow. */
const sizes: Readonly<Record<number, { readonly least: number; readonly step: number }>> = {
  13: { least: 24, step: 1 },
  14: { least: 56, step: 8 },
};

/** What is wrong with the header of a message in a bundle: told before anything is decoded. Throws a refusal. */
export function checkAddedHeader(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  if (bytes.length < INNER || view.getUint8(1) !== EXPERIMENTER) return;
  if (view.getUint32(8) !== ONF || view.getUint32(12) !== ADD) return;
  const room = bytes.length - INNER;
  if (room < HEADER_LENGTH) throw failed(Failed.badLength);
  const length = view.getUint16(INNER + 2);
  if (view.getUint8(INNER) !== OFP_VERSION) throw new Refusal(ErrorType.experimenter, UNENCODABLE, NICIRA);
  if (length < HEADER_LENGTH || length > room) throw failed(Failed.badLength);
  if (view.getUint32(INNER + 4) !== view.getUint32(4)) throw failed(Failed.badXid);
  const size = sizes[view.getUint8(INNER + 1)];
  if (!size || length < size.least || (length - size.least) % size.step !== 0) throw failed(Failed.unsupported);
}
