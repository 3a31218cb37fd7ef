/** OVS ofp-actions.c, NXAST_CLONE: actions on a copy of the packet. */
import type { Action, Added } from "../../ofp/action.ts";
import { readActions, writeActions } from "../../ofp/action.ts";
import type { Definition, Tagged } from "../../ofp/definition.ts";
import { part } from "../../ofp/part.ts";
import { requireTaggedList } from "../../ofp/require.ts";
import { formatActions } from "../../ofp/text/format-actions.ts";
import { pad, struct } from "../../wire/index.ts";

/** Runs actions on a copy of the packet: what they change is forgotten behind them. `X` are the actions of the extensions in use. */
export interface CloneAction<X extends Tagged = never> {
  readonly type: "clone";
  readonly actions: readonly Action<X>[];
}

const layout = struct({ pad: pad(6) });

/** `X` are the actions of the extensions that the actions inside are read with. */
export function cloneDefinition<X extends Tagged>(): Definition<CloneAction<X>> {
  return {
    type: "clone",
    code: 42,
    decode(reader, registry) {
      reader.field(layout);
      const actions = reader.nested(() => part("actions", () => readActions(reader, registry)));
      return { type: "clone", actions: actions as Action<X>[] };
    },
    encode(writer, { actions }, registry) {
      writer.field(layout, {});
      writer.nested(() => {
        part("actions", () => {
          writeActions(writer, actions, registry);
        });
      });
    },
    format: ({ actions }, registry) => `clone(${formatActions(actions, registry)})`,
    words: {
      clone: (argument, context) => {
        const action = { type: "clone", actions: context.actions(argument, "clone") };
        return action;
      },
    },
  };
}

/** `clone([setField({ ipv4Dst: "10.0.0.2" }), output(3)])`. Throws TypeError unless given a list of actions. */
export function clone<X extends Tagged = never>(actions: readonly Action<X>[]): CloneAction<Added<X>>;
export function clone(actions: readonly Tagged[]): CloneAction<Tagged> {
  return { type: "clone", actions: requireTaggedList("actions", actions) };
}
