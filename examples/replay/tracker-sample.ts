/** Makes the sample log of a tracker: some clients, three servers and a switch in memory, and what an operator does meanwhile. */
import {
  createEventReader,
  encodeEffect,
  recordTracker,
  type TrackerConfig,
  type TrackerEvent,
} from "../../src/migration/index.ts";
import type { Verdict } from "../../src/tcp/index.ts";
import { createModelHost, createModelSwitch, createNetwork } from "../../src/testing/index.ts";
import { bytesOf, codec, DPID, sendTheRest, serve } from "./scene.ts";

const web = { mac: "00:00:00:00:00:01", ip: "10.0.0.1" };
const spare = { mac: "00:00:00:00:00:04", ip: "10.0.0.4" };

const config: TrackerConfig = {
  secret: new Uint8Array(32).fill(7),
  services: {
    web: {
      vip: { ...web, port: 80 },
      origin: { switchPort: 1 },
      targets: { honeypot: { switchPort: 2 }, spare: { switchPort: 4, ...spare, port: 8080 } },
      defaultTarget: "honeypot",
    },
  },
  timing: { lingerMs: 2_000 },
  isTaken: () => false,
};

/** A log in JSON Lines, the same each time. */
export function trackerSampleLog(): string {
  const lines: string[] = [];
  const tracker = recordTracker(config, { name: "a morning in memory", write: (line) => lines.push(line) });
  const model = createModelSwitch({ ports: [1, 2, 3, 4, 5], datapathId: DPID });
  const network = createNetwork({ seed: 7, link: { delayMs: 1 } });
  // Whoever asks for /admin is moved, /slow is never decided about, and everything else stays.
  const alice = createModelHost({ mac: "00:00:00:00:00:03", ip: "10.0.0.3", isn: 0xffff_fff0 });
  const bob = createModelHost({ mac: "00:00:00:00:00:05", ip: "10.0.0.5", isn: 700_000 });
  network.cable(alice, { switch: model, port: 3 });
  network.cable(bob, { switch: model, port: 5 });
  const servers = [
    { name: "web server", place: web, switchPort: 1, isn: 5000, port: 80 },
    { name: "honeypot", place: web, switchPort: 2, isn: 3_000_000_000, port: 80 },
    { name: "spare", place: spare, switchPort: 4, isn: 90_000, port: 8080 },
  ];
  for (const { name, place, switchPort, isn, port } of servers) {
    const host = createModelHost({ ...place, isn, windowScale: 7 });
    network.cable(host, { switch: model, port: switchPort });
    serve(network, host, name, port);
  }

  let alarm: number | undefined;

  function take(event: TrackerEvent): void {
    for (const effect of tracker.handle(event)) {
      const message = encodeEffect(effect);
      if (message.length > 0) model.receive(message);
      if (effect.type !== "inspect") continue;
      const { key, generation, payload } = effect;
      const request = new TextDecoder().decode(payload);
      if (request.startsWith("GET /slow")) continue;
      const verdict: Verdict = { action: request.startsWith("GET /admin") ? "migrate" : "forward", key, generation };
      network.schedule(network.now() + 20, () => {
        take({ type: "verdict", at: network.now(), verdict });
      });
    }
    wake();
  }

  /** A timer for the deadline, if it is not set yet. */
  function wake(): void {
    const due = tracker.deadline();
    if (due === undefined || due === alarm) return;
    alarm = due;
    network.schedule(Math.max(due, network.now()), () => {
      if (alarm !== due) return;
      alarm = undefined;
      take({ type: "timer", at: network.now() });
    });
  }

  const events = createEventReader(DPID);
  network.control(model, (bytes) => {
    const event = events.read(codec.decode(bytes), network.now());
    if (event) take(event);
  });

  function ask(host: typeof alice, port: number, path: string): void {
    const connection = host.connect({ to: { ...web, port: 80 }, port });
    connection.send(bytesOf(`GET ${path} HTTP/1.0\r\n\r\n`));
  }

  sendTheRest(model);
  take({ type: "switchBack", at: network.now(), dpid: DPID });
  network.run({ untilMs: 10 });
  ask(alice, 33333, "/admin");
  network.run({ untilMs: 15 });
  ask(bob, 40000, "/index.html");
  // Port 22 is no service's, and what comes of it is the rest of the controller's to say.
  bob.connect({ to: { ...web, port: 22 }, port: 40001, maxRetransmissions: 1 });
  network.run({ untilMs: 200 });
  take({ type: "drain", at: network.now(), service: "web", target: "honeypot", draining: true });
  ask(alice, 33334, "/admin");
  // In the middle of that hand-over the controller's memory is replaced by what it saved.
  network.run({ untilMs: 226 });
  tracker.restore(tracker.snapshot());
  network.run({ untilMs: 300 });
  ask(bob, 40002, "/slow");
  // The flows end by themselves, which a switch notices when its clock moves.
  for (let second = 1; second <= 80; second++) network.run({ untilMs: 1_000 * second });
  return lines.join("");
}
