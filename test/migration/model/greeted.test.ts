import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection with servers that speak first", () => {
  checkFamily(families.greeted, ["first", "second", "third", /first (second|third)/]);
});
