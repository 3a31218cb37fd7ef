/** What servers say before they are asked, at random. */
import fc, { type Arbitrary } from "fast-check";
import { mostly } from "./arbitrary.ts";
import type { GreetingPlan } from "./greeting-plan.ts";
import type { ServerName, ServerPlan } from "./scenario.ts";

/** Of all servers, who mostly say the same. */
export const greetings: Arbitrary<Readonly<Record<ServerName, GreetingPlan | undefined>>> = fc
  .record({
    text: fc.constantFrom(0, 1),
    length: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 4000 })),
    shape: mostly<GreetingPlan["shape"]>(6, "line", fc.constantFrom("reply", "reply", "open", "more")),
    odd: fc.record({ first: oddGreeting(), second: oddGreeting(), third: oddGreeting() }),
  })
  .map(({ odd, ...same }) => {
    const of = (name: ServerName): GreetingPlan | undefined => {
      const { silent, ...changes } = odd[name];
      return silent ? undefined : { ...same, ...changes };
    };
    return { first: of("first"), second: of("second"), third: of("third") };
  });

function oddGreeting(): Arbitrary<Partial<GreetingPlan> & { readonly after: number; readonly silent?: boolean }> {
  const late = mostly<number>(8, 0, fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1500 })));
  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ after: late }) },
    fc.record({ after: late, text: fc.constantFrom(1, 2) }),
    fc.record({ after: late, length: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({ after: late, shape: fc.constantFrom<GreetingPlan["shape"]>("line", "reply", "open", "more") }),
    fc.record({ after: late, silent: fc.constant(true) }),
  );
}

export function greeting(server: ServerPlan, words: GreetingPlan | undefined): ServerPlan {
  return { ...server, ...(words && { greeting: words }) };
}
