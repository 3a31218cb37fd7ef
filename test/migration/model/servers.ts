/** The servers of a run, and what their applications do. */
import { ackFrame, encodeFrame, seqAdd, synFrame } from "../../../src/tcp/index.ts";
import {
  createModelHost,
  type HostConnection,
  type ListenOptions,
  type ModelHost,
} from "../../../src/testing/index.ts";
import { greetingsOf } from "./greetings.ts";
import type { Ledger } from "./ledger.ts";
import { clientEnd, clientPort, serverEnd, serviceNumber, vlansOf } from "./places.ts";
import type { Scenario, ServerName, TcpPlan } from "./scenario.ts";
import { Broken, type World } from "./world.ts";

export function tcpSettings({ receiveWindow, ...plan }: TcpPlan) {
  // Whoever has lost many frames in a row still goes on: what gives up must have another reason.
  return { ...plan, receiveWindow, maxRetransmissions: 80 };
}

export interface Server {
  readonly name: ServerName;
  readonly host: ModelHost;
  /** All that it ever had. */
  readonly connections: () => readonly HostConnection[];
  /** No two connections begin with the same number: what is late of the one must not be taken for the other's. */
  readonly renumber: () => void;
}

/** The connection that a server's bytes belong to; undefined when they fit none. */
export type LedgerOf = (connection: HostConnection, data: Uint8Array) => Ledger | undefined;

export function createServer(scenario: Scenario, name: ServerName, ledgerOf: LedgerOf, world: World): Server {
  const plan = scenario.servers[name];
  const end = serverEnd(scenario, name, 0);
  const ports = [...new Set(([0, 1] as const).map((service) => serverEnd(scenario, name, service).port))];
  const { isn, ...settings } = { ...tcpSettings(plan.tcp), isn: plan.isn };
  const host = createModelHost({
    ...settings,
    ...{ mac: end.mac, ip: end.ip, isn, timeWaitMs: 5000 },
    vlans: vlansOf(scenario, name),
  });
  if (plan.habit === "refuses" || plan.habit === "silent")
    return { name, host, connections: () => [], renumber: () => undefined };
  const served = new Map<HostConnection, number>();
  const greeting = greetingsOf(scenario)[name];
  const delay = plan.greeting?.after ?? 0;
  const awaited = new Set<HostConnection>();
  /** It greets, unless it has done so. */
  function greet(connection: HostConnection): void {
    if (awaited.delete(connection) && ["synReceived", "established", "closeWait"].includes(connection.state)) {
      connection.send(greeting);
    }
  }
  const application: ListenOptions = {
    closesWithPeer: true,
    ...(delay === 0 && { greeting }),
    respond(data, connection) {
      greet(connection);
      const ledger = ledgerOf(connection, data);
      if (!ledger) throw new Broken(`the ${name} server got ${data.length} bytes that belong nowhere`);
      ledger.deliver(name, data);
      const total = (served.get(connection) ?? 0) + data.length;
      served.set(connection, total);
      const answer = ledger.answer(name, data);
      const due = total >= plan.after;
      if (due && plan.habit === "resets") {
        connection.abort();
        return undefined;
      }
      if (connection.state !== "established" && connection.state !== "closeWait") return undefined;
      if (!due || (plan.habit !== "closes" && plan.habit !== "halfCloses")) return answer;
      connection.send(answer);
      connection.close();
      return undefined;
    },
  };
  let listeners = ports.map((port) => host.listen(port, application));
  const connected = () => listeners.flatMap(({ connections }) => connections);
  const earlier: HostConnection[] = [];
  let number = 0;
  if (plan.habit === "oldConnection") plantOld(scenario, name, host);
  function renumber(): void {
    for (const connection of delay === 0 ? [] : connected()) {
      awaited.add(connection);
      world.later(delay, () => {
        greet(connection);
      });
    }
    earlier.push(...connected());
    for (const listener of listeners) listener.close();
    number++;
    const isn = seqAdd(plan.isn, number * 0x1234_5678);
    listeners = ports.map((port) => host.listen(port, { ...application, isn }));
  }
  return {
    name,
    host,
    connections: () => [...earlier, ...connected()],
    renumber() {
      if (connected().length > 0) renumber();
    },
  };
}

/** Gives the server an established connection from each client's address and port that nobody else knows. */
function plantOld(scenario: Scenario, name: ServerName, host: ModelHost): void {
  const vlans = vlansOf(scenario, name);
  for (const [index, { client, isn }] of scenario.connections.entries()) {
    const to = serverEnd(scenario, name, serviceNumber(scenario, index));
    const from = { ...clientEnd(scenario, client), port: clientPort(index) };
    const seq = seqAdd(isn, 0x4000_0000);
    const ack = seqAdd(scenario.servers[name].isn, 1);
    host.receive(encodeFrame(synFrame({ from, to, vlans, seq, window: 1000 })));
    host.receive(encodeFrame(ackFrame({ from, to, vlans, seq: seqAdd(seq, 1), ack, window: 1000 })));
  }
  host.take();
}
