/** Which messages a controller gets without asking. */
import type { AsyncMasks, GetAsyncReply, SetAsync } from "../messages/async.ts";

const LABEL_WIDTH = 16;

/** The reasons that ovs-ofctl knows, by their bits; it reads over the others. */
const packetIn = ["no_match", "action", "invalid_ttl"];
const portStatus = ["add", "delete", "modify"];
const flowRemoved = ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"];
/** Messages of later versions, which OpenFlow 1.3 has no masks for. */
const later = ["ROLE_STATUS", "TABLE_STATUS", "REQUESTFORWARD"];

/** What is behind the heading of a message with six masks. */
export function printAsync(
  message: Pick<SetAsync | GetAsyncReply, "packetInMask" | "portStatusMask" | "flowRemovedMask">,
): string {
  const rows: readonly (readonly [label: string, masks: AsyncMasks, reasons: readonly string[]])[] = [
    ["PACKET_IN", message.packetInMask, packetIn],
    ["PORT_STATUS", message.portStatusMask, portStatus],
    ["FLOW_REMOVED", message.flowRemovedMask, flowRemoved],
    ...later.map((label) => [label, [0, 0], []] as const),
  ];
  return ["primary", "secondary"]
    .map((role, index) => {
      const lines = rows.map(([label, masks, reasons]) => {
        const mask = masks[index] ?? 0;
        const words = reasons.filter((_, bit) => (mask >>> bit) & 1);
        return `${label.padStart(LABEL_WIDTH)}: ${words.length === 0 ? "(off)" : words.join(" ")}\n`;
      });
      return `\n ${role}:\n${lines.join("")}`;
    })
    .join("");
}
