/** A real Open vSwitch of our own: database, daemon and one bridge, beside whatever the machine has. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../first-light/errors.ts";
import type { Belongings } from "./cleanup.ts";
import { builtOvs, type OvsPrograms, stockOvs } from "./ovs-programs.ts";
import { environment, execute, start, until } from "./shell.ts";
import type { Topology } from "./topology.ts";

/** As Debian has it, or with the four actions. */
export type SwitchKind = "stock" | "patched";

export interface OpenVSwitch {
  readonly kind: SwitchKind;
  readonly vswitchd: number;
  /** What a command of `ovs-ofctl` for the bridge prints. */
  ofctl(command: string, ...args: readonly string[]): string;
  /** Flows that the bridge has, by the tag in their cookies: those of the library. */
  connectionFlows(): readonly string[];
  /** Ends the daemon and begins another one: all flows are gone. */
  restart(): Promise<void>;
}

/** What the data path has cached stays for so long without a packet. Open vSwitch's default is 10 s. */
const MAX_IDLE_MS = 250;
/** Bytes: flows of many connections are many lines. */
const MAX_OUTPUT = 64 * 2 ** 20;
export const BRIDGE = "s1";
/** Where the controllers listen, in the switch's namespace. */
export const CONTROLLER_PORT = 6653;
/** Of the bridge: the identifier of the switch. */
export const DATAPATH_ID = "0000000000000001";

function programsOf(kind: SwitchKind): OvsPrograms {
  if (kind === "stock") {
    if (!existsSync(stockOvs.schema)) throw new UserError("no Open vSwitch: Debian has it in openvswitch-switch");
    return stockOvs;
  }
  const script = fileURLToPath(new URL("../ovs/build.sh", import.meta.url));
  const build = execFileSync("bash", [script], {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return builtOvs(build.trim());
}

/** Starts everything in the topology's namespace. The bridge looks for controllers at these ports. */
export async function startOpenVSwitch(
  belongings: Belongings,
  { namespace, server1, server2, client, analyzer }: Topology,
  kind: SwitchKind,
  controllers: readonly number[],
): Promise<OpenVSwitch> {
  const programs = programsOf(kind);
  const { directory } = belongings;
  const env = { ...environment, OVS_RUNDIR: directory, OVS_LOGDIR: directory, OVS_DBDIR: directory };
  const database = `unix:${directory}/db.sock`;
  const quiet = ["-vconsole:off", "-vsyslog:off", `-vfile:warn`];
  execute(programs.ovsdbTool, "create", `${directory}/conf.db`, programs.schema);
  const daemon = async (program: string, args: readonly string[], name: string): Promise<number> => {
    const child = belongings.keep(start(namespace, program, args, { env, stdio: "ignore" }));
    // What starts it becomes it: the number is the daemon's own.
    writeFileSync(`${directory}/${name}.pid`, String(child.pid));
    await until(name, () => {
      if (child.exitCode !== null) throw new Error(`${program} ended: see its log in ${directory}`);
      return existsSync(`${directory}/${name}.ctl`) || undefined;
    });
    return child.pid ?? 0;
  };
  const ctl = (name: string) => `--unixctl=${directory}/${name}.ctl`;
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: MAX_OUTPUT });
  const vsctl = (...args: readonly string[]) => run(programs.vsctl, `--db=${database}`, "--timeout=20", ...args);
  await daemon(
    programs.ovsdbServer,
    [`${directory}/conf.db`, `--remote=p${database}`, ctl("ovsdb"), `--log-file=${directory}/ovsdb.log`, ...quiet],
    "ovsdb",
  );
  vsctl("--no-wait", "init");
  // Each cached flow is looked at again with every change of the flow table: those of short connections are soon in nobody's use.
  vsctl("--no-wait", "set", "Open_vSwitch", ".", `other_config:max-idle=${MAX_IDLE_MS}`);
  const arguments_ = [database, "--disable-system", ctl("vswitchd"), `--log-file=${directory}/vswitchd.log`, ...quiet];
  let vswitchd = await daemon(programs.vswitchd, arguments_, "vswitchd");
  const settings = ["datapath_type=netdev", "fail-mode=secure", "protocols=OpenFlow13"];
  vsctl(
    ...["add-br", BRIDGE, "--", "set", "bridge", BRIDGE, ...settings, `other_config:datapath-id=${DATAPATH_ID}`],
    ...[server1, server2, client, analyzer].flatMap(({ cable, port }) => [
      ...["--", "add-port", BRIDGE, cable],
      ...["--", "set", "interface", cable, `ofport_request=${port}`],
    ]),
    ...["--", "set-controller", BRIDGE, ...controllers.map((port) => `tcp:127.0.0.1:${port}`)],
  );
  // It must come back soon when a controller does; packets are counted by us.
  for (const [uuid] of vsctl("get", "bridge", BRIDGE, "controller").matchAll(/[0-9a-f-]{36}/g))
    vsctl("set", "controller", uuid, "max_backoff=1000", "inactivity_probe=5000");
  await until("the bridge", () => existsSync(`${directory}/${BRIDGE}.mgmt`) || undefined);
  const ofctl = (command: string, ...args: readonly string[]) =>
    run(programs.ofctl, "-O", "OpenFlow13", command, `unix:${directory}/${BRIDGE}.mgmt`, ...args);
  return {
    kind,
    get vswitchd() {
      return vswitchd;
    },
    ofctl,
    // The cookies of the library begin with its tag, and its roles for connections are not those for services.
    connectionFlows: () =>
      ofctl("dump-flows")
        .split("\n")
        .filter((line) => line.includes("cookie=0x544d") && !/cookie=0x544d[0-9a-f]{4}0{8}/.test(line)),
    async restart() {
      process.kill(vswitchd, "SIGKILL");
      await until("the end of ovs-vswitchd", () => (isAlive(vswitchd) ? undefined : true));
      for (const file of [`${directory}/vswitchd.ctl`, `${directory}/${BRIDGE}.mgmt`])
        if (existsSync(file)) unlink(file);
      vswitchd = await daemon(programs.vswitchd, arguments_, "vswitchd");
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function unlink(path: string): void {
  execute("rm", "-f", path);
}
