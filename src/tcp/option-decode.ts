/** From the option bytes of a TCP header to values. */
import { type TcpOption, TcpOptionKind } from "./option-types.ts";

/** RFC 7413 §4.1.1: "TCP Fast Open" among the experiments of RFC 6994. */
export const FAST_OPEN_EXPERIMENT = 0xf989;
/** RFC 4727 §7.2 gives 253 and 254 to experiments; nothing else claims 255. */
export const EXPERIMENTAL_KINDS: readonly number[] = [TcpOptionKind.experiment1, TcpOptionKind.experiment2, 255];

/** Reads the options from `at` to `end`, which is where the header ends. Takes any bytes. */
export function decodeOptions(bytes: Uint8Array, view: DataView, at: number, end: number): TcpOption[] {
  const options: TcpOption[] = [];
  let next = at;
  while (next < end) {
    const kind = view.getUint8(next);
    if (kind === TcpOptionKind.end) {
      options.push(decodeEnd(bytes.subarray(next + 1, end)));
      break;
    }
    if (kind === TcpOptionKind.nop) {
      options.push({ type: "nop" });
      next++;
      continue;
    }
    const length = next + 1 < end ? view.getUint8(next + 1) : 0;
    if (length < 2 || next + length > end) {
      options.push({ type: "malformed", raw: bytes.subarray(next, end) });
      break;
    }
    options.push(decodeOption(bytes, view, kind, next + 2, next + length));
    next += length;
  }
  return options;
}

function decodeEnd(rest: Uint8Array): TcpOption {
  // Up to three zeros are what encoding writes anyway to fill the last four bytes.
  const plain = rest.length < 4 && rest.every((byte) => byte === 0);
  return plain ? { type: "end" } : { type: "end", padding: rest };
}

/** `at` is behind kind and length. */
function decodeOption(bytes: Uint8Array, view: DataView, kind: number, at: number, end: number): TcpOption {
  const size = end - at;
  switch (kind) {
    case TcpOptionKind.mss:
      if (size === 2) return { type: "mss", value: view.getUint16(at) };
      break;
    case TcpOptionKind.windowScale:
      if (size === 1) return { type: "windowScale", shift: view.getUint8(at) };
      break;
    case TcpOptionKind.sackPermitted:
      if (size === 0) return { type: "sackPermitted" };
      break;
    case TcpOptionKind.sack:
      if (size % 8 === 0 && size > 0) return decodeSack(view, at, end);
      break;
    case TcpOptionKind.timestamps:
      if (size === 8) return { type: "timestamps", value: view.getUint32(at), echo: view.getUint32(at + 4) };
      break;
    case TcpOptionKind.md5:
      if (size === 16) return { type: "md5", digest: bytes.subarray(at, end) };
      break;
    case TcpOptionKind.userTimeout:
      if (size === 2) {
        const word = view.getUint16(at);
        return { type: "userTimeout", granularity: word >= 0x8000 ? "minutes" : "seconds", timeout: word & 0x7fff };
      }
      break;
    case TcpOptionKind.authentication:
      if (size >= 2) {
        const mac = bytes.subarray(at + 2, end);
        return { type: "authentication", keyId: view.getUint8(at), rNextKeyId: view.getUint8(at + 1), mac };
      }
      break;
    case TcpOptionKind.multipath:
      if (size >= 1) {
        const first = view.getUint8(at);
        return { type: "multipath", subtype: first >>> 4, bits: first & 0xf, data: bytes.subarray(at + 1, end) };
      }
      break;
    case TcpOptionKind.fastOpen:
      if (isCookieLength(size)) return { type: "fastOpen", cookie: bytes.subarray(at, end) };
      break;
    case TcpOptionKind.tcpEno:
      return { type: "tcpEno", suboptions: bytes.subarray(at, end) };
    case TcpOptionKind.accEcn0:
    case TcpOptionKind.accEcn1:
      if (size % 3 === 0 && size <= 9) return decodeAccEcn(view, kind, at, end);
      break;
    default:
      if (
        EXPERIMENTAL_KINDS.includes(kind) &&
        isCookieLength(size - 2) &&
        view.getUint16(at) === FAST_OPEN_EXPERIMENT
      ) {
        return { type: "fastOpen", cookie: bytes.subarray(at + 2, end), experimentalKind: kind };
      }
  }
  return { type: "unknown", kind, data: bytes.subarray(at, end) };
}

/** RFC 7413 §4.1.1: no cookie, or 4 to 16 bytes, an even number. */
export function isCookieLength(length: number): boolean {
  return length === 0 || (length >= 4 && length <= 16 && length % 2 === 0);
}

function decodeSack(view: DataView, at: number, end: number): TcpOption {
  const blocks = [];
  for (let next = at; next < end; next += 8) {
    blocks.push({ left: view.getUint32(next), right: view.getUint32(next + 4) });
  }
  return { type: "sack", blocks };
}

function decodeAccEcn(view: DataView, kind: number, at: number, end: number): TcpOption {
  const counters = [];
  for (let next = at; next < end; next += 3) {
    counters.push((view.getUint16(next) << 8) | view.getUint8(next + 2));
  }
  return { type: kind === TcpOptionKind.accEcn0 ? "accEcn0" : "accEcn1", counters };
}
