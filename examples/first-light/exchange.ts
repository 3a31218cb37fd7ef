/** Sorts what was captured after the request by who sent it to whom, as the switch has it on its three links. */

import { seqDiff } from "../../src/tcp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import type { Captures, Handshake } from "./handshake.ts";
import { isReset, isSyn, isSynAck, type Segment } from "./segments.ts";

/** Segments of the connection from the held request on, in time order. */
export interface Exchange {
  readonly fromClient: readonly Segment[];
  readonly toClient: readonly Segment[];
  readonly toOrigin: readonly Segment[];
  readonly fromTarget: readonly Segment[];
  readonly toTarget: readonly Segment[];
}

/** Undefined when server 2 is not in the captures. */
export function findExchange(captures: Captures, handshake: Handshake): Exchange | undefined {
  const { request, targetSynAck } = handshake;
  if (!targetSynAck) return undefined;
  const links = captures.target ? byFile(captures, request) : byNumbers(captures, handshake, targetSynAck);
  const ofOrigin = links.origin.filter((segment) => segment.flow === request.reverseFlow);
  const fromOrigin = new Set(ofOrigin.map(({ bytes }) => toHex(bytes)));
  return {
    fromClient: links.client.filter((segment) => segment.flow === request.flow),
    toClient: links.client.filter(
      (segment) =>
        segment.flow === request.reverseFlow && !(fromOrigin.size > 0 && fromOrigin.has(toHex(segment.bytes))),
    ),
    toOrigin: links.origin.filter((segment) => segment.flow === request.flow && !isBefore(segment, request)),
    fromTarget: links.target.filter((segment) => segment.flow === targetSynAck.flow),
    toTarget: links.target.filter((segment) => segment.flow === targetSynAck.reverseFlow),
  };
}

interface Links {
  readonly client: readonly Segment[];
  readonly origin: readonly Segment[];
  readonly target: readonly Segment[];
}

function byFile({ client, origin, target }: Captures, request: Segment): Links {
  return {
    client: client.segments.slice(client.segments.indexOf(request)),
    origin: origin?.segments ?? [],
    target: target?.segments ?? [],
  };
}

/**
 * One file for all links. Where server 2 uses server 1's address, only the numbers tell the links apart: whether the server's
 * number is nearer to where server 1 stood or to where server 2 began.
 */
function byNumbers({ client }: Captures, { request }: Handshake, targetSynAck: Segment): Links {
  const links = { client: [] as Segment[], origin: [] as Segment[], target: [] as Segment[] };
  for (const segment of client.segments.slice(client.segments.indexOf(request))) {
    const ofTarget = segment.flow === targetSynAck.flow || segment.flow === targetSynAck.reverseFlow;
    const ofClient = segment.flow === request.flow || segment.flow === request.reverseFlow;
    if (
      ofTarget &&
      (!ofClient || isSyn(segment) || isSynAck(segment) || isNearTarget(segment, request, targetSynAck))
    ) {
      links.target.push(segment);
    } else if (ofClient && isReset(segment) && segment.flow === request.flow && !isBefore(segment, request)) {
      links.origin.push(segment);
    } else if (ofClient) {
      links.client.push(segment);
    }
  }
  return links;
}

function isNearTarget(segment: Segment, request: Segment, targetSynAck: Segment): boolean {
  const number = segment.flow === targetSynAck.flow ? segment.tcp.seq : segment.tcp.ack;
  return Math.abs(seqDiff(number, targetSynAck.tcp.seq)) < Math.abs(seqDiff(number, request.tcp.ack));
}

function isBefore(segment: Segment, request: Segment): boolean {
  return segment.atNs < request.atNs;
}
