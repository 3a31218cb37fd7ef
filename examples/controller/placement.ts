/** What the configuration says about where servers are, for the learning switch beside the tracker. */
import type { TrackedService } from "../../src/migration/index.ts";
import type { Placement } from "./learning.ts";

/** As decoded frames have it: the configuration may have capital letters. */
function spelled(mac: string | undefined): string | undefined {
  return mac?.toLowerCase();
}

/** The places of a switch's servers. */
export function placementOf(services: Readonly<Record<string, TrackedService>>): (dpid: bigint) => Placement {
  return (dpid) => {
    const known = new Map<string, number>();
    const twins = new Set<number>();
    const here = Object.values(services).filter((service) => service.dpid === undefined || service.dpid === dpid);
    for (const { vip, origin, targets } of here) {
      const mac = spelled(origin.mac ?? vip.mac);
      for (const own of [mac, spelled(vip.mac)]) if (own !== undefined) known.set(own, origin.switchPort);
      for (const target of Object.values(targets)) {
        const own = spelled(target.mac);
        if (own !== undefined && own !== mac) known.set(own, target.switchPort);
        // With server 1's addresses it would be taken for it.
        else if (target.switchPort !== origin.switchPort) twins.add(target.switchPort);
      }
    }
    return { known, twins };
  };
}
