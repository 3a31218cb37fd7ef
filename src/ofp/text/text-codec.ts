/** ovs-ofctl text for a chosen set of extensions: the part of a codec that reads and writes text. */
import { Writer } from "../../wire/index.ts";
import { type Action, writeActions } from "../action.ts";
import type { Registry, Tagged } from "../definition.ts";
import { type Match, writeMatch } from "../match.ts";
import type { FlowMod } from "../messages/flow-mod.ts";
import type { Message } from "../messages/index.ts";
import { formatActions } from "./format-actions.ts";
import { formatFlow } from "./format-flow.ts";
import { matchWords } from "./format-match.ts";
import { formatMessage } from "./format-message.ts";
import { parseActions } from "./parse-actions.ts";
import { parseFlow } from "./parse-flow.ts";
import { parseMatch } from "./parse-match.ts";
import { encoded } from "./print.ts";

/** `X` are the actions and `M` the messages that the extensions add. */
export interface TextCodec<X extends Tagged = never, M extends Tagged = never> {
  /**
   * A flow from the text that `ovs-ofctl -O OpenFlow13 add-flows` takes, with its command word where there is one, or that
   * `dump-flows` prints: `priority=10,tcp,nw_dst=10.0.0.3,tp_dst=80 actions=set_field:10.0.0.2->ip_dst,output:2`. Encodes to the
   * bytes that ovs-ofctl sends. A field without the field that gives it meaning is an error, and so is a number out of range.
   * Throws WireError with the offset in characters.
   */
  parseFlow(text: string): FlowMod<X>;
  /**
   * The flow in one line that `ovs-ofctl -O OpenFlow13 add-flow` takes; of another command than add, one that `add-flows` takes
   * (`delete_strict …`). `parseFlow` reads it back. Throws WireError for a value that cannot be encoded.
   */
  formatFlow(flow: FlowMod<X>): string;
  /** Actions from text, `output:2,group:3`; `drop` or nothing is none. Throws WireError with the offset in characters. */
  parseActions(text: string): Action<X>[];
  /** `output:2,group:3`; `drop` for no action. Throws WireError for a value that cannot be encoded. */
  formatActions(actions: readonly Action<X>[]): string;
  /** A match from text, `tcp,nw_dst=10.0.0.0/24,tp_dst=80`. Throws WireError with the offset in characters. */
  parseMatch(text: string): Match;
  /** `tcp,nw_dst=10.0.0.0/24,tp_dst=80`; "" for a match of every packet. Throws WireError for a value that cannot be encoded. */
  formatMatch(match: Match): string;
  /**
   * The text that `ovs-ofctl -O OpenFlow13 ofp-print` prints for the message, of one line or several, without the line feed at the
   * end. Throws WireError for a message that cannot be encoded.
   */
  formatMessage(message: Message<X, M>): string;
}

/** Writers encode what they print first: that finds everything that is wrong with a value. */
export function createTextCodec<X extends Tagged, M extends Tagged>(registry: Registry): TextCodec<X, M> {
  return {
    parseFlow: (text) => parseFlow(text, registry) as FlowMod<X>,
    formatFlow: (flow) => {
      encoded({ ...flow, type: "flowMod" }, registry);
      return formatFlow(flow, registry);
    },
    parseActions: (text) => parseActions(text, registry) as Action<X>[],
    formatActions: (actions) => {
      writeActions(new Writer(), actions, registry);
      return formatActions(actions, registry);
    },
    parseMatch: (text) => parseMatch(text, registry),
    formatMatch: (match) => {
      // What a switch reports of a packet is a match, too, and needs no prerequisites.
      writeMatch(new Writer(), match, registry, "lenient");
      return matchWords(match, registry, "flow").join(",");
    },
    formatMessage: (message) => formatMessage(message, registry),
  };
}
