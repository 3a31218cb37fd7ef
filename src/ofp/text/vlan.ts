/** The outermost VLAN tag, which text writes as one 16-bit number or in parts and OpenFlow 1.3 as two fields. */
import { quote, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked } from "../definition.ts";
import { paddedHex, parseUint } from "./number.ts";
import type { Word } from "./scan.ts";

/** OFPVID_PRESENT: also the bit of the 16-bit number that says whether there is a tag. */
const PRESENT = 0x1000;
const VID = 0x0fff;
const VID_AND_PRESENT = PRESENT | VID;
const PCP = 0xe000;
const PCP_SHIFT = 13;
/** OpenFlow 1.0's number for "no tag". */
const NO_TAG = 0xffff;

/** Which bits of the tag are matched, and with what. */
export interface TagMatch {
  value: number;
  mask: number;
  /** Offset of the last word about the tag. */
  at: number;
}

export function createTag(): TagMatch {
  return { value: 0, mask: 0, at: 0 };
}

/** The bits that a word speaks of. */
const selects: Readonly<Record<string, number>> = {
  dl_vlan: VID_AND_PRESENT,
  vlan_vid: VID_AND_PRESENT,
  vlan_tci: 0xffff,
  dl_vlan_pcp: PCP | PRESENT,
  vlan_pcp: PCP | PRESENT,
};

export function isTagWord(key: string): boolean {
  return Object.hasOwn(selects, key);
}

/** Offsets of errors count from the first character of the word's value. */
export function readTagWord(tag: TagMatch, { key, value: text, at }: Word): void {
  const selected = selects[key] ?? 0;
  const [value, mask] = text === "*" ? [0, 0] : readBits(key, text);
  tag.at = at;
  tag.mask = (tag.mask & ~selected) | mask;
  tag.value = (tag.value & ~selected) | (value & mask);
}

/** Which bits of the tag the bits of a word's field are; undefined for a field that is matched whole or not at all. */
export function tagFieldBits(key: string): number | undefined {
  return { vlan_tci: 16, NXM_OF_VLAN_TCI: 16, vlan_vid: 12, OXM_OF_VLAN_VID: 12 }[key];
}

/** Bits of the tag, besides those that other words speak of. */
export function addTagBits(tag: TagMatch, value: number, mask: number, at: number): void {
  tag.at = at;
  tag.mask |= mask;
  tag.value = (tag.value & ~mask) | value;
}

function readBits(key: string, text: string): readonly [value: number, mask: number] {
  if (text === "") throw new WireError("syntax", `${key} needs a value`, 0);
  if (key === "dl_vlan") {
    const vid = parseUint(text, 16);
    if (vid > VID && vid !== NO_TAG) throw outOfRange(text, `0 to ${VID}, or 0xffff for no tag`);
    return [vid === NO_TAG ? 0 : PRESENT | vid, VID_AND_PRESENT];
  }
  if (key.endsWith("pcp")) {
    const pcp = parseUint(text, 16);
    if (pcp > 7) throw outOfRange(text, "0 to 7");
    return [PRESENT | (pcp << PCP_SHIFT), PRESENT | PCP];
  }
  const [digits = "", maskDigits] = text.split("/", 2);
  const limit = selects[key] ?? 0;
  const value = parseUint(digits, 16);
  if (value & ~limit) throw outOfRange(text, `0 to ${limit}`);
  return [value, maskDigits === undefined ? limit : parseUint(maskDigits, 16) & limit];
}

function outOfRange(text: string, range: string): WireError {
  return new WireError("outOfRange", `${quote(text)} is not from ${range}`, 0);
}

/** The fields that match those bits. Throws WireError for what OpenFlow 1.3 cannot say. */
export function* emitTag(tag: TagMatch): Iterable<[string, { entry: FieldValue | Masked; at: number }]> {
  const { at } = tag;
  const mask = tag.mask & VID_AND_PRESENT;
  const value = tag.value & VID_AND_PRESENT;
  if (mask !== 0) yield ["vlanVid", { entry: mask === VID_AND_PRESENT ? value : { value, mask }, at }];
  const pcpMask = tag.mask & PCP;
  if (pcpMask === 0) return;
  if ((value & PRESENT) === 0) {
    // vlan_tci=0 asks for no tag at all: it has no priority either.
    if (mask === VID_AND_PRESENT && value === 0 && (tag.value & PCP) === 0) return;
    throw new WireError("badPrerequisite", "a VLAN priority has no meaning without a tag: 0x1000 must be set", at);
  }
  if (pcpMask !== PCP) throw new WireError("badMask", "OpenFlow 1.3 matches all bits of a VLAN priority or none", at);
  yield ["vlanPcp", { entry: (tag.value & PCP) >> PCP_SHIFT, at }];
}

/** Which bits of the tag `vlanVid` and `vlanPcp` match together. */
export function tagBits(vid: number, vidMask: number, pcp: number | undefined): Pick<TagMatch, "value" | "mask"> {
  const mask = (vidMask & VID_AND_PRESENT) | (pcp === undefined ? 0 : PCP | PRESENT);
  const value = (vid & vidMask) | (pcp === undefined ? 0 : PRESENT | (pcp << PCP_SHIFT));
  return { value: value & mask, mask };
}

/** Whether words can say it: OpenFlow 1.3, into which they are read, matches all bits of a priority and only that of a tag. */
export function isSayable({ value, mask }: Pick<TagMatch, "value" | "mask">): boolean {
  const pcp = mask & PCP;
  return pcp === 0 || (pcp === PCP && (value & PRESENT) !== 0);
}

/** `dl_vlan=5`, `dl_vlan_pcp=3` or, where those do not say it, `vlan_tci=0x1000/0x1000`. */
export function formatTag({ value, mask }: Pick<TagMatch, "value" | "mask">): string[] {
  if (mask === 0) return [];
  const vid = mask & VID;
  const pcp = mask & PCP;
  const whole = (vid === 0 || vid === VID) && (pcp === 0 || pcp === PCP) && (vid !== 0 || pcp !== 0);
  if ((value & mask & PRESENT) !== 0 && whole) {
    return [
      ...(vid === 0 ? [] : [`dl_vlan=${value & VID}`]),
      ...(pcp === 0 ? [] : [`dl_vlan_pcp=${(value & PCP) >> PCP_SHIFT}`]),
    ];
  }
  return [
    mask === 0xffff ? `vlan_tci=${paddedHex(value, 4)}` : `vlan_tci=${paddedHex(value, 4)}/${paddedHex(mask, 4)}`,
  ];
}
