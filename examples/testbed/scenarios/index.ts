/** All scenarios, in the order in which they run. */
import { analyzers } from "./analyzers.ts";
import { latency } from "./latency.ts";
import { leak, rate } from "./many.ts";
import { move } from "./move.ts";
import { odd } from "./odd.ts";
import { restart } from "./restart.ts";
import type { Scenario } from "./scenario.ts";
import { standby } from "./standby.ts";
import { loss, transfer, windows } from "./transfer.ts";

export const scenarios: readonly Scenario[] = [
  move,
  latency,
  transfer,
  windows,
  loss,
  odd,
  analyzers,
  rate,
  leak,
  restart,
  standby,
];
