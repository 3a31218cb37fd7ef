/** A name that nothing reads is a mistake of its writer's. */
import { expect, it } from "vitest";
import { createTracker, type MigrationInput, planMigration, type TrackerConfig } from "../../../src/migration/index.ts";
import { type ConnectionConfig, step } from "../../../src/migration/machine/index.ts";
import { inputOf } from "../scene.ts";
import { plainConfig } from "./scene.ts";

const { service } = plainConfig;
const timer = { type: "timer", at: 0 } as const;

it.each([
  ["config.lateMove", { ...plainConfig, lateMove: true }],
  ["timing.lingerMS", { ...plainConfig, timing: { lingerMS: 1 } }],
  ["limits.heldByte", { ...plainConfig, limits: { heldByte: 1 } }],
  ["cookie.tags", { ...plainConfig, cookie: { tags: 1 } }],
  ["service.polcy", { ...plainConfig, service: { ...service, polcy: {} } }],
  ["policy.synTraps", { ...plainConfig, service: { ...service, policy: { synTraps: false } } }],
  ["service.origin.ipv4", { ...plainConfig, service: { ...service, origin: { switchPort: 1, ipv4: "10.0.0.1" } } }],
  ["service.targets.a.Mac", { ...plainConfig, service: { ...service, targets: { a: { switchPort: 2, Mac: "" } } } }],
  ["service.profile.speakFirst", { ...plainConfig, service: { ...service, profile: { speakFirst: {} } } }],
  [
    "service.profile.speaksFirst.maxBytes",
    { ...plainConfig, service: { ...service, profile: { speaksFirst: { maxBannerBytes: 1, maxBytes: 1 } } } },
  ],
])("%s is a TypeError that names it", (name, config: object) => {
  const run = () => step(undefined, timer, config as ConnectionConfig);
  expect(run).toThrow(TypeError);
  expect(run).toThrow(`${name} is none of `);
});

it.each([
  ["target.switchPort", { target: { switchPort: 2 } }],
  ["origin.Offsets", { origin: { Offsets: {} } }],
  ["policy.idle", { policy: { idle: 1 } }],
])("%s of a plan is one, too", (name, fields: object) => {
  const input: MigrationInput = { ...inputOf(), ...fields };
  const run = () => planMigration(input);
  expect(run).toThrow(TypeError);
  expect(run).toThrow(`${name} is none of `);
});

it("a time that is no number is told as one", () => {
  const config: object = { ...plainConfig, timing: { verdictMs: "5" } };
  expect(() => step(undefined, timer, config as ConnectionConfig)).toThrow(
    new TypeError('timing.verdictMs must be a number, not "5"'),
  );
});

const tracked = {
  services: { web: { ...service, vip: { ip: "10.0.0.1", port: 80 } } },
  secret: Uint8Array.from({ length: 16 }, (_, index) => index),
};

it.each([
  ["config.timeing", { ...tracked, timeing: {} }],
  ["budgets.connection", { ...tracked, budgets: { connection: 1 } }],
  ["breaker.openMS", { ...tracked, breaker: { openMS: 1 } }],
  ["service.drain", { ...tracked, services: { web: { ...tracked.services.web, drain: true } } }],
  [
    "services.web.vip.address",
    { ...tracked, services: { web: { ...service, vip: { ip: "10.0.0.1", port: 80, address: "" } } } },
  ],
])("%s of a tracker is one, too", (name, config: object) => {
  const run = () => createTracker(config as TrackerConfig);
  expect(run).toThrow(TypeError);
  expect(run).toThrow(`${name} is none of `);
});

it("names that are known may be undefined", () => {
  const config = { ...plainConfig, service: { ...service, defaultTarget: undefined } } as object;
  expect(step(undefined, timer, config as ConnectionConfig).effects).toEqual([]);
});
