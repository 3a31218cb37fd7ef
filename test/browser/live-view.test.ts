/** The live view of the controller in a browser, with a model switch and hosts behind it. */
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createModelHost } from "../../src/testing/index.ts";
import { open, token } from "../examples/controller/northbound/support.ts";
import { bytes, web } from "../examples/controller/scene.ts";
import { launch, type Watched, watchedPage } from "./page.ts";

const OUT = "out/live-view";
const wide = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

let browser: Browser;
let world: Awaited<ReturnType<typeof open>> | undefined;
beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  browser = await launch();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  world?.close();
  world = undefined;
});
afterAll(() => browser.close());

const services = {
  web: {
    vip: { ip: web.ip, port: 80, mac: web.mac },
    origin: { switchPort: 1 },
    targets: { twin: { switchPort: 2 }, narrow: { switchPort: 4 } },
    defaultTarget: "twin",
  },
};

/** A network where requests that begin with "migrate" move, and one server that cannot take what the client agreed on. */
async function network() {
  const here = await open({ analyzer: "both", others: [4], tracker: { services } });
  world = here;
  const narrow = createModelHost({ ...web, isn: 900, windowScale: false });
  here.network.cable(narrow, { switch: here.model, port: 4 });
  narrow.listen(80, { respond: () => bytes("narrow") });
  const analyzer = await here.connectClient();
  await analyzer.ask({ type: "subscribe", id: 0, topics: ["inspect"] });

  /** A request that an analyzer wants to move to the server that cannot take it. */
  async function refuse(): Promise<void> {
    here.say("refuse me");
    await here.run(20);
    const { key, generation, seq } = await analyzer.next("inspect");
    await analyzer.ask({ type: "verdict", id: 1, key, generation, seq, action: "migrate", target: "narrow" });
    await here.run(40);
  }
  return { ...here, refuse };
}

async function visit(url: string, options = {}): Promise<Watched> {
  const watched = await watchedPage(browser, { viewport: wide, ...options });
  await watched.page.goto(url);
  return watched;
}

describe("the live view", () => {
  it("shows a connection that moves: its phase, what happened, its flows", async () => {
    const { url, ask, say, run, controller } = await network();
    const { page, problems, requests } = await visit(`${url}/#token=${token}`);
    await page.getByText("Connected", { exact: true }).waitFor();
    // The token is nowhere in an address.
    expect(page.url()).toBe(`${url}/`);
    expect(requests.filter((address) => address.includes(token))).toEqual([]);

    const moved = say("migrate me");
    await run(2);
    const row = page.locator("#connections tr").first();
    await row.getByText("web").waitFor();
    await row.getByRole("button").click();
    await run(40);
    await row.getByText("migrated", { exact: true }).waitFor();
    await row.getByText("twin", { exact: true }).waitFor();
    expect(moved.received.length).toBeGreaterThan(0);

    const diagram = page.locator("#diagram");
    await diagram.getByText("MIGRATED").first().waitFor();
    // The picture grew while the connection went on.
    for (const words of [
      "SYN seq=",
      "SYN|ACK seq=",
      "Server 1",
      "verdict: migrate (rule 1:1:0, move)",
      "flow forward",
    ]) {
      expect(await diagram.getByText(words).count(), words).toBeGreaterThan(0);
    }
    await page.getByLabel("numbers from 0").check();
    await page.getByLabel("as text").check();
    await diagram.getByText(/Client → Server 1\s+SYN seq=0 /).waitFor();

    const flows = page.locator("#flows");
    await flows.getByText(/tcp,in_port=3,.*output:2$/).waitFor();
    await page.locator("#topology").getByText("switch 7").waitFor();
    await page
      .locator("#topology svg title")
      .getByText("twin of web: 10.0.0.1:80, 1 connection")
      .waitFor({ state: "attached" });

    // Another one comes above it.
    await ask("other");
    await page.locator("#connections tr").nth(1).getByText("migrated").waitFor();
    await page.locator("#filter").fill("twin");
    await page.locator("#shown").getByText("1 shown of 2 on this page; the controller tracks 2.").waitFor();
    expect([...controller.connections()]).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it("tells why a connection was not moved, to a page that comes later as well", async () => {
    const { url, refuse } = await network();
    await refuse();
    const { page, problems } = await visit(`${url}/#token=${token}`);
    const refusal = page.locator("#refusals > li").first();
    await refusal.getByText("TARGET_UNFIT").waitFor();
    expect(await refusal.locator(".reasons").textContent()).toMatch(/refused .*window/i);
    await refusal.getByRole("button").click();
    await page.locator("#diagram").getByText("TARGET_UNFIT").first().waitFor();
    await refuse();
    await page.locator("#refusals > li").nth(1).waitFor();
    expect(problems).toEqual([]);
  });

  it("is used with the keyboard, whose focus stays where it is when something changes", async () => {
    const { url, ask } = await network();
    await ask("migrate me");
    const { page } = await visit(`${url}/#token=${token}`);
    await page.locator("#connections tr").waitFor();
    await page.getByLabel("Filter").focus();
    // The phase, the list that scrolls, the connection.
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#diagram").getByText("MIGRATED").first().waitFor();
    await ask("other");
    await page.locator("#connections tr").nth(1).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("10.0.0.3:49152");
    const reached = page.getByRole("region", { name: "What happened" });
    expect(await reached.getAttribute("tabindex")).toBe("0");
  });

  it("shows markup as text, and no drawing that could do something", async () => {
    const { url } = await network();
    const { page, problems } = await watchedPage(browser, { viewport: wide });
    const evil = '<img src=x onerror="document.title=1">';
    const drawings: readonly (readonly [string, string])[] = [
      [
        "element that does not belong there: script",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = 2</script></svg>',
      ],
      [
        "attribute that does not belong there: onload",
        '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=3"/>',
      ],
      ["there: image", '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/"/></svg>'],
      [
        "there: html",
        '<svg xmlns="http://www.w3.org/2000/svg"><g><html xmlns="http://www.w3.org/1999/xhtml"/></g></svg>',
      ],
      ["This is no drawing.", "no drawing at all <"],
    ];
    let drawing = "";
    const key = { src: evil, srcPort: 1, dst: evil, dstPort: 2 };
    const connection = { connection: evil, generation: 1, phase: evil, service: evil, target: evil, moved: true, key };
    const report = { code: evil, why: evil, connection: evil, reasons: [{ level: evil, text: evil }] };
    const ports = [{ number: 1, name: evil, isUp: true }];
    const service = { name: evil, ip: evil, tcpPort: 1, origin: { port: 1 }, targets: [{ name: evil, port: 1 }] };
    const answers: Readonly<Record<string, object | undefined>> = {
      subscribe: {},
      connections: { type: "connections", connections: [connection, 7, null] },
      refusals: { type: "refusals", total: 1, refusals: [report, "x"] },
      stats: { stats: { connections: 1, totals: { reports: { [evil]: 1 } } } },
      topology: { switches: [{ dpid: evil, peer: evil, ports }, 3], services: [service] },
      flows: { total: 1, flows: [{ dpid: evil, role: evil, connection: evil, flow: evil }] },
    };
    await page.routeWebSocket(/\/northbound$/, (socket) => {
      socket.onMessage((text) => {
        const { id, type } = JSON.parse(String(text)) as { id: number; type: string };
        const answer = type === "history" ? { text: drawing } : answers[type];
        socket.send(JSON.stringify({ ...answer, id }));
      });
      socket.send("{");
      socket.send(JSON.stringify({ type: "connection" }));
    });
    await page.goto(`${url}/#token=${token}`);
    await page.locator("#connections").getByRole("button").last().click();
    const diagram = page.locator("#diagram");
    for (const [words, text] of drawings) {
      drawing = text;
      await page.getByLabel("numbers from 0").click();
      await diagram.getByText(words).waitFor();
    }
    await page.locator("#flows").getByText(evil).first().waitFor();
    await page.locator("#refusals").getByText(evil).first().waitFor();
    await page.locator("#topology svg").waitFor();
    expect(await page.locator("img, image, script:not([src])").count()).toBe(0);
    expect(await page.title()).toBe("Live view");
    // What the page does not take, the browser does not act on while it reads it either.
    expect(problems.filter((problem) => !problem.endsWith("The action has been blocked."))).toEqual([]);
  });

  it("asks for the token, says that a wrong one is wrong, and forgets it", async () => {
    const { url } = await network();
    const { page } = await visit(url);
    await page.getByLabel("Token", { exact: true }).fill(token.replaceAll("0", "1"));
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The controller does not know this token.").waitFor();
    await page.getByLabel("Token", { exact: true }).fill("short");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("This is no token").waitFor();
    await page.getByLabel("Token", { exact: true }).fill(token);
    await page.keyboard.press("Enter");
    await page.getByText("Connected", { exact: true }).waitFor();
    // It is kept in this tab.
    await page.reload();
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Forget the token" }).click();
    await page.reload();
    await page.getByLabel("Token", { exact: true }).waitFor();
  });

  it("says that the connection is lost, and goes on when the controller is there again", async () => {
    const first = await network();
    await first.ask("migrate me");
    const { page } = await visit(`${first.url}/#token=${token}`);
    await page.locator("#connections").getByText("migrated").waitFor();
    first.close();
    await page.locator("#status.lost", { hasText: /^The co.* Next attempt in \d+ s\.$/ }).waitFor();
    expect(await page.locator("#connections").textContent()).toContain("migrated");
    world = await open({ port: first.port });
    // It tries again by itself.
    await page.getByText("Connected", { exact: true }).waitFor();
    // What the first one knew is gone with it.
    await page.locator("#connections tr").waitFor({ state: "detached" });
  });

  it.each([
    ["wide-light", wide, "light"],
    ["wide-dark", wide, "dark"],
    ["phone-light", phone, "light"],
    ["phone-dark", phone, "dark"],
  ] as const)("fits the page without scrolling sideways: %s", async (name, viewport, colorScheme) => {
    const { url, ask, refuse, say, run } = await network();
    await ask("migrate me");
    await ask("GET /");
    await refuse();
    say("who decides?");
    await run(20);
    const { page, problems } = await visit(`${url}/#token=${token}`, { viewport, colorScheme });
    await page.locator("#connections tr").nth(3).getByRole("button").click();
    await page.locator("#diagram").getByText("MIGRATED").first().waitFor();
    await page.locator("#flows tr").first().waitFor();
    await page.locator("#topology svg").waitFor();
    await page.screenshot({ path: `${OUT}/${name}.png`, fullPage: true });
    // The picture in the controller's README: examples/controller/live-view.png is a copy.
    if (name === "wide-light") {
      await page.screenshot({
        path: `${OUT}/live-view.png`,
        fullPage: true,
        clip: { x: 0, y: 0, width: wide.width, height: 980 },
      });
    }
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
    expect(problems).toEqual([]);
  });
});
