/** Somebody who forges the segments of a client, and sees only what comes to its own port: it ends no connection, and learns no numbers. */
import { describe, expect, it } from "vitest";
import { ACK, clientAt, FIN, PSH, plainConfig, ports, RST, SYN, TrackerRun, talk } from "./scene.ts";

const forger = talk({ inPort: 9, x: 77, y: 4000 });
const sentTo = (run: TrackerRun) => run.sent.map(({ port }) => port);
const left = (run: TrackerRun) => run.types.filter((type) => type === "unclaimed").length;
const relaying = () => new TrackerRun({ ...plainConfig, budgets: { connections: 0 } });
const outputs = (run: TrackerRun) =>
  run.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.match.inPort] : []));
/** Server 1 has it, and nothing of it was seen. */
const unseen = { seq: 1019, ack: 5001, flags: ACK | PSH, payload: Uint8Array.of(1) };

describe("numbers of a connection that is over", () => {
  it("prove nothing about the next one, which is tracked", () => {
    const run = new TrackerRun();
    // The forger's SYN reaches server 1 first, beside a tracked one, and is answered to it. It takes it back.
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([9]);
    run.client(forger, { seq: 78, ack: 0, flags: RST });
    run.handshake(talk());
    run.client(forger);
    expect([run.roles, sentTo(run)]).toEqual([[], [ports.origin]]);
    run.origin(talk(), { payload: Uint8Array.of(1) });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("prove nothing when the connection made room for others either", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { halfOpenPerSource: 1 } });
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK });
    run.client(talk({ from: clientAt("10.0.0.99", 7) }), { seq: 1, ack: 0, flags: SYN });
    expect(run.codes).toEqual(["EVICTED"]);
    run.client(forger, { seq: 78, ack: 0, flags: RST });
    run.handshake(talk());
    run.client(forger);
    expect([run.roles, sentTo(run)]).toEqual([[], [ports.origin]]);
  });

  it("do not keep what server 1 says to the next client", () => {
    const run = relaying().handshake(forger);
    expect(outputs(run)).toEqual([9, ports.origin]);
    run.client(forger, { seq: 78, ack: 0, flags: RST });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { flags: SYN | ACK, seq: 5000 });
    expect(sentTo(run)).toEqual([ports.client]);
    // RFC 5961 §4.2: its number would reset the client's connection.
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(talk());
    expect([sentTo(run), left(run)]).toEqual([[], 1]);
    run.client(talk());
    expect(outputs(run)).toEqual([ports.client, ports.origin]);
  });

  it("do not keep a fast open from the next client (RFC 7413)", () => {
    const run = relaying().handshake(forger);
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN, payload: new Uint8Array(10) });
    // 1001 and ten bytes.
    run.origin(talk(), { seq: 5000, ack: 1011, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([ports.client]);
    run.origin(talk(), { seq: 5001, ack: 1011, payload: Uint8Array.of(1) });
    expect(sentTo(run)).toEqual([ports.client]);
    run.client(talk(), { seq: 1011, ack: 5001 });
    expect(outputs(run)).toEqual([ports.client, ports.origin]);
  });
});

describe("a SYN that is signed", () => {
  const signed = { seq: 77, ack: 0, flags: SYN, options: [{ type: "md5", digest: new Uint8Array(16) }] } as const;

  it("gets no flow before its handshake is complete", () => {
    const run = new TrackerRun().client(forger, signed);
    expect([run.roles, run.codes, sentTo(run)]).toEqual([[], ["NOT_TRACKED"], [ports.origin]]);
    run.origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK });
    run.client(forger);
    expect(run.roles).toEqual(["plainToServer", "plainToClient"]);
  });

  it("takes no room from connections that can move", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 2 } });
    for (const last of [1, 2, 3, 4, 5]) run.client(talk({ from: clientAt(`10.9.0.${last}`, 9) }), signed);
    expect(run.tracker.stats().connections).toBe(0);
  });
});

describe("a forged SYN by the client's own port", () => {
  it("does not cut off a connection that was there before", () => {
    const run = new TrackerRun();
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    expect(run.phase(talk())).toBe("syn");
    // Whatever is not of the forged handshake is of the client's connection.
    run.client(talk(), unseen);
    expect([sentTo(run), run.codes, run.phase(talk())]).toEqual([[ports.origin], ["NOT_TRACKED"], undefined]);
    run.origin(talk(), { seq: 5001, ack: 1020, payload: Uint8Array.of(2) });
    expect(sentTo(run)).toEqual([ports.client]);
    run.client(talk(), { seq: 1020, ack: 5002, flags: FIN | ACK });
    expect(sentTo(run)).toEqual([ports.origin]);
    run.client(talk(), { seq: 1021, ack: 0, flags: RST });
    expect(sentTo(run)).toEqual([ports.origin]);
  });

  it("does not keep a client that is relayed from completing its handshake", () => {
    const run = new TrackerRun().back();
    // Nothing is tracked before the switch has told its flows.
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    run.flows([]);
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    expect(run.phase(talk())).toBe("syn");
    run.client(talk());
    expect([run.roles, sentTo(run)]).toEqual([["plainToServer", "plainToClient"], [ports.origin]]);
    run.request(talk());
    expect(sentTo(run)).toEqual([ports.origin]);
  });
});

describe("somebody who has completed a handshake with the client's address", () => {
  it("does not get the answer to the client's next SYN by its flows", () => {
    const run = new TrackerRun().handshake(forger).request(forger).verdict(forger, { action: "forward" });
    expect(run.roles).toEqual(["clientSynTrap", "plainToServer", "plainToClient"]);
    run.barrier();
    run.client(forger, { seq: 96, ack: 0, flags: RST });
    // For 5 s the switch shows what server 1 says.
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    const [watch] = run.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message] : []));
    expect(run.roles).toEqual(["originWatch"]);
    expect(watch).toMatchObject({ match: { inPort: ports.origin }, hardTimeout: 5 });
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([ports.client]);
    run.client(talk());
    // The client's flows take the place of the other's: the same match from server 1.
    expect(outputs(run)).toEqual([ports.client, ports.origin]);
    run.origin(talk(), { payload: Uint8Array.of(1) });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("does not keep the challenge to the client's SYN from it", () => {
    const run = new TrackerRun().handshake(forger);
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(forger);
    // The client resets what it knows nothing of (RFC 9293 §3.10.7.3).
    expect([sentTo(run), left(run)]).toEqual([[9], 1]);
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    expect(sentTo(run)).toEqual([ports.origin]);
  });
});

describe("a connection that server 1 has forgotten for another one", () => {
  /** The forger's SYN came first; server 1 has challenged the client's, who has reset that, and answers the client. */
  const overtaken = (config = plainConfig): TrackerRun => {
    const run = new TrackerRun(config).client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN }).origin(talk(), { seq: 4001, ack: 78 });
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    return run.origin(talk(), { seq: 5000, flags: SYN | ACK });
  };

  it("is not tracked any more, and the other one is", () => {
    const run = overtaken();
    expect([run.phase(talk()), sentTo(run)]).toEqual(["synAck", [ports.client]]);
    expect([run.client(talk()).phase(talk()), run.tracker.stats().connections]).toEqual(["ready", 1]);
    for (const fields of [{ flags: FIN | ACK }, {}, { flags: PSH | ACK, payload: Uint8Array.of(1) }]) {
      run.client(forger, fields);
      expect([run.roles, sentTo(run)]).toEqual([[], [ports.origin]]);
      run.origin(talk(), { payload: Uint8Array.of(1) });
      expect(sentTo(run)).toEqual([ports.client]);
    }
  });

  it("proves nothing when it was completed before another one, which is tracked", () => {
    // A server 1 that answers every SYN.
    const run = new TrackerRun().client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    run.client(forger, { seq: 77, ack: 0, flags: SYN }).origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK });
    run.client(talk()).client(forger);
    expect([run.roles, run.phase(talk())]).toEqual([[], "ready"]);
    run.origin(talk(), { payload: Uint8Array.of(1) });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("proves nothing once it was taken back", () => {
    const run = relaying().client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(forger, { seq: 4000, ack: 78, flags: SYN | ACK }).client(forger, { seq: 78, ack: 0, flags: RST });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN }).client(forger);
    expect(run.roles).toEqual([]);
  });

  it("has no flows any more, however long ago it was carried last", () => {
    const run = relaying().handshake(forger);
    run.settle(600_000);
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    expect(run.roles).toEqual(["originWatch"]);
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    expect([run.roles, sentTo(run)]).toEqual([["all"], [ports.client]]);
  });
});

describe("numbers that come from nowhere", () => {
  it("do not make a blind reset exact", () => {
    const run = new TrackerRun().migrate(talk());
    // From behind the client's own port, where a SYN has the switch show the rest for a while.
    run.client(talk(), { seq: 555, ack: 0, flags: SYN });
    run.client(talk(), { seq: 900_000, ack: 42, flags: PSH | ACK, payload: new Uint8Array(5) });
    run.client(talk(), { seq: 900_005, ack: 0, flags: RST });
    expect(run.phase(talk())).toBe("migrated");
    // With one acknowledgment that fits by chance, too far away from what server 2 has acknowledged.
    run.client(talk(), { seq: 1001 + 2 ** 25, ack: 5001, flags: PSH | ACK, payload: new Uint8Array(5) });
    run.client(talk(), { seq: 1006 + 2 ** 25, ack: 0, flags: RST });
    expect(run.phase(talk())).toBe("migrated");
    run.client(talk(), { seq: 1019, ack: 0, flags: RST });
    expect(run.phase(talk())).toBe("linger");
  });
});
