import { expect, it } from "vitest";
import {
  BadActionCode,
  BadMatchCode,
  ErrorType,
  errorName,
  FlowModFailedCode,
  HelloFailedCode,
  MeterModFailedCode,
} from "../../src/ofp/index.ts";

// The names of OpenFlow 1.3.5 §7.4.4.
it.each([
  [ErrorType.helloFailed, HelloFailedCode.incompatible, "OFPHFC_INCOMPATIBLE"],
  [ErrorType.badAction, BadActionCode.badType, "OFPBAC_BAD_TYPE"],
  [ErrorType.badAction, BadActionCode.badExpType, "OFPBAC_BAD_EXP_TYPE"],
  [ErrorType.badMatch, BadMatchCode.badDlAddrMask, "OFPBMC_BAD_DL_ADDR_MASK"],
  [ErrorType.flowModFailed, FlowModFailedCode.tableFull, "OFPFMFC_TABLE_FULL"],
  [ErrorType.meterModFailed, MeterModFailedCode.outOfBands, "OFPMMFC_OUT_OF_BANDS"],
  [1, 10, "OFPBRC_IS_SLAVE"],
  [3, 4, "OFPBIC_UNSUP_METADATA_MASK"],
  [10, 2, "OFPSCFC_EPERM"],
  [13, 5, "OFPTFFC_EPERM"],
  [2, 99, "OFPET_BAD_ACTION code 99"],
  [0xffff, 5, "OFPET_EXPERIMENTER code 5"],
  [77, 1, "error type 77 code 1"],
])("calls type %i code %i %s", (errorType, code, name) => {
  expect(errorName(errorType, code)).toBe(name);
});
