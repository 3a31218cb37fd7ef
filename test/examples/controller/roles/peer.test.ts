/** What one controller hears of the other one's role, over a northbound interface on loopback. */
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createLog } from "../../../../examples/controller/log.ts";
import { PROTOCOL } from "../../../../examples/controller/northbound/auth.ts";
import type { Beat } from "../../../../examples/controller/roles/election.ts";
import type { RoleView } from "../../../../examples/controller/roles/index.ts";
import { openPeer, readBeat } from "../../../../examples/controller/roles/peer.ts";
import { open, token } from "../northbound/support.ts";

/** One that hears whoever is at this port, and what it tells of it. */
function listener(port: number, shown = token, silentMs = 5_000, againMs = 5) {
  const told: (Beat | "unreachable" | "denied")[] = [];
  const lines: string[] = [];
  let woken: (() => void) | undefined;
  const note = (what: Beat | "unreachable" | "denied"): void => {
    told.push(what);
    woken?.();
  };
  const wake = (line: string): void => {
    lines.push((JSON.parse(line) as { text: string; why?: string }).why ?? "");
    woken?.();
  };
  const peer = openPeer({
    ...{ url: `ws://127.0.0.1:${port}/northbound`, token: () => shown, againMs, silentMs },
    log: createLog(
      () => "info",
      wake,
      () => 0,
    ),
    heard: note,
    unreachable: () => {
      note("unreachable");
    },
    denied: () => {
      note("denied");
    },
  });
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        woken = resolve;
      });
    }
  }
  return { told, lines, peer, until };
}

describe("a peer", () => {
  it("hears the role at once, whenever it is told, and when it changes", async () => {
    let view: RoleView = { role: "slave", generation: 41n, rank: 9n };
    const world = await open({ role: () => view, limits: { beatMs: 10 } });
    const { told, peer, until } = listener(world.port);
    await until(() => told.length >= 3);
    expect(told.every((beat) => typeof beat !== "string" && beat.role === "slave" && beat.generation === 41n)).toBe(
      true,
    );
    view = { role: "master", generation: 42n, rank: 9n };
    world.northbound.roleChanged();
    await until(() => told.some((beat) => typeof beat !== "string" && beat.role === "master"));
    expect(told.at(-1)).toEqual({ role: "master", generation: 42n, rank: 9n });
    peer.close();
    world.close();
  });

  it("says that nothing listens there as soon as the other controller is gone, and hears it when it is back", async () => {
    const world = await open({ role: () => ({ role: "master", generation: 1n, rank: 9n }) });
    const { told, peer, until } = listener(world.port);
    await until(() => told.length > 0);
    world.close();
    await until(() => told.at(-1) === "unreachable");
    const again = await open({ role: () => ({ role: "slave", generation: 1n, rank: 9n }), port: world.port });
    await until(() => told.at(-1) !== "unreachable");
    expect(told.at(-1)).toEqual({ role: "slave", generation: 1n, rank: 9n });
    peer.close();
    again.close();
  });

  it("knows that one which turns it away is there, and says so once", async () => {
    const world = await open({ role: () => ({ role: "master", generation: 1n, rank: 9n }) });
    const { told, lines, peer, until } = listener(world.port, "x".repeat(32));
    await until(() => lines.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines).toEqual(["it answers 401"]);
    expect(new Set(told)).toEqual(new Set(["denied"]));
    peer.close();
    world.close();
  });

  it("hangs up on one that says nothing, and tries again", async () => {
    let connections = 0;
    const server = createServer(() => {
      connections += 1;
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const { told, lines, peer, until } = listener(typeof address === "object" ? (address?.port ?? 0) : 0, token, 30);
    await until(() => lines.length > 0);
    while (connections < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(told).toEqual([]);
    peer.close();
    server.close();
  });

  it("is not asked at once again when it hangs up as soon as it has been heard", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => PROTOCOL });
    await once(server, "listening");
    let connections = 0;
    server.on("connection", (socket) => {
      connections += 1;
      socket.send('{"type":"role","role":"slave","generation":"1","rank":"1"}');
      socket.close();
    });
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const { told, peer, until } = listener(port, token, 5_000, 60_000);
    await until(() => told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(connections).toBe(1);
    peer.close();
    server.close();
  });

  it("is closed before it has been heard without anything being told", async () => {
    const { told, lines, peer } = listener(1);
    peer.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([told, lines]).toEqual([[], []]);
  });
});

describe("a beat", () => {
  it("is read", () => {
    expect(readBeat('{"type":"role","at":1,"role":"master","generation":"18446744073709551615","rank":"7"}')).toEqual({
      role: "master",
      generation: 18_446_744_073_709_551_615n,
      rank: 7n,
    });
  });

  it.each([
    "",
    "null",
    "[]",
    '{"type":"ack","id":"role"}',
    '{"type":"role","role":"equal","generation":"0","rank":"7"}',
    '{"type":"role","role":"master","generation":7,"rank":"7"}',
    '{"type":"role","role":"master","generation":"-1","rank":"7"}',
    '{"type":"role","role":"master","generation":"123456789012345678901","rank":"7"}',
    '{"type":"role","role":"master","generation":"7"}',
    '{"type":"role","role":"master","generation":"7","rank":7}',
    '{"type":"role","role":"master","generation":"7","rank":"18446744073709551616"}',
    '{"type":"role","role":["master"],"generation":"1","rank":"7"}',
    '{"type":"role","role":"master","generation":"18446744073709551616","rank":"7"}',
  ])("is not %j", (written) => {
    expect(readBeat(written)).toBeUndefined();
  });
});
