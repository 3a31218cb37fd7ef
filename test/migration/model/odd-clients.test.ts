import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("a connection whose client does not do what it should", () => {
  checkFamily(families.oddClients, ["first", "second"]);
});
