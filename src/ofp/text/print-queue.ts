/** What is configured of queues. */
import { Port } from "../enums/port.ts";
import { Queue } from "../enums/queue.ts";
import type { PacketQueue } from "../messages/packet-queue.ts";
import type { QueueGetConfigReply, QueueGetConfigRequest } from "../messages/queue-config.ts";
import { formatPort } from "./names.ts";
import type { Printed } from "./print.ts";

export function printQueueGetConfigRequest({ port }: QueueGetConfigRequest): Printed {
  // Those between are none that a switch has.
  return port > Port.max && port !== Port.any ? { refusal: "OFPQOFC_BAD_PORT" } : ` port=${formatPort(port)}`;
}

/** Whole thousandths are all of the port's speed; what is above is disabled. */
const ALL = 1000;

function rate(queue: PacketQueue, type: "minRate" | "maxRate", unconfigured: number): string {
  let value = unconfigured;
  for (const property of queue.properties) if (property.type === type) value = property.rate;
  if (value === unconfigured) return "";
  const word = type === "minRate" ? "min_rate" : "max_rate";
  return value > ALL ? ` ${word}:(disabled)` : ` ${word}:${Math.floor(value / 10)}.${value % 10}%`;
}

/** In the order of their numbers. The port is that of the whole reply. */
export function printQueueGetConfigReply({ port, queues }: QueueGetConfigReply): Printed {
  if (queues.length === 0) return "";
  const lines = [...queues]
    .sort((a, b) => a.queueId - b.queueId)
    .map((queue) => {
      const rates = rate(queue, "minRate", Queue.minRateUncfg) + rate(queue, "maxRate", Queue.maxRateUncfg);
      return `queue ${queue.queueId}:${rates}\n`;
    });
  return ` ${port === 0 ? "" : `port=${formatPort(port)}\n`}${lines.join("")}`;
}
