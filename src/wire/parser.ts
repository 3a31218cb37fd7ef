/**
 * Reads fixed layouts with binary-parser where the platform allows code generation, and by plain interpretation elsewhere.
 *
 * binary-parser 2.3 leaves bounds to its caller (Reader throws `truncated` before it runs) and compiles with
 * `new Function`, which a page's Content-Security-Policy may forbid: the layout is interpreted there.
 */
import { Parser } from "binary-parser";
import { viewOf } from "./bytes.ts";
import { type Field, isPad } from "./field.ts";
import { readMembers, type Struct } from "./struct.ts";

/**
 * binary-parser puts `$parent` and `$root` on every result and deletes them again, which would turn it into a slow
 * dictionary-mode object; accessors on the prototype leave it alone.
 */
class Raw {
  [name: string]: unknown;
  get $parent(): undefined {
    return undefined;
  }
  set $parent(_: unknown) {
    // Context variables are not in use.
  }
  get $root(): this {
    return this;
  }
  set $root(_: unknown) {
    // Context variables are not in use.
  }
}

/** Set by the first refusal: a page's policy then reports one violation, not one for every layout. */
let forbidden = false;

/** The same layout, read by binary-parser; compiled on first use. */
export function parsed<T>(layout: Struct<T>): Struct<T> {
  let parser: Parser | undefined;
  return {
    ...layout,
    read(view, at) {
      parser ??= compile(layout);
      if (!parser) return readMembers(layout.members, view, at) as T;
      const raw = parser.parse(new Uint8Array(view.buffer, view.byteOffset + at, layout.size));
      const value: Record<string, unknown> = {};
      for (const { name, field } of layout.members) {
        if (!isPad(field)) value[name] = fieldValue(field, raw[name]);
      }
      return value as T;
    },
  };
}

function fieldValue(field: Field<unknown>, raw: unknown): unknown {
  return raw instanceof Uint8Array ? field.read(viewOf(raw), 0) : raw;
}

function compile<T>(layout: Struct<T>): Parser | undefined {
  if (forbidden) return undefined;
  let parser = new Parser().create(Raw);
  for (const { name, field } of layout.members) {
    if (isPad(field)) parser = parser.seek(field.size);
    else if (field.primitive === "u8") parser = parser.uint8(name);
    else if (field.primitive === "u16") parser = parser.uint16be(name);
    else if (field.primitive === "u16le") parser = parser.uint16le(name);
    else if (field.primitive === "u32") parser = parser.uint32be(name);
    else if (field.primitive === "u32le") parser = parser.uint32le(name);
    else if (field.primitive === "u64") parser = parser.uint64be(name);
    else parser = parser.buffer(name, { length: field.size });
  }
  try {
    parser.compile();
    return parser;
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    forbidden = true;
    return undefined;
  }
}
