/** What the configuration says about where servers are, for the learning switch beside the tracker. */
import type { TrackedService } from "../../src/migration/index.ts";
import type { Placement } from "./learning.ts";

/** The places of a switch's servers. */
export function placementOf(services: Readonly<Record<string, TrackedService>>): (dpid: bigint) => Placement {
  return (dpid) => {
    const known = new Map<string, number>();
    const twins = new Set<number>();
    const here = Object.values(services).filter((service) => service.dpid === undefined || service.dpid === dpid);
    for (const { vip, origin, targets } of here) {
      const mac = origin.mac ?? vip.mac;
      if (mac !== undefined) known.set(mac, origin.switchPort);
      if (vip.mac !== undefined) known.set(vip.mac, origin.switchPort);
      for (const target of Object.values(targets)) {
        if (target.mac !== undefined && target.mac !== mac) known.set(target.mac, target.switchPort);
        // With server 1's addresses it would be taken for it.
        else if (target.switchPort !== origin.switchPort) twins.add(target.switchPort);
      }
    }
    return { known, twins };
  };
}
