/** OpenFlow 1.3.5 §7.3.4.4, struct ofp_meter_mod. */
import { parsed, struct, u16, u32, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import { MeterFlags, MeterModCommand } from "../enums/meter.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireObject, requireTaggedList, requireUint } from "../require.ts";
import { type MeterBand, readBands, writeBands } from "./meter-band.ts";

const fields = {
  command: u16, // one of MeterModCommand
  flags: u16, // bits of MeterFlags
  meterId: u32, // Meter.all deletes every meter
};
export const meterModLayout = parsed(struct(fields));

/** Adds, modifies or deletes a meter. */
export interface MeterMod extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "meterMod";
  /** Empty to delete. */
  readonly bands: readonly MeterBand[];
}

export const meterModDefinition: Definition<Body<MeterMod>> = {
  type: "meterMod",
  code: MessageType.meterMod,
  decode: (reader) => ({ type: "meterMod", ...reader.field(meterModLayout), bands: readBands(reader) }),
  encode: (writer, message) => {
    writer.field(meterModLayout, message);
    writeBands(writer, message.bands);
  },
};

/** What {@link meterMod} takes: all but the meter's id has a default. */
export type MeterModInit = Partial<Omit<MeterMod, "type" | "meterId">> & Pick<MeterMod, "meterId">;

/**
 * `meterMod({ meterId: 1, bands: [{ type: "drop", rate: 1000, burstSize: 0 }] })` adds a meter that drops what exceeds 1 Mb/s. Rates
 * are in kilobits a second unless `flags` are given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function meterMod(init: MeterModInit): MeterMod {
  requireObject("init", init);
  const command = requireUint("command", init.command, 16, MeterModCommand.add);
  return onlyKnown(init, {
    type: "meterMod",
    xid: requireUint("xid", init.xid, 32, 0),
    command,
    flags: requireUint("flags", init.flags, 16, command === MeterModCommand.delete ? 0 : MeterFlags.kbps),
    meterId: requireUint("meterId", init.meterId, 32),
    bands: requireTaggedList("bands", init.bands, []),
  });
}
