/** Kinds of scenarios: each looks at one thing closely, with some of everything else. */
import fc, { type Arbitrary } from "fast-check";
import {
  connection,
  crash,
  fault,
  forgery,
  mostly,
  restart,
  server,
  surroundings,
  tracker,
  trouble,
  verdict,
  weather,
  whole,
} from "./arbitrary.ts";
import { greeting, greetings } from "./arbitrary-greetings.ts";
import { journey, shortRequests, withShortRequests } from "./arbitrary-journey.ts";
import type { ConnectionPlan, Scenario, ServerPlan } from "./scenario.ts";

const some = <T>(arbitrary: Arbitrary<T>, maxLength: number) => fc.array(arbitrary, { maxLength });
const isRare = fc.constantFrom<number | undefined>(undefined, undefined, undefined);

const base = {
  ...surroundings,
  maxFlows: isRare,
  shadow: fc.constant(false),
  lateMoves: fc.constant(false),
  idleSeconds: fc.constant(20),
  parkMs: fc.constant(300_000),
  faults: fc.constant([]),
  troubles: some(restart, 2),
  forgeries: fc.constant([]),
  weather: weather(3),
};

const serving = { first: server({}), second: server({}), third: server({}) };

/** Options, numbers, addresses and weather. */
export const plain: Arbitrary<Scenario> = fc
  .record({
    ...base,
    faults: some(fault, 4),
    servers: fc.record(serving),
    connections: fc.array(connection({ tcp: 4 }), { minLength: 1, maxLength: 2 }),
  })
  .map(whole);

/** The switch and its channel. */
export const troubled: Arbitrary<Scenario> = fc
  .record({
    ...base,
    maxFlows: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    troubles: fc.array(trouble, { minLength: 1, maxLength: 4 }),
    idleSeconds: fc.constantFrom(20, 5),
    servers: fc.record(serving),
    connections: fc.array(connection({ tcp: 9 }), { minLength: 1, maxLength: 2 }),
  })
  .map(whole);

const habits = fc.constantFrom<ServerPlan["habit"]>(
  "serves",
  "silent",
  "refuses",
  "closes",
  "halfCloses",
  "resets",
  "oldConnection",
);

/** Servers that do not do what they should. */
export const oddServers: Arbitrary<Scenario> = fc
  .record({
    ...base,
    faults: some(fault, 3),
    servers: fc.record({
      first: server({ habits: fc.oneof({ weight: 4, arbitrary: fc.constant("serves" as const) }, habits) }),
      second: server({ habits, tcp: 5 }),
      third: server({ habits }),
    }),
    connections: fc.array(connection({ tcp: 8 }), { minLength: 1, maxLength: 2 }),
  })
  .map(whole);

/** Clients that do not do what they should. */
export const oddClients: Arbitrary<Scenario> = fc
  .record({
    ...base,
    faults: some(fault, 3),
    servers: fc.record(serving),
    connections: fc.array(
      connection({
        tcp: 8,
        endings: fc.constantFrom("closes", "halfCloses", "resets", "vanishes"),
        stalls: true,
        again: true,
        keepalives: true,
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(whole);

/** Moves in the middle of a connection, and chains of them. */
export const late: Arbitrary<Scenario> = fc
  .record({
    ...base,
    lateMoves: fc.constant(true),
    idleSeconds: fc.constant(30),
    troubles: some(trouble, 1),
    servers: fc.record(serving),
    connections: fc.array(
      connection({
        tcp: 8,
        pause: fc.integer({ min: 900, max: 2500 }),
        verdicts: fc.array(
          fc.oneof(
            verdict,
            verdict.chain((plan) =>
              fc.integer({ min: 0, max: 6000 }).map((after) => ({ ...plan, from: "start" as const, after })),
            ),
          ),
          { minLength: 1, maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(whole);

/** Connections that come back to servers that wait. */
export const parked: Arbitrary<Scenario> = fc
  .record({
    ...base,
    lateMoves: fc.constant(true),
    idleSeconds: fc.constant(30),
    parkMs: fc.oneof({ weight: 3, arbitrary: fc.constant(300_000) }, fc.integer({ min: 1, max: 9000 })),
    troubles: some(trouble, 2),
    faults: some(fault, 3),
    servers: fc.record(serving),
    connections: fc.array(
      connection({
        ...{ tcp: 9, requests: shortRequests, pipelines: false, verdicts: journey },
        ...{ keepalives: true, again: true, againMs: 20_000 },
        endings: mostly<ConnectionPlan["ending"]>(7, "closes", fc.constantFrom("halfCloses", "resets", "vanishes")),
        pause: fc.integer({ min: 300, max: 2500 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(whole)
  .map(withFreshPorts);

/** A port is used again only where flows do what they should: another SYN may go unseen without them. */
function withFreshPorts(scenario: Scenario): Scenario {
  if (scenario.troubles.every(({ type }) => type === "restart")) return scenario;
  return { ...scenario, connections: scenario.connections.map(({ again: _, ...connection }) => connection) };
}

/** Servers that speak before they are asked. */
export const greeted: Arbitrary<Scenario> = fc
  .record({
    ...base,
    speaksFirst: fc.option(
      fc.record({
        maxBannerBytes: fc.oneof({ weight: 3, arbitrary: fc.constant(10_000) }, fc.integer({ min: 1, max: 300 })),
        banner: fc.constantFrom("equal", "line"),
      }),
      { nil: undefined, freq: 8 },
    ),
    lateMoves: fc.boolean(),
    faults: some(fault, 3),
    troubles: some(trouble, 1),
    servers: fc.tuple(fc.record(serving), greetings).map(([{ first, second, third }, words]) => ({
      first: greeting(first, words.first),
      second: greeting(second, words.second),
      third: greeting(third, words.third),
    })),
    connections: fc.array(
      fc.oneof(
        connection({ tcp: 8, hasty: true, verdicts: fc.array(verdict, { minLength: 1, maxLength: 2 }) }),
        connection({
          ...{ tcp: 8, hasty: true, requests: shortRequests, pipelines: false, verdicts: journey },
          pause: fc.integer({ min: 300, max: 2500 }),
        }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(whole)
  .map(withShortRequests)
  .map(withTheProfile);

/**
 * Without a profile a greeting that passes behind the first request looks like an answer, and nobody knows that the connection had
 * better not move any more. Nor that a new server may have been heard when the switch refuses the flow that commits.
 */
function withTheProfile(scenario: Scenario): Scenario {
  if (scenario.speaksFirst) return scenario;
  if (!scenario.lateMoves && scenario.troubles.every(({ type }) => type !== "refusal")) return scenario;
  const { first, second, third } = scenario.servers;
  const mute = ({ greeting: _, ...rest }: ServerPlan): ServerPlan => rest;
  return {
    ...scenario,
    servers: first.greeting ? scenario.servers : { first, second: mute(second), third: mute(third) },
    connections: scenario.connections.map((plan) => ({ ...plan, hasty: false })),
  };
}

/** Somebody else in the network, who sees nothing of the connections. */
export const forged: Arbitrary<Scenario> = fc
  .record({
    ...base,
    forgeries: fc.array(forgery, { minLength: 1, maxLength: 8 }),
    lateMoves: fc.boolean(),
    faults: some(fault, 2),
    servers: fc.record(serving),
    connections: fc.array(connection({ tcp: 8, stalls: true, keepalives: true }), { minLength: 1, maxLength: 2 }),
  })
  .map(whole);

/** Nothing is moved, whatever is said. */
export const shadowed: Arbitrary<Scenario> = fc
  .record({
    ...base,
    shadow: fc.constant(true),
    lateMoves: fc.boolean(),
    faults: some(fault, 3),
    troubles: some(trouble, 1),
    idleSeconds: fc.constantFrom(20, 5),
    servers: fc.record({
      first: server({ habits: fc.oneof({ weight: 4, arbitrary: fc.constant("serves" as const) }, habits) }),
      second: server({ habits }),
      third: server({ habits }),
    }),
    connections: fc.array(
      connection({
        tcp: 5,
        endings: fc.constantFrom("closes", "halfCloses", "resets", "vanishes"),
        stalls: true,
        again: true,
        keepalives: true,
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(whole);

/** Many connections with several services, and a tracker as controller, which may lose everything but the switch's flows. */
export const tracked: Arbitrary<Scenario> = fc
  .record({
    ...base,
    tracker,
    maxFlows: fc.constantFrom(undefined, undefined, 6, 12),
    troubles: fc.array(fc.oneof(restart, crash, trouble), { maxLength: 3 }),
    forgeries: some(forgery, 3),
    faults: some(fault, 2),
    lateMoves: fc.boolean(),
    servers: fc.record(serving),
    connections: fc.array(
      connection({ tcp: 9, again: true, keepalives: true, pause: fc.integer({ min: 0, max: 700 }) }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(whole)
  .map(withRoom);

/**
 * A switch must have room for the flows that show what concerns the services. And where it has none for those that show the rest of
 * another handshake, a client that forgets a moved connection and uses its port again is reset by the server that has it, and must
 * try once more. A connection that has moved without a flow in the switch is carried by the controller, and goes with it.
 */
function withRoom(scenario: Scenario): Scenario {
  const { maxFlows, tracker: plan, ...rest } = scenario;
  if (maxFlows === undefined || !plan) return scenario;
  const connections = rest.connections.map(({ again: _, ...connection }) => connection);
  const troubles = rest.troubles.filter(({ type }) => type !== "crash");
  return { ...rest, maxFlows, connections, troubles, tracker: { ...plan, traps: false } };
}

export const families = {
  ...{ plain, troubled, oddServers, oddClients, late, parked, greeted, forged, shadowed, tracked },
} satisfies Record<string, Arbitrary<Scenario>>;
