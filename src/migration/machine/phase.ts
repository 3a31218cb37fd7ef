/** Where a connection stands. */

/**
 * - `syn`: the client's SYN went to server 1
 * - `synAck`: server 1 answered, the client has not yet
 * - `ready`: established with server 1, no data of the client's yet
 * - `hold`: the client's data is held, nobody has decided
 * - `dial`: a SYN of ours went to the new server
 * - `greet`: the new server answered, and its greeting is kept from a client that has been greeted
 * - `arm`: the new server answered, the switch is being prepared; committed or not
 * - `migrated`: the new server has the connection
 * - `forwarded`: server 1 has it, and keeps it
 * - `nonMig`: server 1 has it, and nothing was ever held
 * - `fwdArm`: it goes back to server 1, whose flows are not confirmed yet
 * - `closing`: both sides have sent a FIN
 * - `linger`: closed or reset; late segments are still translated
 * - `dead`: forgotten
 */
export const phases = [
  "syn",
  "synAck",
  "ready",
  "hold",
  "dial",
  "greet",
  "arm",
  "migrated",
  "forwarded",
  "nonMig",
  "fwdArm",
  "closing",
  "linger",
  "dead",
] as const;
/** One of {@link phases}. */
export type ConnectionPhase = (typeof phases)[number];
