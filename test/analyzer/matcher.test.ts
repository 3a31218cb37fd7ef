import { describe, expect, it } from "vitest";
import {
  createMatcher,
  type MatcherInput,
  parseRules,
  type Rule,
  type VerdictPolicy,
} from "../../src/analyzer/index.ts";
import { createFlowKey, TcpFlags } from "../../src/tcp/index.ts";
import { key, latin1, PSH_ACK, rule } from "./rules.ts";

const ORIGINAL = `alert tcp any -> 10.0.0.1 any(msg:"FORWARD"; flags:PA; content:"forward"; classtype:connection-migration; sid:1000001;)
alert tcp any -> 10.0.0.1 any(msg:"MIGRATE"; flags:PA; content:"migrate"; classtype:connection-migration; sid:1000002;)`;

function input(text: string, fields: Partial<MatcherInput> = {}): MatcherInput {
  return { key, payload: latin1(text), flags: PSH_ACK, complete: false, ...fields };
}

describe("the rules of the original system", () => {
  const matcher = createMatcher(parseRules(ORIGINAL));

  it("move a connection, or leave it", () => {
    expect(matcher(input("please migrate", { seq: 1001, generation: 4 }))).toEqual({
      action: "migrate",
      key,
      seq: 1001,
      generation: 4,
      rule: "1:1000002:0",
      reason: "MIGRATE",
    });
    expect(matcher(input("go forward"))).toEqual({ action: "forward", key, rule: "1:1000001:0", reason: "FORWARD" });
  });

  it("wait for a word that is split between segments", () => {
    expect(matcher.judge(input("please mig", { flags: TcpFlags.ack }))).toEqual({ state: "needMore" });
    expect(matcher.judge(input("please migrate"))).toMatchObject({ state: "match", rule: { sid: 1_000_002 } });
    expect(matcher.judge(input("please mig", { complete: true }))).toEqual({ state: "noMatch" });
    expect(matcher(input("please mig"))).toBeUndefined();
  });

  it("wait for a segment with the right flags", () => {
    expect(matcher.judge(input("migrate", { flags: TcpFlags.ack })).state).toBe("needMore");
    expect(matcher.judge(input("migrate", { flags: TcpFlags.ack, complete: true })).state).toBe("noMatch");
  });

  it("say nothing of other servers", () => {
    const elsewhere = { ...key, dst: "10.0.0.9" };
    expect(matcher.judge(input("migrate", { key: elsewhere }))).toEqual({ state: "noMatch" });
  });
});

describe("flags", () => {
  it.each([
    ["PA", PSH_ACK, true],
    ["PA", PSH_ACK | TcpFlags.urg, false],
    ["PA", PSH_ACK | TcpFlags.ece, false],
    ["PA,CE", PSH_ACK | TcpFlags.ece, true],
    ["PA", PSH_ACK | TcpFlags.ae, true],
    ["A+", PSH_ACK, true],
    ["FA+", PSH_ACK, false],
    ["*FA", PSH_ACK, true],
    ["*FS", PSH_ACK, false],
    ["!FS", PSH_ACK, true],
    ["!FA", PSH_ACK, false],
    ["0", 0, true],
  ])("%s of a segment with %i: %s", (text, flags, expected) => {
    const matcher = createMatcher(parseRules(`alert tcp any any -> any any (flags:${text}; sid:1;)`));
    expect(matcher.judge(input("x", { flags, complete: true })).state).toBe(expected ? "match" : "noMatch");
  });
});

describe("sizes", () => {
  it.each([
    [">2", "abc", "match"],
    [">2", "ab", "needMore"],
    ["<3", "ab", "needMore"],
    ["<3", "abc", "noMatch"],
    ["2", "ab", "needMore"],
    ["2", "abc", "noMatch"],
    ["2<>3", "abc", "needMore"],
    ["2<>3", "abcd", "noMatch"],
  ])("%s of %j, when more may come: %s", (text, sent, state) => {
    const matcher = createMatcher(parseRules(`alert tcp any any -> any any (dsize:${text}; sid:1;)`));
    expect(matcher.judge(input(sent)).state).toBe(state);
  });
});

describe("the header of a rule", () => {
  const judge = (header: string, connection = key) =>
    createMatcher(parseRules(`alert ${header} (sid:1;)`)).judge(input("x", { key: connection })).state === "match";

  it.each([
    ["tcp any any -> 10.0.0.1 11111", true],
    ["tcp any any -> 10.0.0.1 11112", false],
    ["ip any any -> any any", true],
    ["tcp 10.0.0.1 any -> any any", false],
    ["tcp 10.0.0.1 any <> any any", true],
    ["tcp 10.0.0.1 33333 <> any any", false],
    ["tcp 10.0.0.0/30 any -> any any", true],
    ["tcp 10.0.0.0/31 any -> any any", false],
    ["tcp 0.0.0.0/0 any -> any any", true],
    ["tcp ::/0 any -> any any", false],
    ["tcp !10.0.0.3 any -> any any", false],
    ["tcp ![10.0.0.4,10.0.0.5] any -> any any", true],
    ["tcp [10.0.0.0/24,!10.0.0.3] any -> any any", false],
    ["tcp [10.0.0.0/24,![10.0.0.0/29,!10.0.0.3]] any -> any any", true],
    ["tcp any 33000:34000 -> any !80", true],
    ["tcp any [1:1000,33333] -> any :20000", true],
    ["tcp any !33333 -> any any", false],
  ])("alert %s: %s", (header, expected) => {
    expect(judge(header)).toBe(expected);
  });

  it("compares IPv6 addresses by their bits", () => {
    const connection = createFlowKey({ src: "2001:db8:1::3", dst: "2001:db8::1", srcPort: 1, dstPort: 80 });
    expect(judge("tcp 2001:db8:1::/48 any -> 2001:DB8:0:0::1 80", connection)).toBe(true);
    expect(judge("tcp 2001:db8:2::/47 any -> any any", connection)).toBe(false);
    expect(judge("tcp 2001:db8:0::/47 any -> any any", connection)).toBe(true);
    expect(judge("tcp 0.0.0.0/0 any -> any any", connection)).toBe(false);
  });
});

describe("of several rules", () => {
  const decide = (text: string, rules: string, fields: Partial<MatcherInput> = {}) =>
    createMatcher(parseRules(rules))(input(text, fields))?.rule;
  const rules = (...options: string[]) =>
    options.map((option, index) => `alert tcp any any -> any any (${option} sid:${index + 1};)`).join("\n");

  it("the one that matches with the fewest bytes decides, so that pieces make no difference", () => {
    const text = rules('content:"bbb";', 'content:"aaa";');
    expect(decide("aaa", text)).toBe("1:2:0");
    expect(decide("aaabbb", text)).toBe("1:2:0");
    expect(decide("bbbaaa", text)).toBe("1:1:0");
  });

  it("the first decides, when they match with as many", () => {
    expect(decide("ab", rules('content:"ab";', 'content:"b";'))).toBe("1:1:0");
  });

  it("one that only the end of the bytes makes sure comes last", () => {
    expect(decide("ab", rules('content:!"x";', 'content:"ab";'), { complete: true })).toBe("1:2:0");
    expect(decide("cd", rules('content:!"x";', 'content:"ab";'), { complete: true })).toBe("1:1:0");
  });

  it("a pass rule comes before an alert with as many bytes, and leaves the connection where it is", () => {
    const text = `${rules('content:"ab";')}\npass tcp any any -> any any (msg:"mine"; content:"b"; sid:9; rev:2;)`;
    expect(createMatcher(parseRules(text))(input("ab"))).toEqual({
      action: "forward",
      key,
      rule: "1:9:2",
      reason: "mine",
    });
  });
});

describe("a policy", () => {
  const matchWith = (policy: VerdictPolicy, fields: Partial<Rule> = {}) =>
    createMatcher([rule({ sid: 7, ...fields })], policy)(input("x"));

  it("says which rules move a connection, and where to", () => {
    const policy: VerdictPolicy = {
      choices: [
        { sids: [[1, 6]], action: "forward" },
        { sids: [7], action: "migrate", target: "honeypot", park: true },
      ],
    };
    expect(matchWith(policy)).toMatchObject({ action: "migrate", target: "honeypot", park: true });
    expect(matchWith(policy, { sid: 3 })).toMatchObject({ action: "forward" });
    expect(matchWith(policy, { sid: 8 })).toMatchObject({ action: "migrate" });
    expect(matchWith(policy, { sid: 8 })).not.toHaveProperty("target");
  });

  it("chooses by everything that a choice names", () => {
    const policy: VerdictPolicy = {
      choices: [
        { gids: [1], messages: ["Scan"], classes: ["web"], priorities: [[1, 2]], action: "migrate", target: "pot" },
        { action: "forward" },
      ],
    };
    const fits = { msg: "SCAN", classtype: "web", priority: 2 };
    expect(matchWith(policy, fits)).toMatchObject({ target: "pot" });
    for (const other of [{ gid: 2 }, { msg: "scan!" }, { classtype: "other" }, { priority: 3 }]) {
      expect(matchWith(policy, { ...fits, ...other })).toMatchObject({ action: "forward" });
    }
    expect(matchWith(policy, { msg: "scan", classtype: "web" })).toMatchObject({ action: "forward" });
  });

  it("leaves rules out that it ignores: they do not even make anybody wait", () => {
    const policy: VerdictPolicy = { choices: [{ sids: [7], action: "ignore" }] };
    expect(createMatcher([rule({ sid: 7 })], policy).judge(input("x"))).toEqual({ state: "noMatch" });
  });
});

describe("arguments of the wrong kind are the caller's mistake", () => {
  const matcher = createMatcher([rule({})]);

  it.each([
    ["input.payload", { payload: "text" }],
    ["input.flags", { flags: -1 }],
    ["input.flags", { flags: undefined }],
    ["input.complete", { complete: "no" }],
    ["input.key", { key: undefined }],
  ])("%s", (name, fields) => {
    expect(() => matcher({ ...input("x"), ...fields } as never)).toThrow(name);
  });

  it.each([
    ["policy.choices", {}],
    ["policy.choise", { choise: [] }],
    ["policy.choices[0].action", { choices: [{ action: "move" }] }],
    ["policy.choices[0].sid", { choices: [{ sid: [1], action: "migrate" }] }],
    ["policy.choices[0].sids[0]", { choices: [{ sids: ["1"], action: "migrate" }] }],
    ["policy.choices[0].sids[0]", { choices: [{ sids: [[1, 2, 3]], action: "migrate" }] }],
    ["policy.choices[0].target", { choices: [{ target: 1, action: "migrate" }] }],
    ["policy.choices[0].park", { choices: [{ park: 1, action: "migrate" }] }],
    ["policy.choices[0].messages[0]", { choices: [{ messages: [1], action: "migrate" }] }],
    ['policy.choices[0]: only "migrate"', { choices: [{ target: "x", action: "forward" }] }],
  ])("%s", (name, policy) => {
    expect(() => createMatcher([], policy as never)).toThrow(name);
  });

  it("a rule with a pattern that is none", () => {
    const pcre = {
      type: "pcre",
      pattern: "(",
      negated: false,
      relative: false,
      caseless: false,
      dotAll: false,
      multiline: false,
      anchored: false,
      dollarEndOnly: false,
    } as const;
    expect(() => createMatcher([rule({ conditions: [pcre] })])).toThrow(RangeError);
    expect(() => createMatcher([rule({ conditions: [pcre] })])).toThrow("rules[0].conditions");
  });
});
