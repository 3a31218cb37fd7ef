/** OVS ofp-actions.c, struct nx_action_conntrack: connection tracking, and what it does to the packet and the connection. */
import { type Action, type Added, readActions, writeActions } from "../../ofp/action.ts";
import type { Definition, Registry, SeenFields, Tagged } from "../../ofp/definition.ts";
import { Table } from "../../ofp/enums/table.ts";
import { exact } from "../../ofp/match.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireTaggedList } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { EthType, IpProto } from "../../ofp/text/protocols.ts";
import { pad, struct, u8, u16, u32 } from "../../wire/index.ts";
import { requireObject, requireUint } from "../../wire/require.ts";
import { headerOf, lacking, opaque, packRange, readSubfield } from "../destination.ts";
import { requireSubfield, type Subfield } from "../subfield.ts";
import { formatCt, parseCt } from "./ct-text.ts";
import { type CtAction, CtAlg, CtFlags, checkFlags, checkZone, ZONE_BITS } from "./ct-types.ts";

/** Forgets what the tracker knew of the packet. */
export interface CtClearAction {
  readonly type: "ctClear";
}

const INVALID = 0x10;

const layout = struct({ flags: u16, zoneSrc: u32, zone: u16, recircTable: u8, pad: pad(3), alg: u16 });

/** `X` are the actions of the extensions that the actions inside are read with. */
export function ctDefinition<X extends Tagged>(): Definition<CtAction<X>> {
  return {
    type: "ct",
    code: 35,
    decode(reader, registry) {
      const start = reader.at;
      const { flags, zoneSrc, zone: range, recircTable, alg } = reader.field(layout);
      const zone = zoneSrc === 0 ? range : part("zone", () => readZone(zoneSrc, range, registry, start));
      if (zone === undefined) return opaque(reader, start) as CtAction<X>;
      checkFlags(flags, start);
      const actions = reader.nested(() => part("actions", () => readActions(reader, registry)));
      return { type: "ct", flags, zone, recircTable, alg, actions: actions as Action<X>[] };
    },
    encode(writer, { flags, zone, recircTable, alg, actions }, registry) {
      const start = writer.offset;
      const source = part("zone", () =>
        typeof zone === "number" ? { zoneSrc: 0, zone } : sourceOf(zone, registry, start),
      );
      writer.field(layout, { flags, ...source, recircTable, alg });
      checkFlags(flags, start);
      writer.nested(() => {
        part("actions", () => {
          writeActions(writer, actions, registry);
        });
      });
    },
    format: formatCt,
    words: { ct: parseCt },
    missing: lacks,
  };
}

function readZone(header: number, range: number, registry: Registry, at: number): Subfield | undefined {
  const zone = readSubfield(header, range, registry, at);
  if (zone) checkZone(zone, at);
  return zone;
}

function sourceOf(zone: Subfield, registry: Registry, at: number): { readonly zoneSrc: number; readonly zone: number } {
  const zoneSrc = headerOf(zone, registry, at);
  checkZone(zone, at);
  return { zoneSrc, zone: packRange(zone, at) };
}

function lacks({ flags, zone, alg }: CtAction<Tagged>, seen: SeenFields, registry: Registry): string | undefined {
  const ethType = exact(seen.get("ethType"));
  if (ethType !== EthType.ipv4 && ethType !== EthType.ipv6) return "ip or ipv6";
  const ipProto = exact(seen.get("ipProto"));
  if (alg === CtAlg.ftp && ipProto !== IpProto.tcp) return "tcp";
  if (alg === CtAlg.tftp && ipProto !== IpProto.udp) return "udp";
  const state = seen.get("ctState");
  const invalid = (Number(isMasked(state) ? state.value : (state ?? 0)) & INVALID) !== 0;
  if (invalid && (flags & CtFlags.commit) !== 0) return "another ct_state than +inv";
  return typeof zone === "number" ? undefined : lacking(zone, seen, registry);
}

export const ctClearDefinition: Definition<CtClearAction> = {
  ...fixed<CtClearAction>("ctClear", 43, struct({ pad: pad(6) }), () => "ct_clear"),
  // ovs-ofctl reads over an argument.
  words: { ct_clear: () => ({ type: "ctClear" }) },
};

/** What {@link ct} takes. */
export interface CtInit<X extends Tagged = never> {
  /** See {@link CtFlags}; none unless given. */
  readonly flags?: number;
  /** 0 unless given. */
  readonly zone?: number | Subfield;
  /** None unless given. */
  readonly recircTable?: number;
  /** See {@link CtAlg}; none unless given. */
  readonly alg?: number;
  readonly actions?: readonly Action<X>[];
}

/**
 * `ct({ flags: CtFlags.commit, zone: 5, actions: [nat({ flags: NatFlags.src, ipv4Min: "10.0.0.1" })] })`.
 *
 * Throws RangeError or TypeError naming the argument that is wrong. Whether a field exists and has these bits, encoding checks.
 */
export function ct<X extends Tagged = never>(init?: CtInit<X>): CtAction<Added<X>>;
export function ct(init: CtInit<Tagged> = {}): CtAction<Tagged> {
  const { flags, zone = 0, recircTable, alg, actions } = requireObject("init", init);
  const bits = requireUint("flags", flags, 16, 0);
  if ((bits & CtFlags.force) !== 0 && (bits & CtFlags.commit) === 0) throw new RangeError("flags: force needs commit");
  return onlyKnown(init, {
    type: "ct",
    flags: bits,
    zone: typeof zone === "number" ? requireUint("zone", zone, 16) : zoneOf(zone),
    recircTable: requireUint("recircTable", recircTable, 8, Table.all),
    alg: requireUint("alg", alg, 16, CtAlg.none),
    actions: requireTaggedList("actions", actions, []),
  });
}

function zoneOf(zone: Subfield): Subfield {
  const subfield = requireSubfield("zone", requireObject("zone", zone), ZONE_BITS);
  if (subfield.bits !== ZONE_BITS) throw new RangeError(`zone.bits must be ${ZONE_BITS}, not ${subfield.bits}`);
  return subfield;
}

/** Forgets what the tracker knew of the packet. */
export function ctClear(): CtClearAction {
  return { type: "ctClear" };
}
