/** What an alert means: which ones move a connection, and where to. */

import { isList } from "../wire/bytes.ts";
import { quote } from "../wire/index.ts";
import { requireList, requireNames } from "../wire/require.ts";

/** Which alerts mean what. */
export interface VerdictPolicy {
  /** The first that fits an alert decides; an alert that fits none moves its connection to whatever target the planner has. */
  readonly choices: readonly PolicyChoice[];
}

/** What certain alerts mean. It fits an alert when everything that it names does; one that names nothing fits every alert. */
export interface PolicyChoice {
  readonly gids?: readonly NumberOrRange[];
  readonly sids?: readonly NumberOrRange[];
  /** Whole messages, letters of either case being the same. */
  readonly messages?: readonly string[];
  /** A rule's classtype, or Suricata's `category`; a Snort record has neither. */
  readonly classes?: readonly string[];
  /** 1 is the most urgent. An alert without a priority does not fit. */
  readonly priorities?: readonly NumberOrRange[];
  /** `ignore`: the alert gives no verdict. */
  readonly action: "migrate" | "forward" | "ignore";
  /** For `migrate`: the name of the server; absent leaves it to the planner. */
  readonly target?: string;
  /** For `migrate`: the server that has the connection is kept waiting. */
  readonly park?: boolean;
}

/** A number, or the first and the last of a range. */
export type NumberOrRange = number | readonly [first: number, last: number];

/** What a choice may look at. */
export interface AlertFacts {
  readonly gid: number;
  readonly sid: number;
  readonly rev: number;
  readonly message?: string;
  readonly classtype?: string;
  readonly priority?: number;
}

/** What an alert means. */
export type Meaning = Pick<PolicyChoice, "action" | "target" | "park">;

/**
 * The policy where none is given: an alert with the message `FORWARD` leaves the connection where it is, as in the system that this
 * library continues, and any other moves it.
 */
export const defaultPolicy: VerdictPolicy = { choices: [{ messages: ["FORWARD"], action: "forward" }] };

const ACTIONS: readonly string[] = ["migrate", "forward", "ignore"];
const NAMES = ["gids", "sids", "messages", "classes", "priorities", "action", "target", "park"];

/** A function that says what an alert means. Throws TypeError or RangeError naming what is wrong with the policy. */
export function compilePolicy(policy: VerdictPolicy): (facts: AlertFacts) => Meaning {
  requireNames("policy", policy, ["choices"]);
  const choices = requireList("policy.choices", policy.choices).map((choice, index) => {
    const name = `policy.choices[${index}]`;
    checkChoice(name, choice);
    return { fits: compileChoice(name, choice), meaning: meaningOf(choice) };
  });
  return (facts) => choices.find(({ fits }) => fits(facts))?.meaning ?? { action: "migrate" };
}

function meaningOf({ action, target, park }: PolicyChoice): Meaning {
  return { action, ...(target !== undefined && { target }), ...(park !== undefined && { park }) };
}

function checkChoice(name: string, choice: PolicyChoice): void {
  const { action, target, park } = requireNames(name, choice, NAMES);
  if (!ACTIONS.includes(action)) {
    throw new RangeError(`${name}.action must be one of ${ACTIONS.join(", ")}, not ${quote(action)}`);
  }
  if (target !== undefined && typeof target !== "string") {
    throw new TypeError(`${name}.target must be a string, not ${quote(target)}`);
  }
  if (park !== undefined && typeof park !== "boolean") {
    throw new TypeError(`${name}.park must be a boolean, not ${quote(park)}`);
  }
  if (action !== "migrate" && (target !== undefined || park !== undefined)) {
    throw new TypeError(`${name}: only "migrate" has a target or parks`);
  }
}

function compileChoice(name: string, choice: PolicyChoice): (facts: AlertFacts) => boolean {
  const gids = numbers(`${name}.gids`, choice.gids);
  const sids = numbers(`${name}.sids`, choice.sids);
  const priorities = numbers(`${name}.priorities`, choice.priorities);
  const messages = texts(`${name}.messages`, choice.messages, (text) => text.toLowerCase());
  const classes = texts(`${name}.classes`, choice.classes, (text) => text);
  return ({ gid, sid, message, classtype, priority }) =>
    gids(gid) && sids(sid) && priorities(priority) && messages(message) && classes(classtype);
}

function numbers(name: string, list: readonly NumberOrRange[] | undefined): (value: number | undefined) => boolean {
  if (list === undefined) return () => true;
  const ranges = requireList(name, list).map((entry, index) => {
    const range: readonly unknown[] = isList(entry) ? entry : [entry, entry];
    const [first, last] = range.filter((value) => typeof value === "number" && Number.isInteger(value)).map(Number);
    if (range.length !== 2 || first === undefined || last === undefined) {
      throw new TypeError(`${name}[${index}] must be an integer or two, the first and the last`);
    }
    return { first, last };
  });
  return (value) => value !== undefined && ranges.some(({ first, last }) => first <= value && value <= last);
}

function texts(
  name: string,
  list: readonly string[] | undefined,
  spell: (text: string) => string,
): (value: string | undefined) => boolean {
  if (list === undefined) return () => true;
  const wanted = requireList(name, list).map((text, index) => {
    if (typeof text !== "string") throw new TypeError(`${name}[${index}] must be a string, not ${quote(text)}`);
    return spell(text);
  });
  return (value) => value !== undefined && wanted.includes(spell(value));
}
