/** OpenFlow 1.3.5 §7.3.4.2, struct ofp_bucket: what a group does with a packet, one of its choices. */
import { pad, type Reader, struct, u16, u32, type ValueOf, type Writer } from "../../wire/index.ts";
import { type Action, readActions, writeActions } from "../action.ts";
import type { Registry, Tagged } from "../definition.ts";
import { Group, GroupType } from "../enums/group.ts";
import { Port } from "../enums/port.ts";
import { readList, readSized, writeList, writeSized } from "../list.ts";
import { part } from "../part.ts";
import { onlyKnown, requireList, requireObject, requireTaggedList, requireUint } from "../require.ts";

const fields = {
  weight: u16, // its share of the packets; select groups only
  watchPort: u32, // whose state says whether it is live; Port.any for none
  watchGroup: u32, // the same of a group; Group.any for none
  pad: pad(4),
};
const layout = struct(fields);

/** A bucket of a group; `X` are the actions of the extensions in use. */
export interface Bucket<X extends Tagged = never> extends ValueOf<typeof fields> {
  /** An action set: a switch runs them in the order of the specification. */
  readonly actions: readonly Action<X>[];
}

/** Reads buckets up to the reader's end. */
export function readBuckets(reader: Reader, registry: Registry): Bucket<Tagged>[] {
  return readList(reader, "buckets", () => readBucket(reader, registry));
}

function readBucket(reader: Reader, registry: Registry): Bucket<Tagged> {
  return readSized(reader, "bucket", () => ({
    ...reader.field(layout),
    actions: part("actions", () => readActions(reader, registry)),
  }));
}

export function writeBuckets(writer: Writer, buckets: readonly Bucket<Tagged>[], registry: Registry): void {
  writeList(writer, "buckets", buckets, (bucket) => {
    writeSized(writer, () => {
      writer.field(layout, bucket);
      part("actions", () => {
        writeActions(writer, bucket.actions, registry);
      });
    });
  });
}

/**
 * What builders take for a bucket: weight 1 in a select group and 0 in any other, nothing to watch and no actions (drop) unless given.
 */
export type BucketInit<X extends Tagged = never> = Partial<Bucket<X>>;

/** The buckets of a group of that type, checked, with their defaults. */
export function requireBuckets(
  given: readonly BucketInit<Tagged>[] | undefined,
  groupType: number,
): readonly Bucket<Tagged>[] {
  return requireList("buckets", given, []).map((init, index) => {
    const name = `buckets[${index}]`;
    requireObject(name, init);
    return onlyKnown(init, {
      weight: requireUint(`${name}.weight`, init.weight, 16, groupType === GroupType.select ? 1 : 0),
      watchPort: requireUint(`${name}.watchPort`, init.watchPort, 32, Port.any),
      watchGroup: requireUint(`${name}.watchGroup`, init.watchGroup, 32, Group.any),
      actions: requireTaggedList(`${name}.actions`, init.actions, []),
    });
  });
}
