/** Two hosts that believe in each other's numbers, and a switch between them that changes those on the way. */
import { describe, expect, it } from "vitest";
import { encode, formatActions, parseFlow } from "../../src/index.ts";
import { shiftAck, shiftSeq } from "../../src/nx/index.ts";
import { barrierRequest } from "../../src/ofp/index.ts";
import { decodeFrame, seqAdd } from "../../src/tcp/index.ts";
import { createModelHost, createModelSwitch, createNetwork, type LinkConditions } from "../../src/testing/index.ts";
import { client, pattern, server } from "./wire-tap.ts";

interface Case {
  readonly name: string;
  /** Added to the client's numbers on their way to the server, and to the server's on their way back. */
  readonly clientOffset: number;
  readonly serverOffset: number;
  readonly isns: readonly [client: number, server: number];
  readonly link?: LinkConditions;
  readonly dataPlane?: "exact" | "prototype";
  readonly ipv6?: boolean;
}

const SIZE = 300_000;
const BAD: LinkConditions = { delayMs: 2, loss: 0.02, duplication: 0.02, reordering: 0.05 };

function transfer({ clientOffset, serverOffset, isns, link = {}, dataPlane = "exact", ipv6 = false }: Case) {
  const clientIp = ipv6 ? "2001:db8::3" : client.ip;
  const serverIp = ipv6 ? "2001:db8::1" : server.ip;
  const model = createModelSwitch({ ports: [1, 2], dataPlane });
  const protocol = ipv6 ? "tcp6" : "tcp";
  const there = formatActions([...shiftSeq(clientOffset), ...shiftAck(seqAdd(0, -serverOffset))]);
  const back = formatActions([...shiftSeq(serverOffset), ...shiftAck(seqAdd(0, -clientOffset))]);
  for (const [port, actions, out] of [
    [1, there, 2],
    [2, back, 1],
  ] as const) {
    const shifts = actions === "drop" ? "" : `${actions},`;
    model.receive(encode(parseFlow(`priority=200,${protocol},in_port=${port} actions=${shifts}output:${out}`)));
    model.receive(encode(parseFlow(`priority=1,in_port=${port} actions=output:${out}`)));
  }
  model.receive(encode(barrierRequest({ xid: 9 })));
  expect(model.take().toController).toHaveLength(2);

  const network = createNetwork({ seed: 5, link });
  const one = createModelHost({ mac: client.mac, ip: clientIp, isn: isns[0] });
  const two = createModelHost({ mac: server.mac, ip: serverIp, isn: isns[1] });
  network.cable(one, { switch: model, port: 1 });
  network.cable(two, { switch: model, port: 2 });
  let damaged = 0;
  network.tap(({ frame }) => {
    if (decodeFrame(frame).tcp?.checksumValid === false) damaged++;
  });
  const listener = two.listen(server.port, { closesWithPeer: false });
  const dialled = one.connect({ to: { ...server, ip: serverIp }, closesWithPeer: false });
  dialled.send(pattern(SIZE, 1));
  dialled.close();
  network.runUntil(() => listener.connections.length > 0);
  const [accepted] = listener.connections;
  if (!accepted) throw new Error("nothing accepted");
  accepted.send(pattern(SIZE, 2));
  accepted.close();
  network.runUntilIdle();
  return { dialled, accepted, damaged, model };
}

const cases: readonly Case[] = [
  { name: "without a shift", clientOffset: 0, serverOffset: 0, isns: [0xffffff00, 0xfffffffe] },
  { name: "by small numbers, across the wrap", clientOffset: 0, serverOffset: 2000, isns: [0xfffffff0, 0xffffff00] },
  { name: "by large numbers", clientOffset: 0x89abcdef, serverOffset: 0xfedcba98, isns: [0xffff0000, 0x7fffff00] },
  { name: "by half of all numbers", clientOffset: 2 ** 31, serverOffset: 2 ** 31, isns: [0x7fffff00, 0xffffff80] },
  { name: "by one less than nothing", clientOffset: 0xffffffff, serverOffset: 1, isns: [0, 0xffffffff] },
  {
    name: "through links that lose, repeat and reorder",
    clientOffset: 12_345,
    serverOffset: 0xdeadbeef,
    isns: [0xffffc000, 0xfffffff0],
    link: BAD,
  },
  {
    name: "as the prototype's switch does it",
    clientOffset: 3_000_000_000,
    serverOffset: 77,
    isns: [0xfffffff0, 0xffff0000],
    dataPlane: "prototype",
    link: BAD,
  },
  {
    name: "over IPv6",
    clientOffset: 1_000_000_007,
    serverOffset: 0xfffffff0,
    isns: [0xffffff00, 0xfffffffe],
    ipv6: true,
    link: BAD,
  },
];

describe("data both ways through a switch that shifts both directions", () => {
  it.each(cases)("arrives whole $name", (given) => {
    const { dialled, accepted, damaged, model } = transfer(given);
    expect(Buffer.compare(accepted.received, pattern(SIZE, 1))).toBe(0);
    expect(Buffer.compare(dialled.received, pattern(SIZE, 2))).toBe(0);
    expect([dialled.state, accepted.state, dialled.error, accepted.error]).toEqual([
      "closed",
      "closed",
      undefined,
      undefined,
    ]);
    expect(damaged).toBe(0);
    // Each side has only ever seen the other's numbers shifted.
    expect(dialled.iss).toBe(given.isns[0]);
    expect(dialled.irs).toBe(seqAdd(given.isns[1], given.serverOffset));
    expect(accepted.iss).toBe(given.isns[1]);
    expect(accepted.irs).toBe(seqAdd(given.isns[0], given.clientOffset));
    const counted = model.flows().reduce((sum, { byteCount }) => sum + Number(byteCount), 0);
    expect(counted).toBeGreaterThan(2 * SIZE);
  });
});
