/** A page in headless Chromium that is watched: what its policy forbids, and what goes wrong in it. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const ARGUMENTS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

export interface Watched {
  readonly page: Page;
  /** Errors that nobody caught, messages of the console that are errors, and violations of the page's policy. */
  readonly problems: readonly string[];
  /** Addresses that the page has asked for. */
  readonly requests: readonly string[];
}

export async function watchedPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // A violation of the policy is an error of the console, too.
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("request", (request) => requests.push(request.url()));
  return { page, problems, requests };
}
