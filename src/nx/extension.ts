/** What {@link nicira} and {@link onf} teach a codec: the tables of actions, messages and fields. */
import type { ExperimenterExtension } from "../ofp/definition.ts";
import { type NiciraAction, niciraActions } from "./actions/index.ts";
import { niciraErrors, onfErrors } from "./error-names.ts";
import { NICIRA, ONF } from "./experimenter.ts";
import { niciraFields, onfFields } from "./fields/index.ts";
import { type OnfMessage, onfMessages } from "./messages/index.ts";

/** Nicira's extensions, experimenter 0x2320, as Open vSwitch speaks them, and the four actions of the modified one. */
export const nicira: ExperimenterExtension<NiciraAction, never> = {
  name: "nicira",
  experimenter: NICIRA,
  actions: niciraActions,
  fields: niciraFields,
  errors: niciraErrors,
};

/** The extensions that the ONF numbered, experimenter 0x4f4e4600: bundles, the field `tcpFlags` and names of errors. */
export const onf: ExperimenterExtension<never, OnfMessage> = {
  name: "onf",
  experimenter: ONF,
  messages: onfMessages,
  fields: onfFields,
  errors: onfErrors,
};
