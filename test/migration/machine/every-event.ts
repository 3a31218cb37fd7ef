/** A connection in every phase, and an event of every kind for it. */
import { cookieOf } from "../../../src/migration/cookie.ts";
import type { ConnectionEvent, ConnectionState } from "../../../src/migration/machine/index.ts";
import type { Frame, SegmentFields } from "../../../src/tcp/index.ts";
import { encodeFrame, internetChecksum, segmentFrame } from "../../../src/tcp/index.ts";
import { concat } from "../../../src/wire/index.ts";
import { add, client, mssAndScale, ports, server } from "../scene.ts";
import { ACK, DPID, FIN, greetingConfig, letters, PSH, RST, Run, SYN } from "./scene.ts";

/** Port of the third server. */
const THIRD = 4;

/** A connection in each phase, at the moment 100. */
export const inPhase: Readonly<Record<string, () => Run>> = {
  syn: () => new Run().syn(),
  synAck: () => new Run().syn().synAck(),
  ready: () => new Run().toReady(),
  hold: () => new Run().toHold(),
  dial: () => new Run().toDial(),
  greet: () => new Run({}, greetingConfig).toGreet(),
  arm: () => new Run().toArm(),
  migrated: () => new Run().toMigrated(),
  forwarded: () => new Run().toForwarded(),
  nonMig: () => new Run().toNonMig(),
  fwdArm: () => new Run().toFwdArm(),
  closing: () =>
    new Run()
      .toMigrated()
      .client({ seq: 1019, flags: FIN | ACK })
      .target({ ack: 1019, flags: FIN | ACK }),
  linger: () => new Run().toMigrated().client({ seq: 1019, ack: 0, flags: RST }),
  dead: () => new Run().toHold().client({ seq: 1019, ack: 0, flags: RST }),
};

type Make = (state: ConnectionState) => Partial<SegmentFields>;

const client1: Readonly<Record<string, Make>> = {
  clientSyn: ({ clientIsn }) => ({ seq: clientIsn, ack: 0, flags: SYN, options: mssAndScale }),
  clientSynOther: () => ({ seq: 7777, ack: 0, flags: SYN, options: mssAndScale }),
  clientSynCandidate: () => ({ seq: 9000, ack: 0, flags: SYN, options: mssAndScale }),
  clientAckCandidate: () => ({ seq: 9001, ack: 8001, flags: ACK }),
  clientAck: ({ progress }) => ({ seq: progress.clientNext, flags: ACK }),
  clientData: ({ progress }) => ({ seq: progress.clientNext, flags: PSH | ACK, payload: letters(30) }),
  clientKeepalive: ({ progress }) => ({ seq: add(progress.clientNext, -1), flags: ACK }),
  clientFin: ({ progress }) => ({ seq: progress.clientNext, flags: FIN | ACK }),
  clientRst: ({ progress }) => ({ seq: progress.clientNext, ack: 0, flags: RST }),
  clientRstOther: ({ progress }) => ({ seq: add(progress.clientNext, 12345), ack: 0, flags: RST }),
  clientRstCandidate: () => ({ seq: 9001, ack: 0, flags: RST }),
  clientRstParked: () => ({ seq: 4444, ack: 0, flags: RST }),
  clientOdd: ({ progress }) => ({ seq: progress.clientNext, ack: 0, flags: PSH }),
};
const origin: Readonly<Record<string, Make>> = {
  originSynAck: ({ clientIsn, serverIsn }) => ({ seq: serverIsn ?? 5000, ack: add(clientIsn, 1), flags: SYN | ACK }),
  originSynAckOther: ({ clientIsn }) => ({ seq: 5555, ack: add(clientIsn, 1), flags: SYN | ACK }),
  originSynAckCandidate: () => ({ seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale }),
  originSynOdd: () => ({ seq: 5000, ack: 123456, flags: SYN | ACK }),
  originAck: ({ progress }) => ({ seq: progress.serverNext, ack: progress.clientNext, flags: ACK }),
  originChallenge: ({ progress }) => ({ seq: progress.serverNext, ack: progress.clientNext, flags: ACK }),
  originData: ({ progress }) => ({ seq: progress.serverNext, flags: ACK, payload: letters(5) }),
  originFin: ({ progress }) => ({ seq: progress.serverNext, flags: FIN | ACK }),
  originKeepalive: ({ progress, takeover }) => {
    const said = takeover?.committedAt === undefined ? progress.serverNext : takeover.client.serverNext;
    return { seq: add(said, -1), flags: ACK };
  },
  originRst: ({ progress, clientIsn }) => ({ seq: progress.serverNext, ack: add(clientIsn, 1), flags: RST | ACK }),
  originRstOther: ({ progress }) => ({ seq: add(progress.serverNext, 99), ack: 0, flags: RST }),
};
/** z = 3000, D = 2000. */
const target: Readonly<Record<string, Make>> = {
  targetSynAck: () => ({ seq: 3000, ack: 1001, flags: SYN | ACK, options: mssAndScale }),
  targetSynAckOdd: () => ({ seq: 3333, ack: 1001, flags: SYN | ACK }),
  targetSynAckOther: () => ({ seq: 3333, ack: 1001, flags: SYN | ACK, options: mssAndScale }),
  targetSynAckWrong: () => ({ seq: 3000, ack: 4242, flags: SYN | ACK, options: mssAndScale }),
  targetAck: () => ({ seq: 3001, ack: 1019, flags: ACK }),
  targetData: ({ phase }) => ({ seq: 3001, ack: phase === "greet" ? 1001 : 1019, flags: ACK, payload: letters(5) }),
  targetFin: () => ({ seq: 3001, ack: 1019, flags: FIN | ACK }),
  targetRst: ({ phase, progress }) =>
    ["dial", "greet", "arm"].includes(phase)
      ? { seq: 0, ack: 1001, flags: RST | ACK }
      : { seq: add(progress.serverNext, -2000), ack: 0, flags: RST },
  targetRstCandidate: ({ takeover }) => ({
    seq: takeover?.committedAt === undefined ? 8001 : 8001 - 2000,
    ack: 0,
    flags: RST,
  }),
  targetRstOther: () => ({ seq: 99, ack: 0, flags: RST }),
  targetOther: () => ({ seq: 3001, ack: 1019, flags: ACK, payload: letters(5) }),
};

/** Server 1 was left at 4444 and 8888. */
const parked: Readonly<Record<string, Make>> = {
  parkedAck: () => ({ seq: 8888, ack: 4444, flags: ACK }),
  parkedKeepalive: () => ({ seq: 8887, ack: 4444, flags: ACK }),
  parkedChallenge: () => ({ seq: 8888, ack: 4444, flags: ACK }),
  parkedData: () => ({ seq: 8888, ack: 4444, flags: PSH | ACK, payload: letters(5) }),
  parkedRst: () => ({ seq: 8888, ack: 0, flags: RST }),
  parkedOdd: () => ({ seq: 8889, ack: 0, flags: RST }),
};

const waiting = {
  server: "origin",
  takeover: undefined,
  client: { clientNext: 4444, serverNext: 8888 },
  window: 65160,
  serial: 77,
  until: 1_000_000,
  answers: { tokens: 8, at: 0 },
} as const;

function frameOf(from: typeof client, to: typeof client, fields: Partial<SegmentFields>): Uint8Array {
  return encodeFrame(
    segmentFrame({ from, to, seq: 1001, ack: from === client ? 5001 : 1001, flags: ACK, window: 500, ...fields }),
  );
}

/** Host unreachable, about a segment with its first 28 bytes, for whoever sent it. */
function icmp(quoted: Uint8Array, from: typeof client, to: typeof client): Frame {
  const { ethernet, ipv4 } = segmentFrame({ from, to, seq: 0, flags: SYN, window: 0 });
  if (!ipv4) throw new Error("no IPv4");
  const payload = concat([Uint8Array.of(3, 1, 0, 0, 0, 0, 0, 0), quoted.subarray(14, 14 + 28)]);
  new DataView(payload.buffer).setUint16(2, internetChecksum(payload));
  return { ethernet, ipv4: { ...ipv4, protocol: 1 }, payload };
}

const withCandidate = [
  "clientSynCandidate",
  "clientAckCandidate",
  "originSynAckCandidate",
  "originChallenge",
  "clientRstCandidate",
  "targetRstCandidate",
  "clientRstParked",
  "parkedChallenge",
];

/** The state changed as the kind needs it: with a parked server, a candidate, a question asked, or no flows. */
export function preparedFor(kind: string, of: ConnectionState): ConnectionState {
  const state = kind.includes("arked") ? { ...of, parked: [waiting] } : of;
  if (withCandidate.includes(kind) && state.phase !== "dead") {
    const answered = kind === "clientAckCandidate" || kind === "targetRstCandidate";
    const syn = frameOf(client, server, { seq: 9000, ack: 0, flags: SYN, options: mssAndScale });
    const synAck = frameOf(server, client, { seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale });
    const candidate = { syn, clientIsn: 9000, seenAt: 0, sendAt: undefined, watched: true };
    return {
      ...state,
      candidates: [{ ...candidate, synAck: answered ? synAck : undefined, serverIsn: answered ? 8000 : undefined }],
    };
  }
  if (kind === "flowStats") return { ...state, asked: 99 };
  const carried = ["migrated", "forwarded", "nonMig"].includes(state.phase);
  return kind === "timer" && carried ? { ...state, inSwitch: false } : state;
}

/** An event of this kind, as far as the state allows one. */
export function eventOf(kind: string, run: Run): ConnectionEvent {
  const { state } = run;
  if (!state) throw new Error("no state");
  const at = kind === "timer" ? (run.deadline ?? 0) : 100;
  const packet = (inPort: number, frame: Uint8Array): ConnectionEvent => ({
    type: "packetIn",
    at,
    dpid: DPID,
    inPort,
    frame,
  });
  const [fromClient, fromOrigin, fromTarget] = [client1[kind], origin[kind] ?? parked[kind], target[kind]];
  if (fromClient) return packet(ports.client, frameOf(client, server, fromClient(state)));
  if (fromOrigin) return packet(ports.origin, frameOf(server, client, fromOrigin(state)));
  if (fromTarget)
    return packet(kind === "targetOther" ? THIRD : ports.target, frameOf(server, client, fromTarget(state)));
  const { key } = state.connection;
  switch (kind) {
    case "clientIcmp":
      return packet(ports.client, encodeFrame(icmp(frameOf(server, client, { seq: 5001 }), client, server)));
    case "originIcmp":
      return packet(ports.origin, encodeFrame(icmp(frameOf(client, server, {}), server, client)));
    case "parkedIcmp":
      return packet(ports.origin, encodeFrame(icmp(frameOf(client, server, { seq: 4444 }), server, client)));
    case "targetIcmp": {
      const syn = frameOf(client, server, { seq: 1000, ack: 0, flags: SYN });
      return packet(ports.target, encodeFrame(icmp(syn, server, client)));
    }
    case "verdictMigrate":
      return { type: "verdict", at, verdict: { action: "migrate", key, target: "third" } };
    case "verdictForward":
      return { type: "verdict", at, verdict: { action: "forward", key } };
    case "errorEssential":
      return { type: "error", at, dpid: DPID, id: state.pending?.flows[0] ?? 1, errorType: 5, code: 1 };
    case "errorOther":
      return { type: "error", at, dpid: DPID, id: 1, errorType: 5, code: 1 };
    case "barrierReply":
      return { type: "barrierReply", at, dpid: DPID, id: state.pending?.barrier ?? 1 };
    case "flowRemoved": {
      const role = state.takeover ? 1 : 7;
      const cookie = cookieOf({ tag: 0x544d, epoch: 0, role, connection: connectionNumber(run) });
      return { type: "flowRemoved", at, dpid: DPID, cookie, reason: 0 };
    }
    case "flowStats":
      return { type: "flowStats", at, dpid: DPID, id: 99, flows: [] };
    case "timer":
      return { type: "timer", at };
    case "switchLost":
    case "switchBack":
      return { type: kind, at, dpid: DPID };
    default:
      throw new Error(`no event of kind ${kind}`);
  }
}

/** FNV-1a of the key's text, and the generation. */
function connectionNumber({ state }: Run): number {
  let hash = 0x811c9dc5;
  for (const character of "10.0.0.3:33333>10.0.0.1:11111") {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return add(hash, state?.generation ?? 0);
}
