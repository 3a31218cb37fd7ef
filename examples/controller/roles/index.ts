/** A controller that is one of two: it hears the other one, is elected or gives way, and says so. */
import { randomBytes } from "node:crypto";
import type { Controller } from "../controller.ts";
import type { Log } from "../log.ts";
import type { SwitchRoles } from "../switches.ts";
import type { RolesConfig } from "./config.ts";
import {
  type Beat,
  beginsAsMaster,
  type Change,
  createElection,
  type Election,
  type Role,
  rankOf,
} from "./election.ts";
import { openPeer, type Peer } from "./peer.ts";

/** What the switches are asked for, and whoever watches is told. `equal`: there is no other controller. */
export interface RoleView {
  readonly role: Role | "equal";
  readonly generation: bigint;
  /** Absent where there is no other controller. */
  readonly rank?: bigint;
}

export interface RolesOptions {
  readonly config: RolesConfig;
  readonly token: () => string;
  readonly controller: () => Pick<Controller, "lead" | "follow">;
  /** The role is another one now. */
  readonly changed: () => void;
  readonly log: Log;
  readonly now: () => number;
}

export interface Roles {
  readonly view: () => RoleView;
  readonly switches: SwitchRoles;
  /** From now on there may be a master. Before any switch comes: what those say is for this election. */
  readonly start: () => void;
  readonly stop: () => void;
}

export const alone: RoleView = { role: "equal", generation: 0n };
/** Epochs of cookies have eight bits. */
const EPOCHS = 256n;

export function createRoles({ config, token, controller, log, now, ...options }: RolesOptions): Roles {
  const { begins, lostMs, beatMs } = config;
  const rank = rankOf(begins, randomBytes(8).readBigUInt64BE());
  const begin = (): Election => createElection({ begins, rank, lostMs, at: now() });
  let election = begin();
  const told = new Set<string>();
  let peer: Peer | undefined;
  let clock: NodeJS.Timeout | undefined;

  function warnOnce(text: string): void {
    if (!told.has(text)) log.warn(text, { url: config.url });
    told.add(text);
  }

  function heard(beat: Beat): void {
    if (beat.rank === rank) {
      warnOnce("roles.peer.url leads to this controller itself: there is no other one");
      return;
    }
    if (begins === "master" && beginsAsMaster(beat)) {
      warnOnce("both controllers begin as master: the one with the greater rank leads when they begin together");
    }
    changed(election.heard(beat, now()));
  }

  function changed(change: Change | undefined): void {
    if (!change) return;
    const { role, generation, why } = change;
    log.info(role === "master" ? "this controller leads" : "this controller stands by", {
      generation: String(generation),
      why,
    });
    if (role === "master") controller().lead(Number(generation % EPOCHS));
    else controller().follow();
    options.changed();
  }

  return {
    view: () => election.state,
    switches: {
      wanted: () => election.state,
      seen(generation, hasLed) {
        changed(election.seen(generation, hasLed, now()));
      },
      deposed() {
        changed(election.deposed(now()));
      },
    },
    start() {
      election = begin();
      clock = setInterval(() => {
        changed(election.tick(now()));
      }, beatMs);
      peer = openPeer({
        ...{ url: config.url, token, log, againMs: beatMs, silentMs: lostMs },
        heard,
        unreachable() {
          changed(election.unreachable(now()));
        },
        denied() {
          election.denied(now());
        },
      });
    },
    stop() {
      clearInterval(clock);
      peer?.close();
    },
  };
}
