/** How long the first request takes that moves its connection: from the switch's port of the client to the first byte of the answer there. */
import { join } from "node:path";
import { answerTimes, segmentsIn, startCapture } from "../capture.ts";
import { isAnsweredBy } from "../client.ts";
import { withTestbed } from "../testbed.ts";
import { atMost, exactly, type Measured, median, quantile, type RunOptions, type Scenario } from "./scenario.ts";

async function run(options: RunOptions): Promise<readonly Measured[]> {
  const count = options.short ? 50 : 200;
  return await withTestbed(options, async ({ belongings, topology, client, controller }) => {
    const job = { path: "/report/latency", down: 100 };
    // What a program does for the first time takes longer, and so does what has not been compiled yet.
    await client.run({ ...job, count: options.short ? 50 : 300 });
    const { out } = options;
    const path = join(out ?? belongings.directory, `latency-${options.switch}.pcap`);
    const capture = await startCapture(belongings, topology, topology.client, path);
    const again = client.retransmissions();
    const before = controller.count("MIGRATED");
    const { results } = await client.run({ ...job, count });
    const repeated = client.retransmissions() - again;
    await capture.stop();
    const times = answerTimes(segmentsIn(path), topology.servicePort);
    const right = results.filter((result) => isAnsweredBy(result, "server2"));
    const name = `${options.switch} switch`;
    return [
      exactly(`${name}: requests answered by server 2`, right.length, count),
      exactly(`${name}: answers seen on the client's cable`, times.length, count),
      exactly(`${name}: hand-overs that the controller tells`, controller.count("MIGRATED") - before, count),
      exactly(`${name}: segments that the client sent twice`, repeated, 0),
      atMost(`${name}: request to answer, median of ${count}`, median(times), 5, "ms"),
      atMost(`${name}: request to answer, 99th of a hundred`, quantile(times, 0.99), 20, "ms"),
    ];
  });
}

export const latency: Scenario = {
  name: "latency",
  what: "from a request to the answer of the server that it moves to",
  run,
};
