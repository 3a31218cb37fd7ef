/** OVS learn.c, learn_check: what the packet and the new flow must match for what is learned of them. */
import type { FieldValue, Masked, Registry, SeenFields } from "../../ofp/definition.ts";
import { fromBits, lowBits } from "../../ofp/field-bits.ts";
import { partsOf } from "../../ofp/parts.ts";
import { lacking } from "../destination.ts";
import { widthOf } from "../subfield.ts";
import type { LearnSpec } from "./learn-spec.ts";

/** Some bits of a field that the new flow matches. */
interface Bits {
  readonly value: bigint;
  readonly mask: bigint;
}

/** What is missing, in words: of what the packet has, or of what earlier parts make the new flow match. */
export function missingOf(specs: readonly LearnSpec[], seen: SeenFields, registry: Registry): string | undefined {
  const written = new Map<string, Bits>();
  const learned = new Map<string, FieldValue | Masked>();
  for (const spec of specs) {
    const missing = typeof spec.src === "bigint" ? undefined : lacking(spec.src, seen, registry);
    if (missing !== undefined) return missing;
    if (spec.type === "output") continue;
    const before = lacking(spec.dst, learned, registry);
    if (before !== undefined) return `${before} (for the flow that it learns)`;
    if (spec.type !== "match" || typeof spec.src !== "bigint") continue;
    const { field: name, offset, bits } = spec.dst;
    const field = registry.fieldByName(name);
    if (!field) continue;
    const old = written.get(name) ?? { value: 0n, mask: 0n };
    const mask = lowBits(bits) << BigInt(offset);
    const now = { value: (old.value & ~mask) | (spec.src << BigInt(offset)), mask: old.mask | mask };
    written.set(name, now);
    const value = fromBits(field, now.value);
    const whole = now.mask === lowBits(widthOf(field));
    // Prerequisites ask for a field by its first name: `ethType` for `ethTypeNxm`.
    const entry = whole ? value : { value, mask: fromBits(field, now.mask) };
    for (const [part, partly] of partsOf(field, entry, registry)) if (partly !== undefined) learned.set(part, partly);
  }
  return undefined;
}
