/** A new server with an address of its own. */
import { expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { ACK, letters, PSH, Run } from "./scene.ts";

const end = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
const config: ConnectionConfig = {
  dataPlane: "software",
  service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2, ...end } } },
};

it("is dialled there, and its segments look like server 1's to the client", () => {
  const run = new Run({}, config, end).toDial();
  expect(run.sent).toMatchObject([
    { port: 2, frame: { ethernet: { dst: end.mac }, ipv4: { dst: end.ip } }, tcp: { dstPort: 22222, seq: 1000 } },
  ]);
  run.targetSynAck().barrier();
  expect(run.phase).toBe("migrated");
  expect(run.sent[1]).toMatchObject({ frame: { ipv4: { dst: end.ip } }, tcp: { dstPort: 22222, ack: 3001 } });
  run.target({ ack: 1019, flags: PSH | ACK, payload: letters(4) });
  expect(run.sent).toMatchObject([
    {
      port: 3,
      frame: { ethernet: { src: "00:00:00:00:00:01" }, ipv4: { src: "10.0.0.1", checksumValid: true } },
      tcp: { srcPort: 11111, seq: 5001, checksumValid: true },
    },
  ]);
});

it("is not reset for a connection that it may have with the client itself", () => {
  const run = new Run({}, config, end).toHold().targetSynAck();
  expect(run.story).toEqual([]);
  expect(run.reports).toEqual(["FOREIGN"]);
});
