import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EveAlert, LineReader, parseEveLine, toVerdict } from "../../src/analyzer/index.ts";
import { encodeFrame, synFrame } from "../../src/tcp/index.ts";
import { key } from "./rules.ts";

/** In the form of the Suricata user guide's section on the EVE JSON format. */
const line = {
  timestamp: "2024-05-01T10:00:00.000000+0000",
  flow_id: 1_234_567_890_123,
  in_iface: "h4-eth0",
  event_type: "alert",
  vlan: [7],
  src_ip: "10.0.0.3",
  src_port: 33333,
  dest_ip: "10.0.0.1",
  dest_port: 11111,
  proto: "TCP",
  direction: "to_server",
  alert: {
    action: "allowed",
    gid: 1,
    signature_id: 1_000_002,
    rev: 3,
    signature: "MIGRATE",
    category: "Connection Migration",
    severity: 2,
  },
};

const json = (fields: object = {}) => JSON.stringify({ ...line, ...fields });

function alertOf(fields: object = {}): EveAlert {
  const record = parseEveLine(json(fields));
  if (record.type !== "eveAlert") throw new Error("no alert");
  return record;
}

describe("a line of an EVE log", () => {
  it("is an alert", () => {
    expect(parseEveLine(json())).toEqual<EveAlert>({
      type: "eveAlert",
      timestamp: "2024-05-01T10:00:00.000000+0000",
      vlans: [7],
      src: "10.0.0.3",
      dst: "10.0.0.1",
      srcPort: 33333,
      dstPort: 11111,
      protocol: "TCP",
      direction: "to_server",
      gid: 1,
      sid: 1_000_002,
      rev: 3,
      signature: "MIGRATE",
      category: "Connection Migration",
      severity: 2,
      action: "allowed",
    });
  });

  it("is something else, which the caller sees", () => {
    expect(parseEveLine('{"event_type":"stats","stats":{}}')).toEqual({ type: "eveOther", eventType: "stats" });
  });

  it("has addresses in the spelling of a decoded frame", () => {
    const { src, dst } = alertOf({ src_ip: "2001:0db8:0000:0000:0000:0000:0000:0003", dest_ip: "2001:0DB8::1" });
    expect([src, dst]).toEqual(["2001:db8::3", "2001:db8::1"]);
  });

  it.each([
    ["", "syntax", ""],
    ["{", "syntax", ""],
    ["[]", "badValue", ""],
    ["null", "badValue", ""],
    ["{}", "badValue", "event_type"],
    [json({ event_type: 1 }), "badValue", "event_type"],
    [json({ alert: undefined }), "badValue", "alert"],
    [json({ alert: [] }), "badValue", "alert"],
    [json({ alert: { ...line.alert, signature_id: "1" } }), "badValue", "alert.signature_id"],
    [json({ alert: { ...line.alert, rev: 1.5 } }), "outOfRange", "alert.rev"],
    [json({ src_port: 65_536 }), "outOfRange", "src_port"],
    [json({ src_ip: "10.0.0" }), "badValue", "src_ip"],
    [json({ vlan: [4096] }), "outOfRange", "vlan[0]"],
    [json({ vlan: 7 }), "badValue", "vlan"],
    [json({ direction: "up" }), "badValue", "direction"],
    [json({ packet: "!!!!" }), "syntax", "packet"],
    [json({ packet: "AAA" }), "badLength", "packet"],
  ])("%s is refused", (text, code, path) => {
    expect(() => parseEveLine(text)).toThrow(expect.objectContaining({ name: "WireError", code, path }));
  });

  it("gives a record or a WireError, whatever JSON it is", () => {
    const anything = fc.jsonValue();
    const name = fc.constantFrom(...Object.keys(line), "packet", "packet_info");
    const inner = fc.constantFrom(...Object.keys(line.alert));
    fc.assert(
      fc.property(name, inner, anything, anything, fc.boolean(), (outer, part, value, other, deep) => {
        const text = json(deep ? { alert: { ...line.alert, [part]: value } } : { [outer]: value, vlan: other });
        try {
          expect(["eveAlert", "eveOther"]).toContain(parseEveLine(text).type);
        } catch (error) {
          expect(error).toMatchObject({ name: "WireError" });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the verdict of an EVE alert", () => {
  it("is about the connection, from the client to the server", () => {
    const expected = { action: "migrate", key: { ...key, vlans: [7] }, rule: "1:1000002:3", reason: "MIGRATE" };
    expect(toVerdict(alertOf())).toEqual(expected);
    const back = {
      src_ip: "10.0.0.1",
      src_port: 11111,
      dest_ip: "10.0.0.3",
      dest_port: 33333,
      direction: "to_client",
    };
    expect(toVerdict(alertOf(back))).toEqual(expected);
  });

  it("has the sequence number of a packet that is the client's", () => {
    const end = (ip: string, port: number) => ({ mac: "00:00:00:00:00:01", ip, port });
    const packet = (src: string) =>
      Buffer.from(
        encodeFrame(synFrame({ from: end(src, 33333), to: end("10.0.0.1", 11111), seq: 77, window: 1 })),
      ).toString("base64");
    const linktype = { packet_info: { linktype: 1 } };
    expect(toVerdict(alertOf({ packet: packet("10.0.0.3"), ...linktype }))).toMatchObject({ seq: 77 });
    expect(toVerdict(alertOf({ packet: packet("10.0.0.4"), ...linktype }))).not.toHaveProperty("seq");
    expect(toVerdict(alertOf({ packet: packet("10.0.0.3") }))).not.toHaveProperty("seq");
    expect(toVerdict(alertOf({ packet: "AAAA", ...linktype }))).not.toHaveProperty("seq");
  });

  it("is what a policy makes of it", () => {
    const choices = [{ classes: ["Connection Migration"], priorities: [2], action: "ignore" }] as const;
    expect(toVerdict(alertOf(), { choices })).toBeUndefined();
  });

  it.each([{ proto: "UDP" }, { proto: "ICMP", src_port: undefined, dest_port: undefined }])(
    "is none for %j",
    (fields) => {
      expect(() => toVerdict(alertOf(fields))).toThrow(expect.objectContaining({ code: "unsupported", path: "proto" }));
    },
  );

  it("reads base64 as others write it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const { packet } = alertOf({ packet: Buffer.from(bytes).toString("base64") });
        expect(packet).toEqual(bytes);
      }),
    );
  });
});

describe("a reader of lines", () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);

  it("makes lines of pieces, cut anywhere, also within a character", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "\r", "é", "€", "😀"), maxLength: 6 }), { maxLength: 6 }),
        fc.array(fc.nat(60)),
        (lines, cuts) => {
          const bytes = utf8(lines.map((line) => `${line}\n`).join(""));
          const reader = new LineReader({ maxLength: 100 });
          const ends = [...new Set([...cuts, bytes.length])].sort((a, b) => a - b);
          const read = ends.flatMap((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
          expect(read).toEqual(lines.map((line) => line.replace(/\r$/, "")).filter((line) => line !== ""));
          expect(reader.end()).toBeUndefined();
        },
      ),
    );
  });

  it("reads any bytes as the platform's own decoder does", () => {
    const odd = fc.constantFrom(
      0x41,
      0x80,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 12 }), (octets) => {
        const bytes = Uint8Array.from(octets);
        expect(new LineReader().push(Uint8Array.of(...bytes, 0x0a))).toEqual([
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it("gives what a stream ends with", () => {
    const reader = new LineReader();
    expect(reader.push(utf8("one\ntwo"))).toEqual(["one"]);
    expect(reader.end()).toBe("two");
    expect(reader.end()).toBeUndefined();
  });

  it("gives the lines before one that is too long, and then fails for good", () => {
    const reader = new LineReader({ maxLength: 4 });
    expect(reader.push(utf8("abcd\nabcde"))).toEqual(["abcd"]);
    expect(reader.failure).toMatchObject({ code: "tooLong", offset: 5 });
    for (let round = 0; round < 2; round++) {
      expect(() => reader.push(utf8("\nab\n"))).toThrow(expect.objectContaining({ code: "tooLong" }));
    }
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: "tooLong" }));
  });

  it("fails as soon as a line is too long, before it ends", () => {
    const reader = new LineReader({ maxLength: 4 });
    expect(reader.push(utf8("abc"))).toEqual([]);
    expect(() => reader.push(utf8("de"))).toThrow(expect.objectContaining({ code: "tooLong", offset: 0 }));
  });

  it.each([0, -1, 1.5, 2 ** 31, "1"])("has no limit of %s", (maxLength) => {
    expect(() => new LineReader({ maxLength } as never)).toThrow(RangeError);
  });
});
