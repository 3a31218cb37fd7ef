/** Why the switch refuses a message: the type and code of its OFPT_ERROR (OpenFlow 1.3.5 §7.4.4). */
import { ONF } from "../../nx/experimenter.ts";
import {
  BadActionCode as Action,
  type BadActionCode,
  type BadInstructionCode,
  type BadMatchCode,
  type BadRequestCode,
  ErrorType,
  type FlowModFailedCode,
  BadInstructionCode as Instruction,
  BadMatchCode as MatchCode,
  BadRequestCode as Request,
} from "../../ofp/enums/error.ts";
import type { WireError } from "../../wire/index.ts";

/** Thrown by whatever finds the fault, answered with an error message. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly errorType: number;
  readonly code: number;
  readonly experimenter: number | undefined;

  constructor(errorType: number, code: number, experimenter?: number) {
    super(`error type ${errorType} code ${code}`);
    this.errorType = errorType;
    this.code = code;
    this.experimenter = experimenter;
  }
}

export function badRequest(code: BadRequestCode): Refusal {
  return new Refusal(ErrorType.badRequest, code);
}

export function badAction(code: BadActionCode): Refusal {
  return new Refusal(ErrorType.badAction, code);
}

export function badInstruction(code: BadInstructionCode): Refusal {
  return new Refusal(ErrorType.badInstruction, code);
}

export function badMatch(code: BadMatchCode): Refusal {
  return new Refusal(ErrorType.badMatch, code);
}

export function flowModFailed(code: FlowModFailedCode): Refusal {
  return new Refusal(ErrorType.flowModFailed, code);
}

/** ONF extension 260: OpenFlow 1.3 has no code of its own for a second instruction of one type. */
const DUPLICATE_INSTRUCTION = 2600;

/** What a switch answers to bytes that do not decode. */
export function refusalOf({ code, path }: WireError): Refusal {
  if (code === "badVersion") return badRequest(Request.badVersion);
  if (/\.actions\b/.test(path)) return badAction(actionCode(code, path));
  if (/\.match\b/.test(path)) return badMatch(matchCode(code));
  if (/\.instructions\b/.test(path)) {
    if (code === "duplicate") return new Refusal(ErrorType.experimenter, DUPLICATE_INSTRUCTION, ONF);
    return badInstruction(Instruction.badLen);
  }
  return badRequest(Request.badLen);
}

function actionCode(code: WireError["code"], path: string): BadActionCode {
  if (path.endsWith(".dst")) return Action.badSetLen;
  // The error in a set-field has the name of the field behind the action's number.
  const inField = /\.actions\[\d+\]\.(?!.*\bactions\b)/.test(path);
  switch (code) {
    case "badLength":
      return inField ? Action.badSetLen : Action.badLen;
    case "outOfRange":
      return inField && !path.endsWith(".value") ? Action.badSetArgument : Action.badArgument;
    default:
      return inField ? Action.badSetArgument : Action.badArgument;
  }
}

function matchCode(code: WireError["code"]): BadMatchCode {
  switch (code) {
    case "duplicate":
      return MatchCode.dupField;
    case "badPrerequisite":
      return MatchCode.badPrereq;
    case "badMask":
      return MatchCode.badWildcards;
    case "outOfRange":
      return MatchCode.badValue;
    case "badType":
      return MatchCode.badType;
    default:
      return MatchCode.badLen;
  }
}
