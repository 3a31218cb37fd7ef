/** What happens to a tracker: three connections side by side, an operator, a switch that goes and comes. */
import type { TrackerConfig } from "../../../src/migration/index.ts";
import { ACK, clientAt, plainConfig, ports, RST, SYN, service, TrackerRun, talk } from "../tracker/scene.ts";

export const config: TrackerConfig = {
  ...plainConfig,
  dataPlane: "probe",
  traps: true,
  services: { web: { ...service, targets: { second: { switchPort: ports.target }, third: { switchPort: 4 } } } },
};

export const moved = talk();
export const stays = talk({ from: clientAt("10.0.0.4", 40_000), inPort: 5, x: 0xffff_ffff, y: 7 });
export const undecided = talk({ from: clientAt("10.0.0.5", 50_000), inPort: 6, x: 77, y: 0xffff_fff0 });

/** The tracker that all of it has happened to, and the events. */
export function morning(): TrackerRun {
  const run = new TrackerRun(config).back();
  const { effects } = run;
  const asked = effects.find(({ type }) => type === "flowStats")?.id;
  run.at = 1;
  run.barrier();
  run.flows([], asked);
  run.at = 10;
  run.handshake(moved).request(moved);
  run.client(stays, { seq: stays.x, ack: 0, flags: SYN });
  run.at = 12;
  run.verdict(moved, { action: "migrate", target: "second" });
  run.origin(stays, { seq: stays.y, flags: SYN | ACK });
  run.at = 14;
  run.event({ type: "drain", at: run.at, service: "web", target: "second", draining: true });
  run.handshake(undecided);
  run.target(moved, { seq: moved.z, flags: SYN | ACK });
  const armed = run.effects.findLast(({ type }) => type === "barrier")?.id ?? 0;
  run.client(stays).request(stays, "GET /index.html");
  run.event({ type: "barrierReply", at: run.at, dpid: moved.dpid, id: armed });
  run.barrier();
  run.verdict(stays, { action: "forward" }).barrier();
  run.request(undecided, "GET /one").request(undecided, "GET /one more");
  // Nobody decides about the third connection.
  run.wait(1_000).barrier();
  // The same port once more, which nobody has confirmed.
  run.client(stays, { seq: 500_000, ack: 0, flags: SYN });
  run.lost();
  run.at += 100;
  run.back();
  const again = run.effects.find(({ type }) => type === "flowStats")?.id;
  run.barrier();
  run.flows([], again);
  run.event({ type: "drain", at: run.at, service: "web", target: "second", draining: false });
  run.client(moved, { seq: moved.x + 19, flags: RST | ACK });
  return run.settle(200_000);
}
