/** The specification's own names of errors, for people who will look them up. */
import { quote } from "../../wire/index.ts";
import {
  BadActionCode,
  BadInstructionCode,
  BadMatchCode,
  BadRequestCode,
  ErrorType,
  FlowModFailedCode,
  GroupModFailedCode,
  HelloFailedCode,
  MeterModFailedCode,
  PortModFailedCode,
  QueueOpFailedCode,
  RoleRequestFailedCode,
  SwitchConfigFailedCode,
  TableFeaturesFailedCode,
  TableModFailedCode,
} from "./error.ts";

type Codes = Readonly<Record<string, number>>;

const families: ReadonlyMap<number, readonly [prefix: string, codes: Codes]> = new Map<
  number,
  readonly [string, Codes]
>([
  [ErrorType.helloFailed, ["OFPHFC", HelloFailedCode]],
  [ErrorType.badRequest, ["OFPBRC", BadRequestCode]],
  [ErrorType.badAction, ["OFPBAC", BadActionCode]],
  [ErrorType.badInstruction, ["OFPBIC", BadInstructionCode]],
  [ErrorType.badMatch, ["OFPBMC", BadMatchCode]],
  [ErrorType.flowModFailed, ["OFPFMFC", FlowModFailedCode]],
  [ErrorType.groupModFailed, ["OFPGMFC", GroupModFailedCode]],
  [ErrorType.portModFailed, ["OFPPMFC", PortModFailedCode]],
  [ErrorType.tableModFailed, ["OFPTMFC", TableModFailedCode]],
  [ErrorType.queueOpFailed, ["OFPQOFC", QueueOpFailedCode]],
  [ErrorType.switchConfigFailed, ["OFPSCFC", SwitchConfigFailedCode]],
  [ErrorType.roleRequestFailed, ["OFPRRFC", RoleRequestFailedCode]],
  [ErrorType.meterModFailed, ["OFPMMFC", MeterModFailedCode]],
  [ErrorType.tableFeaturesFailed, ["OFPTFFC", TableFeaturesFailedCode]],
]);

/**
 * The name that OpenFlow 1.3.5 §7.4.4 gives an error: `errorName(2, 3)` is `"OFPBAC_BAD_EXP_TYPE"`. A code without a name is
 * `"OFPET_BAD_ACTION code 99"`, an experimenter's error `"OFPET_EXPERIMENTER code 5"`, an unknown type `"error type 77 code 1"`.
 */
export function errorName(errorType: number, code: number): string {
  const [prefix, codes] = families.get(errorType) ?? ["", {}];
  const name = nameOf(codes, code);
  if (name !== undefined) return `${prefix}_${name}`;
  const type = nameOf(ErrorType, errorType);
  return `${type === undefined ? `error type ${quote(errorType)}` : `OFPET_${type}`} code ${quote(code)}`;
}

/** `badExpType` as BAD_EXP_TYPE. */
function nameOf(values: Codes, wanted: number): string | undefined {
  const entry = Object.entries(values).find(([, value]) => value === wanted);
  return entry?.[0].replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
