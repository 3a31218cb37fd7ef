/** The hand-off guide's §6: what strangers can make a tracker remember and send. */
import { describe, expect, it } from "vitest";
import { ACK, clientAt, DPID, plainConfig, ports, RST, SYN, type Talk, TrackerRun, talk } from "./scene.ts";

function withBudgets(budgets: Partial<NonNullable<(typeof plainConfig)["budgets"]>>): TrackerRun {
  return new TrackerRun({ ...plainConfig, budgets });
}

/** As many clients, each in a network of 256 addresses of its own. */
function crowd(size: number): readonly Talk[] {
  return Array.from({ length: size }, (_, index) =>
    talk({ from: clientAt(`10.${1 + (index >> 8)}.${index & 255}.9`, 1024 + index), x: 1000 + index }),
  );
}

function syn(run: TrackerRun, one: Talk): TrackerRun {
  return run.client(one, { seq: one.x, ack: 0, flags: SYN });
}

describe("half-open connections", () => {
  it("make room for others, and are relayed from then on", () => {
    const run = withBudgets({ halfOpen: 4 });
    const all = crowd(20);
    for (const one of all) {
      syn(run, one);
      // Nobody is turned away: every SYN reaches server 1.
      expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
    }
    expect(run.tracker.stats()).toMatchObject({ connections: 4, halfOpen: 4, relayed: 16, totals: { evicted: 16 } });
    // And every answer its client, tracked or not.
    for (const one of all) {
      run.origin(one, { seq: one.y, flags: SYN | ACK });
      expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
    }
  });

  it("are chosen by the secret: who does not know it cannot say who goes", () => {
    const survivors = [1, 2].map((salt) => {
      const run = new TrackerRun({ ...plainConfig, secret: new Uint8Array(32).fill(salt), budgets: { halfOpen: 8 } });
      for (const one of crowd(64)) syn(run, one);
      return [...run.tracker.connections()].map(({ key }) => key.srcPort);
    });
    expect(survivors[0]).toHaveLength(8);
    expect(survivors[0]).not.toEqual(survivors[1]);
    // Nor are they the last ones.
    expect(survivors[0]).not.toEqual(Array.from({ length: 8 }, (_, index) => 1024 + 56 + index));
  });

  it("of one network make room for each other alone", () => {
    const run = withBudgets({ halfOpenPerSource: 2 });
    const [stranger] = crowd(1);
    if (!stranger) throw new Error("nobody");
    syn(run, stranger);
    for (let port = 1; port <= 10; port += 1) syn(run, talk({ from: clientAt(`10.0.0.${port}`, 5000) }));
    expect(run.tracker.stats()).toMatchObject({ halfOpen: 3, sources: 2 });
    expect(run.phase(stranger)).toBe("syn");
  });

  it("of an IPv6 network of 64 bits count as one source", () => {
    const services = { web: { vip: { ip: "2001:db8::1", port: 80 }, origin: { switchPort: 1 }, targets: {} } };
    const run = new TrackerRun({ ...plainConfig, services, budgets: { halfOpenPerSource: 1 } });
    const to = { mac: "00:00:00:00:00:01", ip: "2001:db8::1", port: 80 };
    for (const ip of ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1"]) {
      syn(run, talk({ from: { mac: "00:00:00:00:00:03", ip, port: 9 }, to }));
    }
    expect(run.tracker.stats()).toMatchObject({ halfOpen: 2, sources: 2 });
  });

  it("are no more half-open once the client has acknowledged", () => {
    const run = withBudgets({ halfOpen: 1 });
    const [first, second] = crowd(2);
    if (!first || !second) throw new Error("nobody");
    run.handshake(first).handshake(second);
    expect(run.tracker.stats()).toMatchObject({ connections: 2, halfOpen: 0, sources: 0, totals: { evicted: 0 } });
  });
});

describe("a full table", () => {
  it("relays a connection to server 1 from its SYN to flows of its own", () => {
    const run = withBudgets({ connections: 1 });
    const [first, second] = crowd(2);
    if (!first || !second) throw new Error("nobody");
    run.handshake(first);
    syn(run, second);
    expect(run.codes).toEqual(["NOT_TRACKED"]);
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { seq: second.x, flags: SYN } } }]);
    run.origin(second, { seq: second.y, flags: SYN | ACK });
    expect(run.sent).toMatchObject([{ port: ports.client }]);
    // Somebody who does not know server 1's number gets no flows.
    run.client(second, { ack: second.y + 7 });
    expect(run.roles).toEqual([]);
    run.client(second);
    expect(run.roles).toEqual(["plainToServer", "plainToClient"]);
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
    run.request(second);
    expect(run.roles).toEqual([]);
    expect(run.tracker.stats()).toMatchObject({ connections: 1, relayed: 1 });
  });

  it("forgets who has been silent for a minute, and whom the switch does not carry", () => {
    const run = withBudgets({ connections: 0 }).handshake(talk());
    const cookie = run.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.cookie] : []))[0];
    run.request(talk());
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
    expect(run.tracker.deadline()).toBe(60_000);
    run.settle(60_000);
    expect(run.tracker.stats()).toMatchObject({ connections: 0, relayed: 1 });
    // The switch tells that a flow has ended, or does not have it when it is asked.
    if (cookie !== undefined) run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie, reason: 0 });
    run.settle(60_000);
    expect(run.tracker.stats()).toMatchObject({ connections: 0, relayed: 0 });
    expect(run.tracker.deadline()).toBeUndefined();
  });

  it("forgets flows that a switch does not have any more when it comes again", () => {
    const run = withBudgets({ connections: 0 }).handshake(talk());
    run.settle(60_000);
    expect(run.tracker.stats().relayed).toBe(1);
    run.back().flows([]);
    run.settle(60_000);
    expect(run.tracker.stats().relayed).toBe(0);
  });

  it("asks the rest of the network for the way to a client that it does not remember", () => {
    const run = withBudgets({ connections: 0, relayed: 0 });
    run.handshake(talk());
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
    run.origin(talk());
    expect(run.effects).toMatchObject([{ type: "unclaimed", inPort: ports.origin }]);
  });

  it("gives the service's address to what server 1 answers from its own", () => {
    const origin = { switchPort: ports.origin, mac: "00:00:00:00:00:11", ip: "10.0.0.11", port: 8080 };
    const services = { web: { vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" }, origin, targets: {} } };
    const run = new TrackerRun({ ...plainConfig, services, budgets: { connections: 0, relayed: 0 } });
    run.client(talk(), { seq: 1, ack: 0, flags: SYN });
    expect(run.sent).toMatchObject([
      {
        port: ports.origin,
        frame: { ethernet: { dst: origin.mac }, ipv4: { dst: origin.ip }, tcp: { dstPort: 8080 } },
      },
    ]);
    run.origin({ ...talk(), to: origin }, { seq: 5000, ack: 2, flags: SYN | ACK });
    const [left] = run.effects;
    if (left?.type !== "unclaimed") throw new Error("taken");
    run.packet(9, left.frame);
    // It would pass for a frame of server 1's that has the service's address itself.
    expect(run.effects).toMatchObject([{ type: "unclaimed" }]);
    expect(Buffer.from(left.frame).toString("hex")).toContain("0a000001");
  });
});

describe("held data", () => {
  it("of all connections has a bound: who comes then goes to server 1, and nobody waits for a verdict", () => {
    const run = withBudgets({ heldSegments: 2 });
    const all = crowd(3);
    for (const one of all) run.handshake(one).request(one);
    expect(run.codes).toEqual(["HELD_BUDGET", "FORWARDED"]);
    run.barrier();
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
    expect(run.tracker.stats()).toMatchObject({ heldSegments: 2, phases: { hold: 2, forwarded: 1 } });
  });

  it("that waits for the switch alone has a bound, too: what goes beyond twice the first is dropped", () => {
    const run = withBudgets({ heldSegments: 1 });
    const all = crowd(3);
    for (const one of all) run.handshake(one).request(one);
    expect(run.codes).toEqual(["HELD_BUDGET"]);
    expect(run.tracker.stats()).toMatchObject({ heldSegments: 2, phases: { hold: 1, fwdArm: 1, ready: 1 } });
  });

  it("that is larger than the bound goes to server 1 all the same", () => {
    const run = withBudgets({ heldBytes: 10 });
    run.handshake(talk()).request(talk());
    expect(run.codes).toEqual(["HELD_BUDGET", "FORWARDED"]);
    run.barrier();
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
  });

  it("has a bound in bytes", () => {
    const run = withBudgets({ heldBytes: 100 });
    const [one] = crowd(1);
    if (!one) throw new Error("nobody");
    // 14 + 20 + 20 + 18 bytes of the frame.
    run.handshake(one).request(one);
    expect(run.tracker.stats().heldBytes).toBe(72);
    run.client(one, { seq: one.x + 19, payload: new Uint8Array(18) });
    expect(run.codes).toEqual(["HELD_BUDGET"]);
    expect(run.tracker.stats()).toMatchObject({ heldBytes: 72, heldSegments: 1 });
    // What needs no room is not held up.
    run.request(one);
    expect(run.codes).not.toContain("HELD_BUDGET");
  });
});

describe("resets", () => {
  it("have a bound over all connections", () => {
    const run = withBudgets({ resetBurst: 3, resetEveryMs: 100 });
    const resets = crowd(5).map((one) => {
      run.target(one, { flags: SYN | ACK });
      return run.sent.length;
    });
    expect(resets).toEqual([1, 1, 1, 0, 0]);
    expect(run.codes).toEqual(["RESET_LIMIT"]);
    run.at = 100;
    run.target(talk(), { flags: SYN | ACK });
    expect(run.sent).toMatchObject([{ port: ports.target, frame: { tcp: { flags: RST } } }]);
    run.target(talk({ from: clientAt("10.0.0.4", 1) }), { flags: SYN | ACK });
    expect(run.sent).toEqual([]);
  });

  it("of a client's own are relayed, and need no token", () => {
    const run = withBudgets({ resetBurst: 0 });
    run.handshake(talk()).client(talk(), { flags: RST | ACK });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { flags: RST | ACK } } }]);
  });

  it("answer no reset", () => {
    const run = new TrackerRun().target(talk(), { flags: RST });
    expect(run.sent).toEqual([]);
  });
});

describe("what a stranger sends", () => {
  it("ends nobody's connection: a SYN and a RST of guessed numbers", () => {
    const run = new TrackerRun().migrate(talk());
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1500, flags: RST });
    expect(run.phase(talk())).toBe("migrated");
  });

  it("from another port with the addresses of a moved connection goes nowhere, and changes nothing", () => {
    const run = new TrackerRun().migrate(talk());
    run.client(talk({ inPort: 9 }), { flags: RST | ACK });
    expect(run.sent).toEqual([]);
    expect(run.phase(talk())).toBe("migrated");
  });
});

describe("half-open connections, too", () => {
  it("half-open ones make room where the table is full", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 4 } });
    for (let i = 0; i < 4; i++)
      run.client(talk({ from: clientAt(`10.${i + 1}.0.9`, 1) }), { seq: 1, ack: 0, flags: SYN });
    run.handshake(talk());
    expect(run.phase(talk())).toBe("ready");
  });
});
