/** Loaded into a program before it begins, by `--import`: at SIGUSR2 it says how many bytes of its heap somebody needs. */
import { getHeapSnapshot } from "node:v8";

process.on("SIGUSR2", () => {
  // Before a snapshot everything is collected that can be, which one collection does not do.
  getHeapSnapshot().destroy();
  process.stderr.write(`${JSON.stringify({ heapUsed: process.memoryUsage().heapUsed })}\n`);
});
