/** What {@link nicira} and {@link onf} teach a codec. A new action or message is a row here. */
import type { ExperimenterExtension } from "../ofp/definition.ts";
import { type BundleAdd, type BundleControl, bundleAddDefinition, bundleControlDefinition } from "./bundle.ts";
import { niciraErrors, onfErrors } from "./error-names.ts";
import { NICIRA, ONF } from "./experimenter.ts";
import { niciraFields, onfFields } from "./fields.ts";
import { type FinTimeoutAction, finTimeoutDefinition, parseFinTimeout } from "./fin-timeout.ts";
import { type NoteAction, noteDefinition, parseNote } from "./note.ts";
import { parseLoad, type RegLoadAction, regLoadDefinition } from "./reg-load.ts";
import {
  parseResubmit,
  type ResubmitAction,
  type ResubmitTableAction,
  resubmitDefinition,
  resubmitTableDefinitions,
} from "./resubmit.ts";
import { type TcpShiftAction, tcpShiftDefinitions, tcpShiftWords } from "./tcp-shift.ts";

/** The actions of the Nicira extension. */
export type NiciraAction =
  | TcpShiftAction
  | ResubmitAction
  | ResubmitTableAction
  | RegLoadAction
  | NoteAction
  | FinTimeoutAction;

/** Nicira's extensions, experimenter 0x2320, as Open vSwitch speaks them, and the four actions of the modified one. */
export const nicira: ExperimenterExtension<NiciraAction, never> = {
  name: "nicira",
  experimenter: NICIRA,
  actions: [
    resubmitDefinition,
    ...resubmitTableDefinitions,
    regLoadDefinition,
    noteDefinition,
    finTimeoutDefinition,
    ...tcpShiftDefinitions,
  ],
  actionWords: {
    resubmit: parseResubmit,
    load: parseLoad,
    note: parseNote,
    fin_timeout: parseFinTimeout,
    ...tcpShiftWords,
  },
  fields: niciraFields,
  errors: niciraErrors,
};

/** The messages of the ONF's extensions: bundles (EXT-230). */
export type OnfMessage = BundleControl | BundleAdd<NiciraAction>;

/** The extensions that the ONF numbered, experimenter 0x4f4e4600: bundles, the field `tcpFlags` and names of errors. */
export const onf: ExperimenterExtension<never, OnfMessage> = {
  name: "onf",
  experimenter: ONF,
  messages: [bundleControlDefinition, bundleAddDefinition<NiciraAction>()],
  fields: onfFields,
  errors: onfErrors,
};
