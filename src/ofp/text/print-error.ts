/** Errors by ovs-ofctl's names, with the message that they are about. */

import { ErrorType } from "../enums/error.ts";
import { errorName } from "../enums/error-name.ts";
import type { ErrorMessage } from "../messages/error.ts";
import { printable } from "./dump.ts";
import type { PrintContext, Printed } from "./print.ts";

/** Where ovs-ofctl's name is not the specification's, which has renamed things since. */
const renamed: Readonly<Record<string, string>> = {
  OFPBRC_BAD_MULTIPART: "OFPBRC_BAD_STAT",
  OFPBRC_BAD_EXPERIMENTER: "OFPBRC_BAD_VENDOR",
  OFPBRC_BAD_EXP_TYPE: "OFPBRC_BAD_SUBTYPE",
  OFPBRC_IS_SLAVE: "OFPBRC_IS_SECONDARY",
  OFPBAC_BAD_EXPERIMENTER: "OFPBAC_BAD_VENDOR",
  OFPBAC_BAD_EXP_TYPE: "OFPBAC_BAD_VENDOR_TYPE",
  OFPTFFC_BAD_TYPE: "OFPBPC_BAD_TYPE",
  OFPTFFC_BAD_LEN: "OFPBPC_BAD_LEN",
  OFPTFFC_BAD_ARGUMENT: "OFPBPC_BAD_VALUE",
};
const NAME = /^OFP[A-Z]+_[A-Z0-9_]+$/;
const LAST_VERSION = 6;

function nameOf(message: ErrorMessage, { registry }: PrintContext): string | undefined {
  const { errorType, code, experimenter, version } = message;
  if (version < 1 || version > LAST_VERSION) return undefined;
  if (experimenter !== undefined) return registry.experimenterError(experimenter, code);
  const name = errorName(errorType, code);
  return NAME.test(name) ? (renamed[name] ?? name) : undefined;
}

/** `payload` prints the beginning of a message, as it stands in an error. */
export function printError(
  message: ErrorMessage,
  context: PrintContext,
  payload: (bytes: Uint8Array) => string,
): Printed {
  const name = nameOf(message, context);
  if (name === undefined) return { refusal: "OFPBRC_BAD_LEN" };
  // These explain themselves in words.
  const isText = message.errorType === ErrorType.helloFailed;
  return ` ${name}\n${isText ? printable(message.data) : payload(message.data)}`;
}
