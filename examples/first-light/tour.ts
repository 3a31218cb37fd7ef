/** Which captures a run looks at. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Options, ScenarioName } from "./args.ts";
import type { Captures } from "./handshake.ts";
import { type Capture, loadCapture } from "./load.ts";

/** One plan to make, and how much to say about it. */
export interface Stop {
  /** Names the diagram. */
  readonly name: string;
  readonly title: string;
  readonly captures: Captures;
  readonly options: Options;
  /** Where the user wants the diagram. */
  readonly svg: string | undefined;
  /** The table of the proof is left out. */
  readonly brief: boolean;
  /** The recording shows what a refusal looks like: no failure. */
  readonly mayRefuse: boolean;
}

/** The user's captures, one recording, or a tour of the recordings. Throws UserError for captures that cannot be read. */
export async function stopsOf(options: Options): Promise<Stop[]> {
  const { files, scenario, format, detail } = options;
  if (files) {
    const { client, origin, target } = files;
    const captures = {
      client: await loadCapture(client),
      ...(origin !== undefined && { origin: await loadCapture(origin) }),
      ...(target !== undefined && { target: await loadCapture(target) }),
    };
    const title = "A captured connection";
    return [{ name: "migration", title, captures, options, svg: options.svg, brief: false, mayRefuse: false }];
  }
  if (scenario !== undefined)
    return [await recorded(scenario, options, { title: `Recording ${scenario}`, svg: options.svg })];
  const first = await recorded("normalised", options, {
    title: "A connection whose SYN was normalised on its way",
    svg: options.svg,
  });
  if (format !== "text") return [first];
  const tolerant = { ...options, policy: { ...options.policy, clientToleratesMissingTimestamps: true } };
  const title = "A connection with timestamps";
  return [
    first,
    ...(detail === "verbose"
      ? [
          await recorded("normalised-ipv6", options, { title: "The same over IPv6" }),
          await recorded("nat", options, { title: "The same to a server with an address of its own" }),
        ]
      : []),
    await recorded("timestamps", options, { title, mayRefuse: true }),
    await recorded("timestamps", tolerant, {
      name: "timestamps-tolerated",
      title: `${title}, and a policy that says the client tolerates their end`,
      brief: detail !== "verbose",
    }),
  ];
}

async function recorded(
  scenario: ScenarioName,
  options: Options,
  stop: { title: string } & Partial<Pick<Stop, "name" | "svg" | "brief" | "mayRefuse">>,
): Promise<Stop> {
  const load = (link: string): Promise<Capture> => {
    const path = fileURLToPath(new URL(`../captures/${scenario}/${link}.pcap`, import.meta.url));
    const shown = relative(process.cwd(), path);
    return loadCapture(shown.startsWith("..") ? path : shown);
  };
  const captures = { client: await load("client"), origin: await load("origin"), target: await load("target") };
  return { name: scenario, captures, options, svg: undefined, brief: false, mayRefuse: false, ...stop };
}
