/** Programs that watch the network and write alerts: what they say becomes verdicts, as what comes over the northbound interface does. */
import type { VerdictPolicy } from "../../../src/analyzer/index.ts";
import type { TrackerEvent } from "../../../src/migration/index.ts";
import type { Analyzer } from "../inspect.ts";
import type { Log } from "../log.ts";
import { boundedWarn } from "./bounded-log.ts";
import { createEveServer, type EveLimits, type EvePlace, type EveServer } from "./eve.ts";
import { judgedRecord, type Services } from "./records.ts";
import { createSnortReceiver, type SnortOptions, type SnortPlace, type SnortReceiver } from "./snort.ts";

export type Source = Extract<Analyzer, "snort" | "eve">;

/** Where alerts come in. */
export interface AlertPlaces {
  readonly snort: SnortPlace | undefined;
  readonly eve: readonly EvePlace[];
}

export interface AnalyzersOptions extends Pick<SnortOptions, "command" | "timing"> {
  readonly places: AlertPlaces;
  /** As they are in force at the moment. */
  readonly live: () => {
    readonly analyzers: ReadonlySet<Analyzer>;
    readonly services: Services;
    readonly policy: VerdictPolicy;
  };
  readonly tell: (event: TrackerEvent) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly limits?: Partial<EveLimits>;
}

/** Of each source. */
export interface SourceStats {
  /** Records of Snort's, lines of an EVE log. */
  readonly read: number;
  /** What was none, or about no TCP segment. */
  readonly unreadable: number;
  /** Other kinds of lines, alerts that the policy ignores or that are about no service, sources that do not count. */
  readonly ignored: number;
  readonly verdicts: number;
}

export interface AnalyzersStats {
  readonly sources: ReadonlyMap<Source, SourceStats>;
  /** How often the receiver for Snort was started. */
  readonly starts: number;
  /** Writers of EVE logs that are connected, and that were turned away. */
  readonly writers: number;
  readonly refused: number;
}

export interface Analyzers {
  /** Resolves with the ports of the EVE logs. Rejects with UserError. */
  readonly start: () => Promise<readonly (number | undefined)[]>;
  readonly stop: () => Promise<void>;
  readonly stats: () => AnalyzersStats;
}

type Counts = { -readonly [K in keyof SourceStats]: number };

export function createAnalyzers({ places, live, tell, log, now, ...options }: AnalyzersOptions): Analyzers {
  const counts = new Map<Source, Counts>();
  const warn = boundedWarn(log, now);

  function countsOf(source: Source): Counts {
    const known = counts.get(source) ?? { read: 0, unreadable: 0, ignored: 0, verdicts: 0 };
    counts.set(source, known);
    return known;
  }

  function judge(source: Source, record: Uint8Array | string): void {
    const count = countsOf(source);
    count.read += 1;
    const { analyzers, services, policy } = live();
    const judged = judgedRecord(services, record, policy);
    if ("failure" in judged && judged.failure.code === "badRecord") {
      count.unreadable += 1;
      warn("an alert that says nothing", { source, why: judged.failure.text });
    } else if ("verdict" in judged && analyzers.has(source)) {
      count.verdicts += 1;
      tell({ type: "verdict", at: now(), verdict: judged.verdict });
    } else count.ignored += 1;
  }

  function unreadable(source: Source): () => void {
    return () => {
      countsOf(source).unreadable += 1;
    };
  }

  const snort: SnortReceiver | undefined =
    places.snort &&
    createSnortReceiver({
      place: places.snort,
      alert(record) {
        judge("snort", record);
      },
      unreadable: unreadable("snort"),
      ...{ log, now, command: options.command, timing: options.timing },
    });
  const eve: readonly EveServer[] = places.eve.map((place) =>
    createEveServer({
      place,
      line(text) {
        judge("eve", text);
      },
      unreadable: unreadable("eve"),
      ...{ log, now, limits: options.limits },
    }),
  );
  if (snort) countsOf("snort");
  if (eve.length > 0) countsOf("eve");

  async function stop(): Promise<void> {
    await Promise.all([snort?.stop(), ...eve.map((server) => server.close())]);
  }

  return {
    async start() {
      try {
        await snort?.start();
        const ports: (number | undefined)[] = [];
        // One after the other: none can open when another one has failed already.
        for (const server of eve) ports.push(await server.listen());
        return ports;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    stats() {
      return {
        sources: counts,
        starts: snort?.starts ?? 0,
        writers: eve.reduce((sum, { writers }) => sum + writers, 0),
        refused: eve.reduce((sum, { refused }) => sum + refused, 0),
      };
    },
  };
}
