/** What a switch has after what a tracker asked for. */
import type { ReportedFlow, TrackerEffect } from "../../../src/migration/index.ts";
import { ACK, plainConfig, SYN, TrackerRun, talk } from "./scene.ts";

/** What a switch that carried out these flow-mods (adds only) would report. */
export function asReported(effects: readonly TrackerEffect[]): ReportedFlow[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "flowMod" || effect.message.command !== 0) return [];
    const { priority, idleTimeout, hardTimeout, cookie, match, instructions } = effect.message;
    return [{ tableId: 0, priority, idleTimeout, hardTimeout, cookie, packetCount: 5n, match, instructions }];
  });
}

/** All flows that moving this connection puts into the switch. */
export function flowsOfMove(config = plainConfig, one = talk()): ReportedFlow[] {
  const run = new TrackerRun(config);
  const all: TrackerEffect[] = [];
  run.handshake(one).request(one).verdict(one);
  run.target(one, { seq: one.z, flags: SYN | ACK });
  all.push(...run.effects);
  run.barrier();
  all.push(...run.effects);
  return asReported(all);
}
export const roleIs =
  (role: bigint) =>
  ({ cookie }: ReportedFlow) =>
    ((cookie >> 32n) & 0xffn) === role;

/** A flow table: what a switch has after these effects. */
export class Table {
  readonly flows = new Map<string, ReportedFlow>();
  apply(effects: readonly TrackerEffect[]): this {
    for (const effect of effects) {
      if (effect.type !== "flowMod") continue;
      const { message } = effect;
      if (message.command === 0) {
        const { priority, idleTimeout, hardTimeout, cookie, match, instructions } = message;
        this.flows.set(`${priority} ${JSON.stringify(match)}`, {
          tableId: 0,
          priority,
          idleTimeout,
          hardTimeout,
          cookie,
          packetCount: 5n,
          match,
          instructions,
        });
      } else {
        for (const [name, flow] of this.flows)
          if (((flow.cookie ^ message.cookie) & message.cookieMask) === 0n) this.flows.delete(name);
      }
    }
    return this;
  }
  get all(): ReportedFlow[] {
    return [...this.flows.values()];
  }
  roles(): bigint[] {
    return this.all.map(({ cookie }) => (cookie >> 32n) & 0xffn).sort();
  }
}
export class TableRun extends TrackerRun {
  readonly table = new Table();
  override event(event: Parameters<TrackerRun["event"]>[0]): this {
    super.event(event);
    this.table.apply(this.effects);
    return this;
  }
}
export function migrated(run: TrackerRun, one = talk(), table = new Table()): Table {
  run.handshake(one).request(one).verdict(one);
  table.apply(run.effects);
  run.target(one, { seq: one.z, flags: SYN | ACK });
  table.apply(run.effects);
  run.barrier();
  table.apply(run.effects);
  run.barrier();
  return table.apply(run.effects);
}
