/** Where everything is, as JSON: the switches with their ports, and the services with their servers. */
import type { TrackedService } from "../../../src/migration/index.ts";
import type { Services } from "../analyzers/records.ts";
import type { SwitchView } from "../switches.ts";
import { dpidText } from "./views.ts";

type Place = TrackedService["origin"];

function placeJson(name: string, { switchPort, ip, port }: Place) {
  return { name, port: switchPort, ...(ip !== undefined && { ip }), ...(port !== undefined && { tcpPort: port }) };
}

/** `dpid` is absent for a service that is on every switch. */
export function topologyJson(channels: readonly SwitchView[], services: Services) {
  return {
    switches: channels.map(({ dpid, peer, ports, role }) => ({ dpid: dpidText(dpid), peer, role, ports })),
    services: Object.entries(services).map(([name, { vip, dpid, origin, targets, defaultTarget, shadow = false }]) => ({
      name,
      ...(dpid !== undefined && { dpid: dpidText(dpid) }),
      ...{ ip: vip.ip, tcpPort: vip.port, shadow },
      origin: placeJson("server 1", origin),
      targets: Object.entries(targets).map(([target, place]) => placeJson(target, place)),
      ...(defaultTarget !== undefined && { defaultTarget }),
    })),
  };
}
