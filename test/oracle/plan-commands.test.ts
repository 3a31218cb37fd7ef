/** The commands of a plan, run by a shell with Debian's ovs-ofctl, against a switch that writes down what arrives. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { decode } from "../../src/index.ts";
import { explain, planMigration } from "../../src/migration/index.ts";
import { client, inputOf, type Scene, server } from "../migration/scene.ts";
import { withSwitch } from "./ovs-ofctl.ts";

const run = promisify(execFile);

/** A shell that stops at the first command that fails. Our switch does not tell the names of its tables. */
function shell(commands: string) {
  const script = `ovs-ofctl() { command ovs-ofctl --no-names "$@"; }\n${commands}`;
  return run("bash", ["-e", "-c", script], { timeout: 60_000 });
}

const tag = { tpid: 0x8100, pcp: 3, dei: false, vid: 42 };
const six = { client: { ...client, ip: "2001:db8::3" }, server: { ...server, ip: "2001:db8::1" } };
const own = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
// Stock tools do not know the four actions: server 2 has server 1's sequence numbers, and nothing needs a shift.
const same: Scene = { y: 5000, z: 5000 };

it.each([
  ["IPv4", same, {}],
  ["IPv6", { ...same, ...six }, {}],
  ["a VLAN", { ...same, vlans: [tag] }, {}],
  ["a server of its own address", { ...same, target: own }, { target: own }],
  ["client and new server behind one port", same, { ports: { client: 3, origin: 1, target: 3 } }],
])("send the messages of the effects: %s", async (_, scene, change) => {
  const plan = planMigration({ ...inputOf(scene), ...change });
  expect(plan.status).toBe("ready");
  const { ran, messages } = await withSwitch((bridge) => shell(explain(plan, "ovs-ofctl", { bridge })));
  expect(ran.stderr).toBe("");
  const received = messages.map(decode).filter(({ type }) => type === "flowMod" || type === "packetOut");
  const expected = plan.effects.flatMap((effect) => (effect.type === "barrier" ? [] : [effect.message]));
  expect(expected.length).toBeGreaterThan(8);
  expect(received.map((message) => ({ ...message, xid: 0 }))).toEqual(
    expected.map((message) => ({ ...message, xid: 0 })),
  );
});

it("are refused by the stock tool only for the four actions", async () => {
  const script = (bridge: string) => explain(planMigration(inputOf()), "ovs-ofctl", { bridge });
  await expect(withSwitch((bridge) => shell(script(bridge)))).rejects.toThrow(/inc_tcp_seq/);
});

it("quote what a shell would take apart", () => {
  expect(explain(planMigration(inputOf()), "ovs-ofctl", { bridge: "a'b $c" })).toContain("add-flow 'a'\\''b $c' '");
});
