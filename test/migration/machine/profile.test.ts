/** What a service's profile may say. */
import { expect, it } from "vitest";
import { type ConnectionConfig, step } from "../../../src/migration/machine/index.ts";
import { plainConfig } from "./scene.ts";

const withProfile = (profile: unknown): ConnectionConfig =>
  ({ ...plainConfig, service: { ...plainConfig.service, profile } }) as ConnectionConfig;
const timer = { type: "timer", at: 0 } as const;

it.each([
  [{ speaksFirst: { maxBannerBytes: 0 } }, RangeError, /speaksFirst\.maxBannerBytes/],
  [{ speaksFirst: { maxBannerBytes: 65536 } }, RangeError, /speaksFirst\.maxBannerBytes/],
  [{ speaksFirst: {} }, TypeError, /speaksFirst\.maxBannerBytes/],
  [{ speaksFirst: true }, TypeError, /service\.profile\.speaksFirst/],
  [{ speaksFirst: { maxBannerBytes: 1, banner: "any" } }, RangeError, /banner must be equal or line/],
  [7, TypeError, /service\.profile/],
])("%j is refused", (profile, error, message) => {
  expect(() => step(undefined, timer, withProfile(profile))).toThrow(error);
  expect(() => step(undefined, timer, withProfile(profile))).toThrow(message);
});

it.each([{}, { speaksFirst: { maxBannerBytes: 1 } }, { speaksFirst: { maxBannerBytes: 65535, banner: "line" } }])(
  "%j is one",
  (profile) => {
    expect(step(undefined, timer, withProfile(profile)).effects).toEqual([]);
  },
);

it("does not say that new servers greet where the policy says that they do not", () => {
  const config = withProfile({ speaksFirst: { maxBannerBytes: 1 } });
  const service = { ...config.service, policy: { serverSpokeFirst: "accept" } as const };
  expect(() => step(undefined, timer, { ...config, service })).toThrow(/policy\.serverSpokeFirst/);
});

it("needs a moment to wait for a greeting", () => {
  expect(() => step(undefined, timer, { ...plainConfig, timing: { greetMs: [] } })).toThrow(/timing\.greetMs/);
});
