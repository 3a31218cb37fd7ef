/** A SYN for the next connection that comes before it is decided that the one before stays with server 1. */
import { expect, it } from "vitest";
import { mssAndScale } from "../scene.ts";
import { ACK, FIN, letters, PSH, Run, SYN } from "./scene.ts";

/** The client's next SYN, x = 70000. */
const again = (run: Run): Run => run.client({ seq: 70_000, ack: 0, flags: SYN, options: mssAndScale });

/** Server 1's answer, y = 8000, and the client's request behind its ACK. */
function completes(run: Run): void {
  run.origin({ seq: 8000, ack: 70_001, flags: SYN | ACK, window: 65_160, options: mssAndScale });
  run.client({ seq: 70_001, ack: 8001, flags: PSH | ACK, payload: letters(18) });
  expect([run.phase, run.state?.generation]).toEqual(["hold", 2]);
}

it("is shown with the flows that would carry what comes of it, when it came while the request was held", () => {
  const run = again(new Run().toHold());
  // Nothing is in the switch yet.
  expect(run.story).toEqual(["s1:S 70000,0+0"]);
  expect(run.verdict({ action: "forward" }).story).toEqual([
    ...["clientSynTrap", "plainToServer", "plainToClient", "barrier"],
    ...["originWatch", "clientWatch"],
  ]);
  completes(run.barrier());
});

it("is shown when the one before closes without a request", () => {
  const run = again(new Run().toReady()).client({ seq: 1001, ack: 5001, flags: FIN | ACK });
  expect([run.phase, run.story]).toEqual([
    "nonMig",
    ["s1:FA 1001,5001+0", "clientSynTrap", "plainToServer", "plainToClient", "originWatch", "clientWatch"],
  ]);
  completes(run);
});
