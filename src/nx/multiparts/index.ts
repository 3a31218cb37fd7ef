/** Multipart messages of the extensions. A new body is a row of its experimenter's table, and a line in the type. */
import type { Definition } from "../../ofp/definition.ts";
import type { MultipartReply, MultipartRequest } from "../../ofp/messages/multipart.ts";
import type { NiciraAction } from "../actions/index.ts";
import { type FlowMonitorRequest, flowMonitorRequestBody } from "./flow-monitor.ts";
import { type FlowMonitorReply, flowMonitorReplyBody } from "./flow-update.ts";
import {
  type IpfixBridgeReply,
  type IpfixFlowReply,
  type IpfixRequest,
  ipfixBridgeReplyBody,
  ipfixFlowReplyBody,
  ipfixRequestBodies,
} from "./ipfix.ts";

/** A multipart message of the Nicira extension. */
export type NiciraMultipart =
  | MultipartRequest<IpfixRequest>
  | MultipartReply<NiciraAction, IpfixBridgeReply>
  | MultipartReply<NiciraAction, IpfixFlowReply>;

export const niciraMultipartRequests: readonly Definition[] = ipfixRequestBodies;
export const niciraMultipartReplies: readonly Definition[] = [ipfixBridgeReplyBody, ipfixFlowReplyBody];

/** A multipart message of an extension that the ONF numbered. */
export type OnfMultipart =
  | MultipartRequest<FlowMonitorRequest>
  | MultipartReply<NiciraAction, FlowMonitorReply<NiciraAction>>;

export const onfMultipartRequests: readonly Definition[] = [flowMonitorRequestBody];
export const onfMultipartReplies: readonly Definition[] = [flowMonitorReplyBody<NiciraAction>()];
