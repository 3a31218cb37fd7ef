/**
 * Where verdicts come from: a matcher of Snort's rules for the bytes that are held of a connection, alert records of Snort, and
 * Suricata's EVE log.
 *
 * @module analyzer
 */

export type { FlowKey, ForwardVerdict, MigrateVerdict, Verdict } from "../tcp/index.ts";
export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export { parseEveLine } from "./alert/eve.ts";
export type { EveAlert, EveOther, EveRecord } from "./alert/eve-types.ts";
export { LineReader, type LineReaderOptions } from "./alert/line-reader.ts";
export { decodeSnortAlert, encodeSnortAlert, SNORT_ALERT_LENGTH, snortEvent } from "./alert/snort.ts";
export { type SnortAlert, type SnortEvent, SnortValidity } from "./alert/snort-types.ts";
export { type Alert, toVerdict } from "./alert/to-verdict.ts";
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
