/** What the switch says of itself: ports, make, flows. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import type { ExtensionMessage } from "../../nx/messages/index.ts";
import type { Codec } from "../../ofp/codec.ts";
import { MultipartReplyFlags } from "../../ofp/enums/multipart.ts";
import { Port, PortState } from "../../ofp/enums/port.ts";
import type { FlowStats } from "../../ofp/messages/multipart/flow.ts";
import { type MultipartReply, multipartReply } from "../../ofp/messages/multipart.ts";
import { type PortDesc, portDesc } from "../../ofp/messages/port-desc.ts";

export type SwitchCodec = Codec<NiciraAction, ExtensionMessage>;

/** A port with an address of its own, made from the datapath id and the number. */
export function describePort(port: number, isUp: boolean, datapathId: bigint): PortDesc {
  const number = port === Port.local ? 0 : port;
  const octets = [2, 0, Number(datapathId & 0xffn), 0, number >> 8, number & 0xff];
  return portDesc({
    portNo: port,
    hwAddr: octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":"),
    name: port === Port.local ? "local" : `port${port}`,
    state: isUp ? PortState.live : PortState.linkDown,
  });
}

export const DESCRIPTION = {
  type: "desc",
  mfrDesc: "tcp-migration",
  hwDesc: "in memory",
  swDesc: "model switch",
  serialNum: "None",
  dpDesc: "None",
} as const;

/** Room for bodies in one message. */
const MAX_BODY = 0xffff - 16;

/** One reply, or several where the flows do not fit a message; all but the last say that more follow. */
export function flowReplies(
  xid: number,
  flows: readonly FlowStats<NiciraAction>[],
  codec: SwitchCodec,
): MultipartReply<NiciraAction>[] {
  const sizeOf = (part: readonly FlowStats<NiciraAction>[]) =>
    codec.encode(multipartReply<NiciraAction>({ body: { type: "flow", flows: part } })).length;
  const empty = sizeOf([]);
  const parts: FlowStats<NiciraAction>[][] = [[]];
  let size = 0;
  for (const flow of flows) {
    const more = sizeOf([flow]) - empty;
    if (size + more > MAX_BODY) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(flow);
    size += more;
  }
  return parts.map((part, index) =>
    multipartReply<NiciraAction>({
      xid,
      flags: index < parts.length - 1 ? MultipartReplyFlags.more : 0,
      body: { type: "flow", flows: part },
    }),
  );
}
