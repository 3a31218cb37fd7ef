/** The configuration file: JSON by the schema beside this file, with the services as `createTracker` takes them. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { createMatcher, type Matcher } from "../../src/analyzer/index.ts";
import { createTracker, type TrackedService, type TrackerConfig } from "../../src/migration/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";
import { type ChannelTiming, defaultTiming } from "./channel.ts";
import { loadRules } from "./inspect.ts";
import type { Level } from "./log.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
}

/** What the controller runs on. */
export interface ControllerConfig {
  readonly listen: readonly Listen[];
  readonly channel: ChannelTiming;
  readonly tracker: TrackerConfig;
  /** Judges requests. */
  readonly matcher: Matcher;
  readonly eventLog: string | undefined;
  readonly logLevel: Level;
}

type WrittenService = Omit<TrackedService, "dpid"> & { readonly dpid?: string };

/** As it is in the file. */
interface Written
  extends Partial<
    Pick<
      TrackerConfig,
      "dataPlane" | "bundles" | "regime" | "lateMoves" | "timing" | "limits" | "budgets" | "breaker" | "awayMs"
    >
  > {
  /** For editors. */
  readonly $schema?: string;
  readonly listen?: readonly (Omit<Listen, "host"> & { readonly host?: string })[];
  readonly services: Readonly<Record<string, WrittenService>>;
  readonly channel?: Partial<ChannelTiming>;
  readonly rules?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secretFile?: string;
  readonly epochFile?: string;
  readonly eventLog?: string;
  readonly logLevel?: Level;
}

const schema: object = JSON.parse(readFileSync(new URL("config.schema.json", import.meta.url), "utf8")) as object;
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile<Written>(schema);
const DEFAULT_PORT = 6653;
const EPOCHS = 256;

function place({ instancePath }: ErrorObject): string {
  return instancePath === "" ? "the configuration" : instancePath.slice(1).replaceAll("/", ".");
}

function told(error: ErrorObject): string {
  const { message = "is wrong", params } = error;
  const name = "additionalProperty" in params ? `: ${String(params.additionalProperty)}` : "";
  const allowed = "allowedValues" in params ? `: ${JSON.stringify(params.allowedValues)}` : "";
  return `${place(error)} ${message}${name}${allowed}`;
}

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
  if (validate(json)) return json;
  throw new UserError(`${path}:\n${(validate.errors ?? []).map((error) => `  ${told(error)}`).join("\n")}`);
}

/** The bytes in a file, which is made with random ones when it is not there. */
function secretOf(path: string | undefined): Uint8Array {
  if (path === undefined) return new Uint8Array(randomBytes(32));
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw new UserError(`cannot read ${path}: ${systemCode(error) ?? "?"}`);
    const secret = randomBytes(32);
    writeFileSync(path, secret, { mode: 0o600, flag: "wx" });
    return new Uint8Array(secret);
  }
}

/** The number of this run: one more than that of the run before. */
function nextEpoch(path: string | undefined): number {
  if (path === undefined) return 0;
  let before = -1;
  try {
    before = Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw new UserError(`cannot read ${path}: ${systemCode(error) ?? "?"}`);
  }
  const epoch = Number.isInteger(before) ? (before + 1) % EPOCHS : 0;
  writeFileSync(path, `${epoch}\n`);
  return epoch;
}

function serviceOf({ dpid, ...service }: WrittenService): TrackedService {
  if (dpid === undefined) return service;
  return { ...service, dpid: BigInt(`0x${dpid.replace(/^0x/i, "")}`) };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** What is written down: a name without a value is not the same as none. */
function given<T extends object>(all: T): Given<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** What is in the file; `begins` is a run of the controller, which uses up an epoch. Throws UserError. */
export function loadConfig(path: string, begins: boolean): ControllerConfig {
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
  } = written;
  const { dataPlane, bundles, regime, lateMoves, timing, limits, budgets, breaker, awayMs } = written;
  const beside = (name: string | undefined) => (name === undefined ? undefined : resolve(dirname(path), name));
  const tracker: TrackerConfig = {
    ...given({ dataPlane, bundles, regime, lateMoves, timing, limits, budgets, breaker, awayMs }),
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, serviceOf(service)])),
    secret: secretOf(begins ? beside(secretFile) : undefined),
    cookie: { epoch: nextEpoch(begins ? beside(epochFile) : undefined) },
  };
  try {
    // It knows best what it can work with.
    createTracker(tracker);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new UserError(`${path}: ${error.message}`);
  }
  const files = ({ key, cert, ca }: NonNullable<Listen["tls"]>) => ({
    key: resolve(dirname(path), key),
    cert: resolve(dirname(path), cert),
    ...(ca !== undefined && { ca: resolve(dirname(path), ca) }),
  });
  return {
    listen: (listen ?? [{ port: DEFAULT_PORT }]).map(({ host = "127.0.0.1", port, tls }) => ({
      ...{ host, port },
      ...(tls && { tls: files(tls) }),
    })),
    channel: { ...defaultTiming, ...channel },
    tracker,
    matcher: rules === undefined ? createMatcher([]) : loadRules(resolve(dirname(path), rules), { variables }),
    eventLog: beside(eventLog),
    logLevel,
  };
}
