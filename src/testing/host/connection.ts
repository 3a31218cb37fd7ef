/** A control block as its user sees it. */
import { seqAdd } from "../../tcp/index.ts";
import { requireBytes } from "../../wire/require.ts";
import type { HostConnection } from "./connection-types.ts";
import { type ControlBlock, endConnection, receiveWindow } from "./control-block.ts";
import { flush, sendAck, sendReset } from "./output.ts";
import { close, resume } from "./reception.ts";

export function connectionOf(block: ControlBlock): HostConnection {
  return {
    local: block.local,
    remote: block.remote,
    iss: block.iss,
    get state() {
      return block.state;
    },
    get error() {
      return block.error;
    },
    get received() {
      return block.incoming.view();
    },
    get peerClosed() {
      return block.peerClosed;
    },
    get unacknowledged() {
      return block.outgoing.length;
    },
    get sndUna() {
      return block.sndUna;
    },
    get sndNxt() {
      return block.sndNxt;
    },
    get sndWnd() {
      return block.sndWnd;
    },
    get irs() {
      return block.irs;
    },
    get rcvNxt() {
      return block.rcvNxt;
    },
    get rcvWnd() {
      return receiveWindow(block);
    },
    get retransmissions() {
      return block.retransmissions;
    },
    get peerMss() {
      return block.agreed.peerMss;
    },
    get peerWindowScale() {
      return block.agreed.peerWindowScale;
    },
    get sackPermitted() {
      return block.agreed.sackPermitted;
    },
    get timestamps() {
      return block.agreed.timestamps;
    },
    get ecn() {
      return block.agreed.ecn;
    },
    send(data) {
      requireBytes("data", data);
      if (block.closing || block.state === "closed")
        throw new RangeError("data must not follow the end of a connection");
      block.outgoing.append(data);
      flush(block);
    },
    close: () => {
      close(block);
    },
    abort() {
      if (block.state === "closed") return;
      if (block.state !== "synSent" && block.state !== "timeWait") sendReset(block);
      endConnection(block, undefined);
    },
    probe() {
      // RFC 9293 §3.8.4.
      if (block.state === "established" || block.state === "closeWait") sendAck(block, seqAdd(block.sndUna, -1));
    },
    pause() {
      block.paused = true;
    },
    resume: () => {
      resume(block);
    },
  };
}
