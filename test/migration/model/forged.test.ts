import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection whose network has somebody else in it", () => {
  checkFamily(families.forged, ["first", "second"]);
});
