/**
 * The configuration, read again while the controller runs. What can change without a connection noticing does; for the rest it says that
 * it needs a restart, and goes on with what was.
 */
import { isDeepStrictEqual } from "node:util";
import type { TrackerConfig } from "../../src/migration/index.ts";
import { type ControllerConfig, given, type Http, type Written, whatIsMissing } from "./config.ts";

/** What may change: each is looked at with every event, or taken over by a new tracker. */
const asked: readonly (keyof Written)[] = ["rules", "variables", "policy", "analyzer", "logLevel"];
const tracked = ["timing", "limits", "budgets", "breaker", "awayMs"] as const satisfies readonly (keyof Written)[];
/** Looked at piece by piece, or nobody's business. */
const merged: readonly (keyof Written)[] = ["services", "http", "$schema"];

export interface Change {
  readonly config: ControllerConfig;
  /** Names in the file that are otherwise now. Rules are read anew in any case. */
  readonly changed: readonly string[];
  /** Names that are otherwise, too, and go on as they were. */
  readonly restart: readonly string[];
  /** The tracker has to change, and the switches because services or targets have come. */
  readonly tracker: boolean;
  readonly places: boolean;
}

type Services = TrackerConfig["services"];
type Service = Services[string];

/** What a verdict may find at the next connection. */
function openParts({ targets, defaultTarget, shadow, ...rest }: Service) {
  const own: Record<string, Service["targets"][string]> = { ...targets };
  return { targets: own, open: { defaultTarget, shadow }, rest };
}

interface Merged<T> {
  readonly value: T;
  readonly changed: readonly string[];
  readonly restart: readonly string[];
  readonly places: boolean;
}

/** New targets come, and which one is meant by default may change; what connections may already lean on stays. */
function mergeService(name: string, before: Service, after: Service): Merged<Service> {
  const was = openParts(before);
  const is = openParts(after);
  const added = Object.keys(is.targets).filter((target) => !Object.hasOwn(was.targets, target));
  const lost = Object.keys(was.targets).filter((target) => !isDeepStrictEqual(was.targets[target], is.targets[target]));
  const isOpen = !isDeepStrictEqual(was.open, is.open);
  const targets = { ...was.targets };
  for (const [target, place] of Object.entries(is.targets)) targets[target] ??= place;
  return {
    value: {
      ...was.rest,
      targets,
      ...given(is.open),
    },
    changed: [...added.map((target) => `services.${name}.targets.${target}`), ...(isOpen ? [`services.${name}`] : [])],
    restart: [
      ...lost.map((target) => `services.${name}.targets.${target}`),
      ...(isDeepStrictEqual(was.rest, is.rest) ? [] : [`services.${name}`]),
    ],
    places: added.length > 0,
  };
}

function mergeServices(before: Services, after: Services): Merged<Services> {
  const merged = Object.entries(before).map(([name, was]): readonly [string, Merged<Service>] => {
    const is = after[name];
    const gone = { value: was, changed: [], restart: [`services.${name}`], places: false };
    return [name, is ? mergeService(name, was, is) : gone];
  });
  const added = Object.entries(after).filter(([name]) => !Object.hasOwn(before, name));
  const parts = merged.map(([, part]) => part);
  return {
    value: Object.fromEntries([...merged.map(([name, { value }]) => [name, value] as const), ...added]),
    changed: [...parts.flatMap(({ changed }) => changed), ...added.map(([name]) => `services.${name}`)],
    restart: parts.flatMap(({ restart }) => restart),
    places: added.length > 0 || parts.some(({ places }) => places),
  };
}

/** Pages may come and go; where the interface is, it stays. */
function mergeHttp(before: Http | undefined, after: Http | undefined): Merged<Http | undefined> {
  const place = (http: Http | undefined) => http && { ...http, origins: [] };
  const isElsewhere = !isDeepStrictEqual(place(before), place(after));
  const origins = before && after ? after.origins : before?.origins;
  return {
    value: before && { ...before, origins: origins ?? [] },
    changed: isDeepStrictEqual(before?.origins, origins) ? [] : ["http.origins"],
    restart: isElsewhere ? ["http"] : [],
    places: false,
  };
}

/** Of a service that goes on, though the file has it no more, the copies go on. */
function mergeMirrors(current: ControllerConfig, next: ControllerConfig): Merged<ControllerConfig["mirrorPorts"]> {
  const value = new Map(next.mirrorPorts);
  for (const [name, port] of current.mirrorPorts)
    if (!Object.hasOwn(next.tracker.services, name)) value.set(name, port);
  const changed = [...new Set([...current.mirrorPorts.keys(), ...value.keys()])]
    .filter((name) => current.mirrorPorts.get(name) !== value.get(name))
    .map((name) => `services.${name}.mirrorPort`);
  return { value, changed, restart: [], places: false };
}

/** What is in force when `next` has been read after `current`. */
export function mergeConfig(current: ControllerConfig, next: ControllerConfig): Change {
  const names = new Set([...Object.keys(current.written), ...Object.keys(next.written)]) as ReadonlySet<keyof Written>;
  const differing = [...names].filter(
    (name) => !merged.includes(name) && !isDeepStrictEqual(current.written[name], next.written[name]),
  );
  const isTracked = (name: keyof Written): boolean => tracked.some((other) => other === name);
  // Nobody could say a verdict where there is no way in.
  const isHeard = [...next.analyzers].every((each) => whatIsMissing(each, current.http, current.places) === undefined);
  const isOpen = (name: keyof Written): boolean => asked.includes(name) && (name !== "analyzer" || isHeard);
  const changed = differing.filter((name) => isOpen(name) || isTracked(name));
  const services = mergeServices(current.tracker.services, next.tracker.services);
  const http = mergeHttp(current.http, next.http);
  const mirrors = mergeMirrors(current, next);
  const { matcher, policy, logLevel } = next;
  return {
    config: {
      ...current,
      ...{ matcher, policy, logLevel, analyzers: isHeard ? next.analyzers : current.analyzers },
      mirrorPorts: mirrors.value,
      http: http.value,
      tracker: { ...kept(current.tracker), ...taken(next.tracker), services: services.value },
      written: {
        ...current.written,
        ...Object.fromEntries(changed.map((name) => [name, next.written[name]])),
      },
    },
    changed: [...changed, ...http.changed, ...services.changed, ...mirrors.changed],
    restart: [...differing.filter((name) => !changed.includes(name)), ...http.restart, ...services.restart],
    tracker: changed.some(isTracked) || services.changed.length > 0,
    places: services.places,
  };
}

/** What a connection leans on as long as it lives. */
function kept({ dataPlane, bundles, regime, lateMoves, secret, cookie }: TrackerConfig) {
  return { secret, ...given({ dataPlane, bundles, regime, lateMoves, cookie }) };
}

function taken({ timing, limits, budgets, breaker, awayMs }: TrackerConfig) {
  return given({ timing, limits, budgets, breaker, awayMs });
}
