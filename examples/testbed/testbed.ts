/** A whole testbed: hosts, switch, controller, two servers, a client, and an analyzer if the controller's rules do not decide. */
import { type Analyzer, type AnalyzerKind, startAnalyzer } from "./analyzer.ts";
import { type Belongings, createBelongings } from "./cleanup.ts";
import { type Client, startClient } from "./client.ts";
import { type ControllerOptions, defaultController, type RunningController, startController } from "./controller.ts";
import { type OpenVSwitch, type SwitchKind, startOpenVSwitch } from "./open-vswitch.ts";
import { type Program, startProgram } from "./programs.ts";
import { requireTools } from "./shell.ts";
import { createTopology, type Host, type Topology, type TopologyOptions } from "./topology.ts";

export interface TestbedOptions extends TopologyOptions {
  readonly switch: SwitchKind;
  readonly analyzer: AnalyzerKind;
  readonly controller: Partial<ControllerOptions>;
  /** Ports of all controllers that the switch is to look for; that of `controller` unless told otherwise. */
  readonly controllers?: readonly number[];
  /** The controller writes a log of all events, which takes time of its own. */
  readonly eventLog: boolean;
  /** Without it nobody is at server 2's port: it refuses. */
  readonly server2: boolean;
}

export interface Testbed {
  readonly belongings: Belongings;
  readonly topology: Topology;
  readonly openVSwitch: OpenVSwitch;
  readonly controller: RunningController;
  readonly client: Client;
  /** Undefined where rules decide. */
  readonly analyzer: Analyzer | undefined;
  readonly servers: readonly Program[];
  /** What the controller has found: the switch shifts, or the controller does. */
  readonly dataPlane: string;
  /** Of the controller, from its beginning, if it has one: for `npm run replay`. */
  readonly eventLog: string | undefined;
}

export const defaultOptions: TestbedOptions = {
  ...{ addressing: "transparent", ipVersion: 4, sysctl: [], switch: "patched", controller: {}, server2: true },
  eventLog: false,
  analyzer: "rules",
};

/** What it needs, and the Debian packages that have it. */
const tools = {
  ...{ ip: "iproute2", ethtool: "ethtool", sysctl: "procps", tcpdump: "tcpdump" },
  ...{ "ovs-vsctl": "openvswitch-switch", "ovs-ofctl": "openvswitch-common" },
};

async function startServer(belongings: Belongings, name: string, host: Host, port: number): Promise<Program> {
  const program = startProgram(belongings, host.namespace, "host/server.ts", [name, host.ip, String(port)]);
  await program.until(name, (line) => line.listening === name, { from: 0 });
  return program;
}

/** Builds it. What is made goes with `belongings`, also when this fails half-way. */
export async function openTestbed(belongings: Belongings, changes: Partial<TestbedOptions>): Promise<Testbed> {
  const options = { ...defaultOptions, ...changes };
  const { analyzer: kind } = options;
  requireTools({ ...tools, ...(kind === "snort" && { socat: "socat" }) });
  const topology = createTopology(belongings, options);
  const eventLog = options.eventLog ? `${belongings.directory}/events.jsonl` : undefined;
  const wanted = {
    ...{ ...defaultController, analyzer: kind },
    ...(eventLog !== undefined && { eventLog }),
    ...options.controller,
  };
  const controller = await startController(belongings, topology, wanted);
  const [openVSwitch, client, analyzer, ...servers] = await Promise.all([
    startOpenVSwitch(belongings, topology, options.switch, options.controllers ?? [wanted.port]),
    startClient(belongings, topology),
    kind === "rules" ? undefined : startAnalyzer(belongings, topology, kind),
    startServer(belongings, "server1", topology.server1, topology.servicePort),
    ...(options.server2 ? [startServer(belongings, "server2", topology.server2, topology.server2Port)] : []),
  ]);
  const found = await controller.report("DATA_PLANE", 0);
  return {
    belongings,
    topology,
    openVSwitch,
    controller,
    client,
    analyzer,
    servers,
    dataPlane: typeof found.text === "string" ? found.text : "unknown",
    eventLog,
  };
}

/** Builds one, lets something be done with it, and takes it away. */
export async function withTestbed<T>(
  changes: Partial<TestbedOptions>,
  act: (testbed: Testbed) => Promise<T>,
): Promise<T> {
  const belongings = createBelongings();
  try {
    return await act(await openTestbed(belongings, changes));
  } finally {
    await belongings.close();
  }
}
