/**
 * The northbound interface: analyzers decide about connections, dashboards watch them. It knows the controller by what everybody may
 * know of it, and the controller does not know it.
 */
import type { AddressInfo } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { VerdictPolicy } from "../../../src/analyzer/index.ts";
import type { InspectEffect, TrackerEffect, TrackerEvent } from "../../../src/migration/index.ts";
import { UserError } from "../../first-light/errors.ts";
import { type Services, servicesOf } from "../analyzers/records.ts";
import type { Controller } from "../controller.ts";
import type { Log } from "../log.ts";
import type { RoleView } from "../roles/index.ts";
import type { Access } from "./auth.ts";
import { type Client, type ClientCounters, type ClientLimits, createClient, increase } from "./client.ts";
import { createFlowTable } from "./flow-table.ts";
import { createHistories } from "./histories.ts";
import { pageFiles } from "./page.ts";
import { createPublisher } from "./publisher.ts";
import { createRefusals } from "./refusals.ts";
import { createRequests } from "./requests.ts";
import { createNorthboundServer } from "./server.ts";

export interface NorthboundLimits extends ClientLimits {
  /** WebSockets at the same time. */
  readonly clients: number;
  /** Longest message, in bytes: a record of Snort's has 65,864. */
  readonly message: number;
  /** Connections whose history is remembered, and entries of each. */
  readonly histories: number;
  readonly entries: number;
  /** Flows that are remembered, and refusals. */
  readonly flows: number;
  readonly refusals: number;
  /** How often `stats` events are sent. Milliseconds. */
  readonly statsMs: number;
  /** And `role` events. Milliseconds. */
  readonly beatMs: number;
}

export const defaultLimits: NorthboundLimits = {
  clients: 32,
  message: 256 * 2 ** 10,
  waiting: 2 ** 20,
  mostWaiting: 16 * 2 ** 20,
  pingMs: 15_000,
  histories: 128,
  entries: 200,
  flows: 8_192,
  refusals: 256,
  statsMs: 1_000,
  beatMs: 1_000,
};

export interface NorthboundOptions {
  readonly controller: Pick<Controller, "tell" | "stats" | "connections" | "connection" | "channels">;
  /** As they are in force at the moment. */
  readonly services: () => Services;
  readonly policy: () => VerdictPolicy;
  readonly access: () => Access;
  readonly role: () => RoleView;
  readonly metrics: (northbound: NorthboundStats) => string;
  readonly log: Log;
  readonly now: () => number;
  readonly limits?: Partial<NorthboundLimits>;
}

/** What `/metrics` tells of it. */
export interface NorthboundStats extends Readonly<ClientCounters> {
  readonly clients: number;
  readonly waiting: number;
  readonly histories: number;
  /** Requests turned away, by status of HTTP. */
  readonly refused: ReadonlyMap<number, number>;
}

export interface Northbound {
  /** Resolves with the port. Rejects with UserError. */
  readonly listen: (host: string, port: number) => Promise<number>;
  /** For the controller's `watch`. Never throws. */
  readonly watch: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  /** For whoever asks about a request. Never throws. */
  readonly inspect: (effect: InspectEffect) => void;
  /** The role is another one now. */
  readonly roleChanged: () => void;
  readonly stats: () => NorthboundStats;
  readonly close: () => void;
}

/** RFC 6455 §7.4.1: going away. */
const GOING_AWAY = 1001;

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

export function createNorthbound({ controller, log, now, ...options }: NorthboundOptions): Northbound {
  const limits: NorthboundLimits = { ...defaultLimits, ...options.limits };
  const clients = new Set<Client>();
  const refused = new Map<number, number>();
  const counters: ClientCounters = {
    ...{ received: new Map(), errors: new Map(), sent: new Map(), dropped: new Map(), givenUp: new Map() },
  };
  const histories = createHistories({
    connections: limits.histories,
    entries: limits.entries,
    serviceOf(key) {
      const services = options.services();
      const [name] = servicesOf(services, key);
      return name === undefined ? undefined : services[name];
    },
    phaseOf: (key) => controller.connection(key)?.phase,
  });
  const flowTable = createFlowTable(limits.flows, controller.connections);
  const refusals = createRefusals(limits.refusals);
  const { services, policy, role } = options;
  const publisher = createPublisher({
    ...{ clients, connection: controller.connection, stats: controller.stats, role, now },
  });
  const requests = createRequests({
    ...{ controller, histories, flowTable, refusals, services, policy, role, now },
    ...{ beat: publisher.beat, catchUp: publisher.catchUp },
  });

  /** A mistake of this interface is no reason for the controller to end. */
  function guarded(what: string, act: () => void, failed?: () => void): void {
    try {
      act();
    } catch (error) {
      log.error(what, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      failed?.();
    }
  }

  function connected(socket: WebSocket, peer: string): void {
    const client = createClient(socket, peer, limits, counters, (why) => {
      clients.delete(client);
      log.info("northbound client gone", { peer, why });
    });
    clients.add(client);
    log.info("northbound client", { peer });
    socket.on("message", (data, isBinary) => {
      increase(counters.received, isBinary ? "binary" : "text");
      const bytes = bytesOf(data);
      guarded(
        "a northbound message has failed",
        () => {
          if (isBinary) requests.record(client, bytes);
          else requests.text(client, bytes.toString("utf8"));
        },
        () => {
          client.answer({
            type: "error",
            code: "internal",
            text: "a mistake of the controller's, which its log tells",
          });
        },
      );
    });
  }

  const { server, close } = createNorthboundServer({
    ...{ access: options.access, clients: limits.clients, maxPayload: limits.message, connected },
    page: pageFiles(),
    metrics: () => options.metrics(stats()),
    refused(status, peer) {
      increase(refused, status);
      log.debug("northbound request refused", { status, peer });
    },
  });
  const alarm = setInterval(() => {
    guarded("the counters cannot be told", publisher.tick);
  }, limits.statsMs);
  alarm.unref();
  const beats = setInterval(beat, limits.beatMs);
  beats.unref();

  function beat(): void {
    guarded("the role cannot be told", publisher.beat);
  }

  function stats(): NorthboundStats {
    const waiting = [...clients].reduce((sum, client) => sum + client.waiting, 0);
    return { ...counters, clients: clients.size, waiting, histories: histories.size, refused };
  }

  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error) => {
          reject(new UserError(`cannot listen on ${host} port ${port}: ${error.message}`));
        });
        server.listen(port, host, resolve);
      });
      server.on("error", (error) => {
        log.error("the northbound interface", { why: error.message });
      });
      const address = server.address() as AddressInfo;
      log.info("northbound interface", { host, port: address.port });
      return address.port;
    },
    watch(event, effects) {
      guarded("an event cannot be told", () => {
        histories.record(event, effects);
        flowTable.record(event, effects);
        refusals.record(event, effects);
        publisher.watch(event, effects);
      });
      guarded("a verdict cannot be answered", () => {
        requests.handled(event, effects);
      });
    },
    inspect(effect) {
      guarded("a request cannot be told", () => {
        publisher.inspect(effect);
      });
    },
    roleChanged: beat,
    stats,
    close() {
      clearInterval(alarm);
      clearInterval(beats);
      for (const client of clients) client.close(GOING_AWAY, "the controller stops");
      close();
    },
  };
}
