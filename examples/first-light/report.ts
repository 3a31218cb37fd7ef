/** The proof, for people. */
import type { Frame } from "../../src/tcp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import type { Match } from "./compare.ts";
import type { Proof, Row } from "./proof.ts";
import { flagLetters } from "./segments.ts";
import { type Cell, type Column, type Paint, table, wrap } from "./terminal.ts";

/** Old and new server, as the plan's story calls them. */
const SHORT: Readonly<Record<Row["from"] | Row["to"], string>> = {
  plan: "plan",
  client: "client",
  origin: "old",
  target: "new",
};

const COLUMNS: readonly Column[] = [
  { title: "#", align: "right" },
  { title: "direction" },
  { title: "flag" },
  { title: "data", align: "right" },
  { title: "sequence number" },
  { title: "acknowledgment" },
  { title: "checksum" },
  { title: "host saw" },
];

/** One line for each segment: what the switch made of it, and whether the host at the other end saw just that. */
export function proofTable({ rows }: Proof, paint: Paint): string[] {
  return table(COLUMNS, rows.map(cells), paint);
}

function cells(row: Row, index: number): Cell[] {
  const { before, after } = row;
  const valid = after.tcp?.checksumValid === true;
  const checksum = (frame: Frame) => (frame.tcp?.checksum ?? 0).toString(16).padStart(4, "0");
  return [
    { text: String(index + 1) },
    { text: `${SHORT[row.from]}→${SHORT[row.to]}` },
    { text: flagLetters(after.tcp?.flags ?? 0) },
    { text: String(after.payload.length) },
    { text: change(before?.tcp?.seq, after.tcp?.seq) },
    { text: change(before?.tcp?.ack, after.tcp?.ack) },
    {
      text: `${before ? `${checksum(before)}→` : "     "}${checksum(after)} ${valid ? "✓" : "✗"}`,
      ...(!valid && { style: "red" }),
    },
    outcome(row),
  ];
}

/** Right-aligned, so that equal numbers stand below each other. */
function change(before: number | undefined, after: number | undefined): string {
  const text = String(after ?? "").padStart(10);
  if (before === undefined) return `${" ".repeat(13)}${text}`;
  return before === after ? `${text} → same` : `${String(before).padStart(10)} → ${text}`;
}

function outcome({ match, absorbed }: Row): Cell {
  switch (match.kind) {
    case "bytes":
      return { text: "the same", style: "green" };
    case "fields":
      return { text: "same TCP", style: "green" };
    case "unrecorded":
      return { text: "unknown", style: "dim" };
    case "unseen":
      return absorbed ? { text: "repeated", style: "dim" } : { text: "NOT SEEN", style: "red" };
    case "different":
      return { text: "DIFFERS", style: "red" };
  }
}

/** What the proof amounts to, in one line or, when it failed, a line for each thing that is off. */
export function proofResult(proof: Proof, paint: Paint): string[] {
  const { rows, stopped, failures } = proof;
  if (failures.length > 0) {
    return [
      paint("red", `FAILED: ${plural(failures.length, "thing is", "things are")} off`),
      ...failures.flatMap((failure) => wrap(`- ${failure}`, 2)),
    ];
  }
  const count = (...kinds: Match["kind"][]) => rows.filter(({ match }) => kinds.includes(match.kind)).length;
  const notes = [
    [count("fields"), "otherwise only in IP or Ethernet fields"],
    [rows.filter(({ match, absorbed }) => match.kind === "unseen" && absorbed).length, "repetitions of held data"],
    [count("unrecorded"), "not recorded on the other link"],
  ] as const;
  const compared = count("bytes", "fields");
  const sentence = [
    `${compared} of ${rows.length} segments left the switch as the hosts saw them`,
    `${count("bytes")} byte for byte`,
    ...notes.flatMap(([number, text]) => (number === 0 ? [] : [`${number} ${text}`])),
    `${rows.length} checksums right`,
    `${stopped.length} intruders stopped`,
  ].join(", ");
  return wrap(`${paint("green", compared === 0 ? "NOT CONTRADICTED" : "PROVED")}: ${sentence}.`, 8);
}

/** In what the segments differ that are the same but for IP, and with --verbose their bytes. */
export function proofDetails({ rows }: Proof): string[] {
  return rows.flatMap((row, index) => {
    const { match, bytes } = row;
    const seen =
      match.kind === "bytes" || match.kind === "fields" || match.kind === "different" ? match.seen : undefined;
    const differences =
      match.kind === "fields" ? match.differences.map((d) => `   ${d.field}: switch ${d.switch}, host ${d.host}`) : [];
    return [`#${index + 1} ${seen?.where ?? ""}`.trimEnd(), ...differences, ...hexLines(bytes)];
  });
}

export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const octets = toHex(bytes.subarray(at, at + 32)).replace(/(.{4})(?=.)/g, "$1 ");
    lines.push(`   ${at.toString(16).padStart(4, "0")}  ${octets}`);
  }
  return lines;
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
