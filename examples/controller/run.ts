/** A run of the controller: everything that `main.ts` has read, at work until a signal ends it. */
import type { Server } from "node:net";
import { WireError } from "../../src/index.ts";
import { UserError } from "../first-light/errors.ts";
import { type Analyzers, createAnalyzers } from "./analyzers/index.ts";
import { createMirror } from "./analyzers/mirror.ts";
import type { ControllerConfig } from "./config.ts";
import { type Controller, createController } from "./controller.ts";
import { controllerMetrics } from "./controller-metrics.ts";
import { createEventLogs } from "./event-logs.ts";
import { createInspector } from "./inspect.ts";
import { listen } from "./listen.ts";
import type { Log } from "./log.ts";
import { metricsText } from "./metrics.ts";
import { type Access, readToken } from "./northbound/auth.ts";
import { createNorthbound, type Northbound } from "./northbound/index.ts";
import { mergeConfig } from "./reload.ts";
import { alone, createRoles, type Roles } from "./roles/index.ts";

/** How long switches may take to hear the last of it. Milliseconds. */
const FAREWELL = 1_500;

/** Goes on where it was when the time of day is set. */
const now = (): number => performance.timeOrigin + performance.now();

/** What is in force. */
export interface Live {
  config: ControllerConfig;
}

export interface RunOptions {
  readonly live: Live;
  /** Reads the configuration once more. Throws UserError. */
  readonly load: () => ControllerConfig;
  readonly log: Log;
  readonly eventLog: string | undefined;
}

function accessOf({ http }: ControllerConfig): Access {
  return { token: http ? readToken(http.tokenFile) : "", origins: http?.origins ?? [] };
}

/** What a reload may find wrong with a file. */
function isRefusal(error: unknown): error is Error {
  return [UserError, WireError, RangeError, TypeError].some((kind) => error instanceof kind);
}

/** Resolves when everything has been told to end. Rejects with UserError. */
export async function run({ live, load, log, eventLog }: RunOptions): Promise<void> {
  const path = eventLog ?? live.config.eventLog;
  const logs = path === undefined ? undefined : createEventLogs(path, log);
  const { http, roles: other } = live.config;
  const { handshakeMs } = live.config.channel;
  let access = accessOf(live.config);
  let northbound: Northbound | undefined;
  let peerToken = other && readToken(other.tokenFile);
  const roles: Roles | undefined =
    other &&
    createRoles({
      ...{ config: other, log, now, controller: () => controller },
      token: () => peerToken ?? "",
      changed: () => northbound?.roleChanged(),
    });
  const controller: Controller = createController({
    ...{ tracker: live.config.tracker, channel: live.config.channel, log, now, roles: roles?.switches },
    inspect: createInspector(
      () => live.config,
      (effect) => northbound?.inspect(effect),
      log,
    ),
    record: logs && (() => logs.next()),
    watch(event, effects) {
      mirror.watch(event, effects);
      northbound?.watch(event, effects);
    },
  });
  const mirror = createMirror({
    services: () => live.config.tracker.services,
    ports: () => live.config.mirrorPorts,
    ...{ connection: controller.connection, send: controller.copy },
  });
  const analyzers: Analyzers = createAnalyzers({
    ...{ places: live.config.places, tell: controller.tell, log, now },
    live: () => ({
      analyzers: live.config.analyzers,
      services: live.config.tracker.services,
      policy: live.config.policy,
    }),
  });

  function reload(): void {
    try {
      const change = mergeConfig(live.config, load());
      const nextAccess = accessOf(change.config);
      const nextToken = other && readToken(other.tokenFile);
      if (change.tracker) {
        controller.reconfigure(change.config.tracker, { places: change.places });
      }
      live.config = change.config;
      access = nextAccess;
      peerToken = nextToken;
      log.info("the configuration was read again", { changed: change.changed });
      if (change.restart.length > 0) log.warn("this needs a restart", { names: change.restart });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.error("the configuration stays as it was", { why: error.message });
    }
  }

  process.on("SIGHUP", reload);
  log.info("the controller begins", { pid: process.pid });
  if (http) {
    northbound = createNorthbound({
      ...{ controller, log, now },
      services: () => live.config.tracker.services,
      policy: () => live.config.policy,
      access: () => access,
      role: () => roles?.view() ?? alone,
      limits: { histories: http.histories, ...(other && { beatMs: other.beatMs }) },
      metrics: (stats) =>
        metricsText(
          controllerMetrics({
            ...{ tracker: controller.stats(), channels: controller.channels, northbound: stats },
            ...{ analyzers: analyzers.stats(), mirror: mirror.stats() },
            startedAt: performance.timeOrigin / 1000,
            residentMemory: process.memoryUsage.rss(),
          }),
        ),
    });
  }

  /** What is open already must not keep a process alive that cannot go on. */
  async function begin(): Promise<readonly Server[]> {
    const servers: Server[] = [];
    try {
      if (http) await northbound?.listen(http.host, http.port);
      await analyzers.start();
      roles?.start();
      // One after the other: none can open when another one has failed already.
      for (const where of live.config.listen) servers.push(await listen(where, { controller, log, handshakeMs }));
      logs?.begin();
      return servers;
    } catch (error) {
      for (const server of servers) server.close();
      roles?.stop();
      northbound?.close();
      controller.stop();
      await analyzers.stop();
      throw error;
    }
  }

  const servers = await begin();
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, resolve);
  });
  log.info("stopping", { signal, ...controller.stats().totals });
  roles?.stop();
  for (const server of servers) server.close();
  northbound?.close();
  controller.stop();
  logs?.end();
  setTimeout(() => process.exit(0), FAREWELL).unref();
  await analyzers.stop();
}
