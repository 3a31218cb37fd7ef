/** A history as a sequence diagram. */
import { TcpFlags } from "../../tcp/index.ts";
import { endpointText, optionsText } from "../explain/describe.ts";
import type { Actor, ArrowStyle, Diagram, DiagramItem } from "../explain/diagram.ts";
import type { History, HistoryDeed, HistorySegment, HistoryStep, HistoryTransfer, PartyId } from "./types.ts";
import {
  causeWords,
  count,
  fateWords,
  flowWords,
  inspectWords,
  otherSideWords,
  phaseWords,
  rangeWords,
  reportWords,
  segmentWords,
  type Wording,
} from "./words.ts";

/** Letters of the parties; more targets are T2, T3 and so on. */
function actorsOf({ parties, dpid }: History): {
  readonly actors: readonly Actor[];
  readonly idOf: (party: PartyId) => string;
} {
  const ids = new Map<string, string>();
  let targets = 0;
  for (const { id, kind } of parties) {
    const letter = { client: "C", switch: "S", origin: "O", target: "T" }[kind];
    ids.set(id, kind === "target" && ++targets > 1 ? `${letter}${targets}` : letter);
  }
  const idOf = (party: PartyId): string => ids.get(party) ?? "S";
  const actors = parties.map(({ id, kind, name, ip, port }) => {
    const end = ip === undefined || port === undefined ? "" : endpointText({ ip, port });
    return {
      id: idOf(id),
      name,
      address: kind === "switch" ? `${dpid === undefined ? "" : `0x${dpid.toString(16)}, `}and its controller` : end,
    };
  });
  return { actors, idOf };
}

interface Scene {
  readonly wording: Wording;
  readonly idOf: (party: PartyId) => string;
}

export function historyDiagram(history: History, wording: Wording): Diagram {
  const { key, entries } = history;
  const { actors, idOf } = actorsOf(history);
  const scene = { wording, idOf };
  const items = entries.flatMap((entry) => withTime(entryItems(entry, scene), wording.timeOf(entry.at)));
  return {
    title: key ? `Connection of ${endpointText({ ip: key.src, port: key.srcPort })}` : "No connection was seen",
    actors,
    items,
  };
}

function entryItems(entry: History["entries"][number], scene: Scene): DiagramItem[] {
  switch (entry.type) {
    case "step":
      return stepItems(entry, scene);
    case "transfer":
      return transferItems(entry, scene);
    case "gap":
      return [note([`${count(entry.steps, "step")} left out`])];
  }
}

/** Said once, at what comes first. */
function withTime(items: readonly DiagramItem[], time: string): readonly DiagramItem[] {
  const at = items.findIndex(({ kind }) => kind !== "phase");
  return items.map((item, index) => (index === at ? { ...item, time } : item));
}

function note(lines: readonly string[]): DiagramItem {
  return { kind: "note", over: ["S", "S"], lines };
}

function stepItems({ cause, deeds, before, after }: HistoryStep, scene: Scene): DiagramItem[] {
  const came =
    cause.type === "segment"
      ? arrow(cause.segment, "observed", fateWords[cause.fate], scene)
      : note([causeWords(cause, scene.wording)]);
  const phase: DiagramItem[] =
    after !== undefined && before !== after ? [{ kind: "phase", text: phaseWords(after) }] : [];
  const begins = before === undefined && cause.type === "segment";
  const did = deedItems(deeds, scene);
  return begins ? [...phase, came, ...did] : [came, ...phase, ...did];
}

function arrow(segment: HistorySegment, style: ArrowStyle, more: string, { wording, idOf }: Scene): DiagramItem {
  const { from, to, options, flags } = segment;
  const other = otherSideWords(segment, wording);
  const there = other === "" ? "" : `${wording.nameOf(to)} sees ${other}`;
  // Options matter in the handshake only.
  const offered = (flags & TcpFlags.syn) === 0 ? "" : optionsText(options);
  return {
    kind: "arrow",
    from: idOf(from),
    to: idOf(to),
    style: (flags & TcpFlags.rst) !== 0 ? "reset" : style,
    text: segmentWords(segment, "sent", wording),
    detail: [there, offered, more].filter((text) => text !== "").join(" · "),
  };
}

/** Segments as arrows, everything between them in one note. */
function deedItems(deeds: readonly HistoryDeed[], scene: Scene): DiagramItem[] {
  const items: DiagramItem[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) items.push(note(lines));
    lines = [];
  };
  for (const deed of deeds) {
    if (deed.type === "segment" && deed.segment.to !== "switch") {
      flush();
      items.push(arrow(deed.segment, "planned", deed.throughTable ? "through the flows" : "", scene));
    } else lines.push(...deedWords(deed, scene.wording));
  }
  flush();
  return items;
}

function deedWords(deed: HistoryDeed, wording: Wording): string[] {
  switch (deed.type) {
    case "segment":
      return [`${segmentWords(deed.segment, "sent", wording)}: ${deed.why}`];
    case "flow":
      return [flowWords(deed)];
    case "barrier":
      return ["barrier"];
    case "flowStats":
      return ["ask the switch for its flows"];
    case "report":
      return [`${reportWords(deed)}: ${deed.why}`];
    case "inspect":
      return [inspectWords(deed, wording)];
    case "other":
      return [`${deed.what}: ${deed.why}`];
  }
}

function transferItems({ directions }: HistoryTransfer, { wording, idOf }: Scene): DiagramItem[] {
  return directions.map((direction) => ({
    kind: "arrow",
    from: idOf(direction.from),
    to: idOf(direction.to),
    style: "later",
    text: `${count(direction.segments, "segment")}, ${count(direction.bytes, "byte")}`,
    detail: rangeWords(direction, wording),
  }));
}
