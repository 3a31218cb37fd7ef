/** Who gets in, and what plain HTTP is told. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PROTOCOL, readToken } from "../../../../examples/controller/northbound/auth.ts";
import { allowed, open, refusal, token } from "./support.ts";

const bearer = { authorization: `Bearer ${token}` };
let world: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  world = await open({ limits: { clients: 2 } });
});
afterAll(() => {
  world.close();
});

describe("a WebSocket", () => {
  it.each([
    ["without a token", {}, [PROTOCOL], 401],
    ["with another token", { authorization: `Bearer ${token.replace("0", "1")}` }, [PROTOCOL], 401],
    ["with the beginning of the token", { authorization: `Bearer ${token.slice(0, 31)}` }, [PROTOCOL], 401],
    ["with another scheme", { authorization: `Basic ${token}` }, [PROTOCOL], 401],
    ["with another token as a subprotocol", {}, [PROTOCOL, `token.${token.slice(1)}`], 401],
    ["of a page that nobody has allowed", { ...bearer, origin: "http://evil.example" }, [PROTOCOL], 403],
    ["of a page whose address only begins right", { ...bearer, origin: `${allowed}0` }, [PROTOCOL], 403],
    ["of a page without an address", { ...bearer, origin: "null" }, [PROTOCOL], 403],
    ["of an allowed page without a token", { origin: allowed }, [PROTOCOL], 401],
    // A page that DNS has led to this address has it in Host and in Origin, too.
    [
      "of its own page by another name",
      { ...bearer, host: "a.example:80", origin: "http://a.example:80" },
      [PROTOCOL],
      403,
    ],
    [
      "of its own page at another port",
      { ...bearer, host: "127.0.0.1:81", origin: "http://127.0.0.1:80" },
      [PROTOCOL],
      403,
    ],
    ["of its own page without a token", { host: "127.0.0.1:80", origin: "http://127.0.0.1:80" }, [PROTOCOL], 401],
  ])("%s is turned away", async (_, headers, protocols, status) => {
    expect(await refusal(world.port, "/northbound", protocols, { headers })).toBe(status);
  });

  it("somewhere else is not found", async () => {
    expect(await refusal(world.port, "/metrics", [PROTOCOL], { headers: bearer })).toBe(404);
  });

  it("of a browser, whose token is a subprotocol, is told the other subprotocol and not the token", async () => {
    const protocols = [PROTOCOL, `token.${token}`];
    const socket = new WebSocket(`ws://127.0.0.1:${world.port}/northbound`, protocols, { origin: allowed });
    await once(socket, "open");
    expect(socket.protocol).toBe(PROTOCOL);
    expect(socket.extensions).toBe("");
    socket.terminate();
    await once(socket, "close");
  });

  it.each(["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])("of its own page at %s may come in", async (host) => {
    const headers = { ...bearer, host, origin: `http://${host}` };
    const socket = new WebSocket(`ws://127.0.0.1:${world.port}/northbound`, PROTOCOL, { headers });
    await once(socket, "open");
    socket.terminate();
    await once(socket, "close");
  });

  it("is turned away when there are as many as there may be, until one goes", async () => {
    const [first, second] = await Promise.all([world.connectClient(), world.connectClient()]);
    expect(await refusal(world.port, "/northbound", [PROTOCOL], { headers: bearer })).toBe(503);
    first.socket.terminate();
    second.socket.terminate();
    await Promise.all([first.closed, second.closed]);
    let status = 503;
    while (status === 503) {
      const socket = new WebSocket(`ws://127.0.0.1:${world.port}/northbound`, PROTOCOL, { headers: bearer });
      socket.on("error", () => undefined);
      const opened = once(socket, "open").then(
        () => 101,
        () => 503,
      );
      const turned = once(socket, "unexpected-response").then(
        () => 503,
        () => 503,
      );
      status = await Promise.race([opened, turned]);
      socket.terminate();
    }
    expect(status).toBe(101);
  });
});

describe("HTTP", () => {
  const get = (path: string, headers: Record<string, string> = bearer, method = "GET") =>
    fetch(`${world.url}${path}`, { headers, method });

  it.each([
    ["/metrics", bearer, "GET", 200],
    ["/metrics", bearer, "HEAD", 200],
    ["/metrics", bearer, "POST", 405],
    ["/metrics", {}, "GET", 401],
    ["/metrics", { ...bearer, origin: "http://evil.example" }, "GET", 403],
    ["/northbound", bearer, "GET", 426],
    ["/northbound", {}, "GET", 401],
    ["/elsewhere", bearer, "GET", 404],
    ["/healthz", {}, "GET", 200],
    ["/healthz?now", {}, "GET", 200],
  ])("%s %j %s gets %i", async (path, headers, method, status) => {
    // fetch leaves out an Origin that is set by hand.
    const asked = request(`${world.url}${path}`, { headers, method });
    asked.end();
    const [response] = (await once(asked, "response")) as [{ statusCode: number; resume: () => void }];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  it("says that it lives to anybody, and nothing else", async () => {
    const response = await get("/healthz", {});
    expect(await response.text()).toBe("ok\n");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("gives metrics in the format of Prometheus", async () => {
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).toBe("clients 0\n");
  });

  it.each([
    ["/", "text/html; charset=utf-8", "<!doctype html>"],
    ["/view.js", "text/javascript; charset=utf-8", "//"],
    ["/style.css", "text/css; charset=utf-8", "/*"],
    ["/icon.svg", "image/svg+xml", "<svg "],
  ])("gives the live view to anybody, under a strict policy: %s", async (path, type, beginning) => {
    const response = await get(path, {});
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    const policy = response.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const text = await response.text();
    expect(text.startsWith(beginning)).toBe(true);
    expect(text).not.toContain(token);
    expect((await get(path, {}, "POST")).status).toBe(405);
  });

  it("is not upset by what is none", async () => {
    const { connect } = await import("node:net");
    const socket = connect(world.port, "127.0.0.1");
    socket.write("\u0000\u0001 what?\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    await once(socket, "close");
    expect((await get("/healthz")).status).toBe(200);
  });
});

describe("the token", () => {
  const folder = mkdtempSync(join(tmpdir(), "token-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("is made when there is none, for nobody else to read, and is the same the next time", () => {
    const path = join(folder, "made");
    const made = readToken(path);
    // 32 bytes of 8 bits in characters of 6: 42.67.
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readToken(path)).toBe(made);
    expect(readFileSync(path, "utf8")).toBe(`${made}\n`);
    expect(readToken(join(folder, "other"))).not.toBe(made);
  });

  it.each([
    ["empty", ""],
    ["short", "0123456789abcdef0123456789abcde"],
    ["of several lines", `${token}\n${token}\n`],
    ["no subprotocol", `${token},`],
  ])("that is %s is refused", (_, content) => {
    const path = join(folder, "bad");
    writeFileSync(path, content);
    expect(() => readToken(path)).toThrow(/is no token: 32 to 256/);
  });
});
