/** Frames that are no segments: ARP, neighbour discovery, ICMP, fragments. */
import { describe, expect, it } from "vitest";
import { Port } from "../../../src/ofp/index.ts";
import { arpFrame, decodeFrame, encodeFrame, internetChecksum, segmentFrame } from "../../../src/tcp/index.ts";
import { ACK, clientAt, PSH, plainConfig, ports, SYN, server, service, TrackerRun, talk, vip } from "./scene.ts";

const broadcast = "ff:ff:ff:ff:ff:ff";
const nobody = "00:00:00:00:00:00";

/** A router's "destination unreachable" about a segment: type 3, code 1, and the quoted packet. */
function unreachable(from: string, to: string, quoted: Uint8Array): Uint8Array {
  const icmp = new Uint8Array(8 + quoted.length - 14);
  icmp.set([3, 1]);
  icmp.set(quoted.subarray(14), 8);
  new DataView(icmp.buffer).setUint16(2, internetChecksum(icmp));
  const frame = decodeFrame(
    encodeFrame(
      segmentFrame({
        from: { mac: server.mac, ip: from, port: 1 },
        to: { mac: broadcast, ip: to, port: 1 },
        seq: 0,
        ack: 0,
        flags: ACK,
        window: 0,
      }),
    ),
  );
  const { ethernet, ipv4 } = frame;
  return encodeFrame({ ethernet, ...(ipv4 && { ipv4: { ...ipv4, protocol: 1 } }), payload: icmp });
}

describe("ARP", () => {
  const question = (targetIp: string, from = clientAt("10.0.0.3", 0)) =>
    arpFrame(broadcast, { operation: 1, senderMac: from.mac, senderIp: from.ip, targetMac: nobody, targetIp });

  it("for the service's address goes to server 1 alone", () => {
    const run = new TrackerRun().packet(ports.client, question(vip.ip));
    expect(run.effects).toMatchObject([{ type: "packetOut", message: { actions: [{ port: ports.origin }] } }]);
  });

  it("is answered for a service whose Ethernet address is told", () => {
    const services = { web: { ...service, vip: { ...vip, mac: "00:00:00:00:00:aa" } } };
    const run = new TrackerRun({ ...plainConfig, services }).packet(ports.client, question(vip.ip));
    const [effect] = run.effects;
    if (effect?.type !== "packetOut") throw new Error("no answer");
    expect(effect.message.actions).toMatchObject([{ port: Port.inPort }]);
    expect(decodeFrame(effect.message.data).arp).toMatchObject({ operation: 2, senderMac: "00:00:00:00:00:aa" });
  });

  it("of a target that claims the service's address is kept from everybody", () => {
    const own = { mac: "00:00:00:00:00:02", ip: vip.ip, port: 0 };
    const run = new TrackerRun().packet(ports.target, question(vip.ip, own));
    expect(run.types).toEqual(["report"]);
  });

  it("of a target that asks for a client is answered from what connections have shown, or by the caller", () => {
    const own = { mac: "00:00:00:00:00:02", ip: vip.ip, port: 0 };
    const run = new TrackerRun({
      ...plainConfig,
      macOf: (ip) => (ip === "10.0.0.77" ? "00:00:00:00:00:77" : undefined),
    }).handshake(talk());
    const macs = ["10.0.0.3", "10.0.0.77", "10.0.0.4"].map((ip) => {
      run.packet(ports.target, question(ip, own));
      const [effect] = run.effects;
      return effect?.type === "packetOut" ? decodeFrame(effect.message.data).arp?.senderMac : effect?.type;
    });
    expect(macs).toEqual(["00:00:00:00:03:03", "00:00:00:00:00:77", "report"]);
    // It is forgotten with the last connection that has shown it.
    run.client(talk(), { flags: 0x14 });
    run.packet(ports.target, question("10.0.0.3", own));
    expect(run.types).toEqual(["report"]);
  });

  it("about anybody else is none of the tracker's business", () => {
    const run = new TrackerRun().packet(ports.client, question("10.0.0.99"));
    expect(run.types).toEqual(["unclaimed"]);
  });
});

describe("an ICMP error", () => {
  const { from } = talk();

  it("about a moved connection is translated for the server that has it", () => {
    const run = new TrackerRun().migrate(talk());
    // D = 5000 − 3000: what the client got as 5001, its server sent as 3001.
    const quoted = encodeFrame(segmentFrame({ from: server, to: from, seq: 5001, ack: 1019, flags: ACK, window: 1 }));
    run.packet(ports.client, unreachable(from.ip, vip.ip, quoted));
    const [sent] = run.sent;
    expect(sent?.port).toBe(ports.target);
    const data = sent?.frame.payload ?? new Uint8Array();
    expect(new DataView(data.buffer, data.byteOffset).getUint32(8 + 20 + 4)).toBe(3001);
  });

  it("from a server's side finds its connection, too", () => {
    const run = new TrackerRun().migrate(talk());
    const quoted = encodeFrame(segmentFrame({ from, to: server, seq: 1019, ack: 3001, flags: ACK, window: 1 }));
    run.packet(ports.target, unreachable("10.0.0.254", from.ip, quoted));
    expect(run.sent).toMatchObject([{ port: ports.client }]);
  });

  it("about what nobody of a handshake has sent is left to the rest of the network: it tells numbers of another connection", () => {
    const run = new TrackerRun().client(talk({ inPort: 9 }), { seq: 77, ack: 0, flags: SYN });
    const about = (seq: number) =>
      encodeFrame(segmentFrame({ from, to: server, seq, ack: 5001, flags: ACK, window: 1 }));
    run.packet(ports.origin, unreachable("10.0.0.254", from.ip, about(1019)));
    expect([run.types, run.sent]).toEqual([["unclaimed"], []]);
    run.packet(ports.origin, unreachable("10.0.0.254", from.ip, about(77)));
    expect(run.sent).toMatchObject([{ port: 9 }]);
  });

  it("about no connection is left to the rest of the network", () => {
    const quoted = encodeFrame(segmentFrame({ from: server, to: from, seq: 5001, ack: 1019, flags: ACK, window: 1 }));
    const run = new TrackerRun().packet(ports.client, unreachable(from.ip, vip.ip, quoted));
    expect(run.types).toEqual(["unclaimed"]);
  });
});

describe("a fragment", () => {
  it("is left to the rest of the network: nobody knows its ports", () => {
    const frame = segmentFrame({ ...talk(), seq: 1, ack: 0, flags: ACK, window: 1, payload: new Uint8Array(64) });
    const { ethernet, ipv4, payload } = frame;
    const later = { ethernet, payload, ...(ipv4 && { ipv4: { ...ipv4, fragmentOffset: 1, moreFragments: true } }) };
    const run = new TrackerRun().packet(ports.client, encodeFrame(later));
    expect(run.types).toEqual(["unclaimed"]);
  });
});

describe("the Ethernet address of a client", () => {
  it("is not changed by a forged SYN", () => {
    const run = new TrackerRun().migrate(talk());
    const forged = { ...clientAt("10.0.0.3", 1), mac: "00:00:00:00:66:66" };
    run.client(talk({ from: forged, inPort: 9 }), { seq: 77, ack: 0, flags: SYN });
    run.settle(6_000); // forgotten again
    const question = arpFrame("ff:ff:ff:ff:ff:ff", {
      operation: 1,
      senderMac: "00:00:00:00:00:02",
      senderIp: vip.ip,
      targetMac: "00:00:00:00:00:00",
      targetIp: "10.0.0.3",
    });
    run.packet(ports.target, question);
    const [effect] = run.effects;
    const mac = effect?.type === "packetOut" ? decodeFrame(effect.message.data).arp?.senderMac : effect?.type;
    expect(mac).toBe("00:00:00:00:03:03");
  });
});

describe("the Ethernet addresses of clients", () => {
  it("are the same after a snapshot", () => {
    const run = new TrackerRun().migrate(talk());
    const moved = { ...clientAt("10.0.0.3", 1), mac: "00:00:00:00:03:99" };
    run.client(talk({ from: moved }), { seq: 77, ack: 0, flags: SYN });
    run.settle(6_000);
    const next = new TrackerRun();
    next.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
    next.at = run.at;
    const question = arpFrame("ff:ff:ff:ff:ff:ff", {
      operation: 1,
      senderMac: "00:00:00:00:00:02",
      senderIp: vip.ip,
      targetMac: "00:00:00:00:00:00",
      targetIp: "10.0.0.3",
    });
    const macs = [run, next].map((each) => {
      each.packet(ports.target, question);
      const [effect] = each.effects;
      return effect?.type === "packetOut" ? decodeFrame(effect.message.data).arp?.senderMac : effect?.type;
    });
    expect(macs[1]).toBe(macs[0]);
  });
});

describe("a first fragment of held data", () => {
  it("is not left to a learning switch, which would send it to server 1", () => {
    const run = new TrackerRun().handshake(talk()).request(talk());
    const frame = segmentFrame({
      ...talk(),
      seq: 1001,
      ack: 5001,
      flags: ACK | PSH,
      window: 1,
      payload: new Uint8Array(64),
    });
    const { ipv4 } = frame;
    const first = encodeFrame({ ...frame, ...(ipv4 && { ipv4: { ...ipv4, moreFragments: true } }) });
    run.packet(ports.client, first);
    expect(run.types).not.toContain("unclaimed");
  });
});
