import { describe, expect, it } from "vitest";
import { type ExplainFormat, explain, type Plan, planMigration } from "../../src/migration/index.ts";
import { type Endpoint, TcpFlags } from "../../src/tcp/index.ts";
import { expectDrawing, mermaidLine } from "./drawing.ts";
import { client, dialInputOf, framesOf, inputOf, ports, server, withTcp } from "./scene.ts";

const own: Endpoint = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
const { request, targetSynAck } = framesOf();
const plans: Readonly<Record<string, Plan>> = {
  ready: planMigration(inputOf()),
  "many segments": planMigration(inputOf({ lengths: [10, 20, 30, 40, 50, 60] })),
  "shifted both ways": planMigration({
    ...inputOf(),
    initialSeq: 77,
    targetSynAck: withTcp(targetSynAck, { ack: 78 }),
  }),
  dial: planMigration(dialInputOf()),
  refused: planMigration({ request, ports }),
  "nothing known": planMigration({ request: new Uint8Array(60), ports }),
  stale: planMigration({ ...inputOf(), targetSynAck: withTcp(targetSynAck, { flags: TcpFlags.ack, ack: 4242 }) }),
  "its own address": planMigration({ ...inputOf({ target: own }), target: own }),
  IPv6: planMigration(
    inputOf({ client: { ...client, ip: "2001:db8:1:2:3:4:5:6" }, server: { ...server, ip: "2001:db8::1" } }),
  ),
};
const all = Object.entries(plans);
const ready = planOf("ready");

function planOf(name: string): Plan {
  const plan = plans[name];
  if (!plan) throw new Error(name);
  return plan;
}

describe("the story", () => {
  it("tells the hand-over in order, with the numbers as each side has them", () => {
    expect(explain(ready, "text")).toBe(`\
10.0.0.3:33333 to 10.0.0.1:11111 (status: ready)
client     port 3, 00:00:00:00:00:03, 10.0.0.3:33333
old server port 1, 00:00:00:00:00:01, 10.0.0.1:11111
new server port 2, 00:00:00:00:00:01, 10.0.0.1:11111

Verdict: ok

next byte of        client  old server  new server
the client            1001        1001        1001   E = 0
the server            5001        5001        3001   D = 2000

 1. The client asked: SYN seq=1000.
    mss 1460, wscale 7
 2. The old server answered: SYN|ACK seq=5000 ack=1001.
    mss 1460, wscale 7
 3. The client's data is held back: 1 segment, 18 bytes. Nobody has acknowledged it.
    PSH|ACK seq=1001 ack=5001 len=18
    next: seq=1019
 4. The new server answered the synthetic SYN (seq=1000): SYN|ACK seq=3000 ack=1001.
    mss 1460, wscale 7
 5. Switch: flow guardWatch, priority 410.
    For a while, see how the old server answers its reset.
 6. Switch: flow guard, priority 400.
    Nothing that the old server still says may reach the client.
 7. Switch: flow clientSynTrap, priority 300.
    A new SYN from the same port is a new connection.
 8. Switch: flow targetSynTrap, priority 300.
    A repeated SYN-ACK of the new server is not the client's business.
 9. Switch: flow reverse, priority 200, seq +2000.
    What the new server sends must look like the old server's, from its first byte on.
10. Switch: barrier.
    Guard and reverse flow must work before the new server may speak.
11. To the new server: ACK seq=1001 ack=3001.
    Complete the handshake with the window that the client advertised last.
12. Switch: flow forward, priority 200, ack −2000.
    What the client sends goes to the new server from now on: this is the commit.
13. Switch: barrier.
    Held data must not overtake the forward flow.
14. Through the flow table: PSH|ACK seq=1001 ack=5001 len=18.
    Release 18 held bytes from 1001 on; the forward flow takes them to the new server.
    the new server sees PSH|ACK seq=1001 ack=3001 len=18
15. To the old server: RST|ACK seq=1001 ack=5001.
    End the connection with the old server, at exactly the number that it expects next.
16. From now on the switch translates, and neither end notices.
    the new server's byte 3001 is the client's byte 5001, and so on
`);
  });

  it.each([
    ["dial", "Wait for the new server's answer"],
    ["refused", "OPTIONS_UNKNOWN (refused)"],
    ["refused", "forward the held data"],
    ["nothing known", "NOT_TCP (refused)"],
    ["stale", "RST seq=4242"],
    ["stale", "Send the synthetic SYN once more."],
    ["shifted both ways", "seq −923, ack −2000"], // E = 78 − 1001
    ["IPv6", "[2001:db8:1:2:3:4:5:6]:33333"],
  ])("of a plan that is %s says: %s", (name, words) => {
    expect(explain(planOf(name), "text")).toContain(words);
  });
});

describe("the Mermaid diagram", () => {
  it.each(all)("of a plan (%s) has nothing but statements of a sequence diagram", (_, plan) => {
    const [first, ...rest] = explain(plan, "mermaid").trimEnd().split("\n");
    expect(first).toBe("sequenceDiagram");
    for (const line of rest) expect(line).toMatch(mermaidLine);
    const known = rest.flatMap((line) => /participant ([A-Z])/.exec(line)?.[1] ?? []);
    expect(known).toEqual(["C", "S", "O", "T"]);
  });

  it("shows what the new server gets, in its numbers", () => {
    const text = explain(ready, "mermaid");
    expect(text).toContain("S->>T: PSH|ACK seq=1001 ack=3001 len=18<br/>was seq=1001 ack=5001");
    expect(text).toContain("S-xO: RST|ACK seq=1001 ack=5001");
    expect(text).toContain("T-->>C: seq 3001 becomes 5001");
  });

  it("sums up segments beyond the fourth", () => {
    expect(explain(planOf("many segments"), "mermaid").match(/and 2 more segments/g)).toHaveLength(2);
  });
});

describe("the SVG", () => {
  it.each(all)("of a plan (%s) is well-formed, stands alone and runs nothing", (_, plan) => {
    expectDrawing(explain(plan, "svg"));
  });

  it("has colours for light and dark mode", () => {
    const style = /<style>(.*)<\/style>/.exec(explain(ready, "svg"))?.[1] ?? "";
    const [light = "", dark = ""] = style.split("@media(prefers-color-scheme:dark)");
    const rules = (css: string) => [...css.matchAll(/\.([a-z-]+)\{(?:fill|stroke):#/g)].map(([, name]) => name);
    expect(rules(dark)).toEqual(rules(light));
    expect(rules(dark).length).toBeGreaterThan(8);
  });
});

describe("explain", () => {
  it("knows its formats", () => {
    expect(() => explain(ready, "png" as ExplainFormat)).toThrow(RangeError);
  });

  it("gives commands for every effect and comments for the rest", () => {
    const lines = explain(ready, "ovs-ofctl", { bridge: "br-lan" }).trimEnd().split("\n");
    const commands = lines.filter((line) => !line.startsWith("#"));
    expect(commands.every((line) => /^ovs-ofctl -O OpenFlow13 (add-flow|packet-out) br-lan '[^']+'$/.test(line))).toBe(
      true,
    );
    expect(commands).toHaveLength(ready.effects.filter(({ type }) => type !== "barrier").length);
    expect(commands.filter((line) => line.includes("actions=dec_tcp_ack:2000,"))).toHaveLength(1);
    expect(explain(planOf("refused"), "ovs-ofctl")).toMatch(/^# status: refused.*\n# OPTIONS_UNKNOWN/);
  });
});
