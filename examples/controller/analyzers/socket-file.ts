/** The file of a unix socket: ours when we make it, and nobody else's is taken away. */
import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { systemCode, UserError } from "../../first-light/errors.ts";

/** unix(7): the path has room for 108 bytes with the 0 at its end. */
const LONGEST = 107;

/** Whether somebody has that socket open. A datagram socket says EPROTOTYPE to whoever would connect a stream: it is there. */
function isOpen(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      const code = systemCode(error);
      if (code === "ECONNREFUSED" || code === "ENOENT") resolve(false);
      else if (code === "EPROTOTYPE" || code === "EAGAIN") resolve(true);
      else reject(new UserError(`cannot use ${path}: ${code ?? error.message}`));
    });
  });
}

/**
 * Makes room for a socket: takes away one that nobody has open, as a process leaves it that did not end by itself. Rejects with
 * UserError when something else is there, or somebody's socket.
 */
export async function clearSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST)
    throw new UserError(`${path} is too long for a socket: ${LONGEST} bytes at most`);
  try {
    const found = await lstat(path);
    if (!found.isSocket()) throw new UserError(`${path} is there, and is no socket`);
    if (await isOpen(path)) throw new UserError(`somebody else listens at ${path}`);
    await unlink(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (systemCode(error) !== "ENOENT")
      throw new UserError(`cannot use ${path}: ${systemCode(error) ?? String(error)}`);
  }
}
