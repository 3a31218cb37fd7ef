/** JSON schemas beside the files that use them, and what is said about JSON that does not fit. */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";

/** Says what is wrong with a value, one sentence each; undefined when it is a T. */
export interface Shape<T> {
  readonly is: (value: unknown) => value is T;
  /** About the value that {@link is} refused last. */
  readonly problems: () => readonly string[];
}

function told({ instancePath, keyword, message = "is wrong", params }: ErrorObject, whole: string): string {
  const place = instancePath === "" ? whole : instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "false schema") return `${place} does not belong here`;
  const name = "additionalProperty" in params ? `: ${String(params.additionalProperty)}` : "";
  const allowed = "allowedValues" in params ? `: ${JSON.stringify(params.allowedValues)}` : "";
  return `${place} ${message}${name}${allowed}`;
}

/** `whole` names the value for people. `allErrors` tells all that is wrong, which takes a hostile value more time. */
export function readShape<T>(url: URL, whole: string, allErrors: boolean): Shape<T> {
  const schema = JSON.parse(readFileSync(url, "utf8")) as object;
  const validate = new Ajv({ allErrors, strict: true, allowUnionTypes: true, discriminator: true }).compile<T>(schema);
  return {
    is: (value): value is T => validate(value),
    problems: () => (validate.errors ?? []).map((error) => told(error, whole)),
  };
}
