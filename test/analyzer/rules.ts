/** The connection and the rules that tests of the analyzer begin with. */
import { createMatcher, type Judgement, parseRules, type Rule } from "../../src/analyzer/index.ts";
import type { FlowKey } from "../../src/tcp/index.ts";

/** The client of the prototype and its first server. */
export const key: FlowKey = { vlans: [], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 33333, dstPort: 11111 };

export const PSH_ACK = 0x18;

const anywhere = { addresses: { type: "any" }, ports: { type: "any" } } as const;

/** A rule about every connection. */
export function rule(fields: Partial<Rule>): Rule {
  return {
    action: "alert",
    protocol: "tcp",
    source: anywhere,
    destination: anywhere,
    bidirectional: false,
    gid: 1,
    sid: 1,
    rev: 0,
    references: [],
    metadata: [],
    flow: [],
    conditions: [],
    line: 1,
    ...fields,
  };
}

/** Latin-1 text as bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Reads a rule about every connection that has these options and a sid. */
export function ruleWith(options: string): Rule {
  const [only] = parseRules(`alert tcp any any -> any any (${options} sid:1;)`);
  if (!only) throw new Error("no rule");
  return only;
}

/** What is said about a text by a rule with these options. */
export function stateOf(options: string, text: string, complete = true): Judgement["state"] {
  return createMatcher([ruleWith(options)]).judge({ key, payload: latin1(text), flags: PSH_ACK, complete }).state;
}
