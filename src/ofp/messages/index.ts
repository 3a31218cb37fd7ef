/** All messages: the union and the table that codecs look them up in. */
import type { Definition, Tagged } from "../definition.ts";
import type { ExperimenterMessage, UnknownMessage } from "../message.ts";
import { type FlowMod, flowModDefinition } from "./flow-mod.ts";
import { type Hello, helloDefinition } from "./hello.ts";

/** A message; `X` are the actions and `M` the messages of the extensions in use. */
export type Message<X extends Tagged = never, M extends Tagged = never> =
  | Hello
  | FlowMod<X>
  | ExperimenterMessage
  | UnknownMessage
  | M;

export const standardMessages: readonly Definition[] = [helloDefinition, flowModDefinition];
