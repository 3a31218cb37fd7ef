/** Groups: changes, counters, descriptions and features. */
import type { Registry, Tagged } from "../definition.ts";
import { GROUP_ADD_OR_MOD, Group, GroupModCommand, GroupType } from "../enums/group.ts";
import { Port } from "../enums/port.ts";
import type { Bucket } from "../messages/bucket.ts";
import type { GroupMod } from "../messages/group-mod.ts";
import type { GroupStats, GroupStatsReply, GroupStatsRequest } from "../messages/multipart/group.ts";
import type { GroupDesc, GroupDescReply } from "../messages/multipart/group-desc.ts";
import type { GroupFeaturesReply } from "../messages/multipart/group-features.ts";
import { duration } from "./dump.ts";
import { formatActions } from "./format-actions.ts";
import { formatPort } from "./names.ts";
import { hex } from "./number.ts";
import type { PrintContext, Printed } from "./print.ts";
import { actionTypeNames } from "./table-abilities.ts";

/** Commands of OpenFlow 1.5, which ovs-ofctl knows under every version. */
const INSERT_BUCKET = 3;
const REMOVE_BUCKET = 5;

const commands: Readonly<Record<number, string>> = {
  [GroupModCommand.add]: "ADD",
  [GroupModCommand.modify]: "MOD",
  [GroupModCommand.delete]: "DEL",
  [INSERT_BUCKET]: "INSERT_BUCKET",
  [REMOVE_BUCKET]: "REMOVE_BUCKET",
  [GROUP_ADD_OR_MOD]: "ADD_OR_MOD",
};
const types: Readonly<Record<number, string>> = {
  [GroupType.all]: "all",
  [GroupType.select]: "select",
  [GroupType.indirect]: "indirect",
  [GroupType.ff]: "ff",
};

/** The share of a bucket of which nothing is said. */
export function usualWeight(groupType: number): number {
  return groupType === GroupType.select ? 1 : 0;
}

/** Whether the state of something says whether the bucket is live. */
export function isWatched({ watchPort, watchGroup }: Pick<Bucket, "watchPort" | "watchGroup">): boolean {
  return watchPort !== Port.any || watchGroup !== Group.any;
}

/** Whether Open vSwitch has a port of that number. */
export function isKnownPort(port: number): boolean {
  return port < FIRST_NAMELESS || port >= FIRST_RESERVED;
}
const FIRST_NAMELESS = 0xff00;
const FIRST_RESERVED = 0xffffff00;

/** What ovs-ofctl, and a switch, have against a group-mod: the error's name. */
function faultOf({ command, groupType, buckets }: GroupMod<Tagged>): string | undefined {
  const deletes = command === GroupModCommand.delete;
  if (buckets.some(({ watchPort }) => !isKnownPort(watchPort))) return "OFPGMFC_BAD_WATCH";
  if (deletes && buckets.length > 0) return "OFPGMFC_INVALID_GROUP";
  if (groupType === GroupType.indirect && !deletes && buckets.length !== 1) return "OFPGMFC_INVALID_GROUP";
  if (types[groupType] === undefined) return "OFPGMFC_BAD_TYPE";
  if (commands[command] === undefined) return "OFPGMFC_BAD_COMMAND";
  if (command === REMOVE_BUCKET && buckets.length > 0) return "OFPGMFC_BAD_BUCKET";
  for (const bucket of buckets) {
    const weighs = groupType === GroupType.select || command === INSERT_BUCKET;
    if (bucket.weight !== 0 && !weighs) return "OFPGMFC_INVALID_GROUP";
    if (groupType === GroupType.ff && !isWatched(bucket)) return "OFPGMFC_INVALID_GROUP";
    const watches = groupType === GroupType.ff || groupType === GroupType.select;
    if (isWatched(bucket) && !watches) return "OFPGMFC_WATCH_UNSUPPORTED";
  }
  return undefined;
}

/** The words of a group, which `add-group` reads. */
export function groupWords(group: GroupDesc<Tagged>, registry: Registry, showsType = true): string {
  const { groupId, groupType, buckets } = group;
  const type = showsType ? [`type=${types[groupType] ?? "unknown"}`] : [];
  const words = buckets.map((bucket) => `bucket=${bucketWords(bucket, groupType, registry)}`);
  return [`group_id=${groupId}`, ...type, ...words].join(",");
}

export function bucketWords(bucket: Bucket<Tagged>, groupType: number, registry: Registry): string {
  const { weight, watchPort, watchGroup, actions } = bucket;
  return [
    ...(weight === usualWeight(groupType) ? [] : [`weight:${weight}`]),
    ...(watchPort === Port.any ? [] : [`watch_port:${formatPort(watchPort)}`]),
    ...(watchGroup === Group.any ? [] : [`watch_group:${watchGroup}`]),
    `actions=${formatActions(actions, registry)}`,
  ].join(",");
}

export function printGroupMod(message: GroupMod<Tagged>, { registry }: PrintContext): Printed {
  const refusal = faultOf(message);
  if (refusal !== undefined) return { refusal };
  const { command } = message;
  const showsType = command !== INSERT_BUCKET && command !== REMOVE_BUCKET;
  return `\n ${commands[command] ?? ""} ${groupWords(message, registry, showsType)}`;
}

export function printGroupStatsRequest({ groupId }: GroupStatsRequest): string {
  const name = groupId === Group.any ? "ANY" : groupId === Group.all ? "ALL" : String(groupId);
  return ` group_id=${name}`;
}

export function printGroupDescRequest(): string {
  return " group_id=ALL";
}

/** What a switch says when it does not count. */
const NO_COUNTER = 0xffff_ffff_ffff_ffffn;
const NO_DURATION = 0xffffffff;

function statsWords(group: GroupStats): string {
  const { groupId, refCount, packetCount, byteCount, durationSec, durationNsec, bucketStats } = group;
  const counters = bucketStats.map((bucket, index) =>
    bucket.packetCount === NO_COUNTER
      ? ""
      : `,bucket${index}:packet_count=${bucket.packetCount},byte_count=${bucket.byteCount}`,
  );
  const time = durationSec === NO_DURATION ? "" : `duration=${duration(durationSec, durationNsec)},`;
  const counted = `ref_count=${refCount},packet_count=${packetCount},byte_count=${byteCount}`;
  return `\n group_id=${groupId},${time}${counted}${counters.join("")}`;
}

export function printGroupStats({ groups }: GroupStatsReply): string {
  return groups.map(statsWords).join("");
}

export function printGroupDesc({ groups }: GroupDescReply<Tagged>, { registry }: PrintContext): Printed {
  let printed = "";
  for (const group of groups) {
    if (group.buckets.some(({ watchPort }) => !isKnownPort(watchPort)))
      return { refusal: "OFPGMFC_BAD_WATCH", printed };
    printed += `\n ${groupWords(group, registry)}`;
  }
  return printed;
}

const typeTitles = ["all", "select", "indirect", "fast failover"];

function featuresOf(title: string, maxGroups: number, actions: number): string {
  return [
    `    ${title} group:`,
    `       max_groups=${hex(maxGroups)}`,
    `       actions: ${actionTypeNames(actions) ?? "<none>"}\n`,
  ].join("\n");
}

export function printGroupFeatures({ types: offered, capabilities, maxGroups, actions }: GroupFeaturesReply): string {
  const head = `\n Group table:\n    Types:  0x${offered.toString(16)}\n    Capabilities:  0x${capabilities.toString(16)}\n`;
  const each = typeTitles.map((title, type) =>
    offered & (1 << type) ? featuresOf(title, maxGroups[type] ?? 0, actions[type] ?? 0) : "",
  );
  return head + each.join("");
}
