/** What the phases of a connection mean, as docs/state-machine.md has them, in the order in which they follow each other. */

export const phaseWords: ReadonlyMap<string, string> = new Map([
  ["syn", "the client's SYN went to server 1"],
  ["synAck", "server 1 answered, the client has not yet"],
  ["ready", "established with server 1, no data of the client's yet"],
  ["hold", "the client's data is held, nobody has decided"],
  ["dial", "a SYN went to the new server"],
  ["greet", "the new server's greeting is kept from the client"],
  ["arm", "the new server answered, the switch is being prepared"],
  ["migrated", "the new server has the connection"],
  ["forwarded", "server 1 has it, and keeps it"],
  ["nonMig", "server 1 has it, and nothing was ever held"],
  ["fwdArm", "it goes back to server 1"],
  ["closing", "both sides have sent a FIN"],
  ["linger", "closed or reset; late segments are still translated"],
  ["gone", "the controller has forgotten it"],
]);

export interface Group {
  readonly name: string;
  readonly phases: readonly string[];
}

/** The phases as the tiles count them. */
export const groups: readonly Group[] = [
  { name: "handshake", phases: ["syn", "synAck", "ready"] },
  { name: "held", phases: ["hold"] },
  { name: "moving", phases: ["dial", "greet", "arm"] },
  { name: "migrated", phases: ["migrated"] },
  { name: "server 1", phases: ["forwarded", "nonMig", "fwdArm"] },
  { name: "ending", phases: ["closing", "linger"] },
];

/** The group of a phase, for its colour. */
export function groupOf(phase: string): string {
  return groups.find(({ phases }) => phases.includes(phase))?.name ?? "gone";
}
