/** What the controller counts, for `/metrics`. */
import type { TrackerStats } from "../../src/migration/index.ts";
import type { AnalyzersStats, SourceStats } from "./analyzers/index.ts";
import type { MirrorStats } from "./analyzers/mirror.ts";
import type { Metric, Sample } from "./metrics.ts";
import type { NorthboundStats } from "./northbound/index.ts";
import { dpidText } from "./northbound/views.ts";
import type { SwitchView } from "./switches.ts";

function by(label: string, counts: Iterable<readonly [string | number, number | undefined]>): readonly Sample[] {
  return [...counts].map(([name, value = 0]) => ({ labels: { [label]: String(name) }, value }));
}

function gauge(name: string, help: string, value: number | readonly Sample[]): Metric {
  return {
    type: "gauge",
    name: `tcp_migration_${name}`,
    help,
    samples: typeof value === "number" ? [{ value }] : value,
  };
}

function counter(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { ...gauge(`${name}_total`, help, value), type: "counter" };
}

function trackerMetrics(stats: TrackerStats): readonly Metric[] {
  const { totals } = stats;
  const targets = Object.entries(stats.targets).flatMap(([service, counts]) =>
    Object.entries(counts).map(([target, value]) => ({ labels: { service, target }, value })),
  );
  return [
    gauge("connections", "Connections that are tracked, by phase.", by("phase", Object.entries(stats.phases))),
    gauge("target_connections", "Connections that a target has, or is being asked to take.", targets),
    gauge("half_open_connections", "Connections whose handshake is not complete.", stats.halfOpen),
    gauge("relayed_connections", "Connections that are relayed without being tracked.", stats.relayed),
    gauge("held_bytes", "Bytes of frames that are held for a verdict.", stats.heldBytes),
    gauge("held_segments", "Segments that are held for a verdict.", stats.heldSegments),
    gauge("awaited_messages", "Messages that the switches have not confirmed.", stats.awaited),
    counter("events", "Events that the tracker has handled, by type.", by("type", Object.entries(totals.events))),
    counter("effects", "What the tracker has asked for, by type.", by("type", Object.entries(totals.effects))),
    counter("reports", "Reports of the tracker, by code.", by("code", Object.entries(totals.reports))),
    counter("tracked_connections", "Connections that were tracked.", totals.connections),
    counter("evicted_connections", "Half-open connections that made room for others.", totals.evicted),
    counter("untracked_connections", "SYNs that were relayed without being tracked.", totals.notTracked),
    counter("unexpected_answers", "Answers of a switch that nothing waited for.", totals.unexpected),
  ];
}

function northboundMetrics(stats: NorthboundStats): readonly Metric[] {
  return [
    gauge("northbound_clients", "WebSockets that are open.", stats.clients),
    gauge("northbound_waiting_bytes", "Bytes that the clients have not taken yet.", stats.waiting),
    gauge("northbound_histories", "Connections whose history is remembered.", stats.histories),
    counter("northbound_received", "Messages of clients, by kind of frame.", by("frame", stats.received)),
    counter("northbound_sent", "Messages to clients, by type or topic.", by("type", stats.sent)),
    counter("northbound_errors", "Messages that were answered with an error, by code.", by("code", stats.errors)),
    counter("northbound_dropped", "Messages that a slow subscriber has missed.", by("topic", stats.dropped)),
    counter("northbound_given_up", "Clients that were given up, by reason.", by("reason", stats.givenUp)),
    counter("northbound_refused", "Requests that were turned away, by status of HTTP.", by("status", stats.refused)),
  ];
}

function analyzerMetrics({ sources, starts, writers, refused }: AnalyzersStats): readonly Metric[] {
  const of = (count: keyof SourceStats): readonly Sample[] =>
    by(
      "source",
      [...sources].map(([source, stats]) => [source, stats[count]] as const),
    );
  return [
    counter("analyzer_read", "Records and lines of other programs that were read, by source.", of("read")),
    counter("analyzer_unreadable", "What was none, or about no TCP segment, by source.", of("unreadable")),
    counter("analyzer_ignored", "Records and lines that give no verdict, by source.", of("ignored")),
    counter("analyzer_verdicts", "Verdicts that were made of alerts, by source.", of("verdicts")),
    counter("analyzer_receiver_starts", "How often the receiver for Snort was started.", starts),
    gauge("analyzer_writers", "Writers of EVE logs that are connected.", writers),
    counter("analyzer_writers_refused", "Writers of EVE logs that were turned away.", refused),
  ];
}

function mirrorMetrics({ sent, dropped }: MirrorStats): readonly Metric[] {
  return [
    counter("mirror_sent", "Copies that were sent to an analyzer's port.", sent),
    counter("mirror_dropped", "Copies that were left out because the switch had much to take.", dropped),
  ];
}

export interface MetricsInput {
  readonly tracker: TrackerStats;
  readonly channels: readonly SwitchView[];
  readonly northbound: NorthboundStats;
  readonly analyzers: AnalyzersStats;
  readonly mirror: MirrorStats;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  /** Bytes. */
  readonly residentMemory: number;
}

export function controllerMetrics({
  tracker,
  channels,
  northbound,
  analyzers,
  mirror,
  ...process
}: MetricsInput): readonly Metric[] {
  const waiting = channels.map(({ dpid, waiting: value }) => ({ labels: { dpid: dpidText(dpid) }, value }));
  return [
    ...trackerMetrics(tracker),
    gauge("switches", "Switches with a channel.", channels.length),
    gauge(
      "led_switches",
      "Switches that do what this controller says.",
      channels.filter(({ role }) => role === "master" || role === "equal").length,
    ),
    gauge("channel_waiting_bytes", "Bytes that a switch has not taken yet.", waiting),
    ...northboundMetrics(northbound),
    ...analyzerMetrics(analyzers),
    ...mirrorMetrics(mirror),
    {
      name: "process_start_time_seconds",
      type: "gauge",
      help: "When the process began, in seconds since the epoch.",
      samples: [{ value: process.startedAt }],
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Resident memory in bytes.",
      samples: [{ value: process.residentMemory }],
    },
  ];
}
