import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection under any weather, with any options and numbers", () => {
  checkFamily(families.plain, ["first", "second", "third"]);
});
