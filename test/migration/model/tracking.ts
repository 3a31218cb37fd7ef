/** A tracker as the controller of a run. */
import { isDeepStrictEqual } from "node:util";
import type { ConnectionEvent, ConnectionPhase } from "../../../src/migration/machine/index.ts";
import {
  type ConnectionView,
  createTracker,
  type Tracker,
  type TrackerConfig,
  type TrackerEffect,
} from "../../../src/migration/tracker/index.ts";
import type { Controller, Known } from "./controller.ts";
import { clientEnd, serverNames, serviceEnd, serviceOf } from "./places.ts";
import type { Scenario, ServerName, TrackerPlan } from "./scenario.ts";
import { Broken } from "./world.ts";

const settled: readonly ConnectionPhase[] = ["arm", "migrated", "forwarded", "nonMig", "fwdArm", "closing", "linger"];

function trackerConfig(scenario: Scenario, plan: TrackerPlan, epoch: number): TrackerConfig {
  const { dataPlane, bundles, regime, lateMoves, parkMs } = scenario;
  const service = (number: 0 | 1) => {
    const { ip, port, mac } = serviceEnd(scenario, number);
    return { ...serviceOf(scenario, number), vip: { ip, port, mac } };
  };
  return {
    // What a router before a server knows of its other side.
    macOf: (ip) => [0, 1].map((client) => clientEnd(scenario, client)).find((end) => end.ip === ip)?.mac,
    services: { web: service(0), ...(plan.services === 2 && { mail: service(1) }) },
    secret: Uint8Array.from({ length: 16 }, (_, index) => index),
    ...{ regime, lateMoves, traps: plan.traps, budgets: plan.budgets },
    ...(plan.probes ? {} : { dataPlane, bundles }),
    timing: { lingerMs: 20_000, parkMs },
    cookie: { epoch },
  };
}

export function createTracking(scenario: Scenario, plan: TrackerPlan): Controller {
  let epoch = 0;
  let config = trackerConfig(scenario, plan, epoch);
  let tracker: Tracker = createTracker(config);
  let isCut = true;
  /** A hand-over that is not committed hides who had the connection before. */
  let owners = new Map<string, ServerName>();

  function knownFrom(view: ConnectionView): Known {
    const { key, phase, generation, heldSegments } = view;
    const owner = owners.get(`${key.srcPort} ${generation}`) ?? "first";
    const inSwitch = settled.includes(phase);
    return {
      ...{ port: key.srcPort, phase, generation, owner, inSwitch, cut: isCut, held: heldSegments },
      // Which connection they are beside is not to be seen.
      candidates: () => tracker.stats().candidates,
    };
  }

  function handle(event: ConnectionEvent): readonly TrackerEffect[] {
    if (event.type === "switchBack") isCut = false;
    else if (event.type === "switchLost") isCut = true;
    const effects = tracker.handle(event);
    for (const { key, generation, moved, target } of tracker.connections()) {
      const name = `${key.srcPort} ${generation}`;
      const owner = moved && serverNames.find((each) => each === target);
      if (owner) owners.set(name, owner);
      // Even a commit is taken back when the switch refuses the forward flow itself.
      if (target === undefined) owners.delete(name);
    }
    return effects;
  }

  return {
    handle,
    deadline: () => tracker.deadline(),
    restart() {
      const text = JSON.stringify(tracker.snapshot());
      const next = createTracker(config);
      next.restore(JSON.parse(text));
      if (!isDeepStrictEqual(next.snapshot(), tracker.snapshot())) {
        throw new Broken(`a snapshot of what was restored says something else than ${text}`);
      }
      if (!isDeepStrictEqual(gaugesOf(tracker), gaugesOf(next))) throw new Broken("what was restored counts otherwise");
      if (next.deadline() !== tracker.deadline()) throw new Broken("what was restored waits for another time");
      tracker = next;
    },
    crash() {
      epoch++;
      config = trackerConfig(scenario, plan, epoch);
      tracker = createTracker(config);
      owners = new Map();
      isCut = true;
    },
    knownOf(port) {
      const view = [...tracker.connections()].find(({ key }) => key.srcPort === port);
      return view && knownFrom(view);
    },
    known: () => [...tracker.connections()].map(knownFrom),
    check() {
      const left = gaugesOf(tracker).filter(([, value]) => value !== 0);
      if (left.length > 0) throw new Broken(`not zero at the end: ${JSON.stringify(Object.fromEntries(left))}`);
    },
  };
}

/** Everything that must be zero when nothing is tracked. */
function gaugesOf(tracker: Tracker): readonly (readonly [string, unknown])[] {
  return leavesOf({ ...tracker.stats(), totals: {} });
}

function leavesOf(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(part, path === "" ? name : `${path}.${name}`));
}
