/** The library between real hosts: their frames go through the model switch, whose controller runs the machine for one connection. */
import { decode, encode } from "../../src/index.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  deadline,
  encodeEffect,
  step,
} from "../../src/migration/index.ts";
import { BundleControlType } from "../../src/nx/index.ts";
import { applyActions, flowMod, output, Port, packetOut } from "../../src/ofp/index.ts";
import { decodeFrame, type Frame } from "../../src/tcp/index.ts";
import { createModelSwitch } from "../../src/testing/index.ts";

const DPID = 1n;

/** Switch ports: the places of the hosts, from 1. */
export const port = { client: 1, origin: 2, target: 3 } as const;

export interface Middlebox {
  /** A frame from a host. */
  receive(port: number, frame: Uint8Array): void;
  /** Time has passed. */
  tick(): void;
  readonly state: () => ConnectionState | undefined;
  readonly reports: Extract<ConnectionEffect, { type: "report" }>[];
  /** What went out by a port and was TCP. */
  readonly sent: { readonly port: number; readonly frame: Frame }[];
  readonly bundles: () => number;
}

export function createMiddlebox(
  config: ConnectionConfig,
  actions: "stock" | "custom",
  clientPort: number,
  send: (port: number, frame: Uint8Array) => void,
): Middlebox {
  const model = createModelSwitch({ ports: Object.values(port), datapathId: DPID, actions });
  const reports: Middlebox["reports"] = [];
  const sent: Middlebox["sent"] = [];
  const started = performance.now();
  let state: ConnectionState | undefined;
  let advanced = 0;
  let bundles = 0;
  const now = (): number => performance.now() - started;
  model.receive(encode(flowMod({ priority: 0, instructions: [applyActions([output(Port.controller)])] })));

  function take(event: ConnectionEvent): void {
    const result = step(state, event, config);
    state = result.state;
    for (const effect of result.effects) {
      if (effect.type === "report") reports.push(effect);
      if (effect.type === "bundle") bundles++;
      model.receive(encodeEffect(effect));
    }
    for (const effect of result.effects) {
      if (effect.type !== "inspect") continue;
      const { key, generation } = effect;
      take({ type: "verdict", at: now(), verdict: { key, generation, action: "migrate" } });
    }
  }

  function hear(bytes: Uint8Array): void {
    const message = decode(bytes);
    const from = { at: now(), dpid: DPID } as const;
    switch (message.type) {
      case "packetIn": {
        const { inPort } = message.match;
        if (typeof inPort !== "number") return;
        const frame = message.data.slice();
        const { tcp } = decodeFrame(frame);
        if (tcp && [tcp.srcPort, tcp.dstPort].includes(clientPort)) {
          take({ type: "packetIn", ...from, inPort, frame, cookie: message.cookie });
        } else if (inPort !== port.target) {
          // ARP and neighbour discovery; the new server is kept out of it.
          const out = inPort === port.client ? port.origin : port.client;
          model.receive(encode(packetOut({ inPort, actions: [output(out)], data: frame })));
        }
        return;
      }
      case "error":
        take({ type: "error", ...from, id: message.xid, errorType: message.errorType, code: message.code });
        return;
      case "bundleControl":
        if (message.controlType === BundleControlType.commitReply)
          take({ type: "barrierReply", ...from, id: message.xid });
        return;
      case "barrierReply":
        take({ type: "barrierReply", ...from, id: message.xid });
        return;
      case "flowRemoved":
        take({ type: "flowRemoved", ...from, cookie: message.cookie, reason: message.reason });
        return;
      case "multipartReply":
        if (message.body.type === "flow")
          take({ type: "flowStats", ...from, id: message.xid, flows: message.body.flows });
        return;
      default:
    }
  }

  function settle(): void {
    for (;;) {
      const { out, toController } = model.take();
      if (out.length === 0 && toController.length === 0) return;
      for (const { port: number, frame } of out) {
        send(number, frame);
        const decoded = decodeFrame(frame);
        if (decoded.tcp) sent.push({ port: number, frame: decoded });
      }
      for (const bytes of toController) hear(bytes);
    }
  }

  return {
    receive(number, frame) {
      model.inject(number, frame);
      settle();
    },
    tick() {
      model.advance(now() - advanced);
      advanced = now();
      const due = state && deadline(state, config);
      if (due !== undefined && now() >= due) take({ type: "timer", at: now() });
      settle();
    },
    state: () => state,
    reports,
    sent,
    bundles: () => bundles,
  };
}
