/** Makes the sample log: a connection that moves between hosts in memory, with the log written beside its state machine. */
import {
  type ConnectionEvent,
  createEventReader,
  deadline,
  encodeEffect,
  recordConnection,
} from "../../src/migration/index.ts";
import { createModelHost, createModelSwitch, createNetwork } from "../../src/testing/index.ts";
import { bytesOf, codec, DPID, sendTheRest, serve } from "./scene.ts";

const server = { mac: "00:00:00:00:00:01", ip: "10.0.0.1" };

/** A log in JSON Lines, the same each time. */
export function sampleLog(): string {
  const lines: string[] = [];
  const config = {
    service: { origin: { switchPort: 1 }, targets: { honeypot: { switchPort: 2 } } },
    timing: { lingerMs: 2_000 },
    isTaken: () => false,
  };
  const recorder = recordConnection(config, { name: "a hand-off in memory", write: (line) => lines.push(line) });
  const model = createModelSwitch({ ports: [1, 2, 3], datapathId: DPID });
  const network = createNetwork({ seed: 7, link: { delayMs: 1 } });
  // The client's numbers wrap within its first request.
  const client = createModelHost({ mac: "00:00:00:00:00:03", ip: "10.0.0.3", isn: 0xffff_fff0 });
  network.cable(client, { switch: model, port: 3 });
  for (const [index, isn] of [5000, 3_000_000_000].entries()) {
    const host = createModelHost({ ...server, isn, windowScale: 7 });
    network.cable(host, { switch: model, port: index + 1 });
    serve(network, host, `server ${index + 1}`);
  }

  let alarm: number | undefined;

  function take(event: ConnectionEvent): void {
    const effects = recorder.handle(event);
    for (const effect of effects) {
      const message = encodeEffect(effect);
      if (message.length > 0) model.receive(message);
      if (effect.type !== "inspect") continue;
      const { key, generation } = effect;
      const verdict = { action: "migrate", key, generation, rule: "1:1000001:1", reason: "looks like a scan" } as const;
      network.schedule(network.now() + 20, () => {
        take({ type: "verdict", at: network.now(), verdict });
      });
    }
    wake();
  }

  /** A timer for the deadline, if it is not set yet. */
  function wake(): void {
    const state = recorder.state();
    const due = state && deadline(state, config);
    if (due === undefined || due === alarm) return;
    alarm = due;
    network.schedule(Math.max(due, network.now()), () => {
      if (alarm === due) take({ type: "timer", at: network.now() });
    });
  }

  const events = createEventReader(DPID);
  network.control(model, (bytes) => {
    const event = events.read(codec.decode(bytes), network.now());
    if (event) take(event);
  });
  sendTheRest(model);

  const connection = client.connect({ to: { ...server, port: 80 }, port: 33333 });
  connection.send(bytesOf("GET /admin HTTP/1.0\r\n\r\n"));
  network.runUntil(() => connection.received.length > 0);
  network.run({ untilMs: network.now() + 100 });
  connection.close();
  // The flows end by themselves, which a switch notices when its clock moves.
  for (let second = 0; second < 80; second++) network.run({ untilMs: network.now() + 1_000 });
  return lines.join("");
}
