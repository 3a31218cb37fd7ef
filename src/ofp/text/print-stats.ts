/** Counters of flows together, of ports and of queues. */
import { Queue } from "../enums/queue.ts";
import type { AggregateStatsReply } from "../messages/multipart/aggregate.ts";
import type { PortStats, PortStatsReply, PortStatsRequest } from "../messages/multipart/port-stats.ts";
import type { QueueStats, QueueStatsReply, QueueStatsRequest } from "../messages/multipart/queue.ts";
import { duration } from "./dump.ts";
import { formatPort } from "./names.ts";

/** What a switch says when it does not count. */
const NO_COUNTER = 0xffff_ffff_ffff_ffffn;
const NO_DURATION = 0xffffffff;

export function counter(value: bigint): string {
  return value === NO_COUNTER ? "?" : String(value);
}

export function printAggregateStats({ packetCount, byteCount, flowCount }: AggregateStatsReply): string {
  return ` packet_count=${packetCount} byte_count=${byteCount} flow_count=${flowCount}`;
}

export function printPortStatsRequest({ portNo }: PortStatsRequest): string {
  return ` port_no=${formatPort(portNo)}`;
}

const MARGIN = " ".repeat(11);

function portLines(port: PortStats): string {
  const rx: readonly (readonly [word: string, count: bigint])[] = [
    ["pkts", port.rxPackets],
    ["bytes", port.rxBytes],
    ["drop", port.rxDropped],
    ["errs", port.rxErrors],
    ["frame", port.rxFrameErr],
    ["over", port.rxOverErr],
    ["crc", port.rxCrcErr],
  ];
  const tx: typeof rx = [
    ["pkts", port.txPackets],
    ["bytes", port.txBytes],
    ["drop", port.txDropped],
    ["errs", port.txErrors],
    ["coll", port.collisions],
  ];
  const counters = (row: typeof rx) => row.map(([word, count]) => `${word}=${counter(count)}`).join(", ");
  const time =
    port.durationSec === NO_DURATION ? "" : `${MARGIN}duration=${duration(port.durationSec, port.durationNsec)}\n`;
  const name = formatPort(port.portNo);
  // Room for two digits.
  const label = port.portNo < 10 ? ` ${name}` : name;
  return `  port ${label}: rx ${counters(rx)}\n${MARGIN}tx ${counters(tx)}\n${time}`;
}

export function printPortStats({ ports }: PortStatsReply): string {
  return ` ${ports.length} ports\n${ports.map(portLines).join("")}`;
}

function queueName(queueId: number): string {
  return queueId === Queue.all ? "ALL" : String(queueId);
}

export function printQueueStatsRequest({ portNo, queueId }: QueueStatsRequest): string {
  return ` port=${formatPort(portNo)} queue=${queueName(queueId)}`;
}

function queueLine(queue: QueueStats): string {
  const words = [
    `bytes=${counter(queue.txBytes)}`,
    `pkts=${counter(queue.txPackets)}`,
    `errors=${counter(queue.txErrors)}`,
    `duration=${queue.durationSec === NO_DURATION ? "?" : duration(queue.durationSec, queue.durationNsec)}`,
  ];
  return `  port ${formatPort(queue.portNo)} queue ${queueName(queue.queueId)}: ${words.join(", ")}\n`;
}

export function printQueueStats({ queues }: QueueStatsReply): string {
  return ` ${queues.length} queues\n${queues.map(queueLine).join("")}`;
}
