/** What {@link nicira} and {@link onf} teach a codec: the tables of actions, messages, multipart bodies and fields. */
import type { ExperimenterExtension } from "../ofp/definition.ts";
import { type NiciraAction, niciraActions } from "./actions/index.ts";
import { niciraErrors, onfErrors } from "./error-names.ts";
import { NICIRA, ONF } from "./experimenter.ts";
import { niciraFields, onfFields } from "./fields/index.ts";
import { type NiciraMessage, niciraMessages, type OnfMessage, onfMessages } from "./messages/index.ts";
import {
  niciraMultipartReplies,
  niciraMultipartRequests,
  onfMultipartReplies,
  onfMultipartRequests,
} from "./multiparts/index.ts";

/** Nicira's extensions, experimenter 0x2320, as Open vSwitch speaks them, and the four actions of the modified one. */
export const nicira: ExperimenterExtension<NiciraAction, NiciraMessage> = {
  name: "nicira",
  experimenter: NICIRA,
  actions: niciraActions,
  messages: niciraMessages,
  multipartRequests: niciraMultipartRequests,
  multipartReplies: niciraMultipartReplies,
  fields: niciraFields,
  errors: niciraErrors,
};

/** The extensions that the ONF numbered, experimenter 0x4f4e4600: bundles, monitors of flows, the field `tcpFlags` and names of errors. */
export const onf: ExperimenterExtension<never, OnfMessage> = {
  name: "onf",
  experimenter: ONF,
  messages: onfMessages,
  multipartRequests: onfMultipartRequests,
  multipartReplies: onfMultipartReplies,
  fields: onfFields,
  errors: onfErrors,
};
