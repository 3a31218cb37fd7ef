import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Action,
  applyActions,
  createCodec,
  type FlowMod,
  flowMod,
  Group,
  type Match,
  output,
  Port,
  popPbb,
  WireError,
} from "../../src/ofp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { flowMods } from "../support/arbitrary-flows.ts";
import { messages } from "../support/arbitrary-messages.ts";
import { frames } from "../support/arbitrary-packets.ts";

const codec = createCodec();

/** The flow-mod with the fields of its match in one order. */
function sorted(flow: FlowMod): FlowMod {
  const match: Match = Object.fromEntries(Object.entries(flow.match).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...flow, match };
}

describe("parseFlow undoes formatFlow", () => {
  it("for flows that ovs-ofctl can say", () => {
    fc.assert(
      fc.property(flowMods, (flow) => {
        expect(sorted(codec.parseFlow(codec.formatFlow(flow)))).toEqual(sorted(flow));
      }),
      { numRuns: 300 },
    );
  });

  it("to the same bytes, apart from the order of fields", () => {
    fc.assert(
      fc.property(flowMods, (flow) => {
        const again = codec.parseFlow(codec.formatFlow(flow));
        const match = Object.fromEntries(Object.keys(flow.match).map((name) => [name, again.match[name]]));
        expect(toHex(codec.encode({ ...again, match }))).toBe(toHex(codec.encode(flow)));
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, FlowMod]>([
    ["buffer_id=0x5 actions=drop", flowMod({ bufferId: 5 })],
    ["out_port=3,out_group=9 actions=drop", flowMod({ outPort: 3, outGroup: 9 })],
    ["out_group=all actions=drop", flowMod({ outGroup: Group.all })],
    ["send_flow_rem,flags=0x8020 actions=drop", flowMod({ flags: 0x8021 })],
    ["command=9 actions=drop", flowMod({ command: 9 })],
    ["cookie=0x5/0x1 actions=drop", flowMod({ cookie: 5n, cookieMask: 1n })],
    ["modify cookie=0x5/0 actions=drop", flowMod({ command: 1, cookie: 5n })],
    ["delete table=0,cookie=0x5/0,idle_timeout=3", flowMod({ command: 3, cookie: 5n, idleTimeout: 3 })],
    ["delete table=0 actions=NORMAL", flowMod({ command: 3, instructions: [applyActions([output(Port.normal)])] })],
    ["in_port=70000 actions=output:0xff01", flow({ inPort: 70000 }, output(0xff01))],
    ["in_port=1,in_phy_port=2 actions=pop_pbb", flow({ inPort: 1, inPhyPort: 2 }, popPbb())],
    ["dl_type=0x88e7,pbb_isid=0x10/0xff0 actions=drop", flow({ ethType: 0x88e7, pbbIsid: { value: 16, mask: 0xff0 } })],
    ["ipv6,ipv6_exthdr=0x1ff actions=drop", flow({ ethType: 0x86dd, ipv6Exthdr: 0x1ff })],
    ["oxm:0x7abc:3=0x01ff/0x0fff actions=drop", flow({ "oxm:0x7abc:3": { value: "01ff", mask: "0fff" } })],
    ["oxm:0xffff:4:0x0000abcd=0x actions=drop", flow({ "oxm:0xffff:4:0x0000abcd": "" })],
    [
      "actions=set_field:0x01->oxm:0x7abc:3,copy_ttl_out,copy_ttl_in,push_pbb:0x88e7",
      flow(
        {},
        { type: "setField", field: { "oxm:0x7abc:3": "01" } },
        { type: "copyTtlOut" },
        { type: "copyTtlIn" },
        { type: "pushPbb", ethertype: 0x88e7 },
      ),
    ],
    [
      "actions=action(code=99,data=00010203),action(experimenter=0x0000abcd,data=)",
      flow(
        {},
        { type: "unknown", code: 99, data: Uint8Array.of(0, 1, 2, 3) },
        { type: "experimenter", experimenter: 0xabcd, data: new Uint8Array() },
      ),
    ],
    [
      "actions=clear_actions,instruction(experimenter=0x00000007,data=),instruction(code=40,data=00000000)",
      flowMod({
        instructions: [
          { type: "clearActions" },
          { type: "experimenter", experimenter: 7, data: new Uint8Array() },
          { type: "unknown", code: 40, data: new Uint8Array(4) },
        ],
      }),
    ],
  ])("in words of our own where ovs-ofctl has none: %s", (text, value) => {
    expect(codec.formatFlow(value)).toBe(text);
    expect(codec.parseFlow(text)).toEqual(value);
  });

  function flow(match: Match, ...actions: readonly Action[]): FlowMod {
    return flowMod({ match, instructions: actions.length === 0 ? [] : [applyActions(actions)] });
  }

  it.each<[string, FlowMod, FlowMod]>([
    ["an empty list of actions does nothing", flowMod({ instructions: [applyActions([])] }), flowMod()],
    [
      "a mask that hides nothing goes without saying",
      flow({ ethDst: { value: "00:00:00:00:00:01", mask: "ff:ff:ff:ff:ff:ff" } }),
      flow({ ethDst: "00:00:00:00:00:01" }),
    ],
    ["a mask that hides everything says nothing", flow({ metadata: { value: 0n, mask: 0n } }), flow({})],
    ["a length counts for the controller only", flow({}, output(1, 99)), flow({}, output(1))],
  ])("but not what means nothing: %s", (_, value, again) => {
    expect(codec.parseFlow(codec.formatFlow(value))).toEqual(again);
  });
});

describe("text of any kind", () => {
  function tame(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
  const words = fc.constantFrom(
    ..."tcp ip arp nw_src=1.2.3.4/24 tp_dst=80 dl_vlan=5 vlan_tci=*/ oxm:0x8000:45=0x actions= output:1 ( ) , -> = : / set_field:".split(
      " ",
    ),
    ..."->ip_dst controller( max_len= write_actions( goto_table:1 cookie=-1/ delete 0x 99999999999999999999 # * __proto__ toString".split(
      " ",
    ),
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 20 }).map((list) => list.join("")),
  );

  it("gives a value or a WireError", () => {
    fc.assert(
      fc.property(texts, (text) => {
        tame(() => codec.encode(codec.parseFlow(text)));
        tame(() => codec.parseMatch(text));
        tame(() => codec.parseActions(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("gives a value or a WireError, cut anywhere or with a character changed", () => {
    fc.assert(
      fc.property(flowMods, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (flow, at, character) => {
        const text = codec.formatFlow(flow);
        const place = at % text.length;
        tame(() => codec.encode(codec.parseFlow(text.slice(0, place))));
        tame(() => codec.encode(codec.parseFlow(text.slice(0, place) + character + text.slice(place + 1))));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["many actions", (n: number) => `actions=${"output:1,".repeat(n)}`],
    ["many words", (n: number) => `${"tcp,".repeat(n)} actions=drop`],
    ["open parentheses", (n: number) => `actions=${"write_actions(".repeat(n)}`],
    ["nested parentheses", (n: number) => `actions=foo${"(".repeat(n)}${")".repeat(n)}`],
    ["a long number", (n: number) => `metadata=${"9".repeat(n)} actions=drop`],
    ["a long hex number", (n: number) => `metadata=0x${"0".repeat(n)}1 actions=drop`],
    ["many zeros", (n: number) => `in_port=${"0".repeat(n)} actions=drop`],
    ["many slashes", (n: number) => `ip,nw_src=1.2.3.4${"/24".repeat(n)} actions=drop`],
    ["many comments", (n: number) => `${"#x\n".repeat(n)} actions=drop`],
    ["many blanks", (n: number) => `${" ".repeat(n)}actions${" ".repeat(n)}=drop`],
    ["many colons", (n: number) => `ipv6,ipv6_src=${":".repeat(n)} actions=drop`],
    ["hex data", (n: number) => `actions=action(code=99,data=${"00".repeat(n)})`],
  ])("takes time in proportion to its length: %s", (_, text) => {
    const time = (n: number): number => {
      const hostile = text(n);
      const start = performance.now();
      tame(() => codec.parseFlow(hostile));
      return performance.now() - start;
    };
    time(1000);
    expect(time(100_000)).toBeLessThan(3000);
  });
});

describe("formatMessage", () => {
  it("prints any message that can be encoded", () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(codec.formatMessage(message)).toMatch(/^(OFPT_|OFPST_|\*\*\*decode error: OFP)/);
      }),
      { numRuns: 1000 },
    );
  });

  it("prints a line about any frame", () => {
    fc.assert(
      fc.property(
        fc.oneof(frames, fc.uint8Array({ maxLength: 100 })).filter((frame) => frame.length > 0),
        (data) => {
          const message = { type: "packetOut", xid: 1, bufferId: 0xffffffff, inPort: 1, actions: [], data } as const;
          const [head, line, ...rest] = codec.formatMessage(message).split("\n");
          expect(head).toBe(`OFPT_PACKET_OUT (OF1.3) (xid=0x1): in_port=1 actions=drop data_len=${data.length}`);
          expect(line).toMatch(/dl_src=.*dl_dst=/);
          expect(rest).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
