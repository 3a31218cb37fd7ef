/** The header of a rule: action, protocol, and the two ends with the direction between them. */
import { quote, WireError, within } from "../../wire/index.ts";
import { readAddresses, readPorts } from "./endpoint.ts";
import { headerWords, type Piece } from "./scan.ts";
import type { Variables } from "./set.ts";
import type { Rule, RuleEndpoint } from "./types.ts";

export type Header = Pick<Rule, "action" | "protocol" | "source" | "destination" | "bidirectional">;

/** What other actions do, to say why they are none here. */
const OTHER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["log", "asks for no alert"],
  ["drop", "asks to block the connection"],
  ["sdrop", "asks to block the connection"],
  ["reject", "asks to reset the connection"],
  ["activate", "turns on another rule"],
  ["dynamic", "waits for another rule"],
]);

const DIRECTIONS: readonly string[] = ["->", "<>"];
const ANY_PORT = "any";

/** Throws WireError with an offset into the rule and the path `header`. */
export function readHeader(header: Piece, variables: Variables): Header {
  try {
    return readParts(header, variables);
  } catch (error) {
    throw within("header", error);
  }
}

function readParts(header: Piece, variables: Variables): Header {
  const [action, protocol, ...ends] = headerWords(header);
  if (!action) throw new WireError("syntax", "a rule without a header", header.at);
  const checkedAction = readAction(action);
  if (!protocol) throw new WireError("syntax", "a header without a protocol", header.text.length);
  const checkedProtocol = readProtocol(protocol);
  const { source, direction, destination } = readEnds(ends, header);
  const endpoint = ([addresses, ports]: readonly [Piece, Piece]): RuleEndpoint => {
    if (checkedProtocol === "ip" && ports.text !== ANY_PORT) {
      throw new WireError("badValue", `a rule of the protocol "ip" has the ports "any"`, ports.at);
    }
    return { addresses: readAddresses(addresses, variables), ports: readPorts(ports, variables) };
  };
  return {
    action: checkedAction,
    protocol: checkedProtocol,
    source: endpoint(source),
    destination: endpoint(destination),
    bidirectional: direction.text === "<>",
  };
}

function readAction({ text, at }: Piece): Rule["action"] {
  if (text === "alert" || text === "pass") return text;
  const why = OTHER_ACTIONS.get(text);
  if (why !== undefined) throw new WireError("unsupported", `the action ${quote(text)} ${why}`, at);
  throw new WireError("syntax", `${quote(text)} is no action of a rule: alert, pass`, at);
}

function readProtocol({ text, at }: Piece): Rule["protocol"] {
  if (text === "tcp" || text === "ip") return text;
  throw new WireError("unsupported", `the protocol ${quote(text)} has no connections to move: tcp, ip`, at);
}

/**
 * `any any -> 10.0.0.1 80`. The port before the direction may be missing, as it is in the rules of the original system, and
 * stands for any.
 */
function readEnds(words: readonly Piece[], header: Piece) {
  const at = words.findIndex(({ text }) => DIRECTIONS.includes(text));
  const direction = words[at];
  const wrong = words.find(({ text }) => /^[<>=-]+$/.test(text) && !DIRECTIONS.includes(text));
  if (wrong) throw new WireError("syntax", `${quote(wrong.text)} is no direction: ->, <>`, wrong.at);
  if (!direction) throw new WireError("syntax", "a header without a direction", header.text.trimEnd().length);
  const [source, sourcePort = { text: ANY_PORT, at: direction.at }, tooMuch] = words.slice(0, at);
  const [destination, destinationPort, rest] = words.slice(at + 1);
  const surplus = tooMuch ?? rest;
  if (surplus) throw new WireError("syntax", `${quote(surplus.text)} does not belong into a header`, surplus.at);
  if (!source) throw new WireError("syntax", "a header without a source", direction.at);
  if (!destination || !destinationPort) {
    throw new WireError("syntax", "a destination is an address and a port", header.text.trimEnd().length);
  }
  return {
    source: [source, sourcePort] as const,
    direction,
    destination: [destination, destinationPort] as const,
  };
}
