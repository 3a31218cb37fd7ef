/** Takes a capture apart while it is written, as `tcpdump -U -w -` writes one. */
import { type CapturedFrame, readCapture } from "../../../src/tcp/index.ts";

/** draft-ietf-opsawg-pcap §4 and §5: before all packets, and before each. */
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** The length of what was captured, in the header of a record. */
const CAPTURED_AT = 8;

export class PcapStream {
  private header: Buffer | undefined;
  private rest = Buffer.alloc(0);

  /** Whether the file's header is there: whoever writes it listens. */
  get hasBegun(): boolean {
    return this.header !== undefined;
  }

  /** The packets that these bytes complete. */
  push(chunk: Uint8Array): readonly CapturedFrame[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    if (!this.header) {
      if (this.rest.length < FILE_HEADER) return [];
      this.header = this.rest.subarray(0, FILE_HEADER);
      this.rest = this.rest.subarray(FILE_HEADER);
    }
    const end = this.whole(this.header[0] === 0xa1);
    const packets = this.rest.subarray(0, end);
    this.rest = this.rest.subarray(end);
    return [...readCapture(Buffer.concat([this.header, packets]))];
  }

  /** Where the last whole record ends. */
  private whole(isBigEndian: boolean): number {
    for (let place = 0; ; ) {
      if (this.rest.length - place < RECORD_HEADER) return place;
      const at = place + CAPTURED_AT;
      const end = place + RECORD_HEADER + (isBigEndian ? this.rest.readUInt32BE(at) : this.rest.readUInt32LE(at));
      if (end > this.rest.length) return place;
      place = end;
    }
  }
}
