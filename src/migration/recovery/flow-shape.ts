/** What a flow that a switch has reported looks like, for reading it from JSON. */
import { flowMod } from "../../ofp/index.ts";
import { WireError } from "../../wire/index.ts";
import { effectCodec } from "../effect.ts";
import type { ReportedFlow } from "../machine/index.ts";
import { checked, object, type Shape, u64, uint } from "./shape.ts";

const u8 = uint(8);
const u16 = uint(16);

/** Anything: {@link reportedFlow} checks it by encoding. */
const anything = { read: (value: unknown) => value } as Shape<never>;

/** Only what counts of a flow is written. */
const flowShapes = {
  tableId: u8,
  priority: u16,
  idleTimeout: u16,
  hardTimeout: u16,
  cookie: u64,
  packetCount: u64,
  match: anything,
  instructions: anything,
};

/** Their names. */
export const flowProperties: ReadonlySet<string> = new Set(Object.keys(flowShapes));

type Encoded = Parameters<ReturnType<typeof effectCodec>["encode"]>[0];

export const reportedFlow = checked(object<ReportedFlow>(flowShapes), ({ match, instructions }) => {
  try {
    effectCodec().encode({ ...flowMod(), match, instructions } as Encoded);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new WireError(error.code, error.detail, 0, error.path.replace(/^flowMod\./, ""));
  }
});
