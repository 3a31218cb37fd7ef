/** The plans behind the diagrams of the documentation. */
import { type MigrationInput, type Plan, planMigration } from "../../src/migration/index.ts";
import { dataFrame, synAckFrame, synFrame, type TcpOption } from "../../src/tcp/index.ts";

const client = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };
const service = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
const other = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 8080 };

const ordinary: readonly TcpOption[] = [
  { type: "mss", value: 1460 },
  { type: "nop" },
  { type: "windowScale", shift: 7 },
];
function withTimestamps(value: number, echo: number): readonly TcpOption[] {
  return [{ type: "mss", value: 1460 }, { type: "nop" }, { type: "nop" }, { type: "timestamps", value, echo }];
}

const request = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n");

/** The client starts at 1000, the old server at 5000; the client's request is held. */
function held(options: readonly TcpOption[], serverOptions = options): MigrationInput {
  const towards = { from: client, to: service, window: 64240 };
  const back = { from: service, to: client, window: 65160 };
  return {
    syn: synFrame({ ...towards, seq: 1000, options }),
    synAck: synAckFrame({ ...back, seq: 5000, ack: 1001, options: serverOptions }),
    request: dataFrame({ ...towards, seq: 1001, ack: 5001, window: 502, payload: request }),
    ports: { client: 3, origin: 1, target: 2 },
  };
}

/** Plans by the name of their diagram. */
export function diagramPlans(): ReadonlyMap<string, Plan> {
  const answer = { seq: 3000, ack: 1001, window: 65160, options: ordinary };
  return new Map([
    [
      "hand-off",
      planMigration({ ...held(ordinary), targetSynAck: synAckFrame({ from: service, to: client, ...answer }) }),
    ],
    [
      "hand-off-rewritten",
      planMigration({
        ...held(ordinary),
        targetSynAck: synAckFrame({ from: other, to: client, ...answer }),
        target: other,
      }),
    ],
    ["refused", planMigration(held(withTimestamps(7000, 0), withTimestamps(910_000, 7000)))],
  ]);
}
