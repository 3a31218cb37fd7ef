import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection that comes back to servers that wait", () => {
  checkFamily(families.parked, ["first", "second", "first second", /(second|third) first/]);
});
