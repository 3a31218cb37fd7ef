/** Which target the flows of a migrated connection lead to. */
import { Port } from "../../ofp/index.ts";
import type { ServerPlace, Settings } from "../machine/config.ts";
import { placeNumber } from "../machine/note.ts";
import { ORIGIN } from "../machine/places.ts";
import type { Address, OwnFlow } from "./read-flow.ts";

/** Names of the targets that fit, the likeliest first. Several have the same place, or the flows do not tell which it is. */
export function targetsOf(
  { targets, origin }: Settings,
  vip: Address,
  forward: OwnFlow | undefined,
  reverse: OwnFlow | undefined,
): readonly string[] {
  // A connection that came back to a parked server 1 is shifted there, too.
  const all: readonly (readonly [string, ServerPlace])[] = [...Object.entries(targets), [ORIGIN, origin]];
  const noted = forward?.note ?? reverse?.note;
  const exact = noted ? all.filter(([, place]) => placeNumber(place) === noted.target) : [];
  if (exact.length > 0) return exact.map(([name]) => name);
  const fits = all.filter(
    ([, place]) =>
      (reverse === undefined || comesFrom(reverse, place, vip)) &&
      (forward === undefined || noted !== undefined || leadsTo(forward, place, vip)),
  );
  const links = fits.filter(([, place]) => forward === undefined || noted !== undefined || sameLink(forward, place));
  return (links.length > 0 ? links : fits).map(([name]) => name);
}

function isAt(address: Address, place: ServerPlace, vip: Address): boolean {
  return address.ip === (place.ip ?? vip.ip) && address.port === (place.port ?? vip.port);
}

function comesFrom({ inPort, from }: OwnFlow, place: ServerPlace, vip: Address): boolean {
  return inPort === place.switchPort && isAt(from, place, vip);
}

function leadsTo({ inPort, outPort, becomes }: OwnFlow, place: ServerPlace, vip: Address): boolean {
  return (outPort === Port.inPort ? inPort : outPort) === place.switchPort && isAt(becomes.to, place, vip);
}

function sameLink({ becomes }: OwnFlow, { mac, gatewayMac }: ServerPlace): boolean {
  return becomes.ethDst === mac && becomes.ethSrc === gatewayMac;
}
