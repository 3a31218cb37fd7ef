/** What a sequence diagram shows, whatever it is drawn with. */

/** A party with a line of its own. */
export interface Actor {
  /** Other items name it by this; a capital letter, perhaps with digits behind it. */
  readonly id: string;
  readonly name: string;
  readonly address: string;
}

/** `observed` was on the network before, `planned` is sent by the planner, `reset` ends a connection, `later` is what follows. */
export type ArrowStyle = "observed" | "planned" | "reset" | "later";

interface Timed {
  /** When, as it is to be written. */
  readonly time?: string;
}

/** A segment on its way. */
export interface ArrowItem extends Timed {
  readonly kind: "arrow";
  readonly from: string;
  readonly to: string;
  readonly style: ArrowStyle;
  readonly text: string;
  /** A second, smaller line; may be empty. */
  readonly detail: string;
}

/** Words beside the lines of some actors. */
export interface NoteItem extends Timed {
  readonly kind: "note";
  /** The first and the last actor that it is about. */
  readonly over: readonly [string, string];
  readonly lines: readonly string[];
}

/** A heading across the picture. */
export interface PhaseItem extends Timed {
  readonly kind: "phase";
  readonly text: string;
}

export type DiagramItem = ArrowItem | NoteItem | PhaseItem;

export interface Diagram {
  readonly title: string;
  /** From left to right; at least two. */
  readonly actors: readonly Actor[];
  readonly items: readonly DiagramItem[];
}
