/**
 * Everything that is checked before a change is accepted, in one run: `bash .ci/run`.
 *
 * Goes on after a failing step. The last line says how many tests passed and failed; the exit code is 0 only when some
 * passed and none failed. Every step that is no test run counts as one test.
 */
import { runSteps } from "./steps.mjs";

/** Longer than this in all, and what is left counts as failed. */
const LIMIT_MINUTES = 60;

/** Debian packages that hold the tools to compare with and to record with, and the browser. */
const PACKAGES = [
  "chromium",
  "ethtool",
  "iproute2",
  "iptables",
  "openvswitch-common",
  "openvswitch-switch",
  "perl-base",
  "procps",
  "python3",
  "python3-os-ken",
  "python3-scapy",
  "socat",
  "tcpdump",
  "tshark",
];

/** Where connections of this machine's own Linux are recorded, to plan from input that nobody has seen before. */
const RECORDED = "out/captures";

/**
 * A vitest run with a report to count from.
 *
 * @type {(name: string, command: string) => import("./step.mjs").Step}
 */
const vitest = (name, command) => {
  const report = `out/ci/${name.replaceAll(" ", "-")}.json`;
  return {
    name,
    command: `${command} -- --reporter=default --reporter=json --outputFile.json=${report}`,
    minutes: 20,
    report,
  };
};

/** @type {import("./step.mjs").Step[]} */
const steps = [
  { name: "debian packages", command: `bash scripts/ci/debian.sh ${PACKAGES.join(" ")}`, minutes: 15 },
  { name: "install", command: "npm ci", minutes: 10 },
  vitest("unit tests", "npm test"),
  vitest("model runs", "npm run test:model"),
  { name: "lint", command: "npm run lint", minutes: 5 },
  { name: "types", command: "npm run types", minutes: 5 },
  { name: "build", command: "npm run build", minutes: 5 },
  { name: "package check", command: "npm run check:package", minutes: 5 },
  vitest("package tests", "npm run test:package"),
  vitest("browser tests", "npm run test:browser"),
  { name: "documentation", command: "npm run docs", minutes: 5 },
  { name: "patched switch", command: "bash examples/ovs/build.sh --install", minutes: 20 },
  { name: "tests of the patch", command: "bash examples/ovs/test.sh", minutes: 10 },
  vitest("comparisons", 'OVS_PATCHED="$(bash examples/ovs/build.sh)" npm run test:oracle'),
  vitest("real stacks", "npm run test:live"),
  // Figures depend on what else the machine does: they are told, and what is answered by whom is judged.
  { name: "testbed", command: "npm run testbed -- --short --tell --switch both all", minutes: 15 },
  { name: "main job", command: "npm start", minutes: 3 },
  { name: "recording", command: `bash examples/captures/record.sh --out ${RECORDED}`, minutes: 5 },
  {
    name: "main job on the recording",
    command: `npm start -- ${["client", "origin", "target"].map((link) => `--${link} ${RECORDED}/nat/${link}.pcap`).join(" ")}`,
    minutes: 3,
  },
];

const succeeded = await runSteps(steps, LIMIT_MINUTES, console.log);
// What a step left running must not keep this process alive.
process.exit(succeeded ? 0 : 1);
