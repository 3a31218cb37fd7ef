import { describe, expect, it } from "vitest";
import { parseRules, type Rule, type RuleTables } from "../../src/analyzer/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { latin1, ruleWith } from "./rules.ts";

function only(text: string, tables?: RuleTables): Rule {
  const [rule, ...more] = parseRules(text, tables);
  if (!rule || more.length > 0) throw new Error("not one rule");
  return rule;
}

/** The two rules of the system that this library continues, word for word: no port of the source, no blank before the options. */
const ORIGINAL = `alert tcp any -> 10.0.0.1 any(msg:"FORWARD"; flags:PA; content:"forward"; classtype:connection-migration; sid:1000001;)
alert tcp any -> 10.0.0.1 any(msg:"MIGRATE"; flags:PA; content:"migrate"; classtype:connection-migration; sid:1000002;)
`;

describe("a rules file", () => {
  it("may be that of the original system", () => {
    expect(parseRules(ORIGINAL)[1]).toEqual<Rule>({
      action: "alert",
      protocol: "tcp",
      source: { addresses: { type: "any" }, ports: { type: "any" } },
      destination: {
        addresses: { type: "network", address: "10.0.0.1", prefix: 32 },
        ports: { type: "any" },
      },
      bidirectional: false,
      msg: "MIGRATE",
      gid: 1,
      sid: 1_000_002,
      rev: 0,
      classtype: "connection-migration",
      references: [],
      metadata: [],
      flow: [],
      conditions: [
        { type: "flags", mode: "exactly", flags: 0x18, ignored: 0 },
        { type: "content", bytes: latin1("migrate"), negated: false, nocase: false, only: false },
      ],
      line: 2,
    });
  });

  it("has comments, blank lines, lines that go on, and ends of lines of either kind", () => {
    const text = [
      "# alert tcp any any -> any any (sid:1;)\r",
      "",
      '  alert tcp any any -> \\\r\n  any 80 (msg:"two \\\n   lines"; sid:2;)',
      "   # another comment \\",
      "pass ip any any <> any any (sid:3;)",
    ].join("\n");
    expect(parseRules(text)).toMatchObject([
      { sid: 2, line: 3, msg: "two    lines", destination: { ports: { type: "range", from: 80, to: 80 } } },
      { sid: 3, line: 7, action: "pass", protocol: "ip", bidirectional: true },
    ]);
  });

  it("may hold nothing", () => {
    expect(parseRules("")).toEqual([]);
    expect(parseRules("\n# nothing\n")).toEqual([]);
  });
});

describe("the header of a rule", () => {
  it.each<[string, Rule["source"]["addresses"]]>([
    ["10.0.0.0/8", { type: "network", address: "10.0.0.0", prefix: 8 }],
    ["2001:DB8::/32", { type: "network", address: "2001:db8::", prefix: 32 }],
    ["!10.0.0.9", { type: "list", included: [], excluded: [{ type: "network", address: "10.0.0.9", prefix: 32 }] }],
    [
      "[10.0.0.1, !10.0.0.2]",
      {
        type: "list",
        included: [{ type: "network", address: "10.0.0.1", prefix: 32 }],
        excluded: [{ type: "network", address: "10.0.0.2", prefix: 32 }],
      },
    ],
    ["$HOME", { type: "list", included: [{ type: "network", address: "10.0.0.0", prefix: 24 }], excluded: [] }],
    ["$ALSO", { type: "list", included: [{ type: "network", address: "10.0.0.0", prefix: 24 }], excluded: [] }],
  ])("names addresses as %s", (text, addresses) => {
    const variables = { HOME: "[10.0.0.0/24]", ALSO: "$HOME" };
    expect(only(`alert tcp ${text} any -> any any (sid:1;)`, { variables }).source.addresses).toEqual(addresses);
  });

  it.each<[string, Rule["source"]["ports"]]>([
    ["80", { type: "range", from: 80, to: 80 }],
    ["1024:", { type: "range", from: 1024, to: 65_535 }],
    [":1023", { type: "range", from: 0, to: 1023 }],
    ["!6000:6010", { type: "list", included: [], excluded: [{ type: "range", from: 6000, to: 6010 }] }],
    [
      "[80,8000:8080]",
      {
        type: "list",
        included: [
          { type: "range", from: 80, to: 80 },
          { type: "range", from: 8000, to: 8080 },
        ],
        excluded: [],
      },
    ],
    ["$HTTP", { type: "list", included: [{ type: "range", from: 80, to: 80 }], excluded: [] }],
  ])("names ports as %s", (text, ports) => {
    const tables = { variables: { HTTP: "[80]" } };
    expect(only(`alert tcp any any -> any ${text} (sid:1;)`, tables).destination.ports).toEqual(ports);
  });
});

describe("the options of a rule", () => {
  it("are kept where they only tell about it", () => {
    const options = `msg:"a \\"quoted\\" \\; sign"; sid:5; rev:7; gid:3; priority:2; classtype:web; reference:cve,2021-44228;
      reference:url,example.org/a,b; metadata:policy balanced drop, service http; flow:to_server,established;`;
    const rule = only(`alert tcp any any -> any any (${options.replace("\n", "")})`);
    expect(rule).toMatchObject({
      msg: 'a "quoted" ; sign',
      sid: 5,
      rev: 7,
      gid: 3,
      priority: 2,
      classtype: "web",
      references: [
        { system: "cve", id: "2021-44228" },
        { system: "url", id: "example.org/a,b" },
      ],
      metadata: [
        { key: "policy", value: "balanced drop" },
        { key: "service", value: "http" },
      ],
      flow: ["to_server", "established"],
      conditions: [],
    });
  });

  it("give a rule the priority of its classtype", () => {
    const classifications = { web: 3 };
    expect(only("alert tcp any any -> any any (classtype:web; sid:1;)", { classifications }).priority).toBe(3);
    expect(only("alert tcp any any -> any any (classtype:web; priority:1; sid:1;)", { classifications }).priority).toBe(
      1,
    );
  });

  it.each([
    ["abc", "616263"],
    ["|61 62|c|63|", "61626363"],
    ['a\\;b\\:c\\\\d\\"', "613b623a635c6422"],
    ["|0D0a|", "0d0a"],
    ["a:b(c)", "613a6228 6329"],
  ])("have the content %s", (text, hex) => {
    expect(ruleWith(`content:"${text}";`).conditions).toMatchObject([{ type: "content", bytes: fromHex(hex) }]);
  });

  it("change the content before them", () => {
    const options =
      'content:"abc"; nocase; offset:2; depth:8; content:!"de"; distance:-3; within:10; rawbytes; content:"f"; fast_pattern:only;';
    expect(ruleWith(options).conditions).toMatchObject([
      { nocase: true, offset: 2, depth: 8, negated: false },
      { negated: true, distance: -3, within: 10, nocase: false },
      { only: true },
    ]);
  });

  it.each([
    ["S", "exactly", 0x02, 0],
    ["PA", "exactly", 0x18, 0],
    ["+SA", "all", 0x12, 0],
    ["S+", "all", 0x02, 0],
    ["*FR", "any", 0x05, 0],
    ["!U", "none", 0x20, 0],
    ["S,CE", "exactly", 0x02, 0xc0],
    ["S,12", "exactly", 0x02, 0xc0],
    ["0", "exactly", 0, 0],
  ])("ask for the flags %s", (text, mode, flags, ignored) => {
    expect(ruleWith(`flags:${text};`).conditions).toEqual([{ type: "flags", mode, flags, ignored }]);
  });

  it.each([
    ["300", { least: 300, most: 300 }],
    [">300", { least: 301 }],
    ["< 300", { least: 0, most: 299 }],
    ["300<>400", { least: 300, most: 400 }],
  ])("ask for the size %s", (text, size) => {
    expect(ruleWith(`dsize:${text};`).conditions).toEqual([{ type: "dsize", ...size }]);
  });

  it("ask for a pattern, with flags", () => {
    expect(ruleWith('pcre:!"/a\\/b/smi";').conditions).toEqual([
      {
        type: "pcre",
        pattern: "a\\/b",
        negated: true,
        relative: false,
        caseless: true,
        dotAll: true,
        multiline: true,
        anchored: false,
        dollarEndOnly: false,
      },
    ]);
    expect(ruleWith('pcre:"m!a/b!RAE";').conditions).toMatchObject([
      { pattern: "a/b", relative: true, anchored: true, dollarEndOnly: true },
    ]);
  });
});
