/** What a plan for a connection that is under way takes on trust. */
import { expect, it } from "vitest";
import { planMigration } from "../../src/migration/index.ts";
import { framesOf, ports } from "./scene.ts";

/** x = 1000, y = 5000; 500 bytes of the client's and 200 of server 1's before: cNxt = 1501, sNxt = 5201. */
const frames = framesOf({ k: 500, m: 200, lengths: [100, 50] });
const [, later] = frames.request;
const input = { ...frames, ports };

it("takes the lowest number held for the client's next byte when it is told none", () => {
  expect(planMigration(input).numbers).toMatchObject({ clientNext: 1501, serverNext: 5201 });
  // The first of the two is missing, and nothing shows it.
  expect(planMigration({ ...input, request: later ? [later] : [] }).numbers).toMatchObject({ clientNext: 1601 });
});

it("measures what is held by the number that it is told", () => {
  const whole = planMigration({ ...input, clientNext: 1501 });
  expect(whole.numbers).toMatchObject({ clientNext: 1501, heldEnd: 1651 });
  const gap = planMigration({ ...input, clientNext: 1501, request: later ? [later] : [] });
  // Nothing follows 1501 without a gap: the client sends it again.
  expect(gap.numbers).toMatchObject({ clientNext: 1501, heldEnd: 1501 });
});
