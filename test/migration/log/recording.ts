/** Logs made in tests. */
import { recordConnection } from "../../../src/migration/log/index.ts";
import type { ConnectionConfig, ConnectionEvent } from "../../../src/migration/machine/index.ts";
import { plainConfig, Run } from "../machine/scene.ts";

/** The log of these events as it is written beside the state machine. */
export function written(
  events: readonly ConnectionEvent[],
  config: ConnectionConfig = plainConfig,
  options: { readonly effects?: boolean } = {},
): string {
  const lines: string[] = [];
  const recorder = recordConnection(config, { ...options, name: "test", write: (line) => lines.push(line) });
  for (const event of events) recorder.handle(event);
  return lines.join("");
}

/** Of a hand-over. */
export function handOver(config?: ConnectionConfig): string {
  return written(new Run().toMigrated().events, config);
}
