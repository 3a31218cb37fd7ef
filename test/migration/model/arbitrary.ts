/** Scenarios at random, the dullest value of everything first: there fast-check ends when it makes one smaller. */
import fc, { type Arbitrary } from "fast-check";
import {
  type ConnectionPlan,
  calmTcp,
  type Fault,
  type Forgery,
  type Link,
  type Scenario,
  type ServerPlan,
  type TcpPlan,
  type TrackerPlan,
  type Trouble,
  type VerdictPlan,
} from "./scenario.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Every other one so close below the end of its space that the numbers of the run wrap, or at a sign. */
export const isn: Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  fc.integer({ min: 1, max: 5000 }),
  fc.integer({ min: 0, max: 3000 }).map((below) => 0xffff_ffff - below),
  fc.integer({ min: 0, max: 3000 }).map((below) => 0x8000_0000 - below),
  u32,
);

/** The dull value `weight` times out of ten. */
export function mostly<T>(weight: number, dull: T, odd: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight, arbitrary: fc.constant(dull) },
    { weight: 10 - weight, arbitrary: odd },
  );
}

const oddTcp: Arbitrary<TcpPlan> = fc
  .record({
    mss: mostly<TcpPlan["mss"]>(5, 1460, fc.constantFrom<TcpPlan["mss"]>(536, 1220, 1400, 9000, 88, false)),
    windowScale: mostly<TcpPlan["windowScale"]>(
      5,
      7,
      fc.constantFrom<TcpPlan["windowScale"]>(0, 5, 8, 9, 10, 14, false),
    ),
    sackPermitted: fc.boolean(),
    timestamps: fc.boolean(),
    timestampBase: fc.constantFrom(0, 0x7fff_0000, 0xffff_ff00, 1_000_000_000),
    ecn: fc.boolean(),
    receiveWindow: mostly<number>(6, 64_240, fc.constantFrom(1000, 4000, 65_535, 200_000)),
  })
  .map(({ receiveWindow, ...plan }) => ({
    ...plan,
    // A buffer smaller than the unit of its window would never be open.
    receiveWindow: Math.max(receiveWindow, plan.windowScale === false ? 0 : 4 * 2 ** plan.windowScale),
  }));

export const tcp = (weight: number): Arbitrary<TcpPlan> => mostly(weight, calmTcp, oddTcp);

export function server(odd: {
  readonly tcp?: number;
  readonly own?: boolean;
  readonly habits?: Arbitrary<ServerPlan["habit"]>;
}): Arbitrary<ServerPlan> {
  return fc
    .record({
      isn,
      tcp: tcp(odd.tcp ?? 7),
      ownAddress: odd.own === false ? fc.constant(false) : mostly(6, false, fc.constant(true)),
      vlan: mostly<number | undefined>(9, undefined, fc.constantFrom(0, 20, 21)),
      routed: mostly(9, false, fc.constant(true)),
      habit: odd.habits ?? fc.constant("serves" as const),
      after: fc.integer({ min: 0, max: 3000 }),
    })
    .map(({ vlan, routed, ...rest }) => ({ ...rest, ...(vlan !== undefined && { vlan }), ...(routed && { routed }) }));
}

const targets = fc.constantFrom<VerdictPlan["target"]>("second", "third", undefined, "nobody");

export const verdict: Arbitrary<VerdictPlan> = fc
  .record({
    action: mostly<VerdictPlan["action"]>(8, "migrate", fc.constant("forward")),
    target: mostly<VerdictPlan["target"]>(5, undefined, targets),
    from: mostly<VerdictPlan["from"]>(7, "question", fc.constant("start")),
    after: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 1500 })),
  })
  .map(({ target, ...rest }) => ({ ...rest, ...(target !== undefined && { target }) }));

const lengths = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 1600 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6000 }) },
);

export interface ConnectionOddities {
  readonly endings?: Arbitrary<ConnectionPlan["ending"]>;
  readonly verdicts?: Arbitrary<readonly VerdictPlan[]>;
  readonly pause?: Arbitrary<number>;
  readonly requests?: Arbitrary<readonly number[]>;
  readonly tcp?: number;
  readonly stalls?: boolean;
  readonly again?: boolean;
  /** Longest time after which it uses its port again. */
  readonly againMs?: number;
  readonly pipelines?: boolean;
  readonly hasty?: boolean;
  readonly keepalives?: boolean;
}

export function connection(odd: ConnectionOddities = {}): Arbitrary<ConnectionPlan> {
  return fc
    .record({
      isn,
      tcp: tcp(odd.tcp ?? 7),
      startAt: fc.integer({ min: 0, max: 300 }),
      client: mostly(8, 0, fc.constant(1)),
      requests: odd.requests ?? fc.array(lengths, { minLength: 1, maxLength: 4 }),
      pause: odd.pause ?? fc.integer({ min: 0, max: 60 }),
      pipelines: odd.pipelines === false ? fc.constant(false) : mostly(8, false, fc.constant(true)),
      hasty: odd.hasty ? mostly(8, false, fc.constant(true)) : fc.constant(false),
      ending: odd.endings ?? mostly<ConnectionPlan["ending"]>(7, "closes", fc.constant("halfCloses")),
      endAfter: fc.integer({ min: 0, max: 200 }),
      stall: odd.stalls
        ? fc.option(fc.record({ at: fc.integer({ min: 0, max: 200 }), ms: fc.integer({ min: 1, max: 1500 }) }), {
            nil: undefined,
          })
        : fc.constant(undefined),
      keepalive: odd.keepalives
        ? fc.option(fc.integer({ min: 20, max: 400 }), { nil: undefined })
        : fc.constant(undefined),
      extra: mostly<ConnectionPlan["extra"]>(9, "none", fc.constantFrom("unknown", "fastOpen", "multipath", "signed")),
      again: odd.again
        ? fc.option(fc.record({ at: fc.integer({ min: 1, max: odd.againMs ?? 600 }), isn }), { nil: undefined })
        : fc.constant(undefined),
      verdicts: odd.verdicts ?? fc.array(verdict, { maxLength: 2 }),
    })
    .map(({ stall, keepalive, again, ...rest }) => ({
      ...rest,
      ...(stall && { stall }),
      ...(keepalive !== undefined && { keepalive }),
      ...(again && { again }),
    }));
}

export const weather = (roughness: number): Arbitrary<Scenario["weather"]> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 0xffff }),
    loss: mostly(10 - roughness, 0, fc.integer({ min: 0, max: 20 })),
    duplication: mostly(10 - roughness, 0, fc.integer({ min: 0, max: 20 })),
    jitter: mostly(10 - roughness, 0, fc.integer({ min: 0, max: 120 })),
    marks: mostly(8, 0, fc.integer({ min: 0, max: 50 })),
  });

export const fault: Arbitrary<Fault> = fc.record({
  link: fc.constantFrom<Fault["link"]>("client", "first", "second", "third"),
  way: fc.constantFrom<Fault["way"]>("in", "out"),
  nth: fc.integer({ min: 0, max: 12 }),
  what: fc.constantFrom<Fault["what"]>("lost", "doubled", "late"),
});

export const forgery: Arbitrary<Forgery> = fc
  .record({
    at: fc.integer({ min: 0, max: 700 }),
    connection: fc.constantFrom(0, 1),
    what: fc.constantFrom<Forgery["what"]>("syn", "signed", "synAck", "rst", "ack", "icmp", "unreachable", "tooBig"),
    link: fc.constantFrom<Link>("client", "other", "first", "second", "third"),
    as: fc.constantFrom<Forgery["as"]>("client", "server"),
    near: fc.boolean(),
    by: fc.integer({ min: 1, max: 3000 }),
  })
  // A client that opens a connection takes a SYN from its server for one that opens it, too: RFC 9293 §3.5.
  .map((plan) => (plan.what === "syn" || plan.what === "signed" ? { ...plan, as: "client" as const } : plan));

export const restart: Arbitrary<Trouble> = fc.record({
  type: fc.constant("restart" as const),
  at: fc.integer({ min: 0, max: 3000 }),
});

export const trouble: Arbitrary<Trouble> = fc.oneof(
  fc.record({ type: fc.constant("refusal" as const), nth: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ type: fc.constant("barrier" as const), nth: fc.integer({ min: 0, max: 4 }) }),
  fc.record({
    type: fc.constant("cut" as const),
    at: fc.integer({ min: 0, max: 800 }),
    ms: fc.integer({ min: 1, max: 3000 }),
  }),
  restart,
);

export const crash: Arbitrary<Trouble> = fc.record({
  type: fc.constant("crash" as const),
  at: fc.integer({ min: 0, max: 1500 }),
  ms: fc.integer({ min: 1, max: 3000 }),
});

const budget = (max: number): Arbitrary<number | undefined> =>
  mostly<number | undefined>(7, undefined, fc.integer({ min: 0, max }));

export const tracker: Arbitrary<TrackerPlan> = fc.record({
  services: fc.constantFrom(1, 2),
  probes: fc.boolean(),
  traps: fc.boolean(),
  budgets: fc
    .record({
      connections: budget(4),
      halfOpen: budget(4),
      halfOpenPerSource: budget(3),
      heldBytes: fc.constantFrom(undefined, undefined, 10_000, 20_000),
      heldSegments: fc.constantFrom(undefined, undefined, 1, 3),
    })
    .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))),
  floods: fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 500 }), length: fc.integer({ min: 1, max: 8 }), near: fc.boolean() }),
    { maxLength: 1 },
  ),
});

/** Everything but servers, connections and troubles. */
export const surroundings = {
  ipVersion: mostly<4 | 6>(7, 4, fc.constant(6 as const)),
  vlan: mostly<number | undefined>(8, undefined, fc.constantFrom(1, 7, 4094)),
  outerVlan: mostly<number | undefined>(9, undefined, fc.constantFrom(100, 4094)),
  bundles: mostly(7, false, fc.constant(true)),
  ecnMismatch: mostly<Scenario["ecnMismatch"]>(8, "refuse", fc.constant("clear")),
  keyed: mostly(7, false, fc.constant(true)),
  dataPlane: mostly<Scenario["dataPlane"]>(6, "actions", fc.constant("software")),
  shifts: mostly<Scenario["shifts"]>(5, "exact", fc.constant("prototype")),
  regime: mostly<Scenario["regime"]>(7, "normalise", fc.constant("lazy")),
  ratio: fc.integer({ min: 1, max: 3 }),
  latency: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 60 })),
};

type Absent = "vlan" | "outerVlan" | "maxFlows" | "tracker" | "speaksFirst";

/** Leaves out what is undefined. */
export function whole(parts: Omit<Scenario, Absent> & { readonly [K in Absent]?: Scenario[K] | undefined }): Scenario {
  const { vlan, outerVlan, maxFlows, tracker, speaksFirst, ...rest } = parts;
  return {
    ...rest,
    ...(vlan !== undefined && { vlan }),
    ...(outerVlan !== undefined && { outerVlan }),
    ...(maxFlows !== undefined && { maxFlows }),
    ...(tracker && { tracker }),
    ...(speaksFirst && { speaksFirst }),
  };
}
