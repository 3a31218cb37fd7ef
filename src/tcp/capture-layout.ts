/**
 * The fixed parts of capture files: pcap (draft-ietf-opsawg-pcap §4 and §5) and pcapng (draft-ietf-opsawg-pcapng §3 and §4),
 * in either byte order.
 */
import { type Field, pad, parsed, struct, u16, u16le, u32, u32le } from "../wire/index.ts";

/** The headers as a machine of one byte order writes them. */
export type CaptureLayouts = ReturnType<typeof layoutsOf>;

function layoutsOf(word16: Field<number>, word32: Field<number>, littleEndian: boolean) {
  return {
    littleEndian,
    pcapHeader: parsed(
      struct({
        magic: word32,
        versionMajor: word16,
        versionMinor: word16,
        reserved: pad(8), // once a time zone and an accuracy; every writer has zeros
        snapLength: word32,
        linkType: word32, // the upper half tells of a frame check sequence
      }),
    ),
    pcapRecord: parsed(struct({ seconds: word32, fraction: word32, capturedLength: word32, originalLength: word32 })),
    blockHeader: parsed(struct({ type: word32, totalLength: word32 })),
    blockTrailer: word32,
    sectionHeader: parsed(
      struct({ byteOrderMagic: word32, versionMajor: word16, versionMinor: word16, sectionLength: pad(8) }),
    ),
    interfaceDescription: parsed(struct({ linkType: word16, reserved: pad(2), snapLength: word32 })),
    enhancedPacket: parsed(
      struct({
        interface: word32,
        timeHigh: word32,
        timeLow: word32,
        capturedLength: word32,
        originalLength: word32,
      }),
    ),
    simplePacket: parsed(struct({ originalLength: word32 })),
    // The obsolete packet block of pcapng's appendix: a drop count, too.
    packet: parsed(
      struct({
        interface: word16,
        drops: pad(2),
        timeHigh: word32,
        timeLow: word32,
        capturedLength: word32,
        originalLength: word32,
      }),
    ),
    optionHeader: parsed(struct({ code: word16, length: word16 })),
  };
}

export const bigEndian = layoutsOf(u16, u32, false);
export const littleEndian = layoutsOf(u16le, u32le, true);
