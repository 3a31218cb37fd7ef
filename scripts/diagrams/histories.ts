/** The histories behind the diagrams of the documentation. */
import { sampleLog } from "../../examples/replay/sample.ts";
import { type ConnectionConfig, type History, historyOf, readEventLog } from "../../src/migration/index.ts";
import { ACK, type Drive, historyOfDrive, PSH, SYN } from "./drive.ts";

const config: ConnectionConfig = {
  service: {
    origin: { switchPort: 1 },
    targets: { "Server 2": { switchPort: 2 }, "Server 3": { switchPort: 4 } },
  },
  lateMoves: true,
};

/** Handshake with server 1, x = 1000 and y = 5000, and 100 bytes of the client's. */
function ask({ client, server }: Drive): void {
  client(0, { seq: 1000, ack: 0, flags: SYN });
  server(1, 1, { seq: 5000, ack: 1001, flags: SYN | ACK });
  client(2, { seq: 1001, ack: 5001 });
  client(3, { seq: 1001, ack: 5001, flags: PSH | ACK, length: 100 });
}

/** The switch has no room for the forward flow: server 1 gets the request, and has noticed nothing. */
function rollback(drive: Drive): void {
  ask(drive);
  drive.migrate(20, "Server 2");
  drive.server(22, 2, { seq: 3000, ack: 1001, flags: SYN | ACK });
  drive.barrier(24);
  drive.refuse(25, "forward");
  drive.barrier(27);
  drive.server(29, 1, { seq: 5001, ack: 1101, flags: PSH | ACK, length: 300 });
}

/** Server 1 answers one request, and the next one goes to server 2: D = 5301 − 3001 = 2300. */
function midStream(drive: Drive): void {
  ask(drive);
  drive.timer(1003);
  drive.barrier(1004);
  drive.migrate(1500, "Server 2");
  drive.barrier(1501);
  drive.client(2600, { seq: 1101, ack: 5001, flags: PSH | ACK, length: 50 });
  drive.server(2602, 1, { seq: 5001, ack: 1151, flags: PSH | ACK, length: 300 });
  drive.client(2700, { seq: 1151, ack: 5301, flags: PSH | ACK, length: 80 });
  drive.server(2702, 2, { seq: 3000, ack: 1151, flags: SYN | ACK });
  drive.barrier(2704);
  drive.barrier(2706);
}

/** Server 2 answers, and then server 3: D12 = 5001 − 3001 = 2000, D13 = 5301 − 7001 = −1700. */
function chain(drive: Drive): void {
  ask(drive);
  drive.migrate(20, "Server 2");
  drive.server(22, 2, { seq: 3000, ack: 1001, flags: SYN | ACK });
  drive.barrier(24);
  drive.server(30, 2, { seq: 3001, ack: 1101, flags: PSH | ACK, length: 100 });
  drive.client(31, { seq: 1101, ack: 5101 });
  drive.migrate(2000, "Server 3");
  drive.client(3100, { seq: 1101, ack: 5101, flags: PSH | ACK, length: 50 });
  drive.server(3102, 2, { seq: 3101, ack: 1151, flags: PSH | ACK, length: 200 });
  drive.client(3200, { seq: 1151, ack: 5301, flags: PSH | ACK, length: 80 });
  drive.server(3202, 4, { seq: 7000, ack: 1151, flags: SYN | ACK });
  drive.barrier(3204);
  drive.server(3210, 4, { seq: 7001, ack: 1231, flags: PSH | ACK, length: 400 });
  drive.client(3211, { seq: 1231, ack: 5701 });
}

/**
 * Server 1 waits while server 2 gets 150 bytes and answers 500. Then server 1 has the connection again, where it was left, at 1001
 * and 5001: E = 1001 − 1151 = −150, D = 5501 − 5001 = 500.
 */
function park(drive: Drive): void {
  ask(drive);
  drive.migrate(20, "Server 2", true);
  drive.server(22, 2, { seq: 3000, ack: 1001, flags: SYN | ACK });
  drive.barrier(24);
  drive.server(30, 2, { seq: 3001, ack: 1101, flags: PSH | ACK, length: 200 });
  drive.client(31, { seq: 1101, ack: 5201 });
  drive.server(1500, 1, { seq: 5000, ack: 1001 });
  drive.migrate(2000, "origin");
  drive.client(3100, { seq: 1101, ack: 5201, flags: PSH | ACK, length: 50 });
  drive.server(3102, 2, { seq: 3201, ack: 1151, flags: PSH | ACK, length: 300 });
  drive.client(3200, { seq: 1151, ack: 5501, flags: PSH | ACK, length: 80 });
  drive.barrier(3202);
  drive.server(3210, 1, { seq: 5001, ack: 1081, flags: PSH | ACK, length: 400 });
  drive.client(3211, { seq: 1231, ack: 5901 });
}

/** Server 2 has addresses of its own, and the client hears the service: D = 5001 − 3001 = 2000. */
function nat(drive: Drive): void {
  ask(drive);
  drive.migrate(20, "Server 2");
  drive.server(22, 2, { seq: 3000, ack: 1001, flags: SYN | ACK });
  drive.barrier(24);
  drive.server(30, 2, { seq: 3001, ack: 1101, flags: PSH | ACK, length: 300 });
  drive.client(31, { seq: 1101, ack: 5301 });
}

const own = { switchPort: 2, mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 8080 };

/** Histories by the name of their diagram. */
export function diagramHistories(): ReadonlyMap<string, History> {
  return new Map([
    ["history", historyOf(readEventLog(sampleLog()))],
    ["rollback", historyOfDrive(config, rollback)],
    ["chain", historyOfDrive({ ...config, dataPlane: "software" }, chain)],
    ["park", historyOfDrive({ ...config, dataPlane: "software" }, park)],
    [
      "nat",
      historyOfDrive({ dataPlane: "software", service: { ...config.service, targets: { "Server 2": own } } }, nat),
    ],
    ["mid-stream", historyOfDrive(config, midStream)],
  ]);
}
