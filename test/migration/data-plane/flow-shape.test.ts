/**
 * Every flow that we make is right on a switch that runs the four actions in place before any output, on any IP packet, as the
 * research prototype's does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConnectionConfig, type ConnectionFlow, planMigration } from "../../../src/migration/index.ts";
import { FlowModCommand } from "../../../src/ofp/index.ts";
import { plainConfig, Run } from "../machine/scene.ts";
import { inputOf, server } from "../scene.ts";

const shifts = ["incTcpSeq", "decTcpSeq", "incTcpAck", "decTcpAck"];

/** What is wrong with a flow that is added; undefined when nothing is. */
function fault({ command, match, instructions }: ConnectionFlow): string | undefined {
  if (command !== FlowModCommand.add) return undefined;
  if (match.ipProto !== 6) return "it matches more than TCP";
  if (match.ethType !== 0x0800 && match.ethType !== 0x86dd) return "it matches more than IP";
  const actions = instructions.flatMap((instruction): readonly { readonly type: string }[] => {
    if (instruction.type === "applyActions") return instruction.actions;
    if (instruction.type === "meter") return [];
    return [{ type: "group" }];
  });
  const types = actions.map(({ type }) => type);
  if (types.includes("group")) return "it does more than apply actions";
  const outputs = types.filter((type) => type === "output").length;
  // Only the guard drops.
  if (actions.length === 0) return undefined;
  if (outputs !== 1) return `it has ${outputs} outputs`;
  if (types.at(-1) !== "output") return "something stands behind the output";
  for (const kind of ["Seq", "Ack"]) {
    if (types.filter((type) => shifts.includes(type) && type.endsWith(kind)).length > 1)
      return `two actions shift ${kind}`;
  }
  return undefined;
}

const u32 = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0xfffffff0, max: 0xffffffff }));
const numbers = fc.record({ x: u32, y: u32, z: u32 });
const policy = fc.record({
  finIdleSeconds: fc.constantFrom(0, 60),
  guardWatchSeconds: fc.constantFrom(0, 5),
  synTrap: fc.boolean(),
  style: fc.constantFrom("canonical" as const, "prototype" as const),
});

function flowsOf(effects: Run["effects"]): ConnectionFlow[] {
  return effects.flatMap((effect) => {
    if (effect.type === "flowMod") return [effect.message];
    return effect.type === "bundle" ? effect.flows.map(({ message }) => message) : [];
  });
}

describe("every flow has one output, behind everything that shifts, and matches TCP", () => {
  it("when the machine moves a connection, or gives it back, in each data plane", () => {
    let seen = 0;
    const config = fc.record({
      dataPlane: fc.constantFrom("actions" as const, "software" as const),
      bundles: fc.boolean(),
    });
    const late = fc.boolean();
    fc.assert(
      fc.property(numbers, config, policy, late, (numbers, chosen, policy, lateMoves) => {
        const settings: ConnectionConfig = { ...chosen, lateMoves, service: { ...plainConfig.service, policy } };
        const run = new Run(numbers, settings);
        const made: ConnectionFlow[] = [];
        const step = (next: () => unknown): void => {
          next();
          made.push(...flowsOf(run.effects));
        };
        step(() => run.toArm());
        for (let turn = 0; turn < 3 && run.phase === "arm"; turn++) {
          const waits = run.effects.find(({ type }) => type === "barrier" || type === "bundle");
          step(() => run.barrier(waits?.id));
        }
        expect(run.phase).toBe("migrated");
        const back = new Run(numbers, settings).toFwdArm();
        made.push(...flowsOf(back.effects));
        back.barrier().verdict({ action: "migrate" });
        made.push(...flowsOf(back.effects));
        expect(made.map(fault).filter((text) => text !== undefined)).toEqual([]);
        seen += made.length;
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(2000);
  });

  it("when a plan moves a connection to a server with any address of its own", () => {
    const target = fc.record(
      {
        mac: fc.constant("00:00:00:00:00:02"),
        ip: fc.constant("10.0.0.2"),
        port: fc.constant(22222),
        gatewayMac: fc.constant("00:00:00:00:00:09"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(numbers, policy, target, (numbers, policy, target) => {
        const { mac = server.mac, ip = server.ip, port = server.port } = target;
        const frames = inputOf({ ...numbers, target: { mac, ip, port } });
        const plan = planMigration({ ...frames, target, policy });
        expect(plan.status).toBe("ready");
        const flows = plan.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message] : []));
        expect(flows.map(fault).filter((text) => text !== undefined)).toEqual([]);
        expect(flows.length).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 300 },
    );
  });
});

it("knows a flow of the wrong shape", () => {
  const [flow] = flowsOf(new Run().toArm().effects).filter(({ instructions }) => instructions.length > 0);
  if (!flow) throw new Error("no flow");
  const twice = flow.instructions.map((part) =>
    part.type === "applyActions" ? { ...part, actions: [...part.actions, ...part.actions] } : part,
  );
  expect(fault({ ...flow, instructions: twice })).toBe("it has 2 outputs");
  expect(fault({ ...flow, match: { ethType: 0x0800 } })).toBe("it matches more than TCP");
});
