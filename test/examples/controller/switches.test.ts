/** What is known of switches, and of the network behind them. */
import { expect, it } from "vitest";
import type { Channel } from "../../../examples/controller/channel.ts";
import { createLog } from "../../../examples/controller/log.ts";
import { createSwitches } from "../../../examples/controller/switches.ts";
import { featuresReply } from "../../../src/ofp/index.ts";
import { arpFrame, encodeFrame } from "../../../src/tcp/index.ts";

function watched() {
  const told: string[] = [];
  const switches = createSwitches({
    log: createLog(
      "error",
      () => undefined,
      () => 0,
    ),
    now: () => 0,
    placement: () => ({ known: new Map(), twins: new Set() }),
    tell: ({ type }) => told.push(type),
  });
  return {
    ...{ switches, told },
    connect: (datapathId: bigint, auxiliaryId = 0) => {
      const closed: string[] = [];
      const nothing = (): void => undefined;
      const channel: Channel = {
        ...{ peer: "a test", dpid: datapathId, waiting: 0, send: nothing, flush: nothing },
        close: (why) => {
          closed.push(why);
          switches.closed(channel, why);
        },
      };
      switches.up(channel, featuresReply({ datapathId, auxiliaryId }));
      return { channel, closed };
    },
  };
}

it("knows where hosts are as long as their switch is there, and whichever of them has told it", () => {
  const { switches, connect } = watched();
  const { channel } = connect(1n);
  connect(2n);
  const mac = "00:00:00:00:00:0a";
  const arp = { operation: 1, senderMac: mac, senderIp: "10.0.0.10", targetMac: mac, targetIp: "10.0.0.1" };
  switches.forward(1n, 3, encodeFrame(arpFrame("ff:ff:ff:ff:ff:ff", arp)));
  expect(switches.macOf("10.0.0.10")).toBe(mac);
  switches.closed(channel, "a test");
  expect(switches.macOf("10.0.0.10")).toBeUndefined();
});

it("leaves a switch its channel when it opens an auxiliary one, and gives it another when it comes again", () => {
  const { switches, told, connect } = watched();
  const main = connect(1n);
  expect(connect(1n, 1).closed).toEqual(["auxiliary channels are not used"]);
  expect([switches.channels.length, main.closed, told]).toEqual([1, [], ["switchBack"]]);
  connect(1n);
  expect([switches.channels.length, main.closed]).toEqual([1, ["the switch has opened another channel"]]);
  expect(told).toEqual(["switchBack", "switchBack"]);
});
