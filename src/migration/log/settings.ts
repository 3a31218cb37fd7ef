/** The configuration of a tracker, as far as a log knows it. */
import type { Service } from "../machine/index.ts";

/** What a log needs of a tracker's configuration. */
export interface TrackerSettings {
  readonly services: Readonly<Record<string, LoggedService>>;
  readonly secret: Uint8Array;
}

/** A service, and where clients find it. */
export interface LoggedService extends Service {
  readonly vip: { readonly ip: string; readonly port: number };
}
