/** Whether a connection may move, and whether the new server's answer fits. */
import { seqAdd, seqBefore, seqOffset } from "../../tcp/seq.ts";
import { judgeServers, judgeVlans } from "../connection.ts";
import { mustClearEcn, offeredEcnFlags } from "../options/ecn.ts";
import type { Handshake } from "../options/handshake.ts";
import { judgeOptions } from "../options/index.ts";
import { judgeNotAsked } from "../options/not-asked.ts";
import { offerOf } from "../options/offer.ts";
import type { SynContent } from "../plan-effects.ts";
import { type Finding, finding, isRefused, Reason } from "../reason.ts";
import { readSegment, type Segment } from "../segment.ts";
import type { Settings } from "./config.ts";
import { answerToEdited, editAnswer, editSyn } from "./edit.ts";
import { isGreeted, judgeSpoken } from "./greeting.ts";
import { oldServer, targetPlace } from "./handover.ts";
import type { ConnectionState } from "./state.ts";
import { given, type Turn } from "./turn.ts";

export interface Judgement {
  readonly refused: boolean;
  readonly findings: readonly Finding[];
}

function judgement(findings: readonly Finding[]): Judgement {
  return { refused: findings.some(isRefused), findings };
}

function segmentOf(frame: Uint8Array | undefined, name: string): Segment {
  return given(readSegment(given(frame, name), name).segment, name);
}

/** In shadow mode, the handshake as it would be if it had been edited on its way. */
function handshakeOf(state: ConnectionState, settings: Settings): Handshake {
  const syn = segmentOf(state.syn, "syn");
  const synAck = segmentOf(state.synAck, "synAck");
  const edited = state.shadow ? editSyn(syn, settings) : syn;
  return {
    ipVersion: state.connection.ipVersion,
    syn: edited.tcp,
    synData: edited.payload.length,
    synAck: state.shadow ? answerToEdited(syn.tcp, edited.tcp, editAnswer(synAck, settings).tcp) : synAck.tcp,
    policy: settings.policy,
  };
}

/** Before the new server is asked. */
export function judgeMove(turn: Turn, target: string): Judgement {
  const { findings } = judgeAgreed(turn, target);
  return judgement([...findings, ...judgeProgress(turn.state, turn.settings)]);
}

/** The same without the numbers, which change until a late move holds something. */
export function judgeAgreed(turn: Turn, target: string): Judgement {
  const { state, settings } = turn;
  const old = oldServer(turn).place;
  const place = targetPlace(settings, target);
  const ports = {
    client: state.clientPort,
    origin: old.switchPort,
    target: place.switchPort,
  };
  return judgement([
    ...judgeVlans(state.connection, settings.policy),
    ...judgeServers(state.connection, ports, old, place),
    ...judgeOptions(handshakeOf(state, settings)),
    ...judgeGreetedLong(state, settings),
  ]);
}

/** A connection whose server 1 greeted, long ago, and another one would greet again. */
function judgeGreetedLong({ spoken, clientIsn, progress }: ConnectionState, settings: Settings): Finding[] {
  if (settings.speaksFirst || !spoken || progress.clientNext === seqAdd(clientIsn, 1)) return [];
  const text = "Server 1 spoke before the client asked for the first time; the new server must not greet again.";
  return [finding(spokeFirstLevel(settings), Reason.serverSpokeFirst, text)];
}

function spokeFirstLevel({ policy }: Settings): Finding["level"] {
  return policy.serverSpokeFirst === "accept" ? "degraded" : "refused";
}

/** Of a new server that nobody asks: what it would have to answer. */
export function judgeUnasked({ state, settings }: Turn, target: string): readonly Finding[] {
  return judgeNotAsked(handshakeOf(state, settings), target, isGreeted(state, settings));
}

/** Server 1 must have nothing on its way to the client, and nothing said before it was asked. */
function judgeProgress(state: ConnectionState, settings: Settings): Finding[] {
  const { clientIsn, serverIsn, progress } = state;
  const { speaksFirst } = settings;
  const { clientAck, clientNext, serverNext } = progress;
  const findings = judgeSpoken(state, settings);
  const spoken = seqOffset(serverNext, given(serverIsn, "serverIsn")) - 1;
  if (!speaksFirst && spoken > 0 && clientNext === seqAdd(clientIsn, 1)) {
    const text = `Server 1 sent ${spoken} bytes before the client asked; the new server must not greet again.`;
    findings.push(finding(spokeFirstLevel(settings), Reason.serverSpokeFirst, text, { server: spoken }));
  }
  if (seqBefore(clientAck, serverNext)) {
    const bytes = seqOffset(serverNext, clientAck);
    const text = `The client has not acknowledged the last ${bytes} bytes of server 1: nobody else could repeat them.`;
    findings.push(finding("refused", Reason.serverDataUnacknowledged, text, { ack: clientAck, serverNext }));
  }
  return findings;
}

/** What our SYN says: never more than client and server 1 agreed on. */
export function synContent({ state, settings }: Turn, seq: number): SynContent {
  const handshake = handshakeOf(state, settings);
  const { syn, synAck } = handshake;
  return { seq, window: syn.window, options: offerOf(syn, synAck), flags: offeredEcnFlags(handshake) };
}

/** Server 1's window in bytes, as a segment of its states it. RFC 7323 §2.2: never scaled in a SYN. */
export function serverWindow({ state, settings }: Turn, { tcp }: Segment): number {
  const { syn, synAck } = handshakeOf(state, settings);
  const shiftOf = (options: typeof syn.options): number | undefined => {
    const option = options.find(({ type }) => type === "windowScale");
    return option?.type === "windowScale" ? Math.min(14, option.shift) : undefined;
  };
  const shift = shiftOf(syn.options) === undefined ? undefined : shiftOf(synAck.options);
  return tcp.window * 2 ** (shift ?? 0);
}

/** The new server's SYN-ACK. */
export function judgeTarget({ state, settings }: Turn, { tcp }: Segment): Judgement & { readonly clearEcn: boolean } {
  const handshake: Handshake = { ...handshakeOf(state, settings), target: tcp };
  return { ...judgement(judgeOptions(handshake)), clearEcn: mustClearEcn(handshake) };
}
