/** The controller is killed, and the switch, while connections go on that have moved. */
import { defaultController, startController } from "../controller.ts";
import { sleep } from "../shell.ts";
import { type Testbed, withTestbed } from "../testbed.ts";
import { whileTheyGoOn } from "./long.ts";
import type { Measured, RunOptions, Scenario } from "./scenario.ts";

async function meanwhile(
  options: RunOptions,
  what: string,
  act: (testbed: Testbed) => Promise<void>,
): Promise<Measured> {
  return await withTestbed(options, async (testbed) => {
    const { whole } = await whileTheyGoOn(testbed, `${options.switch} switch: ${what}`, async () => {
      await act(testbed);
    });
    return whole;
  });
}

export const restart: Scenario = {
  name: "restart",
  what: "controller and switch are killed while connections go on",
  run: async (options) => [
    await meanwhile(options, "the controller is killed, and another one begins", async (testbed) => {
      const { belongings, topology, controller } = testbed;
      await belongings.end(controller.program.child, "SIGKILL");
      await sleep(500);
      await startController(belongings, topology, defaultController);
    }),
    await meanwhile(options, "the switch is killed, and begins anew without a flow", async ({ openVSwitch }) => {
      await openVSwitch.restart();
    }),
  ],
};
