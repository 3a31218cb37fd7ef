/** The options of a handshake. */
import { seqAdd, TcpFlags, type TcpOption } from "../../tcp/index.ts";
import { type ControlBlock, defaultMss, type Segment } from "./control-block.ts";

const NOP: TcpOption = { type: "nop" };
const MAX_SHIFT = 14;

export function ownMss({ settings, local }: ControlBlock): number {
  if (settings.mss === false) return defaultMss(local.ip);
  return settings.mss ?? (local.ip.includes(":") ? 1440 : 1460);
}

/** TSval of now. */
export function timestampNow({ settings, host }: ControlBlock): number {
  return seqAdd(settings.timestampBase, Math.floor(host.now()));
}

/** Options of a SYN, or of a SYN-ACK that offers only what the SYN did; in the order of Linux. */
export function handshakeOptions(block: ControlBlock, isAnswer: boolean): TcpOption[] {
  const { settings, agreed, tsRecent } = block;
  const timestamps = isAnswer ? agreed.timestamps : settings.timestamps;
  const sackPermitted = isAnswer ? agreed.sackPermitted : settings.sackPermitted;
  const scale = isAnswer && agreed.peerWindowScale === undefined ? false : settings.windowScale;
  const options: TcpOption[] = [];
  if (settings.mss !== false) options.push({ type: "mss", value: ownMss(block) });
  if (sackPermitted) options.push(...(timestamps ? [] : [NOP, NOP]), { type: "sackPermitted" });
  if (timestamps) {
    const echo = isAnswer ? tsRecent : 0;
    options.push(...(sackPermitted ? [] : [NOP, NOP]), { type: "timestamps", value: timestampNow(block), echo });
  }
  if (scale !== false) options.push(NOP, { type: "windowScale", shift: scale });
  return options;
}

/** What the peer's SYN or SYN-ACK and this side's settings come to. */
export function agree(block: ControlBlock, { options, flags }: Segment): void {
  const { settings, local } = block;
  const mss = options.find((option) => option.type === "mss");
  const scale = options.find((option) => option.type === "windowScale");
  const timestamps = options.find((option) => option.type === "timestamps");
  // RFC 3168 §6.1.1: a SYN asks with ECE and CWR, a SYN-ACK answers with ECE alone.
  const congestion = flags & (TcpFlags.ece | TcpFlags.cwr);
  const wanted = (flags & TcpFlags.ack) === 0 ? TcpFlags.ece | TcpFlags.cwr : TcpFlags.ece;
  block.agreed = {
    peerMss: mss && mss.value > 0 ? mss.value : defaultMss(local.ip),
    peerWindowScale: scale && settings.windowScale !== false ? Math.min(scale.shift, MAX_SHIFT) : undefined,
    sackPermitted: settings.sackPermitted && options.some(({ type }) => type === "sackPermitted"),
    timestamps: settings.timestamps && timestamps !== undefined,
    ecn: settings.ecn && congestion === wanted,
  };
  if (timestamps) block.tsRecent = timestamps.value;
}
