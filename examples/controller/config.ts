/** The configuration file: JSON by the schema beside this file, with the services as `createTracker` takes them. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createMatcher, defaultPolicy, type Matcher, type VerdictPolicy } from "../../src/analyzer/index.ts";
import { createTracker, type TrackedService, type TrackerConfig } from "../../src/migration/index.ts";
import { createFlowKey } from "../../src/tcp/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";
import { type AlertPlaces, mirrorPortsOf, placesOf, type WrittenPlaces } from "./analyzers/config.ts";
import { type ChannelTiming, defaultTiming } from "./channel.ts";
import { type Analyzer, analyzersOf, loadRules, type WrittenAnalyzer } from "./inspect.ts";
import type { Level } from "./log.ts";
import { asProblem, lookAt, strangeOrigin, strangeTarget, tell } from "./problems.ts";
import { type RolesConfig, rolesOf, type WrittenRoles, whatRolesNeed } from "./roles/config.ts";
import { nextEpoch, type RunFiles, secretOf } from "./run-files.ts";
import { readShape } from "./schema.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where analyzers and dashboards connect. */
export interface Http extends HttpAddress {
  readonly tokenFile: string;
  /** Pages that may use it. */
  readonly origins: readonly string[];
  /** Connections whose history is remembered. */
  readonly histories: number;
}

/** What the controller runs on. */
export interface ControllerConfig {
  /** As it is in the file. */
  readonly written: Written;
  readonly listen: readonly Listen[];
  readonly channel: ChannelTiming;
  readonly tracker: TrackerConfig;
  /** Judges requests. */
  readonly matcher: Matcher;
  /** Whose verdicts count. */
  readonly analyzers: ReadonlySet<Analyzer>;
  /** Where alerts of other programs come in. */
  readonly places: AlertPlaces;
  /** By name of the service: the port that gets copies of what nobody has decided about. */
  readonly mirrorPorts: ReadonlyMap<string, number>;
  /** What alerts mean. */
  readonly policy: VerdictPolicy;
  readonly http: Http | undefined;
  /** The other controller, if there is one. */
  readonly roles: RolesConfig | undefined;
  readonly runFiles: RunFiles;
  readonly eventLog: string | undefined;
  readonly logLevel: Level;
}

export type WrittenService = Omit<TrackedService, "dpid"> & { readonly dpid?: string; readonly mirrorPort?: number };

/** As it is in the file. */
export interface Written
  extends Partial<
      Pick<
        TrackerConfig,
        "dataPlane" | "bundles" | "regime" | "lateMoves" | "timing" | "limits" | "budgets" | "breaker" | "awayMs"
      >
    >,
    WrittenPlaces {
  /** For editors. */
  readonly $schema?: string;
  readonly listen?: readonly (Omit<Listen, "host"> & { readonly host?: string })[];
  readonly services: Readonly<Record<string, WrittenService>>;
  readonly channel?: Partial<ChannelTiming>;
  readonly rules?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly analyzer?: WrittenAnalyzer;
  readonly policy?: VerdictPolicy;
  readonly http?: Partial<Http> & Pick<Http, "port">;
  readonly roles?: WrittenRoles;
  readonly secretFile?: string;
  readonly epochFile?: string;
  readonly eventLog?: string;
  readonly logLevel?: Level;
}

const shape = readShape<Written>(new URL("config.schema.json", import.meta.url), "the configuration", true);
const DEFAULT_PORT = 6653;

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemCode(error) ?? String(error)}`);
  }
}

function parse(path: string, text: string): Written {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (shape.is(json)) return json;
  const problems = shape.problems().map((problem) => `  ${problem}`);
  throw new UserError(`${path}:\n${problems.join("\n")}`);
}

/** An address in the spelling of a decoded frame; one that is none stays for the tracker to refuse. */
function spelled(ip: string): string {
  try {
    return createFlowKey({ src: ip, dst: ip, srcPort: 0, dstPort: 0 }).dst;
  } catch {
    return ip;
  }
}

function serviceOf({ dpid, vip, mirrorPort: _, ...rest }: WrittenService): TrackedService {
  const service = { ...rest, vip: { ...vip, ip: spelled(vip.ip) } };
  if (dpid === undefined) return service;
  return { ...service, dpid: BigInt(`0x${dpid.replace(/^0x/i, "")}`) };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** What is written down: a name without a value is not the same as none. */
export function given<T extends object>(all: T): Given<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<T>;
}

export type Beside = (name: string) => string;

/** The northbound interface of the file, at the address of the command line if that has one. */
function httpOf(written: Written["http"], at: Partial<HttpAddress> | undefined, beside: Beside): Http | undefined {
  if (!written && !at) return undefined;
  const { host = "127.0.0.1", port = 0, tokenFile = "northbound.token", ...rest } = { ...written, ...at };
  return { host, port, tokenFile: beside(tokenFile), ...{ origins: [], histories: 128, ...rest } };
}

function listenOf(written: Written["listen"], beside: Beside): readonly Listen[] {
  const files = ({ key, cert, ca }: NonNullable<Listen["tls"]>) => ({
    ...{ key: beside(key), cert: beside(cert) },
    ...(ca !== undefined && { ca: beside(ca) }),
  });
  return (written ?? [{ port: DEFAULT_PORT }]).map(({ host = "127.0.0.1", port, tls }) => ({
    ...{ host, port },
    ...(tls && { tls: files(tls) }),
  }));
}

/** What an analyzer cannot be heard without. */
export function whatIsMissing(
  analyzer: Analyzer,
  http: Http | undefined,
  { snort, eve }: AlertPlaces,
): string | undefined {
  if (analyzer === "northbound" && !http) return "http, where analyzers connect";
  if (analyzer === "snort" && !snort) return "snort, where its alerts come in";
  if (analyzer === "eve" && eve.length === 0) return "eve, where its lines come in";
  return undefined;
}

/**
 * What is in the file; `begins` is a run of the controller, which uses up an epoch. The command line may have the address of the
 * northbound interface. Throws UserError.
 */
export function loadConfig(path: string, begins: boolean, at?: HttpAddress): ControllerConfig {
  const written = parse(path, readText(path));
  const {
    listen,
    services,
    channel,
    rules,
    variables = {},
    secretFile,
    epochFile,
    eventLog,
    logLevel = "info",
    policy = defaultPolicy,
    analyzer = "rules",
    http,
  } = written;
  const { dataPlane, bundles, regime, lateMoves, timing, limits, budgets, breaker, awayMs } = written;
  const beside: Beside = (name) => resolve(dirname(path), name);
  const inForce = (name: string | undefined): string | undefined => (name === undefined ? undefined : beside(name));
  const runFiles: RunFiles = { secret: inForce(secretFile), epoch: inForce(epochFile) };
  const settings = {
    ...given({ dataPlane, bundles, regime, lateMoves, timing, limits, budgets, breaker, awayMs }),
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, serviceOf(service)])),
  };
  const northbound = httpOf(http, at, beside);
  const analyzers = analyzersOf(analyzer);
  const roles = rolesOf(written.roles, northbound?.tokenFile, beside);
  // Before files are made: whoever can use nothing of it shall find nothing changed.
  lookAt([
    // It knows best what it can work with.
    asProblem(path, () => createTracker({ ...settings, secret: new Uint8Array(32) })),
    asProblem(path, () => {
      createMatcher([], policy);
      tell(path, strangeTarget(policy, services));
    }),
    () => {
      const places = placesOf(path, written, beside);
      for (const each of analyzers) {
        const need = whatIsMissing(each, northbound, places);
        tell(path, need && `analyzer ${each} needs ${need}`);
      }
    },
    () => mirrorPortsOf(path, services),
    () => {
      tell(path, roles && whatRolesNeed(roles, northbound !== undefined, epochFile !== undefined));
    },
    () => {
      tell(path, strangeOrigin(northbound?.origins ?? []));
    },
    () => rules !== undefined && loadRules(beside(rules), { variables }),
  ]);
  const tracker: TrackerConfig = {
    ...settings,
    secret: secretOf(begins ? runFiles.secret : undefined),
    cookie: { epoch: nextEpoch(begins ? runFiles.epoch : undefined) },
  };
  return {
    written,
    listen: listenOf(listen, beside),
    channel: { ...defaultTiming, ...channel },
    tracker,
    matcher: rules === undefined ? createMatcher([]) : loadRules(beside(rules), { variables }, policy),
    ...{ analyzers, places: placesOf(path, written, beside), mirrorPorts: mirrorPortsOf(path, services) },
    policy,
    http: northbound,
    ...{ roles, runFiles },
    eventLog: inForce(eventLog),
    logLevel,
  };
}
