/** How this program ends. */
export const ExitCode = {
  ok: 0,
  /** The model switch did something else than the hosts of the capture saw. */
  proofFailed: 1,
  /** The command line or a file is not what this program can work with. */
  input: 2,
  /** The connection cannot be migrated. */
  refused: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Something that the user can put right: printed as one line, without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.input) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The system's code of a failed file operation (`ENOENT`), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
