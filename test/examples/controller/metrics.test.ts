/** What Prometheus reads. */
import { describe, expect, it } from "vitest";
import { controllerMetrics } from "../../../examples/controller/controller-metrics.ts";
import { metricsText } from "../../../examples/controller/metrics.ts";
import { createTracker } from "../../../src/migration/index.ts";
import { config } from "./scene.ts";

describe("the text", () => {
  it("has help, type and samples of each family, with the escapes of the format", () => {
    // "Text format details": a label's value escapes backslash, line feed and quote, a HELP line the first two.
    const samples = [
      { labels: { path: 'C:\\DIR\n"x"', n: "1" }, value: 2.5 },
      { value: Number.POSITIVE_INFINITY },
      { value: Number.NEGATIVE_INFINITY },
      { value: Number.NaN },
      { value: 1e21 },
    ];
    expect(metricsText([{ name: "a_total", type: "counter", help: 'A \\ and\na "line".', samples }])).toBe(
      String.raw`# HELP a_total A \\ and\na "line".
# TYPE a_total counter
a_total{path="C:\\DIR\n\"x\"",n="1"} 2.5
a_total +Inf
a_total -Inf
a_total NaN
a_total 1e+21
`,
    );
  });

  it("leaves out what there is none of", () => {
    expect(metricsText([{ name: "a", type: "gauge", help: "None.", samples: [] }])).toBe("");
  });
});

describe("the controller's metrics", () => {
  const tracker = createTracker(config);
  tracker.handle({ type: "switchBack", at: 0, dpid: 7n });
  const text = metricsText(
    controllerMetrics({
      tracker: tracker.stats(),
      channels: [{ dpid: 0xabn, peer: "x", waiting: 12, ports: [], role: "equal" }],
      northbound: {
        ...{ clients: 1, waiting: 0, histories: 0, refused: new Map([[401, 3]]), received: new Map([["text", 2]]) },
        ...{ sent: new Map(), errors: new Map([["notJson", 1]]), givenUp: new Map(), dropped: new Map() },
      },
      analyzers: {
        sources: new Map([["eve", { read: 9, unreadable: 1, ignored: 2, verdicts: 6 }]]),
        ...{ starts: 0, writers: 3, refused: 0 },
      },
      mirror: { sent: 8, dropped: 7 },
      ...{ startedAt: 1.5, residentMemory: 1024 },
    }),
  );
  const lines = text.trimEnd().split("\n");

  it("are lines of the format, each family in one piece", () => {
    const line =
      /^(?:# HELP [a-z_]+ [^\n]+\.|# TYPE [a-z_]+ (?:counter|gauge)|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? [\d.]+)$/;
    expect(lines.filter((each) => !line.test(each))).toEqual([]);
    const families = lines.filter((each) => each.startsWith("# TYPE ")).map((each) => each.split(" ")[2]);
    expect(new Set(families).size).toBe(families.length);
    const names = lines.filter((each) => !each.startsWith("#")).map((each) => each.split(/[{ ]/)[0]);
    expect(new Set(names)).toEqual(new Set(families));
    const runs = names.filter((name, index) => name !== names[index - 1]);
    expect(runs).toHaveLength(families.length);
  });

  it.each([
    'tcp_migration_connections{phase="migrated"} 0',
    'tcp_migration_target_connections{service="web",target="twin"} 0',
    'tcp_migration_events_total{type="switchBack"} 1',
    'tcp_migration_channel_waiting_bytes{dpid="00000000000000ab"} 12',
    'tcp_migration_northbound_refused_total{status="401"} 3',
    'tcp_migration_northbound_errors_total{code="notJson"} 1',
    'tcp_migration_analyzer_read_total{source="eve"} 9',
    'tcp_migration_analyzer_unreadable_total{source="eve"} 1',
    'tcp_migration_analyzer_verdicts_total{source="eve"} 6',
    "tcp_migration_analyzer_writers 3",
    "tcp_migration_mirror_sent_total 8",
    "tcp_migration_mirror_dropped_total 7",
    "process_start_time_seconds 1.5",
    "process_resident_memory_bytes 1024",
  ])("have %s", (line) => {
    expect(lines).toContain(line);
  });
});
