/**
 * Where verdicts come from: a matcher of Snort's rules for the bytes that are held of a connection.
 *
 * @module analyzer
 */

export type { FlowKey, ForwardVerdict, MigrateVerdict, Verdict } from "../tcp/index.ts";
export { WireError, type WireErrorCode } from "../wire/index.ts";
export { createMatcher, type Judgement, type Matcher, type MatcherInput } from "./matcher.ts";
export {
  defaultPolicy,
  type NumberOrRange,
  type PolicyChoice,
  type VerdictPolicy,
} from "./policy.ts";
export { type RuleProblem, RulesError } from "./rule/error.ts";
export { parseRules, type RuleReading, type RuleTables, readRules } from "./rule/parse.ts";
export type {
  AddressSet,
  Condition,
  ContentCondition,
  FlagsCondition,
  PcreCondition,
  PortSet,
  Rule,
  RuleEndpoint,
  RuleMetadata,
  RuleReference,
  SetList,
  SizeCondition,
} from "./rule/types.ts";
