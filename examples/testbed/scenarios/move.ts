/** One connection that moves, shown as it happens: what the controller says, the flows, and the story with the numbers of each side. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainHistory, historyOf, readEventLog } from "../../../src/migration/index.ts";
import { type Capture, startCapture } from "../capture.ts";
import type { Said } from "../programs.ts";
import { type TestbedOptions, withTestbed } from "../testbed.ts";
import { exactly, type Measured, type RunOptions, type Scenario } from "./scenario.ts";

function told({ time, code, text, numbers }: Said): string {
  const clock = typeof time === "string" ? time.slice(11, 23) : "";
  const details = numbers === undefined ? "" : `  ${JSON.stringify(numbers)}`;
  return `  ${clock}  ${typeof code === "string" ? `${code}: ` : ""}${typeof text === "string" ? text : ""}${details}`;
}

async function run(options: RunOptions): Promise<readonly Measured[]> {
  const { out, say } = options;
  const kind = `${options.switch}-${options.addressing}-${options.ipVersion}`;
  const changes: Partial<TestbedOptions> = { ...options, eventLog: true, controller: { logLevel: "debug" } };
  return await withTestbed(changes, async (testbed) => {
    const { belongings, topology, controller, client, openVSwitch, dataPlane } = testbed;
    const { client: asking, server1, server2 } = topology;
    say(`  server 1 ${server1.ip} at port 1, server 2 ${server2.ip} at port 2, client ${asking.ip} at port 3`);
    say(`  ${dataPlane}`);
    controller.program.onLine((line) => {
      say(told(line));
    });
    const captures: Capture[] = [];
    for (const host of out === undefined ? [] : [asking, server1, server2]) {
      captures.push(await startCapture(belongings, topology, host, join(out ?? "", `move-${kind}-${host.name}.pcap`)));
    }
    const { results } = await client.run({ path: "/report/1", up: 2_000, down: 50_000, requests: 2, pauseMs: 50 });
    const flows = openVSwitch.connectionFlows();
    say("  Flows of the connection:");
    for (const flow of flows) say(`   ${flow.replace(/duration=\S+ /, "")}`);
    for (const capture of captures) await capture.stop();
    const { eventLog = "" } = testbed;
    const history = historyOf(readEventLog(readFileSync(eventLog, "utf8"), { cutEnd: "drop" }));
    for (const line of explainHistory(history, "text").split("\n")) say(`  ${line}`);
    if (out !== undefined) {
      writeFileSync(join(out, `move-${kind}.svg`), explainHistory(history, "svg"));
      writeFileSync(join(out, `move-${kind}.mmd`), explainHistory(history, "mermaid"));
      writeFileSync(join(out, `move-${kind}.jsonl`), readFileSync(eventLog));
    }
    const [result] = results;
    return [
      exactly("answers", (result?.servers ?? []).join(" and "), "server2 and server2"),
      exactly("wrong or missing bytes", result?.problem ?? "none", "none"),
    ];
  });
}

export const move: Scenario = { name: "move", what: "one connection that moves, shown as it happens", run };
