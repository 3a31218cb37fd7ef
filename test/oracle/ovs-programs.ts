/** Which Open vSwitch to hold the library against: Debian's, or the one that examples/ovs builds. */
import { existsSync } from "node:fs";
import { builtOvs, type OvsPrograms } from "../../examples/testbed/ovs-programs.ts";

function builtIn(directory: string): OvsPrograms {
  const programs = builtOvs(directory);
  const missing = Object.values({ ...programs }).find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`OVS_PATCHED is ${directory}, but there is no ${missing}`);
  return programs;
}

const { OVS_PATCHED } = process.env;

/**
 * The patched Open vSwitch; undefined when OVS_PATCHED does not say where it is. Fails when it is not there.
 * `OVS_PATCHED="$(bash examples/ovs/build.sh)" npm run test:oracle`
 */
export const patchedOvs: OvsPrograms | undefined =
  OVS_PATCHED === undefined || OVS_PATCHED === "" ? undefined : builtIn(OVS_PATCHED);

/** For the name of tests that are skipped without it. */
export const NEEDS_PATCHED = patchedOvs ? "" : " (skipped: OVS_PATCHED is not set, see examples/ovs/README.md)";
