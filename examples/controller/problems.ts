/** All that is wrong, and not only what is found first. */
import type { VerdictPolicy } from "../../src/analyzer/index.ts";
import { UserError } from "../first-light/errors.ts";

/** What each of them says, in their order. */
export function problemsOf(looks: readonly (() => unknown)[]): readonly string[] {
  return looks.flatMap((look) => {
    try {
      look();
      return [];
    } catch (error) {
      if (error instanceof UserError) return [error.message];
      throw error;
    }
  });
}

/** Throws UserError with what all of them say, if they say anything. */
export function lookAt(looks: readonly (() => unknown)[]): void {
  const problems = problemsOf(looks);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
}

/** What the library does not take, said of the file that it is in. */
export function asProblem(path: string, look: () => unknown): () => void {
  return () => {
    try {
      look();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw new UserError(`${path}: ${error.message}`);
    }
  };
}

/** Throws UserError if there is one. */
export function tell(path: string, problem: string | undefined): void {
  if (problem !== undefined) throw new UserError(`${path}: ${problem}`);
}

/** An origin that no browser writes is no page's: of `https://Example.org:443`, they make `https://example.org`. */
export function strangeOrigin(origins: readonly string[]): string | undefined {
  for (const [index, origin] of origins.entries()) {
    const own = URL.canParse(origin) ? new URL(origin).origin : undefined;
    if (own === origin) continue;
    return `http.origins.${index} ${origin} is not as browsers write it${own === undefined ? "" : `: ${own}`}`;
  }
  return undefined;
}

/** A target of the policy that no service has. */
export function strangeTarget(
  { choices }: VerdictPolicy,
  services: Readonly<Record<string, { readonly targets: object }>>,
): string | undefined {
  const all = new Set(Object.values(services).flatMap(({ targets }) => Object.keys(targets)));
  for (const [index, choice] of choices.entries()) {
    const target = "target" in choice ? choice.target : undefined;
    if (target !== undefined && !all.has(target)) return `policy.choices[${index}].target ${target} is no service's`;
  }
  return undefined;
}
