/** The actions of the Nicira extension. A new one is a row here. */
import type { VariantOf } from "../../ofp/definition.ts";
import { finTimeoutDefinition } from "./fin-timeout.ts";
import { noteDefinition } from "./note.ts";
import { regLoadDefinition } from "./reg-load.ts";
import { resubmitDefinition, resubmitTableDefinitions } from "./resubmit.ts";
import { tcpShiftDefinitions } from "./tcp-shift.ts";

/** In the order of their numbers. */
export const niciraActions = [
  resubmitDefinition,
  regLoadDefinition,
  noteDefinition,
  ...resubmitTableDefinitions,
  finTimeoutDefinition,
  ...tcpShiftDefinitions,
];

/** An action of the Nicira extension. */
export type NiciraAction = VariantOf<(typeof niciraActions)[number]>;
