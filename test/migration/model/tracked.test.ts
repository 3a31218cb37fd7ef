import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("connections that a tracker follows", () => {
  checkFamily(families.tracked, ["first", "second", "third"]);
});
