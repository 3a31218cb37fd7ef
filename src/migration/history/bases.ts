/** The numbers that each party's space begins with. */
import { TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { HistorySegment, NumberBase, PartyId } from "./types.ts";

/** Learns from segments: those of the handshake tell, and the first of any other lets one guess. */
export interface Bases {
  readonly learn: (segment: HistorySegment) => void;
  readonly all: () => Readonly<Record<string, NumberBase>>;
}

/** Server 1 has the client's numbers. */
function spaceOf(party: PartyId): string {
  return party === "origin" ? "client" : party;
}

export function createBases(): Bases {
  const bases = new Map<string, NumberBase>();

  /** A target may be asked several times; another SYN of the client's is perhaps the next connection's. */
  function put(space: string, side: keyof NumberBase, value: number, again: boolean): void {
    const known = bases.get(space) ?? { client: undefined, server: undefined };
    if (known[side] === undefined || (again && space !== "client")) bases.set(space, { ...known, [side]: value });
  }

  return {
    learn({ from, to, flags, sent, received }) {
      const isSyn = (flags & TcpFlags.syn) !== 0;
      const fromServer = from === "origin" || from.startsWith("target:");
      const [sender, receiver] = fromServer ? (["server", "client"] as const) : (["client", "server"] as const);
      for (const [party, numbers] of [
        [from, sent],
        [to, received],
      ] as const) {
        if (party === "switch") continue;
        put(spaceOf(party), sender, seqAdd(numbers.seq, isSyn ? 0 : -1), isSyn);
        if ((flags & TcpFlags.ack) !== 0) put(spaceOf(party), receiver, seqAdd(numbers.ack, -1), false);
      }
    },
    all: () => Object.fromEntries(bases),
  };
}
