/** Whether a greeting is whole, and what must be known of server 1's before another server's can be kept from the client. */
import { seqAdd, seqOffset } from "../../tcp/seq.ts";
import { type Finding, finding, Reason } from "../reason.ts";
import type { Settings } from "./config.ts";
import type { Heard } from "./heard.ts";
import type { ConnectionState } from "./state.ts";
import { given } from "./turn.ts";

const LINE_FEED = 10;
const SPACE = 32;
const HYPHEN = 45;
const CODE_LENGTH = 3;

function lineEnd(bytes: Uint8Array, from: number): number | undefined {
  const index = bytes.indexOf(LINE_FEED, from);
  return index < 0 ? undefined : index + 1;
}

function hasCode(bytes: Uint8Array, at: number): boolean {
  return bytes.subarray(at, at + CODE_LENGTH).every((byte) => byte >= 48 && byte <= 57);
}

/**
 * RFC 959 §4.2: behind which byte a reply ends; undefined when it goes on. A reply of several lines ends with the line that begins
 * with the same code and a space; any other one is a single line.
 */
export function replyEnd(bytes: Uint8Array): number | undefined {
  let end = lineEnd(bytes, 0);
  if (!hasCode(bytes, 0) || bytes[CODE_LENGTH] !== HYPHEN) return end;
  while (end !== undefined) {
    const line = end;
    const isSame = [0, 1, 2].every((index) => bytes[line + index] === bytes[index]);
    end = lineEnd(bytes, line);
    if (isSame && bytes[line + CODE_LENGTH] === SPACE) return end;
  }
  return undefined;
}

/** What the new server has said so far: it may go on, that was all, or it is not what was to come. */
export type GreetingSoFar = "goesOn" | "whole" | "unfit";

/** Judges what a new server has said. `wanted` is what server 1 said, if the profile wants the same. */
export function judgeGreeting({ bytes, spoilt }: Heard, wanted: Uint8Array | undefined): GreetingSoFar {
  if (spoilt) return "unfit";
  if (wanted) {
    if (bytes.some((byte, index) => byte !== wanted[index])) return "unfit";
    return bytes.length === wanted.length ? "whole" : "goesOn";
  }
  const end = replyEnd(bytes);
  if (end === undefined) return "goesOn";
  return end === bytes.length ? "whole" : "unfit";
}

/** The bytes that a new server must say; undefined when any greeting will do. */
export function wantedGreeting({ spoken }: ConnectionState, { speaksFirst }: Settings): Uint8Array | undefined {
  return speaksFirst?.banner === "equal" ? given(spoken, "spoken").bytes : undefined;
}

/** How many bytes the client has had of whatever server. */
export function bytesTold({ serverIsn, progress }: ConnectionState): number {
  return seqOffset(progress.serverNext, seqAdd(given(serverIsn, "serverIsn"), 1));
}

/** Whether a new server will say again what the client has heard. */
export function isGreeted(state: ConnectionState, { speaksFirst }: Settings): boolean {
  return speaksFirst !== undefined && bytesTold(state) > 0;
}

/** Whether a new server's greeting can be told from what follows it. */
export function judgeSpoken(state: ConnectionState, settings: Settings): Finding[] {
  const { speaksFirst } = settings;
  const { spoken, clientIsn, progress } = state;
  const told = bytesTold(state);
  if (!speaksFirst || told === 0) return [];
  const isFirst = progress.clientNext === seqAdd(clientIsn, 1);
  const bytes = spoken && !spoken.spoilt ? spoken.bytes : undefined;
  const refuse = (text: string): Finding[] => [finding("refused", Reason.serverSpokeFirst, text, { server: told })];
  if (isFirst && bytes?.length !== told) {
    return refuse(
      `Server 1 sent ${told} bytes before the client asked: more than a greeting, or not all of it was seen.`,
    );
  }
  if (speaksFirst.banner === "equal" && (bytes === undefined || bytes.length === 0)) {
    return refuse(
      "What server 1 greeted with was not seen: nothing tells whether another server greets with the same.",
    );
  }
  if (speaksFirst.banner === "line" && isFirst && bytes && replyEnd(bytes) !== told) {
    return refuse(`The ${told} bytes that server 1 sent before the client asked are no whole line.`);
  }
  const text = "The client has been greeted: the greeting of the new server is kept from it.";
  return [finding("ok", Reason.serverSpokeFirst, text, { server: told })];
}
