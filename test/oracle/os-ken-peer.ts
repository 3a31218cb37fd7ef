import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "../../src/ofp/index.ts";

export type PeerRequest = { readonly encode: JsonValue } | { readonly decode: string } | { readonly constants: true };

export interface PeerAnswer {
  readonly hex?: string;
  readonly message?: JsonValue;
  readonly constants?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** Asks os-ken everything at once: one process, a line for each question. Throws when os-ken is not there. */
export function askOsKen(requests: readonly PeerRequest[]): PeerAnswer[] {
  const script = fileURLToPath(new URL("os_ken_peer.py", import.meta.url));
  const { status, stdout, stderr, error } = spawnSync("/usr/bin/python3", [script], {
    input: requests.map((request) => JSON.stringify(request)).join("\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    // os-ken loops for ever on some input.
    timeout: 240_000,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`os-ken's peer failed: ${stderr}`);
  const answers = stdout.trimEnd().split("\n");
  if (answers.length !== requests.length) throw new Error(`${answers.length} answers to ${requests.length} questions`);
  return answers.map((line) => JSON.parse(line) as PeerAnswer);
}
