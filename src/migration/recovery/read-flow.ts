/** What one flow of a switch says about its connection. */
import type { FinTimeoutAction, NoteAction, TcpShiftAction } from "../../nx/index.ts";
import type { Match, Tagged } from "../../ofp/index.ts";
import { EtherType, IpProtocol, type VlanTag } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { CookieParts } from "../cookie.ts";
import { ConnectionRole } from "../machine/effect.ts";
import type { ReportedFlow } from "../machine/event.ts";
import { type ConnectionNote, decodeNote } from "../machine/note.ts";

/** An end as a flow matches it. */
export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** A flow of one connection. */
export interface OwnFlow {
  readonly role: ConnectionRole;
  readonly cookie: CookieParts;
  readonly installed: ReportedFlow;
  readonly ipVersion: 4 | 6;
  readonly inPort: number;
  readonly vlans: readonly VlanTag[];
  readonly from: Address;
  readonly to: Address;
  /** What its actions make of the addresses. */
  readonly becomes: {
    readonly ethSrc: string | undefined;
    readonly ethDst: string | undefined;
    readonly from: Address;
    readonly to: Address;
  };
  /** What its actions add to the numbers. */
  readonly seq: number;
  readonly ack: number;
  readonly clearsEcn: boolean;
  readonly note: ConnectionNote | undefined;
  /** Where it sends packets, the controller among it; undefined when it drops them. */
  readonly outPort: number | undefined;
}

type OwnAction = TcpShiftAction | NoteAction | FinTimeoutAction;

const roles = new Map<number, ConnectionRole>(
  Object.entries(ConnectionRole).map(([name, number]) => [number, name as ConnectionRole]),
);

/** The role that a cookie names; undefined for flows that belong to no connection. */
export function roleOf({ role }: CookieParts): ConnectionRole | undefined {
  const name = roles.get(role);
  return name === "probe" || name === "serviceTrap" ? undefined : name;
}

/** Undefined for a flow that no version of this library would have made. */
export function readFlow(role: ConnectionRole, cookie: CookieParts, installed: ReportedFlow): OwnFlow | undefined {
  const ends = readMatch(installed.match);
  const actions = ends && actionsOf(installed);
  if (!ends || !actions) return undefined;
  let { from, to } = ends;
  let ethSrc: string | undefined;
  let ethDst: string | undefined;
  let seq = 0;
  let ack = 0;
  let clearsEcn = false;
  let note: ConnectionNote | undefined;
  let outPort: number | undefined;
  for (const action of actions) {
    if (isOwn(action)) {
      if (action.type === "note") note = decodeNote(action.data);
      else if (action.type === "incTcpSeq") seq = seqAdd(seq, action.delta);
      else if (action.type === "decTcpSeq") seq = seqAdd(seq, -action.delta);
      else if (action.type === "incTcpAck") ack = seqAdd(ack, action.delta);
      else if (action.type === "decTcpAck") ack = seqAdd(ack, -action.delta);
    } else if (action.type === "output" && "port" in action && typeof action.port === "number") {
      outPort = action.port;
    } else if (action.type === "setField" && "field" in action) {
      const field = new Map(Object.entries(action.field as Match));
      const text = (name: string): string | undefined => {
        const value = field.get(name);
        return typeof value === "string" ? value : undefined;
      };
      const number = (name: string): number | undefined => {
        const value = field.get(name);
        return typeof value === "number" ? value : undefined;
      };
      ethSrc = text("ethSrc") ?? ethSrc;
      ethDst = text("ethDst") ?? ethDst;
      from = { ip: text("ipv4Src") ?? text("ipv6Src") ?? from.ip, port: number("tcpSrc") ?? from.port };
      to = { ip: text("ipv4Dst") ?? text("ipv6Dst") ?? to.ip, port: number("tcpDst") ?? to.port };
      clearsEcn ||= number("ipEcn") === 0;
    }
  }
  const becomes = { ethSrc, ethDst, from, to };
  return { role, cookie, installed, ...ends, becomes, seq, ack, clearsEcn, note, outPort };
}

type Ends = Pick<OwnFlow, "ipVersion" | "inPort" | "vlans" | "from" | "to">;

/** OFPVID_PRESENT */
const VLAN_PRESENT = 0x1000;

function readMatch(match: Match): Ends | undefined {
  const { inPort, ethType, vlanVid, ipProto, tcpSrc, tcpDst } = match;
  const ipVersion = ethType === EtherType.ipv4 ? 4 : ethType === EtherType.ipv6 ? 6 : undefined;
  const src = ipVersion === 4 ? match.ipv4Src : match.ipv6Src;
  const dst = ipVersion === 4 ? match.ipv4Dst : match.ipv6Dst;
  if (ipVersion === undefined || ipProto !== IpProtocol.tcp || typeof inPort !== "number") return undefined;
  if (typeof src !== "string" || typeof dst !== "string") return undefined;
  if (typeof tcpSrc !== "number" || typeof tcpDst !== "number" || typeof vlanVid !== "number") return undefined;
  const tag: VlanTag = { tpid: EtherType.vlan, pcp: 0, dei: false, vid: vlanVid & ~VLAN_PRESENT };
  return {
    ipVersion,
    inPort,
    vlans: (vlanVid & VLAN_PRESENT) === 0 ? [] : [tag],
    from: { ip: src, port: tcpSrc },
    to: { ip: dst, port: tcpDst },
  };
}

/** The actions that a flow applies; undefined when it does anything else but drop or meter. */
function actionsOf({ instructions }: ReportedFlow): readonly Tagged[] | undefined {
  const actions: Tagged[] = [];
  for (const instruction of instructions) {
    if (instruction.type === "applyActions") actions.push(...instruction.actions);
    else if (instruction.type !== "meter") return undefined;
  }
  return actions;
}

const own: readonly string[] = ["incTcpSeq", "decTcpSeq", "incTcpAck", "decTcpAck", "note", "finTimeout"];

function isOwn(action: Tagged): action is OwnAction {
  return own.includes(action.type);
}
