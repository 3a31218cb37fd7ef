/** Connections that move more than once, at random. */
import fc, { type Arbitrary } from "fast-check";
import { mostly } from "./arbitrary.ts";
import type { Scenario, ServerName, VerdictPlan } from "./scenario.ts";

/** Moves one after another, there and back, each of which may let the server before it wait. */
export const journey: Arbitrary<readonly VerdictPlan[]> = fc
  .record({
    asked: fc.boolean(),
    moves: fc.array(
      fc.record({
        // To the next server, or to the one after that.
        by: fc.constantFrom(1, 2),
        park: mostly(8, true, fc.constant(false)),
        // Some come while the one before is still under way.
        pause: fc.oneof(
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 9000 }) },
          { weight: 2, arbitrary: fc.integer({ min: 2500, max: 5000 }) },
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ moves, asked }) => {
    const names: readonly ServerName[] = ["first", "second", "third"];
    let after = 0;
    let at = 0;
    return moves.map(({ pause, by, park }, index) => {
      after += pause;
      at = (at + by) % names.length;
      const move = { action: "migrate" as const, target: names[at] ?? "first", park };
      // The first one is in time for the first request, or comes when that is answered.
      return asked && index === 0
        ? { ...move, from: "question" as const, after: pause % 900 }
        : { ...move, from: "start" as const, after };
    });
  });

/** Each is one segment: between two segments of a request nothing is under way, and yet an answer may be. */
const SHORT = 70;
export const shortRequests = fc.array(fc.integer({ min: 1, max: SHORT }), { minLength: 3, maxLength: 14 });

/** A move that may come late: see {@link shortRequests}. */
export function withShortRequests(scenario: Scenario): Scenario {
  if (!scenario.lateMoves) return scenario;
  const connections = scenario.connections.map(({ requests, ...rest }) => ({
    ...rest,
    pipelines: false,
    requests: requests.map((length) => Math.min(length, SHORT)),
  }));
  return { ...scenario, connections };
}
