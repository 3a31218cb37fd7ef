/** The live view: a page of three files, whose script is bundled of TypeScript once. It has no secret: what it shows needs the token. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** By path. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Everything is this server's own; nothing is evaluated, embedded, or written into the page. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const VIEW = new URL("../view/", import.meta.url);

function script(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("main.ts", VIEW))],
    ...{ bundle: true, write: false, format: "esm", platform: "browser", target: "es2022", logLevel: "silent" },
  });
  return outputFiles.map(({ text }) => text).join("");
}

let files: PageFiles | undefined;

export function pageFiles(): PageFiles {
  const read = (name: string, type: string): PageFile => ({ type, body: readFileSync(new URL(name, VIEW), "utf8") });
  files ??= new Map([
    ["/", read("index.html", "text/html; charset=utf-8")],
    ["/style.css", read("style.css", "text/css; charset=utf-8")],
    ["/icon.svg", read("icon.svg", "image/svg+xml")],
    ["/view.js", { type: "text/javascript; charset=utf-8", body: script() }],
  ]);
  return files;
}
