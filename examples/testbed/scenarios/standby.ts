/** Two controllers, one of which is the switch's master by OpenFlow role: the other one takes over when it is killed, and when it hangs. */
import { isAnsweredBy } from "../client.ts";
import { type ControllerOptions, type RunningController, startController } from "../controller.ts";
import { CONTROLLER_PORT } from "../open-vswitch.ts";
import type { Said } from "../programs.ts";
import { sleep } from "../shell.ts";
import { type Testbed, withTestbed } from "../testbed.ts";
import { whileTheyGoOn } from "./long.ts";
import { atMost, exactly, type Measured, type RunOptions, type Scenario, told } from "./scenario.ts";

const TAKEOVER_MS = 2_000;

interface Twin {
  readonly name: string;
  readonly port: number;
  readonly http: number;
}
const first: Twin = { name: "first", port: CONTROLLER_PORT, http: 8081 };
const second: Twin = { name: "second", port: CONTROLLER_PORT + 1, http: 8082 };

function optionsOf(own: Twin, other: Twin): Partial<ControllerOptions> & Pick<ControllerOptions, "name" | "port"> {
  return {
    ...{ name: own.name, port: own.port },
    besides: {
      // Each master has an epoch of its own.
      epochFile: undefined,
      http: { port: own.http, tokenFile: "token" },
      roles: {
        peer: { url: `ws://127.0.0.1:${other.http}/northbound` },
        begins: own === first ? "master" : "slave",
      },
    },
  };
}

const isSlave = (line: Said): boolean => line.text === "role" && line.role === "slave";
const isMaster = (line: Said): boolean => line.text === "role" && line.role === "master";
const time = ({ time: text }: Said): number => Date.parse(String(text));

interface Takeover {
  /** From what was done to the master until the switch has made the other one its master, and until that one has read the flows. */
  readonly roleMs: number;
  readonly readyMs: number;
}

/** Until the controller has the switch and knows the connections. */
async function takeover({ program }: RunningController, since: number, from: number): Promise<Takeover> {
  const role = await program.until("a new master", isMaster, { from });
  const ready = await program.until("recovered connections", ({ code }) => code === "RECOVERED", { from });
  return { roleMs: time(role) - since, readyMs: time(ready) - since };
}

/** With connections under way that the first controller has moved, one thing is done to it. */
async function meanwhile(
  options: RunOptions,
  what: string,
  act: (testbed: Testbed, standby: RunningController) => Promise<readonly Measured[]>,
): Promise<readonly Measured[]> {
  const controllers = [first.port, second.port];
  return await withTestbed({ ...options, controllers, controller: optionsOf(first, second) }, async (testbed) => {
    const { belongings, topology, client } = testbed;
    const standby = await startController(belongings, topology, optionsOf(second, first));
    await standby.program.until("a slave", isSlave, { from: 0 });
    const { acted, whole } = await whileTheyGoOn(
      testbed,
      `${what}: connections that had moved`,
      async () => await act(testbed, standby),
    );
    const { results } = await client.run({ path: "/report/new", down: 1_000, count: 20 });
    const right = results.filter((result) => isAnsweredBy(result, "server2"));
    return [...acted, whole, exactly(`${what}: new connections that move`, right.length, 20)];
  });
}

function lasted(what: string, { roleMs, readyMs }: Takeover): readonly Measured[] {
  return [
    atMost(`${what}: until the switch has another master`, roleMs, TAKEOVER_MS, "ms"),
    atMost(`${what}: until that one knows the connections by their flows`, readyMs, TAKEOVER_MS, "ms"),
  ];
}

async function run(options: RunOptions): Promise<readonly Measured[]> {
  if (options.analyzer === "northbound") return [told("left out", "such an analyzer looks for one controller only")];
  const killed = `${options.switch} switch, the master is killed`;
  const hangs = `${options.switch} switch, the master hangs for 3 s`;
  return [
    ...(await meanwhile(options, killed, async ({ belongings, controller }, standby) => {
      const from = standby.program.said.length;
      const since = Date.now();
      await belongings.end(controller.program.child, "SIGKILL");
      return lasted(killed, await takeover(standby, since, from));
    })),
    ...(await meanwhile(options, hangs, async ({ controller }, standby) => {
      const { child, said } = controller.program;
      const pid = child.pid ?? 0;
      const from = standby.program.said.length;
      const since = Date.now();
      process.kill(pid, "SIGSTOP");
      const took = await takeover(standby, since, from);
      await sleep(Math.max(0, since + 3_000 - Date.now()));
      const before = said.length;
      process.kill(pid, "SIGCONT");
      await controller.program.until("the old master", isSlave, { from: before });
      const isQuiet = !standby.program.said.slice(from).some(isSlave);
      return [...lasted(hangs, took), exactly(`${hangs}: and stands by when it wakes`, isQuiet ? "yes" : "no", "yes")];
    })),
  ];
}

export const standby: Scenario = {
  name: "standby",
  what: "a second controller takes over from the first one, by OpenFlow role",
  run,
};
