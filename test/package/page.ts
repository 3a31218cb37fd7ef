import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { launch } from "../browser/page.ts";

/** What became of a script in a page. */
export interface PageRun {
  /** What the script left in `globalThis.result`, once `globalThis.done` is true. */
  readonly result: unknown;
  /** The directive and source of each violation of the page's policy. */
  readonly violations: readonly string[];
  /** Errors that nobody caught. */
  readonly pageErrors: readonly string[];
  /** Error messages on the console. */
  readonly consoleErrors: readonly string[];
}

const HTML = `<!doctype html><meta charset="utf-8"><title>test</title><script src="/watch.js"></script><script src="/script.js"></script>`;

const WATCH = `globalThis.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  globalThis.violations.push(event.effectiveDirective + " " + event.blockedURI);
});`;

/** Runs a classic script in headless Chromium, on a page that may load scripts from its own origin and nothing else. */
export async function runInPage(script: string): Promise<PageRun> {
  const server = createServer((request, response) => {
    const body = new Map([
      ["/", HTML],
      ["/watch.js", WATCH],
      ["/script.js", script],
    ]).get(request.url ?? "");
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": request.url === "/" ? "text/html" : "text/javascript",
      "content-security-policy": "default-src 'none'; script-src 'self'",
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const pageErrors: string[] = [];
    const consoleErrors: string[] = [];
    page.on("pageerror", (error) => pageErrors.push(error.message));
    page.on("console", (message) => {
      // The browser asks for an icon by itself.
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico"))
        consoleErrors.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${port}/`);
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && !(await page.evaluate("globalThis.done === true"))) await page.waitForTimeout(50);
    const result: unknown = await page.evaluate("globalThis.result");
    const violations = await page.evaluate<string[]>("globalThis.violations");
    return { result, violations, pageErrors, consoleErrors };
  } finally {
    await browser.close();
    server.close();
  }
}
