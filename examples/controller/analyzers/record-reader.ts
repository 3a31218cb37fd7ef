/** Cuts a byte stream into records that all have the same length. */

/** A record is written at once: what is missing for so long does not come. Milliseconds. */
const PATIENCE = 1_000;

/** See {@link createRecordReader}. */
export interface RecordReader {
  /** The records that these bytes complete; `at` is when they came. */
  readonly push: (chunk: Uint8Array, at: number) => readonly Uint8Array[];
}

/**
 * A stream knows no boundaries. A datagram of another length than a record's shows when nothing follows it for a while: `broken` gets
 * its length, and what comes then begins anew.
 */
export function createRecordReader(length: number, broken: (bytes: number) => void): RecordReader {
  let record = new Uint8Array(length);
  let filled = 0;
  let last = 0;
  return {
    push(chunk, at) {
      if (filled > 0 && at > last + PATIENCE) {
        broken(filled);
        filled = 0;
      }
      last = at;
      const whole: Uint8Array[] = [];
      for (let from = 0; from < chunk.length; ) {
        const piece = chunk.subarray(from, from + length - filled);
        record.set(piece, filled);
        filled += piece.length;
        from += piece.length;
        if (filled < length) continue;
        whole.push(record);
        record = new Uint8Array(length);
        filled = 0;
      }
      return whole;
    },
  };
}
