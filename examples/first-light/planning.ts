/** From a handshake to both steps of the plan. */
import { type MigrationInput, type Plan, planMigration } from "../../src/migration/index.ts";
import type { Options, Target } from "./args.ts";
import { UserError } from "./errors.ts";
import type { Handshake } from "./handshake.ts";

export interface Planned {
  /** What was planned before server 2 had answered. */
  readonly dial: Plan;
  /** What is planned with its answer; the dial again when there is none. */
  readonly plan: Plan;
}

/** Throws UserError for an argument that the planner does not take. */
export function makePlan(handshake: Handshake, options: Pick<Options, "ports" | "policy" | "target">): Planned {
  const { syn, synAck, held, targetSynAck } = handshake;
  const target = { ...observedTarget(handshake), ...options.target };
  const input: MigrationInput = {
    syn: syn.bytes,
    synAck: synAck.bytes,
    request: held.map(({ bytes }) => bytes),
    ports: options.ports,
    target,
    policy: options.policy,
  };
  try {
    const dial = planMigration(input);
    if (dial.status !== "dial" || !targetSynAck) return { dial, plan: dial };
    return { dial, plan: planMigration({ ...input, targetSynAck: targetSynAck.bytes }) };
  } catch (error) {
    // The arguments that come from the command line; anything else would be a fault of this program.
    const named = error instanceof RangeError || error instanceof TypeError;
    if (named && /^(policy|target|ports)\b/.test(error.message)) throw new UserError(error.message);
    throw error;
  }
}

/** In what server 2's address differs from the one that the client believes in, as its answer shows. */
function observedTarget({ synAck, targetSynAck }: Handshake): Target {
  if (!targetSynAck) return {};
  const mac = targetSynAck.frame.ethernet.src;
  const { src, srcPort } = targetSynAck.key;
  return {
    ...(mac !== synAck.frame.ethernet.src && { mac }),
    ...(src !== synAck.key.src && { ip: src }),
    ...(srcPort !== synAck.key.srcPort && { port: srcPort }),
  };
}
