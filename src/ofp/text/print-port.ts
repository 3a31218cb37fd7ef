/** Ports: described, changed, and said to have changed. */
import type { PortDesc } from "../messages/port-desc.ts";
import type { PortMod } from "../messages/port-mod.ts";
import type { PortStatus } from "../messages/port-status.ts";
import { bitNames } from "./dump.ts";
import { formatPort } from "./names.ts";
import type { Printed } from "./print.ts";

const portConfigs: Readonly<Record<number, string>> = {
  1: "PORT_DOWN",
  4: "NO_RECV",
  32: "NO_FWD",
  64: "NO_PACKET_IN",
};
const PORT_CONFIG = 0x65;
const portStates: Readonly<Record<number, string>> = { 1: "LINK_DOWN", 2: "BLOCKED", 4: "LIVE" };
const PORT_STATE = 7;
const featureWords = [
  ...["10MB-HD", "10MB-FD", "100MB-HD", "100MB-FD", "1GB-HD", "1GB-FD", "10GB-FD", "40GB-FD", "100GB-FD", "1TB-FD"],
  ...["OTHER", "COPPER", "FIBER", "AUTO_NEG", "AUTO_PAUSE", "AUTO_PAUSE_ASYM"],
];
const portFeatures: Readonly<Record<number, string>> = Object.fromEntries(
  featureWords.map((word, index) => [2 ** index, word]),
);
const PORT_FEATURES = 0xffff;

function configNames(bits: number): string {
  return bitNames(bits & PORT_CONFIG, portConfigs);
}

function featureNames(bits: number): string {
  return bitNames(bits & PORT_FEATURES, portFeatures);
}

/** Several lines, each with its end. */
function printPort(port: PortDesc): string {
  // Names end where something unprintable stands.
  const name = /^[\x20-\x7e]{0,15}/.exec(port.name)?.[0] ?? "";
  const features = [
    ["current:    ", port.curr],
    ["advertised: ", port.advertised],
    ["supported:  ", port.supported],
    ["peer:       ", port.peer],
  ] as const;
  const lines = [
    ` ${formatPort(port.portNo)}(${name}): addr:${port.hwAddr.toLowerCase()}`,
    `     config:     ${configNames(port.config)}`,
    `     state:      ${bitNames(port.state & PORT_STATE, portStates)}`,
    ...features
      .filter(([, bits]) => (bits & PORT_FEATURES) !== 0)
      .map(([label, bits]) => `     ${label}${featureNames(bits)}`),
    `     speed: ${Math.floor(port.currSpeed / 1000)} Mbps now, ${Math.floor(port.maxSpeed / 1000)} Mbps max`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** In the order of their numbers. */
export function printPorts(ports: readonly PortDesc[]): string {
  return [...ports]
    .sort((a, b) => a.portNo - b.portNo)
    .map((port) => printPort(port))
    .join("");
}

export function printPortStatus({ reason, desc }: PortStatus): Printed {
  const word = [" ADD:", " DEL:", " MOD:"][reason];
  return word === undefined ? { refusal: "NXBRC_BAD_REASON" } : `${word}${printPort(desc)}`;
}

export function printPortMod({ portNo, hwAddr, config, mask, advertise }: PortMod): Printed {
  return [
    ` port: ${formatPort(portNo)}: addr:${hwAddr.toLowerCase()}`,
    `     config: ${configNames(config & mask)}`,
    `     mask:   ${configNames(mask)}`,
    `     advertise: ${(advertise & PORT_FEATURES) === 0 ? "UNCHANGED" : featureNames(advertise)}\n`,
  ].join("\n");
}
