/** What is peculiar to the servers of a service. */
import { requireNames, requireUint } from "../../wire/require.ts";

/** See {@link Service}. */
export interface ServiceProfile {
  /** Absent: servers wait until they are asked, and a connection whose server 1 did not is not moved. */
  readonly speaksFirst?: SpeaksFirst;
}

/**
 * Servers that greet, as those of SMTP, FTP, POP3 and IMAP do. The client hears server 1's greeting; a new server's is acknowledged
 * and kept from it. Not for a greeting that goes into what follows, as the key exchange of SSH and the salt of MySQL do.
 */
export interface SpeaksFirst {
  /** From 1 to 65535. A server that says more before it is asked does not greet. */
  readonly maxBannerBytes: number;
  /**
   * What a new server may say instead of what server 1 said:
   * - `"equal"`, the default: the same bytes
   * - `"line"`: a line of text, or a reply of several lines (RFC 959 §4.2: `220-` … `220 `), which ends with a line feed. It may differ
   *   in every byte and in its length.
   */
  readonly banner?: "equal" | "line";
}

/** A profile with nothing left open. */
export type ResolvedSpeaksFirst = Required<SpeaksFirst>;

/** Throws RangeError or TypeError naming what is wrong. */
export function checkProfile(profile: ServiceProfile = {}): ResolvedSpeaksFirst | undefined {
  const { speaksFirst } = requireNames("service.profile", profile, ["speaksFirst"]);
  if (speaksFirst === undefined) return undefined;
  const name = "service.profile.speaksFirst";
  const { maxBannerBytes, banner = "equal" } = requireNames(name, speaksFirst, ["maxBannerBytes", "banner"]);
  if (requireUint(`${name}.maxBannerBytes`, maxBannerBytes, 16) === 0) {
    throw new RangeError(`${name}.maxBannerBytes must be from 1 to 65535, not 0`);
  }
  if (!["equal", "line"].includes(banner)) throw new RangeError(`${name}.banner must be equal or line`);
  return { maxBannerBytes, banner };
}
