/** What the two sides of a handshake said about options. */
import type { Tcp, TcpOption } from "../../tcp/index.ts";
import type { ResolvedPolicy } from "../policy.ts";

/** The segments that a verdict on options is about. */
export interface Handshake {
  readonly ipVersion: 4 | 6;
  /** The client's SYN, as it left the client or as it reached server 1. */
  readonly syn: Tcp;
  /** Bytes of data in the SYN. */
  readonly synData: number;
  /** Server 1's answer. */
  readonly synAck: Tcp;
  /** The new server's answer to the synthetic SYN. */
  readonly target?: Tcp;
  readonly policy: ResolvedPolicy;
}

type OptionOf<T extends TcpOption["type"]> = Extract<TcpOption, { readonly type: T }>;

/** The first option of a type. */
export function findOption<T extends TcpOption["type"]>(tcp: Tcp, type: T): OptionOf<T> | undefined {
  return tcp.options.find((option): option is OptionOf<T> => option.type === type);
}

/** Whether SYN and server 1's SYN-ACK both carry an option, so that it is in use. */
export function isNegotiated({ syn, synAck }: Handshake, type: TcpOption["type"]): boolean {
  return findOption(syn, type) !== undefined && findOption(synAck, type) !== undefined;
}

/** Whether an option says anything: padding and the end of the list do not. */
export function saysSomething(option: TcpOption): boolean {
  return option.type !== "nop" && option.type !== "end";
}

/** IANA's experimental kinds share their number: RFC 6994 §3 tells them apart by the 16 bits behind it. */
const EXPERIMENTAL = [253, 254, 255];

/** Equal for two options exactly when they are the same option, whatever they say. */
export function optionIdentity(option: TcpOption): string {
  if (option.type !== "unknown") return option.type;
  const [high = 0, low = 0] = option.data;
  return EXPERIMENTAL.includes(option.kind) ? `${option.kind}:${high * 256 + low}` : `${option.kind}`;
}
