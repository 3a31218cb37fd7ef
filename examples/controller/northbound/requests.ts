/** What becomes of each message of a client: exactly one answer. */

import type { VerdictPolicy } from "../../../src/analyzer/index.ts";
import type { TrackerEffect, TrackerEvent } from "../../../src/migration/index.ts";
import { flowKeyText } from "../../../src/tcp/index.ts";
import { type Judged, judgedRecord, type Services } from "../analyzers/records.ts";
import type { Controller } from "../controller.ts";
import type { RoleView } from "../roles/index.ts";
import type { Client } from "./client.ts";
import type { FlowTable } from "./flow-table.ts";
import type { Histories } from "./histories.ts";
import {
  type Answer,
  type ConnectionsRequest,
  type DrainRequest,
  type FlowsRequest,
  type HistoryRequest,
  type Id,
  type Reference,
  type Request,
  readMessage,
} from "./messages.ts";
import type { Refusals } from "./refusals.ts";
import { topologyJson } from "./topology.ts";
import { judgedRequest, outcome } from "./verdicts.ts";
import { connectionJson, reportJson } from "./views.ts";

export interface RequestsOptions {
  readonly controller: Pick<Controller, "tell" | "stats" | "connections" | "channels">;
  readonly histories: Histories;
  readonly flowTable: FlowTable;
  readonly refusals: Refusals;
  readonly services: () => Services;
  readonly policy: () => VerdictPolicy;
  readonly role: () => RoleView;
  /** Tells the role to whoever has subscribed. */
  readonly beat: () => void;
  /** Tells somebody who has just subscribed what is held. */
  readonly catchUp: (client: Client) => void;
  readonly now: () => number;
}

export interface Requests {
  readonly text: (client: Client, text: string) => void;
  /** A binary frame. */
  readonly record: (client: Client, bytes: Uint8Array) => void;
  /** The tracker has handled an event, which may be one of these. */
  readonly handled: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
}

const PAGE = 1_000;
/** Characters. */
const MAX_HISTORY = 4 * 2 ** 20;
const standsBy = { type: "error", code: "standsBy", text: "another controller is the master of the switches" } as const;

/** Those whose answer is what was asked for. */
type Asked = Exclude<Request, { readonly type: "verdict" | "drain" | "subscribe" | "unsubscribe" }>;
type Heard = (effects: readonly TrackerEffect[]) => void;

export function createRequests(options: RequestsOptions): Requests {
  const { controller, histories, services, policy, now } = options;
  const told = new Map<TrackerEvent, Heard>();

  /** What the tracker makes of an event is known when it has handled it: before this returns, or a little later. */
  function tell(event: TrackerEvent, heard: Heard): void {
    told.set(event, heard);
    try {
      controller.tell(event);
    } catch (error) {
      told.delete(event);
      throw error;
    }
  }

  function carryOut(client: Client, judged: Judged, reference: Reference): void {
    if ("failure" in judged) client.answer({ type: "error", ...reference, ...judged.failure });
    else if ("ignored" in judged) client.answer({ type: "ack", ...reference, ignored: true });
    else if (options.role().role === "slave") client.answer({ ...standsBy, ...reference });
    else {
      tell({ type: "verdict", at: now(), verdict: judged.verdict }, (effects) => {
        client.answer(outcome(reference, effects));
      });
    }
  }

  function drain(client: Client, { id, service, target, draining }: DrainRequest): void {
    const known = services();
    if (!Object.hasOwn(known, service)) {
      client.answer({ type: "error", id, code: "unknownService", text: `there is no service named ${service}` });
    } else if (!Object.hasOwn(known[service]?.targets ?? {}, target)) {
      client.answer({ type: "error", id, code: "unknownTarget", text: `${service} has no target named ${target}` });
    } else if (options.role().role === "slave") {
      client.answer({ ...standsBy, id });
    } else {
      tell({ type: "drain", at: now(), service, target, draining }, (effects) => {
        client.answer(outcome({ id }, effects));
      });
    }
  }

  function connections({ id, service, skip = 0, limit = PAGE, newest = false }: ConnectionsRequest): Answer {
    const all = [...controller.connections()].filter((view) => service === undefined || view.service === service);
    const page = (newest ? all.reverse() : all).slice(skip, skip + limit);
    return { type: "connections", id, total: all.length, skip, connections: page.map(connectionJson) };
  }

  function flows({ id, key, skip = 0, limit = PAGE }: FlowsRequest): Answer {
    return { type: "flows", id, skip, ...options.flowTable.tell({ key, skip, limit, now: now() }) };
  }

  function refusals(id: Id): Answer {
    const { total, refusals: last } = options.refusals.tell();
    return { type: "refusals", id, total, refusals: last.map(({ at, report }) => reportJson(report, at)) };
  }

  function history({ id, key, format = "text", relative = false }: HistoryRequest): Answer {
    const connection = flowKeyText(key);
    const text = histories.tell(key, format, relative);
    if (text === undefined) {
      return { type: "error", id, code: "unknownConnection", text: `nothing is remembered of ${connection}` };
    }
    if (text.length > MAX_HISTORY) {
      return { type: "error", id, code: "tooLong", text: `the history has ${text.length} characters` };
    }
    return { type: "history", id, connection, format, text };
  }

  function question(client: Client, request: Request): void {
    const hadRequests = client.topics.has("inspect");
    switch (request.type) {
      case "verdict":
        carryOut(client, judgedRequest(services(), request), { id: request.id });
        return;
      case "drain":
        drain(client, request);
        return;
      case "subscribe":
        for (const topic of request.topics) client.topics.add(topic);
        client.answer({ type: "ack", id: request.id });
        // Nobody waits for the next one to know it.
        if (request.topics.includes("role")) options.beat();
        if (!hadRequests && request.topics.includes("inspect")) options.catchUp(client);
        return;
      case "unsubscribe":
        for (const topic of request.topics) client.topics.delete(topic);
        client.answer({ type: "ack", id: request.id });
        return;
      default:
        client.answer(
          client.isBusy
            ? { type: "error", id: request.id, code: "busy", text: "read the answers before you ask on" }
            : reply(request),
        );
    }
  }

  function reply(request: Asked): Answer {
    const { type, id } = request;
    switch (type) {
      case "connections":
        return connections(request);
      case "flows":
        return flows(request);
      case "history":
        return history(request);
      case "refusals":
        return refusals(id);
      case "stats":
        return { type, id, stats: controller.stats() };
      case "topology":
        return { type, id, ...topologyJson(controller.channels, services()) };
    }
  }

  function record(client: Client, written: Uint8Array | string): void {
    carryOut(client, judgedRecord(services(), written, policy()), { record: client.nextRecord() });
  }

  return {
    text(client, text) {
      const reading = readMessage(text);
      if (reading.type === "request") question(client, reading.request);
      else if (reading.type === "eveLine") record(client, reading.line);
      else client.answer(reading);
    },
    record,
    handled(event, effects) {
      const heard = told.get(event);
      told.delete(event);
      heard?.(effects);
    },
  };
}
