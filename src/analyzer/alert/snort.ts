/** Alert records of Snort 2.9's `-A unsock` and Snort 3's `alert_unixsock`: struct Alertpkt, one unix datagram for each alert. */
import {
  type Bytes,
  bytes as byteField,
  type Field,
  isObject,
  pad,
  quote,
  struct,
  text,
  u32,
  u32le,
  viewOf,
  WireError,
  within,
} from "../../wire/index.ts";
import type { SnortAlert, SnortEvent } from "./snort-types.ts";
import { SnortValidity } from "./snort-types.ts";

const MESSAGE_SIZE = 256;
const PACKET_SIZE = 65_535;
/** Builds with OpenAppID append a name; no field of Snort's that holds one is longer. */
const MAX_APPLICATION = 256;

/** The struct as a machine of one byte order writes it. */
function layoutOf(word: Field<number>) {
  return struct({
    message: text(MESSAGE_SIZE),
    seconds: word,
    microseconds: word,
    capturedLength: word,
    originalLength: word,
    linkHeader: word,
    networkHeader: word,
    transportHeader: word,
    data: word,
    validity: word,
    packet: byteField(PACKET_SIZE),
    alignment: pad(1),
    event: struct({
      generator: word,
      sid: word,
      rev: word,
      classification: word,
      priority: word,
      eventId: word,
      reference: word,
      referenceSeconds: word,
      referenceMicroseconds: word,
    }),
  });
}

const littleEndian = layoutOf(u32le);
const bigEndian = layoutOf(u32);

/** Length of a record without the name of an application, in bytes: 65864. */
export const SNORT_ALERT_LENGTH = littleEndian.size;

/**
 * Reads one record. It is in the byte order of Snort's machine, which its lengths tell.
 *
 * Throws WireError: `truncated` for a part of a record, as a socket with too small a buffer gives it, and for the shorter records of
 * very old versions; `trailing` for more than one; `badLength` for lengths that contradict each other in either byte order. The
 * packet is a view of the input.
 */
export function decodeSnortAlert(bytes: Uint8Array): SnortAlert {
  if (!(bytes instanceof Uint8Array)) throw new WireError("badValue", `${quote(bytes)} is no Uint8Array`, 0);
  if (bytes.length < SNORT_ALERT_LENGTH) {
    throw new WireError("truncated", `a record has ${SNORT_ALERT_LENGTH} bytes, not ${bytes.length}`, bytes.length);
  }
  if (bytes.length > SNORT_ALERT_LENGTH + MAX_APPLICATION) {
    throw new WireError("trailing", `${bytes.length - SNORT_ALERT_LENGTH} bytes behind a record`, SNORT_ALERT_LENGTH);
  }
  const view = viewOf(bytes);
  const isLittle = isLittleEndian(view);
  const { capturedLength, packet, ...fields } = (isLittle ? littleEndian : bigEndian).read(view, 0);
  const application = text(bytes.length - SNORT_ALERT_LENGTH).read(view, SNORT_ALERT_LENGTH);
  const alert: SnortAlert = {
    type: "snortAlert",
    littleEndian: isLittle,
    ...fields,
    packet: packet.subarray(0, (fields.validity & SnortValidity.noPacket) === 0 ? capturedLength : 0),
    ...(application !== "" && { application }),
  };
  return alert;
}

const CAPTURED_LENGTH = 264;
const ORIGINAL_LENGTH = 268;

/**
 * A length of at most 65535 read in the other byte order is above that, unless it is 0: then the other fields that are small in
 * every honest record decide.
 */
function isLittleEndian(view: DataView): boolean {
  for (const little of [true, false]) {
    const captured = view.getUint32(CAPTURED_LENGTH, little);
    const original = view.getUint32(ORIGINAL_LENGTH, little);
    if (captured > original || original > PACKET_SIZE) continue;
    if (original > 0) return little;
    return view.getUint32(VALIDITY, true) <= view.getUint32(VALIDITY, false);
  }
  throw new WireError("badLength", "the lengths of the packet contradict each other", CAPTURED_LENGTH);
}

const VALIDITY = 288;

/**
 * Writes a record, as Snort does: for agents that pass alerts on, and for tests.
 *
 * Throws WireError with the path of the field: `tooLong` for a packet of more than 65535 bytes, `outOfRange` or `badValue` for
 * anything that does not fit.
 */
export function encodeSnortAlert(alert: SnortAlert): Bytes {
  if (!isObject(alert)) throw new WireError("badValue", `${quote(alert)} is no alert`, 0);
  const { packet, application = "", message } = alert;
  if (!(packet instanceof Uint8Array))
    throw new WireError("badValue", `${quote(packet)} is no Uint8Array`, 0, "packet");
  if (packet.length > PACKET_SIZE) {
    throw new WireError("tooLong", `${packet.length} bytes of packet, more than ${PACKET_SIZE}`, 0, "packet");
  }
  if (typeof application !== "string" || application.length > MAX_APPLICATION) {
    throw new WireError("badValue", `${quote(application)} is no name of an application`, 0, "application");
  }
  if (typeof message !== "string" || message.length >= MESSAGE_SIZE) {
    throw new WireError(
      "badValue",
      `${quote(message)} is no text of less than ${MESSAGE_SIZE} characters`,
      0,
      "message",
    );
  }
  const bytes = new Uint8Array(SNORT_ALERT_LENGTH + application.length);
  const padded = new Uint8Array(PACKET_SIZE);
  padded.set(packet);
  const layout = alert.littleEndian ? littleEndian : bigEndian;
  layout.write(viewOf(bytes), 0, { ...alert, capturedLength: packet.length, packet: padded });
  try {
    text(application.length).write(viewOf(bytes), SNORT_ALERT_LENGTH, application);
  } catch (error) {
    throw within("application", error);
  }
  return bytes;
}

/** The event of an alert that has nothing but a rule. */
export function snortEvent(fields: Pick<SnortEvent, "sid"> & Partial<SnortEvent>): SnortEvent {
  return {
    generator: 1,
    rev: 0,
    classification: 0,
    priority: 0,
    eventId: 0,
    reference: 0,
    referenceSeconds: 0,
    referenceMicroseconds: 0,
    ...fields,
  };
}
