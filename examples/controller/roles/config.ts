/** Two controllers, one of which is the switches' master: what the configuration says about the other one. */
import type { Role } from "./election.ts";

/** As it is in the file. */
export interface WrittenRoles {
  readonly peer: { readonly url: string; readonly tokenFile?: string };
  readonly begins?: Role;
  readonly beatMs?: number;
  readonly lostMs?: number;
}

export interface RolesConfig {
  /** Where the other controller has its northbound interface. */
  readonly url: string;
  readonly tokenFile: string;
  /** Who this one is when both begin together. */
  readonly begins: Role;
  /** How often a controller tells its role. Milliseconds. */
  readonly beatMs: number;
  /** So long without a beat of a master, and there is none. Milliseconds. */
  readonly lostMs: number;
}

const BEAT = 250;
const LOST = 1_000;

export function rolesOf(
  written: WrittenRoles | undefined,
  ownToken: string | undefined,
  beside: (name: string) => string,
): RolesConfig | undefined {
  if (!written) return undefined;
  const { peer, begins = "slave", beatMs = BEAT, lostMs = LOST } = written;
  // Both have the same token unless told otherwise.
  const tokenFile = peer.tokenFile === undefined ? (ownToken ?? "") : beside(peer.tokenFile);
  return { url: peer.url, tokenFile, begins, beatMs, lostMs };
}

/** Undefined for roles that can be played. */
export function whatRolesNeed(
  { url, beatMs, lostMs }: RolesConfig,
  hasHttp: boolean,
  hasEpochs: boolean,
): string | undefined {
  if (!hasHttp) return "roles need http, where the other controller hears this one";
  if (hasEpochs) return "roles and epochFile exclude each other: each master has an epoch of its own";
  if (!URL.canParse(url)) return `roles.peer.url is no URL: ${url}`;
  if (lostMs < 3 * beatMs) return "roles.lostMs must be at least three times roles.beatMs";
  return undefined;
}
