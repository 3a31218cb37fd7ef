/** What is known of switches, and of the network behind them. */
import { expect, it } from "vitest";
import type { Channel } from "../../../examples/controller/channel.ts";
import { createLog } from "../../../examples/controller/log.ts";
import { createSwitches } from "../../../examples/controller/switches.ts";
import { featuresReply } from "../../../src/ofp/index.ts";
import { arpFrame, encodeFrame } from "../../../src/tcp/index.ts";

it("knows where hosts are as long as their switch is there, and whichever of them has told it", () => {
  const switches = createSwitches({
    log: createLog(
      "error",
      () => undefined,
      () => 0,
    ),
    now: () => 0,
    placement: () => ({ known: new Map(), twins: new Set() }),
    tell: () => undefined,
  });
  const connect = (dpid: bigint): Channel => {
    const nothing = (): void => undefined;
    const channel: Channel = { ...{ peer: "a test", dpid, waiting: 0 }, send: nothing, flush: nothing, close: nothing };
    switches.up(channel, featuresReply({ datapathId: dpid }));
    return channel;
  };
  const one = connect(1n);
  connect(2n);
  const mac = "00:00:00:00:00:0a";
  const arp = { operation: 1, senderMac: mac, senderIp: "10.0.0.10", targetMac: mac, targetIp: "10.0.0.1" };
  switches.forward(1n, 3, encodeFrame(arpFrame("ff:ff:ff:ff:ff:ff", arp)));
  expect(switches.macOf("10.0.0.10")).toBe(mac);
  switches.closed(one, "a test");
  expect(switches.macOf("10.0.0.10")).toBeUndefined();
});
