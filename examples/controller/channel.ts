/**
 * One OpenFlow channel to one switch: versions, features, echo both ways, and no more in memory than the switch can take.
 * OpenFlow 1.3.5 §6.3 to §6.4.
 */
import type { Duplex } from "node:stream";
import { type Bytes, decode, encode, FrameReader, type Message, WireError } from "../../src/index.ts";
import {
  ErrorType,
  echoReply,
  echoRequest,
  errorMessage,
  type FeaturesReply,
  featuresRequest,
  type Hello,
  HelloFailedCode,
  hello,
  OFP_VERSION,
  setConfig,
} from "../../src/ofp/index.ts";

/** Milliseconds. */
export interface ChannelTiming {
  /** For hello and features together. */
  readonly handshakeMs: number;
  /** A switch that says nothing for so long is asked whether it is there. */
  readonly echoMs: number;
  /** And given up when it says nothing for so long after that. */
  readonly deadMs: number;
}

export const defaultTiming: ChannelTiming = { handshakeMs: 5_000, echoMs: 5_000, deadMs: 5_000 };

/** What a channel tells its owner. */
export interface ChannelListeners {
  /** The switch has said who it is. Called once, before any message. */
  up(channel: Channel, features: FeaturesReply): void;
  /** Everything that is no business of the channel's own. */
  message(channel: Channel, message: Message): void;
  /** A message could not be decoded; the channel goes on. */
  damaged(channel: Channel, error: WireError): void;
  /** Called once, whatever the reason. */
  closed(channel: Channel, why: string): void;
}

export interface Channel {
  /** For people: who is at the other end. */
  readonly peer: string;
  /** Undefined until the switch has told it. */
  readonly dpid: bigint | undefined;
  /** Bytes that the switch has not taken yet. */
  readonly waiting: number;
  /** Waits for {@link Channel.flush}, or for the end of what the process is just doing. */
  send(bytes: Bytes): void;
  /** What one event makes goes out in one piece: most of the cost of a message is to hand it to the system. */
  flush(): void;
  /** Sends what waits, and ends. */
  close(why: string): void;
}

/** Bytes. With so much waiting for a switch nothing more is read of it. */
const PAUSE = 64 * 2 ** 10;
/** So much may wait for a switch that reads nothing before the channel is given up. */
const MAX_WAITING = 64 * 2 ** 20;
/** Longest frame that a packet-in brings: all of it. */
const WHOLE = 0xffff;

export function openChannel(
  stream: Duplex,
  peer: string,
  listeners: ChannelListeners,
  timing: ChannelTiming = defaultTiming,
): Channel {
  const frames = new FrameReader();
  let dpid: bigint | undefined;
  let isGreeted = false;
  let ended: string | undefined;
  let asked = false;
  let isCorked = false;
  let timer = setTimeout(() => {
    close("the switch has not finished its handshake in time");
  }, timing.handshakeMs);

  const channel: Channel = {
    peer,
    get dpid() {
      return dpid;
    },
    get waiting() {
      return stream.writableLength;
    },
    send,
    flush,
    close,
  };

  function send(bytes: Bytes): void {
    if (ended !== undefined || stream.destroyed) return;
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(flush);
    }
    stream.write(bytes);
    // Whoever does not take what it is sent is not listened to either: that is what makes most of it.
    if (stream.writableNeedDrain && stream.writableLength > PAUSE) stream.pause();
    if (stream.writableLength > MAX_WAITING) destroy("the switch takes nothing of what it is sent");
  }

  function flush(): void {
    if (!isCorked) return;
    isCorked = false;
    stream.uncork();
  }

  function finish(why: string): boolean {
    if (ended !== undefined) return false;
    ended = why;
    clearTimeout(timer);
    return true;
  }

  function close(why: string): void {
    if (!finish(why)) return;
    stream.end();
    listeners.closed(channel, why);
    // A peer that does not close its half does not keep ours.
    setTimeout(() => stream.destroy(), 1_000).unref();
  }

  function destroy(why: string): void {
    const isFirst = finish(why);
    stream.destroy();
    if (isFirst) listeners.closed(channel, why);
  }

  /** Something came: the switch is there. */
  function listen(): void {
    clearTimeout(timer);
    asked = false;
    timer = setTimeout(ask, timing.echoMs);
  }

  function ask(): void {
    if (asked) {
      destroy("the switch does not answer");
      return;
    }
    asked = true;
    send(encode(echoRequest()));
    timer = setTimeout(ask, timing.deadMs);
  }

  function hear(bytes: Bytes): void {
    let message: Message;
    try {
      message = decode(bytes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (dpid === undefined) refuse(`the switch says what is no OpenFlow 1.3: ${error.message}`);
      else listeners.damaged(channel, error);
      return;
    }
    if (dpid !== undefined) listen();
    if (message.type === "echoRequest") send(encode(echoReply(message)));
    else if (message.type === "hello") greet(message);
    else if (!isGreeted) refuse(`the first message is a ${message.type}, and no hello`);
    else if (dpid === undefined) introduce(message);
    else if (message.type !== "echoReply") listeners.message(channel, message);
  }

  function greet(message: Hello): void {
    if (isGreeted) return;
    const versions = message.elements.flatMap((element) => (element.type === "versionBitmap" ? element.versions : []));
    // Without a bitmap: the lower of both highest versions.
    const agrees = versions.length > 0 ? versions.includes(OFP_VERSION) : message.version >= OFP_VERSION;
    if (!agrees) {
      refuse(
        `the switch speaks version ${versions.join(", ") || message.version}, and this controller version 4 alone`,
      );
      return;
    }
    isGreeted = true;
    send(encode(featuresRequest()));
    send(encode(setConfig({ missSendLen: WHOLE })));
  }

  function introduce(message: Message): void {
    if (message.type === "error") {
      destroy(`the switch refuses the handshake: error ${message.errorType} ${message.code}`);
    } else if (message.type === "featuresReply") {
      dpid = message.datapathId;
      listen();
      listeners.up(channel, message);
    }
  }

  function refuse(why: string): void {
    const data = new TextEncoder().encode(why);
    const { helloFailed: errorType } = ErrorType;
    send(encode(errorMessage({ errorType, code: HelloFailedCode.incompatible, data })));
    close(why);
  }

  function messagesIn(chunk: Buffer): readonly Bytes[] {
    try {
      return frames.push(chunk);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return [];
    }
  }

  stream.on("data", (chunk: Buffer) => {
    for (const bytes of messagesIn(chunk)) if (ended === undefined) hear(bytes);
    if (frames.failure) destroy(`the stream is no OpenFlow: ${frames.failure.message}`);
  });
  stream.on("drain", () => stream.resume());
  stream.on("error", (error: Error) => {
    destroy(error.message);
  });
  for (const event of ["end", "close"]) {
    stream.on(event, () => {
      destroy("the switch has closed the connection");
    });
  }
  send(encode(hello()));
  return channel;
}
