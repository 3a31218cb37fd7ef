import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection whose servers do not do what they should", () => {
  checkFamily(families.oddServers, ["first", "second"]);
});
