/** What the state of a connection looks like, for reading it from JSON. */
import { type FlowKey, flowKeyText, type VlanTag } from "../../tcp/index.ts";
import { WireError } from "../../wire/index.ts";
import type { Connection } from "../connection.ts";
import type { Heard, Piece } from "../machine/heard.ts";
import { phases } from "../machine/phase.ts";
import type {
  Bucket,
  Candidate,
  ConnectionState,
  Greeting,
  LateMove,
  Parked,
  Pending,
  Progress,
  Recovered,
  Shadow,
  StickyVerdict,
  Takeover,
  TargetAccepted,
} from "../machine/state.ts";
import type { ClientNumbers } from "../offsets.ts";
import { readSegment } from "../segment.ts";
import {
  bytes,
  checked,
  count,
  flag,
  ip,
  list,
  mac,
  moment,
  object,
  oneOf,
  perhaps,
  type Shape,
  text,
  u32,
  u64,
  uint,
} from "./shape.ts";

const u16 = uint(16);

/** A frame that holds a TCP segment: every use of a frame in a state relies on that. */
const segment = checked(bytes, (frame) => {
  if (!readSegment(frame, "frame").segment) throw new WireError("badValue", "this frame holds no TCP segment", 0);
});

const vlan = object<VlanTag>({ tpid: u16, pcp: uint(3), dei: flag, vid: uint(12) });
const endpoint = object<Connection["client"]>({ mac, ip, port: u16 });
const key = object<FlowKey>({ vlans: list(uint(12)), src: ip, dst: ip, srcPort: u16, dstPort: u16 });

export const connection: Shape<Connection> = checked(
  object<Connection>({
    ipVersion: oneOf([4, 6]),
    client: endpoint,
    server: endpoint,
    vlans: list(vlan),
    key,
  }),
  ({ ipVersion, client, server, vlans, key }) => {
    const same: FlowKey = {
      vlans: vlans.map(({ vid }) => vid).filter((vid) => vid !== 0),
      src: client.ip,
      dst: server.ip,
      srcPort: client.port,
      dstPort: server.port,
    };
    if (flowKeyText(same) !== flowKeyText(key)) {
      throw new WireError("badValue", `${flowKeyText(key)} is not the key of ${flowKeyText(same)}`, 0);
    }
    if ([client.ip, server.ip].some((address) => address.includes(":") !== (ipVersion === 6))) {
      throw new WireError("badValue", `the addresses are not of IPv${ipVersion}`, 0);
    }
  },
);

const numbers = object<ClientNumbers>({ clientNext: u32, serverNext: u32 });

const progress = object<Progress>({
  clientNext: u32,
  clientAck: u32,
  serverNext: u32,
  serverAck: u32,
  window: u16,
  serverWindow: count,
});

const heard = object<Heard>({ bytes, ahead: list(object<Piece>({ from: count, bytes })), spoilt: flag });

const accepted = object<TargetAccepted>({
  sendNext: u32,
  skip: count,
  window: count,
  vlans: list(vlan),
  clearEcn: flag,
});

const takeover = object<Takeover>({
  target: text,
  client: numbers,
  initialSeq: u32,
  dialedAt: moment,
  tries: count,
  redials: count,
  accepted: perhaps(accepted),
  greeting: perhaps(object<Greeting>({ heard, tries: count })),
  committedAt: perhaps(moment),
  resets: count,
});

export const bucket: Shape<Bucket> = object<Bucket>({ tokens: count, at: moment });

const parked = object<Parked>({
  server: text,
  takeover: perhaps(takeover),
  client: numbers,
  window: count,
  serial: u32,
  until: moment,
  answers: bucket,
});

const late = object<LateMove>({
  target: text,
  park: flag,
  since: moment,
  barrier: perhaps(u32),
  flows: list(u32),
  watchedAt: perhaps(moment),
  clientSeen: flag,
  serverSeen: flag,
});

const pending = object<Pending>({
  barrier: perhaps(u32),
  flows: list(u32),
  forward: perhaps(u32),
  sentAt: moment,
  again: flag,
  bundle: perhaps(oneOf(["sent", "doubtful"])),
});

const candidate = checked(
  object<Candidate>({
    syn: segment,
    clientIsn: u32,
    synAck: perhaps(segment),
    serverIsn: perhaps(u32),
    seenAt: moment,
    sendAt: perhaps(moment),
    watched: flag,
  }),
  ({ synAck, serverIsn }) => {
    if ((synAck === undefined) !== (serverIsn === undefined)) {
      throw new WireError("badValue", "synAck and serverIsn belong together", 0);
    }
  },
);

const verdict = object<StickyVerdict>({ action: oneOf(["migrate", "forward"]), target: perhaps(text), park: flag });

const shadow = object<Shadow>({
  request: perhaps(object<NonNullable<Shadow["request"]>>({ since: moment, progress })),
  target: perhaps(text),
});

/** Every property of its kind; whether they go together is not looked at. */
export const looseState: Shape<ConnectionState> = object<ConnectionState>({
  phase: oneOf(phases),
  generation: count,
  dpid: u64,
  clientPort: u32,
  connection,
  nextId: u32,
  since: moment,
  lastAt: moment,
  clientIsn: u32,
  serverIsn: perhaps(u32),
  syn: perhaps(segment),
  synAck: perhaps(segment),
  spoken: perhaps(heard),
  progress,
  held: list(segment),
  verdict: perhaps(verdict),
  originVlans: perhaps(list(vlan)),
  originGone: flag,
  takeover: perhaps(takeover),
  previous: perhaps(takeover),
  beforePrevious: perhaps(takeover),
  parked: list(parked),
  released: list(text),
  serial: u32,
  nextSerial: u32,
  oldSerial: perhaps(u32),
  late: perhaps(late),
  dialed: perhaps(text),
  pending: perhaps(pending),
  asked: perhaps(u32),
  inSwitch: flag,
  flowEnded: perhaps(uint(8)),
  clientFin: perhaps(u32),
  serverFin: perhaps(u32),
  lingerUntil: moment,
  candidates: list(candidate),
  strays: list(text),
  resets: bucket,
  cut: flag,
  recovered: perhaps(object<Recovered>({ clientSeen: flag, serverSeen: flag })),
  shadow: perhaps(shadow),
});
