/** A controller in memory whose connections are decided by alerts that come over real sockets. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Command } from "../../../../examples/controller/analyzers/child.ts";
import {
  type Analyzers,
  type AnalyzersOptions,
  createAnalyzers,
} from "../../../../examples/controller/analyzers/index.ts";
import { createMirror } from "../../../../examples/controller/analyzers/mirror.ts";
import type { ControllerOptions } from "../../../../examples/controller/controller.ts";
import { analyzersOf, createInspector, type WrittenAnalyzer } from "../../../../examples/controller/inspect.ts";
import { defaultPolicy } from "../../../../src/analyzer/index.ts";
import type { TrackerConfig } from "../../../../src/migration/index.ts";
import { createModelHost } from "../../../../src/testing/index.ts";
import { config, matcher, scene, text } from "../scene.ts";

export const isWindows = process.platform === "win32";

/** A folder for sockets, and how it goes. */
export function folder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "alerts-"));
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export interface OpenOptions extends Partial<Pick<AnalyzersOptions, "places" | "command" | "timing" | "limits">> {
  readonly analyzer: WrittenAnalyzer;
  readonly tracker?: Partial<TrackerConfig>;
  readonly actions?: "custom" | "stock";
  readonly controller?: Partial<ControllerOptions>;
}

export type World = Awaited<ReturnType<typeof open>>;

export async function open({ analyzer, tracker, actions = "custom", places, ...options }: OpenOptions) {
  const setup: TrackerConfig = { ...config, ...tracker };
  const analyzers = analyzersOf(analyzer);
  const world = scene(
    actions,
    {
      tracker: setup,
      inspect(effect, decide) {
        createInspector(
          () => ({ analyzers, matcher }),
          () => undefined,
          world.log,
        )(effect, decide);
      },
      watch(event, effects) {
        mirror.watch(event, effects);
      },
      ...options.controller,
    },
    [4],
  );
  const { controller, log, network, model } = world;
  // Somebody who only listens.
  network.cable(createModelHost({ mac: "00:00:00:00:00:04", ip: "10.0.0.4", isn: 0 }), { switch: model, port: 4 });
  const overheard: Uint8Array[] = [];
  network.tap(({ from, frame }) => {
    if ("port" in from && from.port === 4) overheard.push(frame);
  });
  const mirror = createMirror({
    services: () => setup.services,
    ports: () => new Map([["web", 4]]),
    ...{ connection: controller.connection, send: controller.copy },
  });
  const alerts: Analyzers = createAnalyzers({
    places: { snort: undefined, eve: [], ...places },
    live: () => ({ analyzers, services: setup.services, policy: defaultPolicy }),
    ...{ tell: controller.tell, log, now: () => network.now() },
    ...("command" in options && { command: options.command }),
    ...("timing" in options && { timing: options.timing }),
    ...(options.limits && { limits: options.limits }),
  });
  const ports = await alerts.start();
  await world.run(20);

  return {
    ...world,
    overheard,
    alerts,
    mirror,
    port: ports[0] ?? 0,
    /** A connection whose request is held. */
    held: async (words = "migrate me") => {
      const connection = world.say(words);
      await world.run(10);
      const { key } = [...controller.connections()].findLast(({ phase }) => phase === "hold") ?? {};
      if (!key) throw new Error("no request is held");
      return { connection, key, answer: () => text(connection.received) };
    },
    /** Reports of the tracker, as the log has them. */
    reports: () => world.lines.map((each) => (JSON.parse(each) as { code?: string }).code).filter((code) => code),
    logged: (words: string) => world.lines.filter((each) => each.includes(words)),
    count: (source: "snort" | "eve") => alerts.stats().sources.get(source),
    close: async () => {
      controller.stop();
      await alerts.stop();
    },
  };
}

/** Lets time pass until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A writer of an EVE log. */
export async function writer(where: number | string): Promise<Socket> {
  const socket = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where);
  socket.on("error", () => {
    // It may be turned away.
  });
  await once(socket, "connect");
  return socket;
}

/**
 * A program in the place of socat, and this test in the place of Snort: what is written to a `feed` comes out of that program. Each start is
 * a feed of its own.
 */
export async function fakeSocat() {
  const feeds: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {
      // The program was ended.
    });
    feeds.push(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const script = `
    const socket = require("node:net").connect(${port}, "127.0.0.1");
    socket.pipe(process.stdout, { end: false });
    socket.on("end", () => { console.error("the feed has ended"); process.exit(3); });
    process.stdin.resume().on("end", () => process.exit(0));
  `;
  const command: Command = { program: process.execPath, args: ["-e", script] };
  return {
    command,
    feeds,
    /** The feed of the start that comes as the `number`th, from 0. */
    async feed(number: number): Promise<Socket> {
      for (;;) {
        const found = feeds[number];
        if (found) return found;
        await once(server, "connection");
      }
    },
    close() {
      for (const socket of feeds) socket.destroy();
      server.close();
    },
  };
}
