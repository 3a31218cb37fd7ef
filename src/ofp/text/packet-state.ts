/** What is known of a packet while the actions of a flow run: whether an action makes sense where it stands. */
import { WireError } from "../../wire/index.ts";
import type { StandardAction } from "../action.ts";
import type { FieldValue, Masked, Registry, SeenFields, Tagged } from "../definition.ts";
import { Port } from "../enums/port.ts";
import { type Match, seenFields } from "../match.ts";
import { ethTypeIn } from "../prerequisites.ts";
import { EthType } from "./protocols.ts";

/** OFPVID_PRESENT, and nothing else about the tag. */
const SOME_TAG = { value: 0x1000, mask: 0x1000 };
/** The bits of a tag that vlanVid has. */
const TAG = 0x1fff;
const MPLS_MULTICAST = 0x8848;

export interface PacketState {
  /** The fields of the match, as far as earlier actions leave them known. */
  readonly seen: Map<string, FieldValue | Masked>;
  /** What was known of the tags that earlier actions pushed others on top of. */
  readonly covered: (FieldValue | Masked | undefined)[];
}

export function packetState(match: Match, registry: Registry): PacketState {
  return { seen: seenFields(match, registry), covered: [] };
}

/** A copy that can be carried on by itself, for actions that run on a copy of the packet. */
export function forked({ seen, covered }: PacketState): PacketState {
  return { seen: new Map(seen), covered: [...covered] };
}

/** Whether the outermost tag is known to be there. */
export function isTagged(seen: SeenFields, registry: Registry): boolean {
  return registry.fieldByName("vlanPcp")?.missing?.(seen) === undefined;
}

/** `strict` is what a switch wants of applied actions; an action set is checked when it runs, all but set-field. */
export type Strictness = "strict" | "lenient";

/**
 * What an action needs that the packet is not known to have, in words; undefined when it can run. Throws WireError `badValue` for
 * an output to no port.
 */
export function lacks(
  state: PacketState,
  action: Tagged,
  registry: Registry,
  strictness: Strictness,
): string | undefined {
  const standard = action as StandardAction;
  if (standard.type === "setField") return setFieldLacks(state, standard.field, registry);
  if (standard.type === "output" && standard.port === Port.any) {
    throw new WireError("badValue", "ANY is no port to send to", 0);
  }
  const missing = registry.actionByType(action.type)?.definition.missing?.(action, state.seen, registry);
  return missing ?? (strictness === "strict" ? headerLacks(state, standard, registry) : undefined);
}

function setFieldLacks({ seen }: PacketState, target: Match, registry: Registry): string | undefined {
  const [name = ""] = Object.keys(target);
  if (name === "vlanVid") return isTagged(seen, registry) ? undefined : "a VLAN tag";
  return registry.fieldByName(name)?.missing?.(seen);
}

function headerLacks({ seen }: PacketState, action: StandardAction, registry: Registry): string | undefined {
  const ethType = ethTypeIn(seen);
  switch (action.type) {
    case "setNwTtl":
    case "decNwTtl":
      return ethType === EthType.ipv4 || ethType === EthType.ipv6 ? undefined : "ip or ipv6";
    case "setMplsTtl":
    case "decMplsTtl":
    case "popMpls":
      return ethType === EthType.mpls || ethType === MPLS_MULTICAST ? undefined : "mpls";
    case "popVlan":
      return isTagged(seen, registry) ? undefined : "a VLAN tag (dl_vlan, or vlan_tci=0x1000/0x1000, in the match)";
    default:
      return undefined;
  }
}

/** Changes what is known by what an action does to headers. */
export function advance(state: PacketState, action: Tagged): void {
  const { seen } = state;
  const standard = action as StandardAction;
  switch (standard.type) {
    case "pushVlan":
      state.covered.push(seen.get("vlanVid"));
      seen.set("vlanVid", SOME_TAG);
      break;
    case "setField":
      setTag(seen, standard.field.vlanTci);
      break;
    case "popVlan": {
      const uncovered = state.covered.pop();
      if (uncovered === undefined) seen.delete("vlanVid");
      else seen.set("vlanVid", uncovered);
      break;
    }
    case "pushMpls":
      // What is inside is opaque from here on.
      seen.set("ethType", standard.ethertype);
      seen.delete("ipProto");
      break;
    case "popMpls":
      seen.set("ethType", standard.ethertype);
      break;
    default:
  }
}

/** The whole tag of NXM, which adds one where there was none and takes one away. */
function setTag(seen: Map<string, FieldValue | Masked>, tag: FieldValue | Masked | undefined): void {
  if (typeof tag === "number") seen.set("vlanVid", tag & TAG);
}
