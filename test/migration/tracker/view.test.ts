import { expect, it } from "vitest";
import { clientAt, keyOf, plainConfig, service, TrackerRun, talk } from "./scene.ts";

it("shows one connection by its key, and no other", () => {
  const other = { ...service, vip: { ip: "10.0.0.1", port: 443 } };
  const run = new TrackerRun({ ...plainConfig, services: { web: service, safe: other } });
  const second = talk({ from: clientAt("10.0.0.4", 1) });
  run.migrate(talk()).handshake(second);
  const { connection, connections } = run.tracker;
  expect([connection(keyOf(talk())), connection(keyOf(second))]).toEqual([...connections()]);
  expect(connection(keyOf(talk()))).toMatchObject({ service: "web", phase: "migrated", target: "second", moved: true });
  for (const key of [
    { ...keyOf(second), srcPort: 2 },
    { ...keyOf(second), dstPort: 443 },
    { ...keyOf(second), dstPort: 22 },
    { ...keyOf(second), vlans: [5] },
  ]) {
    expect(connection(key)).toBeUndefined();
  }
});
