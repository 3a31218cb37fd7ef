/** Hello, features, configuration, description and roles. */

import { ControllerRole } from "../enums/switch.ts";
import type { GetConfigReply, SetConfig } from "../messages/config.ts";
import type { FeaturesReply } from "../messages/features.ts";
import type { Hello } from "../messages/hello.ts";
import type { DescReply } from "../messages/multipart/desc.ts";
import type { RoleReply, RoleRequest } from "../messages/role.ts";
import { bitNames, hexDump } from "./dump.ts";
import { encoded, type PrintContext, type Printed } from "./print.ts";

/** Versions above 31 are beyond what ovs-ofctl looks at. */
const MAX_VERSION = 31;

/** A hello without a bitmap speaks every version up to its own. */
export function printHello(message: Hello, { registry }: PrintContext): Printed {
  let versions = Array.from({ length: Math.min(message.version, MAX_VERSION) }, (_, index) => index + 1);
  let isKnown = true;
  for (const element of message.elements) {
    const offered =
      element.type === "versionBitmap"
        ? element.versions.filter((version) => version > 0 && version <= MAX_VERSION)
        : [];
    if (offered.length === 0) isKnown = false;
    else versions = offered;
  }
  const bitmap = versions.map((version) => `0x${version.toString(16).padStart(2, "0")}`).join(", ");
  const unknown = isKnown ? "" : `\n unknown data in hello:\n${hexDump(encoded(message, registry))}`;
  return `\n version bitmap: ${bitmap}${unknown}`;
}

const capabilities: Readonly<Record<number, string>> = {
  1: "FLOW_STATS",
  2: "TABLE_STATS",
  4: "PORT_STATS",
  8: "GROUP_STATS",
  32: "IP_REASM",
  64: "QUEUE_STATS",
  256: "PORT_BLOCKED",
};
const CAPABILITIES = 0x16f;

export function printFeatures(message: FeaturesReply): Printed {
  const auxiliary = message.auxiliaryId === 0 ? "" : `, auxiliary_id:${message.auxiliaryId}`;
  return [
    ` dpid:${message.datapathId.toString(16).padStart(16, "0")}`,
    `n_tables:${message.nTables}, n_buffers:${message.nBuffers}${auxiliary}`,
    `capabilities: ${bitNames(message.capabilities & CAPABILITIES, capabilities)}\n`,
  ].join("\n");
}

const FRAGMENTS = 3;

function printConfiguration({ flags, missSendLen }: SetConfig | GetConfigReply): string {
  const handling = ["normal", "drop", "reassemble", "nx-match"][flags & FRAGMENTS] ?? "";
  return ` frags=${handling} miss_send_len=${missSendLen}\n`;
}

export function printGetConfig(message: GetConfigReply): Printed {
  return printConfiguration(message);
}

export function printSetConfig(message: SetConfig): Printed {
  return message.flags & ~FRAGMENTS ? { refusal: "OFPSCFC_BAD_FLAGS" } : printConfiguration(message);
}

export function printDesc(body: DescReply): string {
  return [
    "",
    `Manufacturer: ${body.mfrDesc}`,
    `Hardware: ${body.hwDesc}`,
    `Software: ${body.swDesc}`,
    `Serial Num: ${body.serialNum}`,
    `DP Description: ${body.dpDesc}\n`,
  ].join("\n");
}

const roles = ["nochange", "equal", "primary", "secondary"];
const NO_GENERATION = 2n ** 64n - 1n;

/** ` role=primary generation_id=5`; undefined for a role that there is not. */
export function roleWords(role: number, generationId: bigint): string | undefined {
  const word = roles[role];
  if (word === undefined) return undefined;
  return ` role=${word}${generationId === NO_GENERATION ? "" : ` generation_id=${generationId}`}`;
}

export function printRole({ type, role, generationId }: RoleRequest | RoleReply): Printed {
  const isSilent = type === "roleRequest" && role === ControllerRole.nochange;
  return roleWords(role, isSilent ? NO_GENERATION : generationId) ?? { refusal: "OFPRRFC_BAD_ROLE" };
}
