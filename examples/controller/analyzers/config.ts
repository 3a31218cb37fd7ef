/** What the configuration says about programs that write alerts, and about the ports that they watch. */
import { SNORT_ALERT_LENGTH } from "../../../src/analyzer/index.ts";
import { UserError } from "../../first-light/errors.ts";
import type { Beside, WrittenService } from "../config.ts";
import type { EvePlace } from "./eve.ts";
import type { AlertPlaces } from "./index.ts";
import type { SnortPlace } from "./snort.ts";

export type { AlertPlaces } from "./index.ts";

/** As it is in the file. */
export interface WrittenPlaces {
  readonly snort?: Partial<SnortPlace> & Pick<SnortPlace, "directory">;
  readonly eve?: readonly WrittenEve[];
}

interface WrittenEve {
  readonly path?: string;
  readonly mode?: string;
  readonly host?: string;
  readonly port?: number;
}

function eveOf({ path, mode, host, port }: WrittenEve, beside: Beside, name: string): EvePlace {
  if (path !== undefined && host === undefined && port === undefined) return { path: beside(path), mode };
  if (path === undefined && port !== undefined && mode === undefined) return { host: host ?? "127.0.0.1", port };
  throw new UserError(`${name} must have a path, perhaps with a mode, or a port, perhaps with a host`);
}

/** Throws UserError. */
export function placesOf(path: string, { snort, eve = [] }: WrittenPlaces, beside: Beside): AlertPlaces {
  return {
    snort: snort && {
      ...{ socat: "socat", mode: undefined, recordBytes: SNORT_ALERT_LENGTH, ...snort },
      directory: beside(snort.directory),
    },
    eve: eve.map((each, index) => eveOf(each, beside, `${path}: eve.${index}`)),
  };
}

/** Throws UserError for a port that is a server's: it would take a copy for a segment to it. */
export function mirrorPortsOf(
  path: string,
  services: Readonly<Record<string, WrittenService>>,
): ReadonlyMap<string, number> {
  const all = Object.values(services);
  const servers = new Set(
    all.flatMap(({ origin, targets }) => [origin, ...Object.values(targets)].map(({ switchPort }) => switchPort)),
  );
  const ports = new Map<string, number>();
  for (const [name, { mirrorPort }] of Object.entries(services)) {
    if (mirrorPort === undefined) continue;
    if (servers.has(mirrorPort))
      throw new UserError(`${path}: services.${name}.mirrorPort ${mirrorPort} is a server's`);
    ports.set(name, mirrorPort);
  }
  return ports;
}
