import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection whose switch or channel is in trouble", () => {
  checkFamily(families.troubled, ["first", "second"]);
});
