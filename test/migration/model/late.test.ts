import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection that moves late, or several times", () => {
  checkFamily(families.late, ["first", "second", "first second"]);
});
