/** The state of a connection as JSON and back, nothing lost. */
import { type JsonValue, toJSON, valueFromJSON } from "../../ofp/json.ts";
import { part } from "../../ofp/part.ts";
import { WireError } from "../../wire/index.ts";
import type { ConnectionPhase } from "../machine/phase.ts";
import { ORIGIN } from "../machine/places.ts";
import type { ConnectionState, Takeover } from "../machine/state.ts";
import { checked, type Shape } from "./shape.ts";
import { looseState } from "./state-shape.ts";

/** Phases in which server 1 has answered. */
const answered: readonly ConnectionPhase[] = ["synAck", "ready", "hold", "dial", "greet", "arm"];
/** Phases in which the handshake may still be judged. */
const judged: readonly ConnectionPhase[] = ["syn", "synAck", "ready", "hold", "dial", "greet", "arm"];
/** Phases of a hand-over, which shadow mode does not know. */
const moving: readonly ConnectionPhase[] = ["hold", "dial", "greet", "arm", "migrated", "fwdArm"];

function demand(there: boolean, path: string, why: string): void {
  if (!there) throw new WireError("badValue", why, 0, path);
}

function checkTakeover(path: string, takeover: Takeover | undefined, done: boolean, targets: readonly string[]): void {
  if (!takeover) return;
  demand(targets.includes(takeover.target), `${path}.target`, `there is no target named ${takeover.target}`);
  const ready = takeover.accepted !== undefined || (!done && takeover.committedAt === undefined);
  demand(ready, `${path}.accepted`, "a hand-over that is committed has an answer");
}

/** What handlers rely on in each phase: `step` makes no other state. */
function checkPhase(state: ConnectionState, targets: readonly string[]): void {
  const { phase, serverIsn, syn, synAck, takeover, previous, beforePrevious, pending, late, dialed } = state;
  const { parked, shadow } = state;
  checkTakeover("takeover", takeover, ["greet", "arm", "migrated"].includes(phase), targets);
  checkTakeover("previous", previous, true, targets);
  checkTakeover("beforePrevious", beforePrevious, true, targets);
  if (dialed !== undefined) demand(targets.includes(dialed), "dialed", `there is no target named ${dialed}`);
  for (const [index, { server, takeover: brought }] of parked.entries()) {
    const path = `parked[${index}]`;
    demand(targets.includes(server), `${path}.server`, `there is no server named ${server}`);
    demand(brought ? brought.target === server : server === ORIGIN, `${path}.takeover`, "it is another server's");
    checkTakeover(`${path}.takeover`, brought, true, targets);
  }
  if (late) demand(targets.includes(late.target), "late.target", `there is no target named ${late.target}`);
  const without = `${phase} without this is no state of a connection`;
  if (answered.includes(phase)) demand(serverIsn !== undefined && synAck !== undefined, "serverIsn", without);
  if (judged.includes(phase) || late || parked.length > 0 || shadow?.request) demand(syn !== undefined, "syn", without);
  if (late || parked.length > 0 || shadow?.request) {
    demand(serverIsn !== undefined && synAck !== undefined, "synAck", without);
  }
  if (shadow) {
    demand(!moving.includes(phase) && !takeover && !previous, "shadow", "who is only looked at does not move");
  }
  if (["dial", "greet", "arm", "migrated"].includes(phase)) demand(takeover !== undefined, "takeover", without);
  if (phase === "migrated") demand(takeover?.committedAt !== undefined, "takeover.committedAt", without);
  if (phase === "greet") demand(takeover?.greeting !== undefined, "takeover.greeting", without);
  if (phase === "arm" || phase === "fwdArm") demand(pending !== undefined, "pending", without);
}

/** A state whose targets are among these. */
export function stateShape(targets: readonly string[]): Shape<ConnectionState> {
  return checked(looseState, (state) => {
    checkPhase(state, [...targets, ORIGIN]);
  });
}

/**
 * The state of a connection, which `JSON.stringify` takes: bigint and bytes are tagged strings as in `toJSON` of messages. It holds
 * what has been seen of the handshake and of the client's data: keep it as safe as the traffic itself.
 */
export function connectionToJSON(state: ConnectionState): JsonValue {
  return toJSON(state);
}

/**
 * The inverse of {@link connectionToJSON}. `targets` are the names of the service's targets: a state that relies on another one is
 * none of this service's.
 *
 * Throws WireError, with the path of what is wrong, for everything that `step` could not go on with.
 */
export function connectionFromJSON(json: unknown, targets: readonly string[]): ConnectionState {
  return part("connection", () => stateShape(targets).read(valueFromJSON(json)));
}
