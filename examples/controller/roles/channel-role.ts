/** The role of this controller at one switch: it asks which generation the switch knows, then for the role. OpenFlow 1.3.5 §7.3.9. */
import { type Bytes, encode, type Message } from "../../../src/index.ts";
import {
  BadRequestCode,
  ControllerRole,
  ErrorType,
  RoleRequestFailedCode,
  roleRequest,
} from "../../../src/ofp/index.ts";
import type { Role, Standing } from "./election.ts";

/** What a controller with roles must know. */
export interface RoleOwner {
  readonly wanted: () => Standing;
  /** The switch has seen a master or slave of this generation. */
  readonly seen: (generation: bigint) => void;
  /** The switch has given this role. */
  readonly has: (role: Role) => void;
  /** The switch has another master. */
  readonly deposed: () => void;
  /** It calls every generation stale. */
  readonly refusing: () => void;
  /** It has no roles: it does what everybody says. */
  readonly lacking: () => void;
}

export interface ChannelRole {
  /** Asks for the role that is wanted, as soon as it is known what the switch knows. */
  readonly ask: () => void;
  /** True for what is about roles, and nobody else's business. */
  readonly hear: (message: Message) => boolean;
}

/** Ids that neither the planner uses nor the controller's other messages. */
const QUESTION = 0xffff_0001;
const REQUEST = 0xffff_0002;
/** After so many refusals in a row a switch is not asked again before the role changes. */
const PATIENCE = 5;

export function createChannelRole(send: (bytes: Bytes) => void, owner: RoleOwner): ChannelRole {
  let isKnown = false;
  let isLacking = false;
  let refusals = 0;

  function question(): void {
    isKnown = false;
    send(encode(roleRequest({ xid: QUESTION, role: ControllerRole.nochange })));
  }

  function ask(): void {
    if (!isKnown) return;
    const { role, generation: generationId } = owner.wanted();
    if (isLacking) owner.has(role);
    else send(encode(roleRequest({ xid: REQUEST, role: ControllerRole[role], generationId })));
  }

  function refused(code: number): void {
    if (code !== RoleRequestFailedCode.stale) lacks();
    else if (++refusals < PATIENCE) question();
    else if (refusals === PATIENCE) owner.refusing();
  }

  function lacks(): void {
    if (!isLacking) owner.lacking();
    isLacking = true;
    isKnown = true;
    ask();
  }

  question();
  return {
    ask() {
      refusals = 0;
      ask();
    },
    hear(message) {
      const isOurs = message.xid === QUESTION || message.xid === REQUEST;
      if (message.type === "roleReply" && isOurs) {
        if (message.xid === QUESTION) {
          owner.seen(message.generationId);
          isKnown = true;
          ask();
        } else if (message.role === ControllerRole.master) owner.has("master");
        else if (message.role === ControllerRole.slave) owner.has("slave");
        return true;
      }
      if (message.type !== "error") return false;
      const { errorType, code } = message;
      if (errorType === ErrorType.badRequest && code === BadRequestCode.isSlave) {
        owner.deposed();
        return true;
      }
      if (!isOurs) return false;
      refused(errorType === ErrorType.roleRequestFailed ? code : RoleRequestFailedCode.unsup);
      return true;
    },
  };
}
