/**
 * A detector of its own kind at a real switch's fourth port decides which connections move: it sees what the controller shows it, and writes
 * what Snort and Suricata write.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Belongings, createBelongings } from "../../examples/testbed/cleanup.ts";
import { start } from "../../examples/testbed/shell.ts";
import { openTestbed } from "../../examples/testbed/testbed.ts";

const DETECTOR = fileURLToPath(new URL("detector.py", import.meta.url));
type Said = Readonly<Record<string, unknown>>;

async function detect(belongings: Belongings, namespace: string, kind: string, socket: string) {
  while (!existsSync(socket)) await pause(20);
  const child = belongings.keep(
    start(namespace, "python3", [DETECTOR, kind, socket, "GET /report/"], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  const said: Said[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line) as Said));
  while (said.length === 0) await pause(20);
  return said;
}

function configuration(kind: string, directory: string) {
  return {
    analyzer: kind,
    snort: { directory },
    eve: [{ path: "eve.sock" }],
    timing: { verdictMs: 300 },
    services: {
      web: {
        vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" },
        ...{ origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } }, mirrorPort: 4 },
      },
    },
  };
}

describe("a detector at the switch", () => {
  it.each(["snort", "eve"])("moves by alerts of the kind of %s what it has seen, and nothing else", async (kind) => {
    const belongings = createBelongings();
    try {
      const { topology, client } = await openTestbed(belongings, {
        switch: "stock",
        controller: { besides: configuration(kind, belongings.directory) },
      });
      const socket = join(belongings.directory, kind === "snort" ? "snort_alert" : "eve.sock");
      const said = await detect(belongings, topology.analyzer.namespace, kind, socket);
      const report = await client.run({ path: "/report/1", count: 3, up: 2_000, down: 20_000 });
      expect(report.results.map(({ servers, problem }) => [servers, problem])).toEqual(
        Array.from({ length: 3 }, () => [["server2"], undefined]),
      );
      const other = await client.run({ path: "/index", down: 1_000 });
      expect(other.results[0]).toMatchObject({ servers: ["server1"] });
      const alerts = said.filter(({ alert }) => alert !== undefined);
      // SYN and SYN-ACK were seen before the request, and an ACK behind it, which no server has sent.
      expect(alerts.map(({ handshake }) => handshake)).toEqual(["SA", "SA", "SA"]);
      expect(said.filter(({ acknowledged }) => acknowledged !== undefined).length).toBeGreaterThanOrEqual(3);
    } finally {
      await belongings.close();
    }
  });
});
