/**
 * Several servers with one address, and a client that must know the Ethernet address of one of them only: a server that gets
 * connections handed over answers for the service's address in no frame that reaches anybody, and still has to learn where its
 * clients are.
 */
import { encodeFrame } from "../../tcp/index.ts";
import type { Bytes } from "../../wire/index.ts";
import type { ServerPlace } from "../machine/config.ts";
import { answerTo } from "./answer.ts";
import { type Claim, claimOf } from "./claim.ts";

/** A service, as far as neighbours are concerned. */
export interface NeighbourService {
  readonly vip: {
    /** In the spelling of a decoded frame. */
    readonly ip: string;
    /**
     * Ethernet address that clients know for it. Questions for `ip` are then answered with it at once; without it they go to server
     * 1, when that has the address itself and is in its clients' network. Where nobody has the address, it must be given.
     */
    readonly mac?: string;
  };
  readonly origin: ServerPlace;
  readonly targets: Readonly<Record<string, ServerPlace>>;
}

/** What to do with a frame. */
export type NeighbourHelp =
  /** Nobody gets it. */
  | { readonly type: "absorb"; readonly why: string }
  /** Nobody gets it; this frame leaves the switch by this port, which may be the one that the other came in by. */
  | { readonly type: "send"; readonly port: number; readonly frame: Bytes; readonly why: string }
  /** It is none of the services' business: switch it like any other. */
  | { readonly type: "unclaimed" };

/**
 * The Ethernet address at which frames of an IP address come in. `vlans` are those of the question, outermost first, without
 * priority tags: addresses may be used again in another one.
 */
export type MacOf = (ip: string, vlans: readonly number[]) => string | undefined;

const unclaimed: NeighbourHelp = { type: "unclaimed" };

/**
 * What becomes of a frame that may be about a service's address: ARP for IPv4, or a neighbour solicitation or advertisement; every
 * other frame is `unclaimed`.
 *
 * `inPort` is the port by which it came in, `services` are those of its switch, and `macOf` knows where clients are: behind a router it
 * tells the router's Ethernet address.
 *
 * - A server to which connections are moved must not teach anybody that it has a service's address: its announcements, replies,
 *   advertisements and probes are absorbed.
 * - Its questions that name the service's address as their sender would teach that, too: they are absorbed, and answered here when
 *   `macOf` knows. So are its questions about clients in another VLAN, which would never get there.
 * - A question for the service's address is answered here or goes to server 1 alone.
 *
 * Throws nothing for whatever the frame holds.
 */
export function helpNeighbour(
  { inPort, frame }: { readonly inPort: number; readonly frame: Uint8Array },
  services: readonly NeighbourService[],
  macOf: MacOf,
): NeighbourHelp {
  const claim = claimOf(frame);
  if (!claim) return unclaimed;
  const target = services.flatMap(({ targets }) => Object.values(targets)).find((place) => isAt(place, inPort, claim));
  const claimed = services.filter(({ vip }) => vip.ip === claim.claimed);
  // A server may be server 1 of one service and a target of another one with the same address.
  const isOwner = claimed.some((service) => {
    const owner = ownerOf(service);
    // Known by its Ethernet address, the target is not the server of which only the port is known.
    return isAt(owner, inPort, claim) && (owner?.mac !== undefined || target?.mac === undefined);
  });
  if (target && claimed.length > 0 && !isOwner) return silence(claim, inPort, macOf);
  if (claim.kind === "statement") return unclaimed;
  const asked = services.filter(({ vip }) => vip.ip === claim.about);
  if (asked.length > 0) return askOrigin(claim, inPort, asked);
  const mac = target?.vlan === undefined ? undefined : macOf(claim.about, vlansOf(claim));
  return mac === undefined ? unclaimed : answer(claim, inPort, mac, "A server asks across VLANs.");
}

/** Server 1, if it has the service's address itself and is in its clients' network. */
function ownerOf({ vip, origin }: NeighbourService): ServerPlace | undefined {
  return (origin.ip ?? vip.ip) === vip.ip && origin.vlan === undefined ? origin : undefined;
}

/** A port may lead to several servers: then their Ethernet addresses tell them apart. */
function isAt(place: ServerPlace | undefined, inPort: number, { frame, senderMac }: Claim): boolean {
  if (place?.switchPort !== inPort) return false;
  return place.mac === undefined || place.mac === frame.ethernet.src || place.mac === senderMac;
}

function vlansOf({ frame }: Claim): readonly number[] {
  return frame.ethernet.vlans.map(({ vid }) => vid).filter((vid) => vid !== 0);
}

/** What a target says with the service's address. */
function silence(claim: Claim, inPort: number, macOf: MacOf): NeighbourHelp {
  const { kind, sender, about, claimed } = claim;
  if (kind === "statement" || sender === undefined) {
    return { type: "absorb", why: `Nobody may learn another Ethernet address for ${claimed} than that of server 1.` };
  }
  const mac = macOf(about, vlansOf(claim));
  return mac === undefined
    ? { type: "absorb", why: `A server asks for ${about} as ${claimed}, and nobody here knows the answer.` }
    : answer(claim, inPort, mac, `A server asks as ${claimed}: nobody else may hear that.`);
}

function answer(claim: Claim, port: number, mac: string, why: string): NeighbourHelp {
  return { type: "send", port, frame: answerTo(claim, mac), why };
}

/** Somebody asks for the service's address: server 1 has it, or the switch answers for it. */
function askOrigin(claim: Claim, inPort: number, services: readonly NeighbourService[]): NeighbourHelp {
  const { about, frame } = claim;
  const owner = services.map(ownerOf).find((place) => place !== undefined);
  // Whether somebody else has its address is a question for everybody else.
  if (isAt(owner, inPort, claim)) return unclaimed;
  const mac = services.find(({ vip }) => vip.mac !== undefined)?.vip.mac;
  if (mac !== undefined) return answer(claim, inPort, mac, `${about} is the service's: answer for it.`);
  if (!owner) return unclaimed;
  const bytes = encodeFrame(frame, { checksums: "keep" });
  return { type: "send", port: owner.switchPort, frame: bytes, why: `Server 1 alone answers for ${about}.` };
}
