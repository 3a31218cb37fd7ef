/** The actions of the Nicira extension. A new one is a row here. */
import type { Definition, VariantOf } from "../../ofp/definition.ts";
import { bundleActionDefinition, bundleLoadDefinition } from "./bundle.ts";
import { type CloneAction, cloneDefinition } from "./clone.ts";
import { conjunctionDefinition } from "./conjunction.ts";
import { ctClearDefinition, ctDefinition } from "./ct.ts";
import type { CtAction } from "./ct-types.ts";
import { finTimeoutDefinition } from "./fin-timeout.ts";
import { learn2Definition, learnDefinition } from "./learn.ts";
import { multipathDefinition } from "./multipath.ts";
import { natDefinition } from "./nat.ts";
import { noteDefinition } from "./note.ts";
import { regLoadDefinition } from "./reg-load.ts";
import { resubmitDefinition, resubmitTableDefinitions } from "./resubmit.ts";
import { tcpShiftDefinitions } from "./tcp-shift.ts";

/** Those that hold no others, in the order of their numbers. */
const plainActions = [
  resubmitDefinition,
  regLoadDefinition,
  noteDefinition,
  multipathDefinition,
  bundleActionDefinition,
  bundleLoadDefinition,
  ...resubmitTableDefinitions,
  learnDefinition,
  finTimeoutDefinition,
  conjunctionDefinition,
  natDefinition,
  ctClearDefinition,
  learn2Definition,
  ...tcpShiftDefinitions,
];

/** An action of the Nicira extension. */
export type NiciraAction =
  | VariantOf<(typeof plainActions)[number]>
  | CtAction<NiciraAction>
  | CloneAction<NiciraAction>;

export const niciraActions: readonly Definition<NiciraAction>[] = [
  ...plainActions,
  ctDefinition<NiciraAction>(),
  cloneDefinition<NiciraAction>(),
];
