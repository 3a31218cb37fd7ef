/** Which messages a controller gets without asking. */
import type { GetAsyncReply, SetAsync } from "../messages/async.ts";

const LABEL_WIDTH = 16;

/** By message: the reasons that ovs-ofctl knows, by their bits. In the order in which it prints them. */
const reasons = {
  packetIn: ["PACKET_IN", ["no_match", "action", "invalid_ttl"]],
  portStatus: ["PORT_STATUS", ["add", "delete", "modify"]],
  flowRemoved: ["FLOW_REMOVED", ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"]],
  // Messages of later versions, which the masks of OpenFlow 1.3 have no room for.
  roleStatus: ["ROLE_STATUS", ["primary_request", "configuration_changed", "experimenter_data_changed"]],
  tableStatus: ["TABLE_STATUS", ["", "", "", "vacancy_down", "vacancy_up"]],
  requestForward: ["REQUESTFORWARD", ["group_mod_request", "meter_mod_request"]],
} as const;

/** A message that comes without asking. */
export type AsyncMessage = keyof typeof reasons;

/** The bits that ovs-ofctl knows of a mask. */
export function knownReasons(message: AsyncMessage): number {
  return reasons[message][1].reduce((mask, word, bit) => (word === "" ? mask : mask | (1 << bit)), 0);
}

/** The masks of one role; those that are missing are 0. */
export type RoleMasks = Readonly<Partial<Record<AsyncMessage, number>>>;

/** What is behind the heading of a message with six masks; bits that ovs-ofctl does not know it reads over. */
export function printAsync(
  message: Pick<SetAsync | GetAsyncReply, "packetInMask" | "portStatusMask" | "flowRemovedMask">,
): string {
  const of = (role: 0 | 1): RoleMasks => ({
    packetIn: message.packetInMask[role],
    portStatus: message.portStatusMask[role],
    flowRemoved: message.flowRemovedMask[role],
  });
  return printMasks(of(0), of(1));
}

export function printMasks(master: RoleMasks, slave: RoleMasks): string {
  const names = Object.keys(reasons) as AsyncMessage[];
  return [["primary", master] as const, ["secondary", slave] as const]
    .map(([role, masks]) => {
      const lines = names.map((name) => {
        const [label, all] = reasons[name];
        const mask = masks[name] ?? 0;
        const words = all.filter((word, bit) => word !== "" && (mask >>> bit) & 1);
        return `${label.padStart(LABEL_WIDTH)}: ${words.length === 0 ? "(off)" : words.join(" ")}\n`;
      });
      return `\n ${role}:\n${lines.join("")}`;
    })
    .join("");
}
