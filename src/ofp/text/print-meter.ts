/** Meters: changes, counters, settings and features. */
import { Meter, MeterBandType, MeterFlags, MeterModCommand } from "../enums/meter.ts";
import type { MeterBand } from "../messages/meter-band.ts";
import type { MeterMod } from "../messages/meter-mod.ts";
import type { MeterStats, MeterStatsReply, MeterStatsRequest } from "../messages/multipart/meter.ts";
import type { MeterConfig, MeterConfigReply, MeterConfigRequest } from "../messages/multipart/meter-config.ts";
import type { MeterFeaturesReply } from "../messages/multipart/meter-features.ts";
import { bitNames, duration } from "./dump.ts";
import type { Printed } from "./print.ts";

const meterNames: ReadonlyMap<number, string> = new Map([
  [Meter.slowpath, "slowpath"],
  [Meter.controller, "controller"],
  [Meter.all, "all"],
]);

/** `7`, `controller`; `unknown` for an id that no meter can have. */
function meterName(meterId: number): string {
  return meterId <= Meter.max ? String(meterId) : (meterNames.get(meterId) ?? "unknown");
}

export const meterFlagWords: Readonly<Record<string, number>> = {
  kbps: MeterFlags.kbps,
  pktps: MeterFlags.pktps,
  burst: MeterFlags.burst,
  stats: MeterFlags.stats,
};

/** Each with a blank behind it. */
function flagsOf(flags: number): string {
  let text = "";
  let rest = flags;
  for (const [word, bit] of Object.entries(meterFlagWords)) {
    if (flags & bit) text += `${word} `;
    rest &= ~bit;
  }
  return rest === 0 ? text : `${text}flags:0x${rest.toString(16)} `;
}

function bandOf(band: MeterBand, flags: number): string {
  const type = band.type === "dscpRemark" ? "dscp_remark" : band.type;
  const burst = flags & MeterFlags.burst ? ` burst_size=${band.burstSize}` : "";
  return `\ntype=${type} rate=${band.rate}${burst}${band.type === "dscpRemark" ? ` prec_level=${band.precLevel}` : ""}`;
}

function configOf({ meterId, flags, bands }: MeterConfig): string {
  return `meter=${meterName(meterId)} ${flagsOf(flags)}bands=${bands.map((band) => bandOf(band, flags)).join("")}\n`;
}

/** What `ovs-ofctl` has against bands: it knows two kinds, both of 16 bytes. */
function faultOf(bands: readonly MeterBand[]): string | undefined {
  const LENGTH = 16;
  for (const band of bands) {
    const before = band.type === "experimenter" ? LENGTH : 12;
    if ("data" in band && before + band.data.length !== LENGTH) return "OFPBRC_BAD_LEN";
    if ("data" in band) return "OFPMMFC_BAD_BAND";
  }
  return undefined;
}

const commands: Readonly<Record<number, string>> = {
  [MeterModCommand.add]: "ADD",
  [MeterModCommand.modify]: "MOD",
  [MeterModCommand.delete]: "DEL",
};

export function printMeterMod({ command, flags, meterId, bands }: MeterMod): Printed {
  const word = commands[command];
  if (word === undefined) return { refusal: "OFPMMFC_BAD_COMMAND" };
  // Nothing else is looked at.
  if (command === MeterModCommand.delete) return ` DEL ${configOf({ flags: 0, meterId, bands: [] })}`;
  if (flags & MeterFlags.kbps && flags & MeterFlags.pktps) return { refusal: "OFPMMFC_BAD_FLAGS" };
  const refusal = faultOf(bands);
  return refusal === undefined ? ` ${word} ${configOf({ flags, meterId, bands })}` : { refusal };
}

export function printMeterRequest({ meterId }: MeterStatsRequest | MeterConfigRequest): string {
  return ` meter=${meterName(meterId)}`;
}

function statsOf(meter: MeterStats): string {
  const { meterId, flowCount, packetInCount, byteInCount, durationSec, durationNsec, bandStats } = meter;
  const words = [
    `meter:${meterName(meterId)}`,
    `flow_count:${flowCount}`,
    `packet_in_count:${packetInCount}`,
    `byte_in_count:${byteInCount}`,
    `duration:${duration(durationSec, durationNsec)}`,
  ];
  const bands = bandStats.map(
    ({ packetBandCount, byteBandCount }, index) =>
      `${index}: packet_count:${packetBandCount} byte_count:${byteBandCount}\n`,
  );
  return `\n${words.join(" ")} bands:\n${bands.join("")}`;
}

export function printMeterStats({ meters }: MeterStatsReply): string {
  return meters.map(statsOf).join("");
}

export function printMeterConfig({ meters }: MeterConfigReply): Printed {
  let printed = "";
  for (const meter of meters) {
    const refusal = faultOf(meter.bands);
    if (refusal !== undefined) return { refusal, printed };
    printed += `\n${configOf(meter)}`;
  }
  return printed;
}

const bandTypes = { [1 << MeterBandType.drop]: "drop", [1 << MeterBandType.dscpRemark]: "dscp_remark" };
const capabilityNames = Object.fromEntries(Object.entries(meterFlagWords).map(([word, bit]) => [bit, word]));

export function printMeterFeatures(features: MeterFeaturesReply): string {
  return [
    "",
    `max_meter:${features.maxMeter} max_bands:${features.maxBands} max_color:${features.maxColor}`,
    `band_types: ${bitNames(features.bandTypes, bandTypes)}`,
    `capabilities: ${bitNames(features.capabilities, capabilityNames)}\n`,
  ].join("\n");
}
