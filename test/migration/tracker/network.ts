/** Model hosts on a model switch, and a tracker as their controller; no rule that sends misses to it but its own traps. */
import {
  createEventReader,
  createTracker,
  encodeEffect,
  type Tracker,
  type TrackerConfig,
  type TrackerEffect,
  type TrackerEvent,
} from "../../../src/migration/index.ts";
import { nicira, onf } from "../../../src/nx/index.ts";
import { createCodec, FlowModCommand, flowMod } from "../../../src/ofp/index.ts";
import {
  createModelHost,
  createModelSwitch,
  type ModelHost,
  type ModelSwitchOptions,
} from "../../../src/testing/index.ts";
import { secret } from "./scene.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
export const DPID = 7n;
export const VIP = "10.0.0.1";
const vipMac = "00:00:00:00:00:01";

export interface Options {
  readonly config?: Partial<TrackerConfig>;
  readonly model?: Partial<ModelSwitchOptions>;
  readonly clients?: number;
  /** What is decided about a request, by its first letter. */
  readonly verdict?: (letter: string) => "migrate" | "forward" | undefined;
}

export const twoServers = {
  web: { vip: { ip: VIP, port: 80 }, origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } },
};

export class Network {
  readonly model;
  readonly clients: readonly ModelHost[];
  readonly requests: Record<"first" | "second", string> = { first: "", second: "" };
  readonly reports: string[] = [];
  readonly errors: number[] = [];
  readonly unclaimed: TrackerEffect[] = [];
  tracker: Tracker;
  at = 0;
  private config: TrackerConfig;
  private readonly hosts: ReadonlyMap<number, ModelHost>;
  private readonly verdict: (letter: string) => "migrate" | "forward" | undefined;
  private alive = true;
  private reader = createEventReader(DPID);

  constructor({ config, model, clients = 1, verdict = () => "migrate" }: Options = {}) {
    this.verdict = verdict;
    const ports = [1, 2, ...Array.from({ length: clients }, (_, index) => 3 + index)];
    this.model = createModelSwitch({ ports, datapathId: DPID, ...model });
    this.config = { secret, services: twoServers, ...config };
    this.tracker = createTracker(this.config);
    const first = createModelHost({ mac: vipMac, ip: VIP, isn: 5000 });
    const second = createModelHost({ mac: vipMac, ip: VIP, isn: 4_294_967_000 });
    for (const [name, host, mark] of [
      ["first", first, "1"],
      ["second", second, "2"],
    ] as const) {
      host.listen(80, {
        respond: (data) => {
          this.requests[name] += new TextDecoder().decode(data);
          return new TextEncoder().encode(mark.repeat(data.length));
        },
      });
    }
    this.clients = ports.slice(2).map((port) =>
      createModelHost({
        mac: `00:00:00:00:03:${port.toString(16).padStart(2, "0")}`,
        ip: `10.0.0.${port}`,
        // Some of the numbers wrap.
        isn: (4_294_967_290 + port) % 2 ** 32,
      }),
    );
    this.hosts = new Map([[1, first], [2, second], ...this.clients.map((host, index) => [3 + index, host] as const)]);
    this.handle({ type: "switchBack", at: 0, dpid: DPID });
  }

  connect(index = 0) {
    const client = this.clients[index];
    if (!client) throw new Error("no such client");
    return client.connect({ to: { mac: vipMac, ip: VIP, port: 80 } });
  }

  handle(event: TrackerEvent): void {
    if (!this.alive) return;
    for (const effect of this.tracker.handle(event)) this.carryOut(effect);
  }

  private carryOut(effect: TrackerEffect): void {
    if (effect.type === "unclaimed") this.unclaimed.push(effect);
    if (effect.type === "report") this.reports.push(effect.code);
    const bytes = encodeEffect(effect);
    if (bytes.length > 0) this.model.receive(bytes);
    if (effect.type !== "inspect") return;
    const action = this.verdict(String.fromCharCode(effect.payload[0] ?? 0));
    const { key, generation, seq } = effect;
    if (action) this.handle({ type: "verdict", at: this.at, verdict: { key, action, generation, seq } });
  }

  /** Lets everything happen that happens within so many milliseconds. */
  run(ms: number): this {
    for (const end = this.at + ms; this.at < end; ) {
      this.at += 10;
      this.model.advance(10);
      for (const [port, host] of this.hosts) {
        host.advance(this.at);
        for (const frame of host.take()) this.model.inject(port, frame);
      }
      const due = this.tracker.deadline();
      if (due !== undefined && due <= this.at) this.handle({ type: "timer", at: this.at });
      this.pump();
    }
    return this;
  }

  private pump(): void {
    for (let rounds = 0; rounds < 50; rounds += 1) {
      const { out, toController } = this.model.take();
      if (out.length === 0 && toController.length === 0) return;
      for (const { port, frame } of out) this.hosts.get(port)?.receive(frame);
      for (const bytes of toController) this.hear(bytes);
    }
  }

  private hear(bytes: Uint8Array): void {
    const event = this.reader.read(codec.decode(bytes), this.at);
    if (event?.type === "error") this.errors.push(event.errorType);
    if (event) this.handle(event);
  }

  /** The controller is gone; the switch goes on. */
  die(): void {
    this.alive = false;
    this.model.take();
  }

  /** Another controller comes. */
  revive(changes: Partial<TrackerConfig> = {}, snapshot?: unknown): void {
    this.config = { ...this.config, ...changes };
    this.tracker = createTracker(this.config);
    if (snapshot !== undefined) this.tracker.restore(snapshot);
    this.alive = true;
    this.reader = createEventReader(DPID);
    this.handle({ type: "switchBack", at: this.at, dpid: DPID });
  }

  /** As after a restart of the switch. */
  forgetFlows(): void {
    this.model.receive(codec.encode(flowMod({ command: FlowModCommand.delete, tableId: 0xff })));
    this.model.take();
  }

  roles(): readonly number[] {
    return this.model.flows().map(({ cookie }) => Number((cookie >> 32n) & 0xffn));
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
