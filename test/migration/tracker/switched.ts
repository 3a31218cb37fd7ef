/** A tracker, and what a switch that carries out its flow-mods has. */
import type { ConnectionFlow, ReportedFlow, TrackerConfig, TrackerEvent } from "../../../src/migration/index.ts";
import { FlowModCommand } from "../../../src/ofp/index.ts";
import { plainConfig, TrackerRun } from "./scene.ts";

/** What a switch has, by match and priority. */
type Table = Map<string, ConnectionFlow>;

/** A tracker whose flow-mods are carried out. */
export class SwitchedRun extends TrackerRun {
  readonly table: Table;

  constructor(table: Table = new Map(), config: TrackerConfig = plainConfig) {
    super(config);
    this.table = table;
  }

  override event(event: TrackerEvent): this {
    super.event(event);
    for (const effect of this.effects) if (effect.type === "flowMod") this.carryOut(effect.message);
    return this;
  }

  private carryOut(flow: ConnectionFlow): void {
    const { cookie, cookieMask, match, priority, command } = flow;
    if (command === FlowModCommand.add) this.table.set(JSON.stringify([priority, match]), flow);
    else for (const [name, one] of this.table) if (((one.cookie ^ cookie) & cookieMask) === 0n) this.table.delete(name);
  }

  /** As the switch would report them. */
  get reported(): readonly ReportedFlow[] {
    return [...this.table.values()].map((flow) => ({ ...flow, packetCount: 3n }));
  }

  /** The distances that the switch adds, and where it sends to. */
  get shifts(): readonly string[] {
    return [...this.table.values()].flatMap(({ instructions, priority }) => {
      const actions = instructions.flatMap((each) => (each.type === "applyActions" ? each.actions : []));
      const words = actions.map((action) =>
        action.type === "output" ? `to ${action.port}` : "delta" in action ? `${action.type} ${action.delta}` : "",
      );
      return priority === 200 ? [words.filter((word) => word !== "").join(" ")] : [];
    });
  }
}
