import { describe } from "vitest";
import { checkFamily } from "./check.ts";
import { families } from "./families.ts";

describe("connections that a tracker follows", () => {
  // More of them still find what is not mended: `MODEL_TRACKED` asks for any number.
  checkFamily(families.tracked, ["first", "second", "third"], Number(process.env.MODEL_TRACKED ?? 100));
});
