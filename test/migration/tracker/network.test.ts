/** A tracker between model hosts and model switches, end to end. */
import { describe, expect, it } from "vitest";
import { bytes, Network, type Options, text } from "./network.ts";

const kinds: readonly (readonly [string, Options, "actions" | "software"])[] = [
  ["a switch with the four actions", {}, "actions"],
  [
    "one that does every action first, without bundles",
    { model: { dataPlane: "prototype", bundles: false } },
    "actions",
  ],
  ["a stock switch", { model: { actions: "stock" } }, "software"],
  ["a switch that is not asked", { config: { dataPlane: "software" } }, "software"],
];

describe.each(kinds)("%s", (_, options, plane) => {
  it("moves a connection and closes it, and keeps nothing", () => {
    const net = new Network(options).run(100);
    expect(net.reports).toEqual(options.config ? [] : ["DATA_PLANE"]);
    const own = net.roles().length;
    const { length: refusedBefore } = net.errors;
    const connection = net.connect();
    net.run(100);
    connection.send(bytes("hello"));
    net.run(200);
    expect([...net.tracker.connections()]).toMatchObject([{ phase: "migrated", target: "second", dataPlane: plane }]);
    connection.send(bytes(" world"));
    net.run(200);
    expect(text(connection.received)).toBe("22222222222");
    expect(net.requests).toEqual({ first: "", second: "hello world" });
    connection.close();
    net.run(140_000);
    expect(net.tracker.stats()).toMatchObject({ connections: 0, awaited: 0 });
    // The traps of the service are left, and nothing else.
    expect(net.roles()).toHaveLength(own);
    expect(new Set(net.roles())).toEqual(new Set([11]));
    expect(net.errors).toHaveLength(refusedBefore);
  });

  it("goes on with a moved connection when the controller dies, and knows it again", () => {
    const net = new Network(options).run(100);
    const connection = net.connect();
    net.run(100);
    connection.send(bytes("one "));
    net.run(200);
    net.die();
    connection.send(bytes("two "));
    net.run(100);
    net.revive({ cookie: { epoch: 1 } });
    connection.send(bytes("three"));
    net.run(3_000);
    expect([...net.tracker.connections()]).toMatchObject([{ phase: "migrated", target: "second", dataPlane: plane }]);
    expect(net.requests).toEqual({ first: "", second: "one two three" });
    expect(text(connection.received)).toBe("2222222222222");
    expect(net.reports).toContain("RECOVERED");
    // Every flow is this controller's.
    expect(net.model.flows().map(({ cookie }) => (cookie >> 40n) & 0xffn)).toEqual(net.roles().map(() => 1n));
    connection.close();
    net.run(140_000);
    expect(net.tracker.stats()).toMatchObject({ connections: 0, awaited: 0 });
    expect(new Set(net.roles())).toEqual(new Set([11]));
  });

  it("goes on from a snapshot", () => {
    const net = new Network(options).run(100);
    const connection = net.connect();
    net.run(100);
    connection.send(bytes("one "));
    net.run(200);
    const snapshot: unknown = JSON.parse(JSON.stringify(net.tracker.snapshot()));
    net.die();
    net.run(50);
    net.revive({}, snapshot);
    expect(net.tracker.stats().connections).toBe(1);
    connection.send(bytes("two"));
    net.run(1_000);
    expect(net.requests.second).toBe("one two");
    expect(text(connection.received)).toBe("2222222");
    expect(net.reports).not.toContain("RECOVERED");
  });
});

describe("many clients", () => {
  it("are served by the right servers, all at once", () => {
    const verdict = (letter: string) => (letter < "n" ? "migrate" : "forward");
    const net = new Network({ clients: 26, verdict }).run(100);
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
    const connections = letters.map((_, index) => net.connect(index));
    net.run(100);
    for (const [index, connection] of connections.entries()) connection.send(bytes((letters[index] ?? "").repeat(3)));
    net.run(500);
    expect(connections.map(({ received }) => text(received))).toEqual(
      letters.map((letter) => (letter < "n" ? "222" : "111")),
    );
    expect(net.tracker.stats().phases).toMatchObject({ migrated: 13, forwarded: 13 });
    expect(net.requests.first).not.toMatch(/[a-m]/);
    expect(net.requests.second).not.toMatch(/[n-z]/);
    for (const connection of connections) connection.close();
    net.run(140_000);
    expect(net.tracker.stats().connections).toBe(0);
  });

  it("are found again, all of them, by the flows alone", () => {
    const net = new Network({ clients: 8 }).run(100);
    const connections = net.clients.map((_, index) => net.connect(index));
    net.run(100);
    for (const connection of connections) connection.send(bytes("ab"));
    net.run(500);
    net.die();
    net.revive({ cookie: { epoch: 9 } });
    for (const connection of connections) connection.send(bytes("cd"));
    net.run(3_000);
    expect(connections.map(({ received }) => text(received))).toEqual(connections.map(() => "2222"));
    expect(net.tracker.stats()).toMatchObject({ connections: 8, phases: { migrated: 8 } });
    expect(net.requests.first).toBe("");
  });

  it("that there is no room for are served by server 1", () => {
    const net = new Network({ clients: 4, config: { budgets: { connections: 2 } } }).run(100);
    const connections = net.clients.map((_, index) => net.connect(index));
    net.run(100);
    for (const connection of connections) connection.send(bytes("x"));
    net.run(500);
    expect(connections.map(({ received }) => text(received)).sort()).toEqual(["1", "1", "2", "2"]);
    // Which two, the secret decides.
    expect(net.reports.filter((code) => code === "EVICTED" || code === "NOT_TRACKED")).toHaveLength(2);
  });
});

describe("a connection that is opened and closed without a word", () => {
  it("is forgotten within minutes, though its FIN went before its flows came", () => {
    const net = new Network().run(100);
    const connection = net.connect();
    net.run(100);
    connection.close();
    net.run(200);
    // nonMig: its flows have fin_timeout, which only a FIN that comes later can bring into effect.
    expect(net.tracker.stats()).toMatchObject({ connections: 1, phases: { nonMig: 1 } });
    net.run(140_000);
    expect(net.tracker.stats().connections).toBe(0);
    expect(new Set(net.roles())).toEqual(new Set([11]));
  });
});

describe("a switch that restarts", () => {
  it("gets the flows of moved connections again", () => {
    const net = new Network().run(100);
    const connection = net.connect();
    net.run(100);
    connection.send(bytes("one "));
    net.run(200);
    net.handle({ type: "switchLost", at: net.at, dpid: 7n });
    // It comes back empty.
    net.forgetFlows();
    net.model.reconnect();
    net.handle({ type: "switchBack", at: net.at, dpid: 7n });
    connection.send(bytes("two"));
    net.run(3_000);
    expect(net.requests).toEqual({ first: "", second: "one two" });
    expect(text(connection.received)).toBe("2222222");
    expect(net.reports).toContain("FLOW_RESTORED");
  });
});
